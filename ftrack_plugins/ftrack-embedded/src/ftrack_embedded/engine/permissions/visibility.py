"""Which rows can be seen: those of a hidden project are not there, nor what hangs on them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, Select, Table, and_, or_, select

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.catalogue import Catalogue

    from .rights import Rights

__all__ = ["readable_catalogue"]

Leads = tuple[tuple[str, str], ...]

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


def readable_catalogue(catalogue: Catalogue, rights: Rights) -> Catalogue:
    """Return the catalogue in which rows that *rights* hide do not occur.

    Callers from whom the same is hidden share one, with all statements that were compiled for it.
    """
    if not rights.hides:
        return catalogue
    hidden = (rights.hidden_projects, rights.hidden_configurations)
    return catalogue.limited.get(hidden, lambda: _limited(catalogue, rights))


def _limited(catalogue: Catalogue, rights: Rights) -> Catalogue:
    def readable(table: Table) -> ColumnElement[bool] | None:
        hidden = _hidden(catalogue, rights, table)
        if hidden is None:
            return None
        key = list(table.primary_key.columns)
        if len(key) > 1:
            return and_(*_not_below(catalogue, rights, table))
        return key[0].not_in(hidden)

    return catalogue.limited_to(readable)


def _hidden(catalogue: Catalogue, rights: Rights, table: Table) -> Select[tuple[str]] | None:
    """Select the ids of the rows of a table that are hidden; None if none can be."""
    key = next(iter(table.primary_key.columns))
    if table.name == "context":
        gone = sorted(rights.hidden_projects)
        return select(key).where(or_(key.in_(gone), table.c.project_id.in_(gone)))
    own = [key.in_(sorted(rights.hidden_configurations))] if _is_configuration(table) else []
    above = [table.c[column].in_(ids) for column, ids in _above(catalogue, rights, table)]
    if table.name == "component":
        above.append(table.c.container_id.in_(select(key).where(*above)))
    return select(key).where(or_(*own, *above)) if own or above else None


def _not_below(catalogue: Catalogue, rights: Rights, table: Table) -> list[ColumnElement[bool]]:
    """Return the conditions for a table whose key is made of several columns, none of them null."""
    return [table.c[column].not_in(ids) for column, ids in _above(catalogue, rights, table)]


def _above(
    catalogue: Catalogue, rights: Rights, table: Table
) -> list[tuple[str, Select[tuple[str]]]]:
    found = []
    for column, name in _LEADS.get(table.name, ()):
        hidden = _hidden(catalogue, rights, catalogue.metadata.tables[name])
        if hidden is not None:
            found.append((column, hidden))
    return found


def _is_configuration(table: Table) -> bool:
    return table.name == "custom_configuration_base"
