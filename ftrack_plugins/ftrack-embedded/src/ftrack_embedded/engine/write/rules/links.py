"""Links of custom attributes: each end names the family of what it leads to."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine import failures

from .stamps import fill

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["complete_link", "refuse_itself", "refuse_moved_to_itself"]

_FAMILIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "asset": "Asset",
        "asset_version": "AssetVersion",
        "assetversion": "AssetVersion",
        "component": "Component",
        "group": "Group",
        "list": "List",
        "show": "Context",
        "task": "Context",
        "user": "User",
    }
)
_ENDS: Final = ("Context", "AssetVersion", "List", "User", "Group", "Asset", "Component")


def complete_link(tx: Transaction, _: str, row: Row) -> None:
    """Say of which type the entities at both ends are, as the types of links tell them apart."""
    for end in ("from", "to"):
        if row.get(f"{end}_entity_type") is None:
            fill(row, f"{end}_entity_type", _family(tx, row.get(f"{end}_id")))
    configuration = tx.rows.get("CustomAttributeLinkConfiguration", (row.get("configuration_id"),))
    if configuration is not None:
        _check(tx, configuration, row)


def refuse_itself(_: Transaction, concrete: str, row: Row) -> None:
    """Refuse a link of something to itself. Two may well be linked both ways: start and end."""
    if row.get("from_id") is not None and row.get("from_id") == row.get("to_id"):
        raise failures.invalid(f"{row['from_id']} cannot be linked to itself by a {concrete}.")


def refuse_moved_to_itself(
    tx: Transaction, concrete: str, row: Row, values: dict[str, Any]
) -> None:
    """The same where an end of a link is changed."""
    refuse_itself(tx, concrete, {**row, **values})


def _check(tx: Transaction, configuration: Row, row: Row) -> None:
    """Refuse what the configuration does not allow: other types, or a second link."""
    key = configuration["key"]
    for end, name in (("from", "entity_type"), ("to", "entity_type_to")):
        allowed = _FAMILIES.get(configuration[name] or "")
        found = row[f"{end}_entity_type"]
        if allowed is not None and found is not None and found != allowed:
            raise failures.invalid(f'The attribute "{key}" does not lead {end} a {found}.')
    links = {"configuration_id": row["configuration_id"], "from_id": row.get("from_id")}
    if configuration["one_to_one"] and tx.rows.find("CustomAttributeLink", **links):
        raise failures.duplicate(f'The attribute "{key}" leads to one entity at most.')


def _family(tx: Transaction, identifier: object) -> str | None:
    for name in _ENDS:
        found = tx.rows.get(name, (identifier,))
        if found is not None and tx.catalogue.is_a(tx.catalogue.concrete(name, found), name):
            return name
    return None
