"""What has to be recorded when a key of a mapped attribute is assigned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.changes import Create, Delete, Update
from ftrack_core.entity.symbols import NOT_SET

if TYPE_CHECKING:
    from ftrack_core.changes import Change, MappedItem

__all__ = ["known_configuration", "metadata_change", "value_change"]


def metadata_change(target: str, item: MappedItem) -> Change:
    """Return the change of the one row of *target* (``Metadata``) that holds the key."""
    owner = item.owner
    parent = str(owner.key)
    key = (parent, item.key)
    if item.value is NOT_SET:
        return Delete(target, key, mapped=item)
    if item.key in owner[item.attribute]:
        return Update(target, key, "value", item.value, mapped=item)
    data = {
        "parent_id": parent,
        "parent_type": owner.entity_type,
        "key": item.key,
        "value": item.value,
    }
    return Create(target, key, data, mapped=item)


def value_change(target: str, item: MappedItem, configuration: str) -> Change:
    """Return the update of a custom attribute's value; the server keeps a row for each."""
    return Update(target, (configuration, str(item.owner.key)), "value", item.value, mapped=item)


def known_configuration(item: MappedItem) -> str | None:
    """Return the configuration of a custom attribute whose row is here, else None."""
    rows = item.owner._row.get(item.attribute) or ()  # noqa: SLF001 -- rows belong to the kernel
    return next((row["configuration_id"] for row in rows if row.get("key") == item.key), None)
