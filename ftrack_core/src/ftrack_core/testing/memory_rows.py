"""The rows of a pretended studio, by type and primary key."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import ServerError, did_you_mean
from ftrack_core.schema import UID, AttributeKind

from .memory_relations import MemoryRelations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ftrack_core.schema import AttributeSchema, EntitySchema, Schemas

__all__ = ["Key", "MemoryRows", "Row"]

Row = dict[str, Any]
Key = tuple[str, ...]

_Tables = dict[str, dict[Key, Row]]

_CLASSIFIERS = {
    "Project": ("context_type", "show"),
    "TypedContext": ("context_type", "task"),
    "FileComponent": ("system_type", "file"),
    "ContainerComponent": ("system_type", "container"),
    "SequenceComponent": ("system_type", "sequence"),
}
"""What tells the subtypes of one family apart, as a server fills it in."""


class MemoryRows:
    """Flat rows with ``__entity_type__`` and foreign keys, and the way from one to another."""

    def __init__(self, schemas: Schemas, rows: Iterable[Mapping[str, Any]] = ()) -> None:
        self.schemas = schemas
        self.relations = MemoryRelations(schemas)
        self._tables: _Tables = {name: {} for name in schemas}
        for row in rows:
            self.add(self.complete(dict(row)))

    def schema(self, entity_type: str, exception: str = "ParseError") -> EntitySchema:
        """Return the description of *entity_type*; raise `ServerError` as a server does."""
        if entity_type not in self.schemas:
            hint = did_you_mean(entity_type, self.schemas)
            raise ServerError(exception, f'Entity type "{entity_type}" does not exist.{hint}')
        return self.schemas[entity_type]

    def attribute(self, entity_type: str, name: str) -> AttributeSchema:
        """Return the attribute that *entity_type* or one of its subtypes declares."""
        declared = self.schema(entity_type)
        for subtype in self.relations.subtypes(entity_type):
            if name in self.schemas[subtype].attributes:
                return self.schemas[subtype].attributes[name]
        hint = did_you_mean(name, declared.attributes)
        text = f'No attribute "{name}" exists for schema "{entity_type}".{hint}'
        raise ServerError("ParseError", text)

    def key_of(self, row: Mapping[str, Any]) -> Key:
        """Return the primary key of *row*."""
        schema = self.schema(row["__entity_type__"])
        return tuple(str(row[name]) for name in schema.primary_key)

    def complete(self, row: Row) -> Row:
        """Fill in what a server fills in: defaults and classifiers."""
        schema = self.schema(row["__entity_type__"])
        for name, attribute in schema.attributes.items():
            if attribute.has_default and attribute.default != UID:
                row.setdefault(name, deepcopy(attribute.default))
        for base in self.relations.bases(schema.name):
            if base in _CLASSIFIERS:
                row.setdefault(*_CLASSIFIERS[base])
        return row

    def bare(self, row: Row) -> Row:
        """Return type and key of *row*: the wire form of a reference to it."""
        key = self.schemas[row["__entity_type__"]].primary_key
        return {"__entity_type__": row["__entity_type__"], **{name: row[name] for name in key}}

    def add(self, row: Row) -> None:
        """Keep *row*; raise `ServerError` where its key is taken."""
        key = self.key_of(row)
        entity_type = row["__entity_type__"]
        if self.find(entity_type, key) is not None:
            text = f"{entity_type} {', '.join(key)} already exists."
            raise ServerError("IntegrityError", text)
        self._tables[entity_type][key] = row

    def remove(self, row: Row) -> None:
        """Forget *row*."""
        self._tables[row["__entity_type__"]].pop(self.key_of(row), None)

    def find(self, entity_type: str, key: Key) -> Row | None:
        """Return the row of *entity_type*, or of a subtype, that has this *key*, or None."""
        for subtype in self.relations.subtypes(entity_type):
            if key in self._tables[subtype]:
                return self._tables[subtype][key]
        return None

    def of_type(self, entity_type: str) -> Iterator[Row]:
        """Yield all rows of *entity_type* and its subtypes."""
        for subtype in self.relations.subtypes(entity_type):
            yield from self._tables[subtype].values()

    def related(self, row: Row, attribute: AttributeSchema) -> list[Row]:
        """Return the rows that a reference (none or one) or a collection of *row* leads to."""
        if attribute.kind is AttributeKind.REFERENCE:
            return self._referenced(row, attribute)
        if attribute.name == "ancestors":
            return self._ancestors(row)
        if attribute.name == "descendants" and "parent_id" in row:
            return self._descendants(row)
        inverse = self.relations.inverse(row["__entity_type__"], attribute)
        if inverse is None:
            return self._listed(row, attribute)
        owner = row.get("id")
        wanted = (*inverse.where, (inverse.column, owner))
        target = attribute.target or ""
        return [
            one
            for one in self.of_type(target)
            if all(one.get(column) == value for column, value in wanted)
        ]

    def snapshot(self) -> _Tables:
        """Return what `restore` needs in order to come back to this moment."""
        return {
            name: {key: dict(row) for key, row in table.items()}
            for name, table in self._tables.items()
        }

    def restore(self, snapshot: _Tables) -> None:
        """Go back to the moment of *snapshot*."""
        self._tables = snapshot

    def _referenced(self, row: Row, attribute: AttributeSchema) -> list[Row]:
        if attribute.name == "latest_version":
            return self._latest_version(row)
        entity_type = row["__entity_type__"]
        held = row.get(self.relations.foreign_key(entity_type, attribute.name))
        found = None if held is None else self.find(attribute.target or "", (str(held),))
        return [] if found is None else [found]

    def _latest_version(self, asset: Row) -> list[Row]:
        versions = [one for one in self.of_type("AssetVersion") if one["asset_id"] == asset["id"]]
        return [max(versions, key=lambda one: int(one.get("version") or 0))] if versions else []

    def _listed(self, row: Row, attribute: AttributeSchema) -> list[Row]:
        listed = row.get(attribute.name) or []
        found = (self.find(one["__entity_type__"], self.key_of(one)) for one in listed)
        return [one for one in found if one is not None]

    def _ancestors(self, row: Row) -> list[Row]:
        found: list[Row] = []
        parent = self._typed_context(row.get("parent_id"))
        while parent is not None and parent not in found:
            found.insert(0, parent)
            parent = self._typed_context(parent.get("parent_id"))
        return found

    def _descendants(self, row: Row) -> list[Row]:
        return [one for one in self.of_type("TypedContext") if row in self._ancestors(one)]

    def _typed_context(self, key: Any) -> Row | None:
        return None if key is None else self.find("TypedContext", (str(key),))
