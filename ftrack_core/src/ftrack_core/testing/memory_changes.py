"""Create, update and delete on the rows of a pretended studio."""

from __future__ import annotations

import uuid
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import ServerError, did_you_mean
from ftrack_core.schema import UID, AttributeKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_core.schema import AttributeSchema, EntitySchema

    from .memory_relations import Inverse
    from .memory_rows import Key, MemoryRows, Row

__all__ = ["MemoryChanges"]

_OWNED = (
    "children",
    "assets",
    "versions",
    "components",
    "members",
    "component_locations",
    "notes",
    "replies",
    "assignments",
    "timelogs",
    "metadata",
    "custom_attributes",
)
"""Collections whose items go when their owner goes."""


class MemoryChanges:
    """The writing operations of one batch."""

    def __init__(self, rows: MemoryRows) -> None:
        self._rows = rows
        self._deleted: set[tuple[str, Key]] = set()

    def create(self, operation: Mapping[str, Any]) -> dict[str, Any]:
        """Create one entity and return what was set, the defaults included."""
        schema = self._schema(operation)
        row: Row = {"__entity_type__": schema.name}
        collections = self._assign(row, operation.get("entity_data", {}))
        self._fill_key(row, schema, operation.get("entity_key"))
        self._fill_defaults(row, schema)
        self._rows.add(row)
        self._replace_collections(row, collections)
        return {"action": "create", "data": self._shown(row, row, operation)}

    def update(self, operation: Mapping[str, Any]) -> dict[str, Any]:
        """Change one entity and return its key and what was set."""
        schema = self._schema(operation)
        row = self._find(schema, operation)
        before = dict(row)
        collections = self._assign(row, operation.get("entity_data", {}))
        self._replace_collections(row, collections)
        named = {
            name: row[name]
            for name in row
            if name in operation.get("entity_data", {}) or row[name] != before.get(name)
        }
        return {"action": "update", "data": self._shown(row, named, operation)}

    def delete(self, operation: Mapping[str, Any]) -> dict[str, Any]:
        """Delete one entity with all that it owns."""
        schema = self._schema(operation)
        if not self._was_deleted(schema, operation):
            self._delete(self._find(schema, operation))
        return {"action": "delete", "data": True}

    def _schema(self, operation: Mapping[str, Any]) -> EntitySchema:
        return self._rows.schema(operation["entity_type"], "ValidationError")

    def _find(self, schema: EntitySchema, operation: Mapping[str, Any]) -> Row:
        key = _key(operation)
        row = self._rows.find(schema.name, key)
        if row is None:
            text = f"Could not find entity {schema.name} with entity_key {list(key)}."
            raise ServerError("ValueError", text)
        return row

    def _was_deleted(self, schema: EntitySchema, operation: Mapping[str, Any]) -> bool:
        subtypes = self._rows.relations.subtypes(schema.name)
        return any((one, _key(operation)) in self._deleted for one in subtypes)

    def _delete(self, row: Row) -> None:
        if (row["__entity_type__"], self._rows.key_of(row)) in self._deleted:
            return
        self._deleted.add((row["__entity_type__"], self._rows.key_of(row)))
        attributes = self._rows.schemas[row["__entity_type__"]].attributes
        for name in _OWNED:
            if name in attributes:
                for item in self._rows.related(row, attributes[name]):
                    self._delete(item)
        self._rows.remove(row)

    def _assign(self, row: Row, data: Mapping[str, Any]) -> list[tuple[AttributeSchema, Any]]:
        """Write scalars and references into *row*; return the collections for later."""
        schema = self._rows.schemas[row["__entity_type__"]]
        collections = []
        for name, value in data.items():
            if name == "__entity_type__":
                continue
            attribute = self._writable(schema, name)
            if attribute.kind is AttributeKind.SCALAR:
                row[name] = deepcopy(value)
            elif attribute.kind is AttributeKind.REFERENCE:
                column = self._rows.relations.foreign_key(schema.name, name)
                row[column] = _id_of(value)
            else:
                collections.append((attribute, value))
        return collections

    def _writable(self, schema: EntitySchema, name: str) -> AttributeSchema:
        if name not in schema.attributes:
            hint = did_you_mean(name, schema.attributes)
            text = f'Attribute "{name}" does not exist on {schema.name}.{hint}'
            raise ServerError("ValidationError", text)
        if schema.attributes[name].computed:
            text = f'Attribute "{name}" of {schema.name} is computed.'
            raise ServerError("ValidationError", text)
        return schema.attributes[name]

    def _fill_key(self, row: Row, schema: EntitySchema, given: Any) -> None:
        parts = [given] if isinstance(given, str) else list(given or ())
        for name, part in zip(schema.primary_key, parts, strict=False):
            row.setdefault(name, part)
        for name in schema.primary_key:
            if row.get(name) is None:
                if schema.attributes[name].default != UID:
                    text = f'Attribute "{name}" of {schema.name} is required.'
                    raise ServerError("ValidationError", text)
                row[name] = str(uuid.uuid4())

    def _fill_defaults(self, row: Row, schema: EntitySchema) -> None:
        self._rows.complete(row)
        if "project_id" in schema.attributes and not row.get("project_id"):
            parent = self._rows.find("Context", (str(row.get("parent_id")),)) or {}
            row["project_id"] = parent.get("project_id") or parent.get("id")

    def _replace_collections(
        self, row: Row, collections: list[tuple[AttributeSchema, Any]]
    ) -> None:
        for attribute, value in collections:
            inverse = self._rows.relations.inverse(row["__entity_type__"], attribute)
            if inverse is None:
                row[attribute.name] = [dict(item) for item in value or ()]
            else:
                self._replace_items(row, attribute, inverse, value or ())

    def _replace_items(
        self, row: Row, attribute: AttributeSchema, inverse: Inverse, value: Any
    ) -> None:
        listed = [self._item(one, attribute.target or "") for one in value]
        for item in self._rows.related(row, attribute):
            if item not in listed:
                self._release(item, inverse)
        for item in listed:
            item.update(dict(inverse.where))
            item[inverse.column] = row["id"]

    def _release(self, item: Row, inverse: Inverse) -> None:
        if inverse.column in self._rows.schemas[item["__entity_type__"]].primary_key:
            self._delete(item)
        elif item["__entity_type__"] != "Note":  # a client's list of notes may be stale
            item[inverse.column] = None

    def _item(self, reference: Any, target: str) -> Row:
        key = (reference,) if isinstance(reference, str) else self._rows.key_of(reference)
        entity_type = target if isinstance(reference, str) else reference["__entity_type__"]
        found = self._rows.find(entity_type, key)
        if found is None:
            text = f"Could not find entity {entity_type} with entity_key {list(key)}."
            raise ServerError("ValueError", text)
        return found

    def _shown(
        self, row: Row, named: Mapping[str, Any], operation: Mapping[str, Any]
    ) -> dict[str, Any]:
        schema = self._rows.schemas[row["__entity_type__"]]
        references = {
            name: next(iter(self._rows.related(row, schema.attributes[name])), None)
            for name in operation.get("entity_data", {})
            if name in schema.attributes and schema.attributes[name].kind is AttributeKind.REFERENCE
        }
        bare = {name: one and self._rows.bare(one) for name, one in references.items()}
        key = {name: row[name] for name in schema.primary_key}
        return deepcopy({"__entity_type__": schema.name, **key, **named, **bare})


def _key(operation: Mapping[str, Any]) -> Key:
    key = operation["entity_key"]
    return (key,) if isinstance(key, str) else tuple(str(part) for part in key)


def _id_of(reference: Any) -> Any:
    return reference.get("id") if isinstance(reference, dict) else reference
