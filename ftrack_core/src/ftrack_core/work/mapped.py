"""What has to be recorded when a key of a mapped attribute is assigned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.changes import Create, Delete, Update
from ftrack_core.entity.symbols import NOT_SET
from ftrack_core.errors import EntityError
from ftrack_core.query import quote

if TYPE_CHECKING:
    from ftrack_core.changes import Change, MappedItem
    from ftrack_core.store import Store

__all__ = ["metadata_change", "value_change"]


def metadata_change(store: Store, target: str, item: MappedItem) -> Change:
    """Return the change of the one row of *target* (``Metadata``) that holds the key."""
    del store
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


def value_change(store: Store, target: str, item: MappedItem) -> Change:
    """Return the update of a custom attribute's value; the server keeps a row for each."""
    configuration = _known_configuration(item) or _ask_configuration(store, item)
    return Update(target, (configuration, str(item.owner.key)), "value", item.value, mapped=item)


def _known_configuration(item: MappedItem) -> str | None:
    rows = item.owner._row.get(item.attribute) or ()  # noqa: SLF001 -- rows belong to the kernel
    return next((row["configuration_id"] for row in rows if row.get("key") == item.key), None)


def _ask_configuration(store: Store, item: MappedItem) -> str:
    """Find the configuration for an entity that the server has no rows for yet."""
    rows, _ = store.raw_rows(
        "select id, entity_type, object_type_id, is_hierarchical from CustomAttributeConfiguration "
        f"where key is {quote(item.key)}"
    )
    object_type = _object_type(item.owner)
    for row in rows:
        if row.get("is_hierarchical") or row.get("object_type_id") == object_type:
            return str(row["id"])
    raise EntityError(f"{item.owner.entity_type} has no custom attribute {item.key!r}")


def _object_type(owner: Any) -> str | None:
    if "object_type_id" not in owner.schema.attributes:
        return None
    default = owner.schema.attribute("object_type_id").default
    return None if default is None else str(default)
