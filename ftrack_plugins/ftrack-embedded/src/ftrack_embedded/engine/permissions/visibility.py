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
    and_,
    false,
    func,
    literal,
    not_,
    or_,
    select,
)

from ftrack_embedded.engine.compile.arguments import HIDDEN, hidden_parameter
from ftrack_embedded.engine.compile.functions import listed
from ftrack_embedded.engine.computed.projects import project_of_context

from .leads import CONTAINED, LEADS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ftrack_embedded.engine.catalogue import Catalogue

    from .leads import Leads
    from .rights import Rights

__all__ = ["readable_catalogue"]

Condition = ColumnElement[bool]
Expression = ColumnElement[Any]


_PROJECTS: Final = "projects"
_ONLY: Final = "all_but"
"""All projects but these are hidden: who sees few of them does not name the many others."""
_CONFIGURATIONS: Final = "configurations"
_CLOSED: Final = "closed"
_EXCEPTIONS: Final = "exceptions"
_VALUES: Final = "custom_attribute_value"
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
    hidden = {kind: json.dumps(sorted(found)) for kind, found in _hidden(rights).items()}
    tables = catalogue.metadata.tables

    def readable(table: Table) -> ColumnElement[bool] | None:
        found = [one for way in _ways(table.name) for one in _hides(tables, hidden, table, way)]
        return not_(or_(*found)) if found else None

    def readable_value(configuration_id: Expression, project_id: Expression) -> Condition | None:
        if _CLOSED not in hidden:
            return None
        return not_(_value_is_hidden(hidden, configuration_id, project_id))

    bound = {HIDDEN + kind: found for kind, found in hidden.items()}
    return catalogue.limited_to(frozenset(hidden), readable, readable_value, bound)


def _hidden(rights: Rights) -> dict[str, Iterable[str]]:
    """Return what is hidden, by kind; a kind of which nothing is hidden is left out."""
    found: dict[str, Iterable[str]] = {}
    if rights.only_projects is not None:
        found[_ONLY] = rights.only_projects
    elif rights.hidden_projects:
        found[_PROJECTS] = rights.hidden_projects
    if rights.hidden_configurations:
        found[_CONFIGURATIONS] = rights.hidden_configurations
    if rights.hides_values:
        found[_CLOSED] = rights.closed_configurations
        found[_EXCEPTIONS] = [f"{one}:{project}" for one, project in rights.exceptions]
    return found


def _ways(name: str) -> Iterator[Leads]:
    """Yield the ways from a table up to those that hide what hangs on them, itself included."""
    if name in _HIDING:
        yield ()
    for column, above in LEADS.get(name, ()):
        yield from (((column, above), *way) for way in _ways(above))
    if name == "component":
        of_version = (
            ((column, above), *way) for column, above in LEADS[name] for way in _ways(above)
        )
        yield from ((*CONTAINED, *way) for way in of_version)


def _hides(
    tables: Mapping[str, Table], hidden: Mapping[str, str], rows: Table, way: Leads
) -> list[Condition]:
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
    if rows.name == _VALUES and name == "context" and _CLOSED in hidden:
        at_end.append(_value_is_hidden(hidden, rows.c.configuration_id, project_of_context(end)))
    if not at_end:
        return []
    found = select(literal(1)).select_from(joined).where(first.c.id == rows.c[column], or_(*at_end))
    return [found.correlate(rows).exists()]


def _of_itself(hidden: Mapping[str, str], rows: FromClause, name: str) -> list[Condition]:
    if name == "context" and _ONLY in hidden:
        return [func.coalesce(project_of_context(rows).not_in(_ids(hidden, _ONLY)), false())]
    kind = _HIDING[name]
    if kind not in hidden:
        return []
    own = rows.c.id.in_(_ids(hidden, kind))
    if name != "context":
        return [own]
    return [own, func.coalesce(rows.c.project_id.in_(_ids(hidden, kind)), false())]


def _value_is_hidden(
    hidden: Mapping[str, str], configuration_id: Expression, project_id: Expression
) -> Condition:
    """Return whether the custom attribute cannot be read in the project, if there is one."""
    pair = configuration_id.concat(":").concat(project_id)
    is_closed = configuration_id.in_(_ids(hidden, _CLOSED))
    is_exception = func.coalesce(pair.in_(_ids(hidden, _EXCEPTIONS)), false())
    differs = or_(and_(is_closed, not_(is_exception)), and_(not_(is_closed), is_exception))
    return and_(project_id.is_not(None), differs)


def _ids(hidden: Mapping[str, str], kind: str) -> Select[Any]:
    return listed(hidden_parameter(kind, hidden[kind]), "id")
