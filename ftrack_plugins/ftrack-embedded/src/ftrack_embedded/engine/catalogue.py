"""The model and its tables, with the look-ups that the engine makes all the time."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Table, select

from ftrack_embedded.model.description import Attribute, Column, EntityType, Model, Reference

from . import failures
from .compile.memo import Memo

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from sqlalchemy import Column as TableColumn
    from sqlalchemy import FromClause, MetaData

    from .write.plan import WritePlan

__all__ = ["Catalogue", "Readable", "ReadableValue"]

Readable = Callable[[Table], "ColumnElement[bool] | None"]
"""Which rows of a table somebody may read; None means all."""
ReadableValue = Callable[["ColumnElement[Any]", "ColumnElement[Any]"], "ColumnElement[bool] | None"]
"""Whether somebody may read a custom attribute (its configuration's id) in a project (its id)."""


class Catalogue:
    """Everything the engine knows about the shape of the data; never changes."""

    def __init__(self, model: Model, metadata: MetaData) -> None:
        self.model = model
        self.metadata = metadata
        self._concrete: dict[tuple[Any, ...], str] = {}
        self._reference_columns: dict[str, Mapping[str, str]] = {}
        self._aliases: dict[tuple[str, int], FromClause] = {}
        self._readable: Readable | None = None
        self.readable_value: ReadableValue | None = None
        """Which custom attributes the caller reads in which projects; None means all in all."""
        self.counts: dict[str, int] | None = None
        """How often each table occurs in the statement that is being made, if one is."""
        self.prepared: Memo[Any] = Memo()
        """Queries that were compiled, by database and shape."""
        self.limited: dict[Hashable, Catalogue] = {}
        """Catalogues for those from whom something is hidden, by the kinds of what that is."""
        self.hidden: Mapping[str, str] = {}
        """Parameters of the statements made by this catalogue: what is hidden from the caller."""
        self.write_plans: dict[str, WritePlan] = {}
        """How entities are written, by type."""

    @property
    def types(self) -> Mapping[str, EntityType]:
        """All entity types by name."""
        return self.model.types

    def entity_type(
        self, name: object, *, in_query: bool = False, position: int = -1
    ) -> EntityType:
        """Return a type; an unknown name is an error for the client."""
        found = self.types.get(name) if isinstance(name, str) else None
        if found is None:
            raise failures.unknown_type(name, self.types, in_query=in_query, position=position)
        return found

    def table(self, entity_type: str) -> Table:
        """Return the table in which the rows of a type are kept."""
        return self.metadata.tables[self.types[entity_type].table]

    def for_statement(self) -> Catalogue:
        """Return this catalogue for one statement, in which aliases are counted from the start.

        Making an alias costs more than all else of a small query; so they are made once and used
        again. The same one must not occur twice in a statement: hence the counting.
        """
        one = copy.copy(self)
        one.counts = {}
        return one

    def alias(self, entity_type: str) -> FromClause:
        """Return the table of a type, or a table that no type shows, under a name of its own."""
        table = self.link_table(entity_type)
        if self.counts is None:
            return self._open(table, None)
        count = self.counts.get(table.name, 0) + 1
        self.counts[table.name] = count
        memo = (table.name, count)
        if memo not in self._aliases:
            self._aliases[memo] = self._open(table, f"{table.name}_{count}")
        return self._aliases[memo]

    def limited_to(
        self,
        kinds: Hashable,
        readable: Readable,
        readable_value: ReadableValue,
        hidden: Mapping[str, str],
    ) -> Catalogue:
        """Return this catalogue for somebody who may not read every row.

        *readable* and *readable_value* make conditions with the parameters *hidden*. Its statements
        serve all from whom the same *kinds* of rows are hidden: they differ in the values of the
        parameters only.
        """
        if kinds not in self.limited:
            shared = copy.copy(self)
            shared._aliases = {}  # noqa: SLF001 - a copy of this very object
            shared.prepared = Memo()
            self.limited[kinds] = shared
        one = copy.copy(self.limited[kinds])
        one._readable = readable  # noqa: SLF001 - as above
        one.readable_value = readable_value
        one.hidden = hidden
        return one

    def _open(self, table: Table, name: str | None) -> FromClause:
        condition = self._readable(table) if self._readable else None
        if condition is None:
            return table.alias(name)
        # At the top of a statement it does not count among tests within tests: SQLite takes few.
        return select(table).where(condition).cte(name).prefix_with("NOT MATERIALIZED")

    def link_table(self, link: str) -> Table:
        """Return the table of a link: an entity type's, or one that no type shows."""
        return self.table(link) if link in self.types else self.metadata.tables[link]

    def column(self, entity_type: str, name: str) -> TableColumn[Any]:
        """Return a column of the table of a type."""
        return self.table(entity_type).c[name]

    def attribute(self, entity_type: str, name: str) -> Attribute | None:
        """Return what the type declares under *name*, or else what a type below it declares."""
        declared = self.types[entity_type].attributes.get(name)
        return declared or self._below(entity_type, name)

    def _below(self, entity_type: str, name: str) -> Attribute | None:
        return next(iter(self.declared_below(entity_type, name).values()), None)

    def declared_below(self, entity_type: str, name: str) -> dict[str, Attribute]:
        """Return what the types below a type declare under *name*, by type."""
        subtypes = (self.types[one] for one in self.types[entity_type].subtypes)
        return {one.name: one.attributes[name] for one in subtypes if name in one.attributes}

    def root(self, entity_type: str) -> str:
        """Return the topmost base of a type: the name of its family."""
        base = self.types[entity_type].base
        return entity_type if base is None else self.root(base)

    def is_a(self, entity_type: str, base: str) -> bool:
        """Return whether a type is *base* or lies below it."""
        return entity_type == base or entity_type in self.types[base].subtypes

    def key_columns(self, entity_type: str) -> tuple[str, ...]:
        """Return the columns of the primary key, in the order of its declaration."""
        declared = self.types[entity_type]
        return tuple(_column_of(declared.attributes[name]) for name in declared.primary_key)

    def classifier_columns(self, entity_type: str) -> tuple[str, ...]:
        """Return the columns that tell the types of this family's table apart."""
        return self._classifiers_by_table.get(self.types[entity_type].table, ())

    @cached_property
    def _classifiers_by_table(self) -> Mapping[str, tuple[str, ...]]:
        names: dict[str, dict[str, None]] = {}
        for entity_type in self.types.values():
            columns = [column for column, _ in entity_type.classifiers]
            columns += [column for column, _ in entity_type.selectors]
            names.setdefault(entity_type.table, {}).update(dict.fromkeys(columns))
        return {table: tuple(columns) for table, columns in names.items()}

    def concrete(self, entity_type: str, row: Mapping[str, Any]) -> str:
        """Return the concrete type of a *row* that was read as *entity_type*."""
        values = tuple(row.get(name) for name in self.classifier_columns(entity_type))
        memo = (entity_type, *values)
        if memo not in self._concrete:
            declared = self.types[entity_type]
            found = self.model.concrete(declared.table, row, self.root(entity_type))
            self._concrete[memo] = found or entity_type
        return self._concrete[memo]

    def reference_columns(self, entity_type: str) -> Mapping[str, str]:
        """Return the columns that hold keys of other rows, and the type those belong to.

        Where a column says what it refers to, that counts; else the reference that reads it.
        """
        if entity_type not in self._reference_columns:
            self._reference_columns[entity_type] = self._find_references(entity_type)
        return self._reference_columns[entity_type]

    def _find_references(self, entity_type: str) -> Mapping[str, str]:
        declared = self.types[entity_type].attributes.values()
        read = [one.storage for one in declared if isinstance(one.storage, Reference)]
        held = [one.storage for one in declared if isinstance(one.storage, Column)]
        found = {storage.column: storage.target for storage in read}
        found |= {storage.name: storage.refers_to for storage in held if storage.refers_to}
        return {
            column: target
            for column, target in found.items()
            if len(self.types[target].primary_key) == 1
            and (column,) != self.key_columns(entity_type)
        }


def _column_of(attribute: Attribute) -> str:
    assert isinstance(attribute.storage, Column)
    return attribute.storage.name
