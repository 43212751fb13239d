"""Which rows can be seen: those of a hidden project are not there, nor what hangs on them."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    false,
    func,
    literal,
    not_,
    or_,
    select,
)

from ftrack_embedded.engine.compile.arguments import HIDDEN, hidden_parameter
from ftrack_embedded.engine.compile.functions import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ftrack_embedded.engine.catalogue import Catalogue

    from .rights import Rights

__all__ = ["readable_catalogue"]

Leads = tuple[tuple[str, str], ...]

_PROJECTS: Final = "projects"
_CONFIGURATIONS: Final = "configurations"
_TO_CONTEXT: Final[Leads] = (("context_id", "context"),)
_TO_PROJECT: Final[Leads] = (("project_id", "context"),)
_TO_PARENT: Final[Leads] = (
    ("parent_id", "context"),
    ("parent_id", "asset"),
    ("parent_id", "asset_version"),
)
_TO_BOTH_ENDS: Final[Leads] = (("from_id", "context"), ("to_id", "context"))

_LEADS: Final[Mapping[str, Leads]] = MappingProxyType(
    {
        "appointment": _TO_CONTEXT,
        "asset": _TO_CONTEXT,
        "asset_version": (("asset_id", "asset"),),
        "asset_version_link": (("from_id", "asset_version"), ("to_id", "asset_version")),
        "calendar_event": _TO_PROJECT,
        "component": (("version_id", "asset_version"),),
        "component_location": (("component_id", "component"),),
        "custom_attribute_link": _TO_BOTH_ENDS,
        "custom_attribute_value": (
            ("configuration_id", "custom_configuration_base"),
            ("entity_id", "context"),
            ("entity_id", "asset"),
            ("entity_id", "asset_version"),
            ("entity_id", "list"),
        ),
        "custom_configuration_base": _TO_PROJECT,
        "entity_setting": (("parent_id", "context"),),
        "event": _TO_PROJECT,
        "job_component": (("component_id", "component"),),
        "list": _TO_PROJECT,
        "list_object": (("list_id", "list"),),
        "manager": _TO_CONTEXT,
        "metadata": (*_TO_PARENT, ("parent_id", "component")),
        "note": _TO_PARENT,
        "note_component": (("note_id", "note"),),
        "note_label_link": (("note_id", "note"),),
        "recipient": (("note_id", "note"),),
        "review_session": _TO_PROJECT,
        "review_session_invitee": (("review_session_id", "review_session"),),
        "review_session_object": (("review_session_id", "review_session"),),
        "status_change": (("parent_id", "context"), ("parent_id", "asset_version")),
        "timelog": _TO_CONTEXT,
        "timer": _TO_CONTEXT,
        "typed_context_link": _TO_BOTH_ENDS,
        "user_security_role_project": _TO_PROJECT,
    }
)
"""By which columns the rows of a table hang on rows of others."""
_HIDING: Final[Mapping[str, str]] = MappingProxyType(
    {"context": _PROJECTS, "custom_configuration_base": _CONFIGURATIONS}
)
"""The tables whose rows may be hidden by themselves."""


def readable_catalogue(catalogue: Catalogue, rights: Rights) -> Catalogue:
    """Return the catalogue in which rows that *rights* hide do not occur.

    Callers from whom rows of the same kinds are hidden share all statements that were compiled for
    it: which rows these are is bound when a statement is executed.
    """
    if not rights.hides:
        return catalogue
    ids = {
        _PROJECTS: sorted(rights.hidden_projects),
        _CONFIGURATIONS: sorted(rights.hidden_configurations),
    }
    hidden = {kind: json.dumps(found) for kind, found in ids.items() if found}

    tables = catalogue.metadata.tables

    def readable(table: Table) -> ColumnElement[bool] | None:
        found = [one for way in _ways(table.name) for one in _hides(tables, hidden, table, way)]
        return not_(or_(*found)) if found else None

    bound = {HIDDEN + kind: found for kind, found in hidden.items()}
    return catalogue.limited_to(frozenset(hidden), readable, bound)


def _ways(name: str) -> Iterator[Leads]:
    """Yield the ways from a table up to those that hide what hangs on them, itself included."""
    if name in _HIDING:
        yield ()
    for column, above in _LEADS.get(name, ()):
        yield from (((column, above), *way) for way in _ways(above))
    if name == "component":
        of_version = (
            ((column, above), *way) for column, above in _LEADS[name] for way in _ways(above)
        )
        yield from ((("container_id", name), *way) for way in of_version)


def _hides(
    tables: Mapping[str, Table], hidden: Mapping[str, str], rows: Table, way: Leads
) -> list[ColumnElement[bool]]:
    """Return what hides a row by what is at the end of a *way*: it is never unknown.

    A row is looked at by itself, not sought among all that are hidden: those may be many. A way is
    one join and no test within a test, of which SQLite takes few.
    """
    if not way:
        return _of_itself(hidden, rows, rows.name)
    (column, name), *further = way
    end = first = tables[name].alias()
    joined: FromClause = first
    for next_column, name in further:
        above = tables[name].alias()
        joined = joined.join(above, above.c.id == end.c[next_column])
        end = above
    at_end = _of_itself(hidden, end, name)
    if not at_end:
        return []
    found = select(literal(1)).select_from(joined).where(first.c.id == rows.c[column], or_(*at_end))
    return [found.correlate(rows).exists()]


def _of_itself(hidden: Mapping[str, str], rows: FromClause, name: str) -> list[ColumnElement[bool]]:
    kind = _HIDING[name]
    if kind not in hidden:
        return []
    own = rows.c.id.in_(_ids(hidden, kind))
    if name != "context":
        return [own]
    return [own, func.coalesce(rows.c.project_id.in_(_ids(hidden, kind)), false())]


def _ids(hidden: Mapping[str, str], kind: str) -> Select[Any]:
    return listed(hidden_parameter(kind, hidden[kind]), "id")
