"""Whether a caller may write where a row is: the levels of the projects it is in."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine import failures

from .standing import Level
from .whereabouts import place_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_core.errors import ServerError

    from ftrack_embedded.engine.transaction import Transaction

    from .whereabouts import Place

__all__ = ["check_level", "check_row", "is_hidden"]

_ALLOWED: Final[Mapping[Level, str]] = MappingProxyType(
    {Level.READ: "read", Level.WRITE: "read and write"}
)
_WANTED: Final[Mapping[Level, str]] = MappingProxyType(
    {Level.WRITE: "write", Level.ADMINISTER: "configure"}
)
_ROLES: Final[Mapping[Level, str]] = MappingProxyType(
    {Level.WRITE: "one that writes, such as User", Level.ADMINISTER: "Administrator"}
)


def is_hidden(tx: Transaction, entity_type: str, row: Mapping[str, Any]) -> bool:
    """Return whether a *row* is in a project that the caller does not see."""
    if not tx.rights.hides_projects:
        return False
    place = place_of(tx, tx.catalogue.types[entity_type].table, row)
    return not all(map(tx.rights.sees, place.projects))


def check_row(tx: Transaction, entity_type: str, row: Mapping[str, Any], what: str = "") -> None:
    """Raise a PermissionError unless the caller may write where a *row* is."""
    if tx.rights.administers or not tx.rights.varies:
        return
    if not what:
        shown = ", ".join(map(str, tx.rows.key_of(entity_type, row)))
        what = f"write {entity_type} {shown}"
    check_level(tx, place_of(tx, tx.catalogue.types[entity_type].table, row), what)


def check_level(tx: Transaction, place: Place, what: str, needed: Level = Level.WRITE) -> None:
    """Raise a PermissionError unless the caller has a level in a *place*.

    For a link it is enough to have it in one of the projects that it spans, and to see the other.
    """
    levels = {one: tx.rights.in_project(one).level for one in place.projects}
    if Level.NOTHING in levels.values():
        raise failures.denied(
            f"{what}: that is in a project on which you have no role. Ask an administrator for one"
        )
    lacking = sorted(one for one, level in levels.items() if level < needed)
    if lacking and not (place.spans and len(lacking) < len(levels)):
        raise _lacking(tx, lacking[0], what, needed)


def _lacking(tx: Transaction, project_id: str, what: str, needed: Level) -> ServerError:
    project = tx.rows.get("Project", (project_id,))
    name = project["name"] if project else project_id
    allowed = _ALLOWED[tx.rights.in_project(project_id).level]
    return failures.denied(
        f'{what}: in the project "{name}" your roles let you {allowed}, not {_WANTED[needed]}. '
        f"Ask an administrator for a role on it: {_ROLES[needed]}"
    )
