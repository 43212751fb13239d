"""The rows of a writing batch: every change goes through here and is noted.

What is noted serves three ends: references are checked when the batch is complete, listeners learn
what has changed, and a row that this batch removed may be deleted again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy.exc import IntegrityError

from . import failures
from .table_statements import TableStatements

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from .catalogue import Catalogue
    from .read.level import Row

__all__ = ["Change", "Promise", "Reference", "Refusal", "Rows"]

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Change:
    """One changed row: *old* and *new* hold the columns that differ, None where there is no row."""

    operation: int
    action: str
    entity_type: str
    key: Key
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None


class Reference(NamedTuple):
    """A key of a *target* that was written into a column."""

    entity_type: str
    column: str
    target: str
    value: Any


@dataclass(frozen=True)
class Promise:
    """What a row of a type gets that operation number *operation* expects to be created."""

    operation: int
    entity_type: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Refusal:
    """A delete that is refused if, at the end, rows of a type still hold these ids in a column."""

    operation: int
    removed: str
    rows: str
    column: str
    ids: Sequence[Any]


@dataclass
class Rows:
    """Reads and changes rows by entity type and key; *operation* is the one being carried out."""

    connection: Connection
    catalogue: Catalogue
    operation: int = 0
    changes: list[Change] = field(default_factory=list)
    references: dict[Reference, int] = field(default_factory=dict)
    """References that were written, each with the first operation that did."""
    refusals: list[Refusal] = field(default_factory=list)
    removed: dict[tuple[str, Key], int] = field(default_factory=dict)
    promised: dict[tuple[str, Key], Promise] = field(default_factory=dict)

    def get(self, entity_type: str, key: Sequence[Any]) -> Row | None:
        """Return a whole row, or None if there is none of this key in the type's family."""
        found = self.find(entity_type, **self._named(entity_type, key))
        return found[0] if found else None

    def find(self, entity_type: str, /, **equal: Any) -> list[Row]:
        """Return the rows whose columns have these values, each one or one of a list."""
        return self._statements.select(self.catalogue.table(entity_type), equal)

    def insert(self, entity_type: str, row: Mapping[str, Any]) -> Row:
        """Add a row and return it, with what earlier operations promised for it."""
        key = self.key_of(entity_type, row)
        complete = {**row, **self._promises(entity_type, key, row)}
        try:
            self._statements.insert(self.catalogue.table(entity_type), complete)
        except IntegrityError:
            raise failures.exists_already(self.operation, entity_type, key) from None
        self.removed.pop((self._table_name(entity_type), key), None)
        self._note_references(entity_type, complete)
        self.changes.append(Change(self.operation, "add", entity_type, key, None, complete))
        return complete

    def update(self, entity_type: str, row: Row, values: Mapping[str, Any]) -> Row:
        """Change columns of a *row* that was read before; return the columns that differ."""
        changed = {name: value for name, value in values.items() if row.get(name) != value}
        if changed:
            key = self.key_of(entity_type, row)
            table = self.catalogue.table(entity_type)
            self._statements.update(table, self._named(entity_type, key), changed)
            old = {name: row.get(name) for name in changed}
            self.changes.append(Change(self.operation, "update", entity_type, key, old, changed))
            self._note_references(entity_type, changed)
            row.update(changed)
        return changed

    def remove(self, entity_type: str, rows: Sequence[Row]) -> None:
        """Remove rows that were read before; at most some thousands at a time."""
        table = self.catalogue.table(entity_type)
        keys = [self.key_of(entity_type, row) for row in rows]
        self._statements.delete(table, [self._named(entity_type, key) for key in keys])
        for key, row in zip(keys, rows, strict=True):
            self.removed[(table.name, key)] = self.operation
            concrete = self.catalogue.concrete(entity_type, row)
            self.changes.append(Change(self.operation, "remove", concrete, key, row, None))

    def refuse(self, removed: str, rows: str, column: str, ids: Sequence[Any]) -> None:
        """Note that a delete must not stand if rows still refer to what it removed."""
        self.refusals.append(Refusal(self.operation, removed, rows, column, ids))

    def was_removed(self, entity_type: str, key: Sequence[Any]) -> bool:
        """Return whether this batch has removed the row."""
        return (self._table_name(entity_type), tuple(key)) in self.removed

    def promise(self, entity_type: str, key: Sequence[Any], values: Mapping[str, Any]) -> None:
        """Say what a row gets that a later operation is expected to create."""
        place = (self._table_name(entity_type), tuple(key))
        promise = Promise(self.operation, entity_type, {})
        self.promised.setdefault(place, promise).values.update(values)

    def expect(
        self, target: str, identifier: Any, *, rows: str | None = None, column: str = "id"
    ) -> None:
        """Note a reference to a *target* that is kept elsewhere than in a typed column.

        *rows* and *column* say where; without them it is in a table that no type shows.
        """
        noted = Reference(rows or target, column, target, identifier)
        self.references.setdefault(noted, self.operation)

    def key_of(self, entity_type: str, row: Mapping[str, Any]) -> Key:
        """Return the primary key of a row."""
        return tuple(row.get(name) for name in self.catalogue.key_columns(entity_type))

    def _promises(self, entity_type: str, key: Key, row: Mapping[str, Any]) -> dict[str, Any]:
        promise = self.promised.pop((self._table_name(entity_type), key), None)
        values = promise.values if promise else {}
        return {name: value for name, value in values.items() if row.get(name) is None}

    def _note_references(self, entity_type: str, values: Mapping[str, Any]) -> None:
        for name, target in self.catalogue.reference_columns(entity_type).items():
            value = values.get(name)
            if value is not None:
                noted = Reference(entity_type, name, target, value)
                self.references.setdefault(noted, self.operation)

    def _table_name(self, entity_type: str) -> str:
        return self.catalogue.types[entity_type].table

    def _named(self, entity_type: str, key: Sequence[Any]) -> dict[str, Any]:
        return dict(zip(self.catalogue.key_columns(entity_type), key, strict=True))

    @cached_property
    def _statements(self) -> TableStatements:
        return TableStatements(self.connection, self.catalogue)
