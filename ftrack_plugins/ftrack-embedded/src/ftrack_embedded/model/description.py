"""What one entity type is to the server: its public attributes and where each one is stored.

The declarations in this package are turned into these values once; the tables, the schema answer
and the query compiler all read them and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "Attribute",
    "Column",
    "Computed",
    "EntityType",
    "Inverse",
    "Model",
    "Reference",
    "Storage",
    "Through",
]


@dataclass(frozen=True)
class Column:
    """A scalar in a column of the type's table.

    *refers_to* names the entity type whose primary key the column holds, where it is such a key.
    """

    name: str
    refers_to: str | None = None


@dataclass(frozen=True)
class Reference:
    """A reference: the value of *column* in this table is the primary key of *target*.

    *column* may be one that no public attribute shows (``Status.state``). A key of another family
    in the column is no error and reads as null (``Recipient.user`` where a group was named).
    """

    column: str
    target: str


@dataclass(frozen=True)
class Inverse:
    """A collection: the rows of *target* whose *column* equals this row's *local* column.

    *where* names further columns of the target and the value each must have; a value of None means
    IS NULL (the top-level notes of a thread).
    """

    target: str
    column: str
    local: str = "id"
    where: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Through:
    """A collection over a link table: its *near* column is this row's id, *far* the target's id.

    *link* is the entity type whose table it is, or the name of a table that no type shows.
    *where* restricts the link rows, and is what a link row made through this collection gets.
    """

    target: str
    link: str
    near: str
    far: str
    where: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Computed:
    """A value the server works out; *rule* is one of those that `ftrack_embedded.model` lists."""

    rule: str


Storage = Column | Reference | Inverse | Through | Computed


@dataclass(frozen=True)
class Attribute:
    """One public attribute of a type.

    *kind* is ``scalar``, ``reference``, ``collection`` or ``mapped``; *data_type* of a scalar is
    ``string``, ``integer``, ``number``, ``boolean``, ``datetime``, ``object`` or ``variable``.
    *storage* is None for what the server declares and does not keep yet (it reads as null or
    empty). *target* is the type that the schema declares; the rows themselves are of the storage's
    target, which may be wider (``Priority.tasks`` is declared Task and holds every typed context).
    *hidden* marks what the schema answer does not declare although its own projections name it: a
    query may ask for it. *generation* is ``older`` or ``newer`` where only one of the two
    generations of servers that the model follows knows the attribute.
    """

    name: str
    kind: str
    storage: Storage | None
    data_type: str = ""
    target: str | None = None
    default: Any = None
    has_default: bool = False
    immutable: bool = False
    computed: bool = False
    required: bool = False
    restricted: bool = False
    hidden: bool = False
    generation: str = ""
    wire: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class EntityType:
    """One entity type.

    *table* is shared by a family (all contexts live in one); *classifiers* are the columns and
    values that a new row of this type gets (empty for the root of a family). *selectors* find the
    rows of this type and of all types below it: for each column the values it may have (a
    ContainerComponent is ``container`` or ``sequence``). *subtypes* are the names of all types
    below this one, not counting itself. A row's concrete type is found by `Model.concrete`.
    *group_by* says that clients may group its rows, *generation* is that of `Attribute`. *wire*
    holds the parts of the schema answer that belong to the type as a whole.
    """

    name: str
    base: str | None
    table: str
    attributes: Mapping[str, Attribute]
    primary_key: tuple[str, ...]
    default_projections: tuple[str, ...]
    system_projections: tuple[str, ...] = ()
    """Public names of what the default (not strict) answer holds in addition."""
    classifiers: tuple[tuple[str, Any], ...] = ()
    selectors: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    subtypes: tuple[str, ...] = ()
    alias: str | None = None
    group_by: bool = False
    generation: str = ""
    wire: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def foreign_keys(self) -> Mapping[str, str]:
        """Return the columns that must hold the primary key of another type, with that type."""
        shown, hidden = {}, {}
        for attribute in self.attributes.values():
            storage = attribute.storage
            if isinstance(storage, Column):
                shown[storage.name] = storage.refers_to
            elif isinstance(storage, Reference):
                hidden[storage.column] = storage.target
        keys = {**hidden, **shown}
        return {name: target for name, target in keys.items() if target and name != "id"}


@dataclass(frozen=True)
class Model:
    """All entity types by name."""

    types: Mapping[str, EntityType]

    def concrete(self, table: str, row: Mapping[str, Any], family: str | None = None) -> str:
        """Return the name of the concrete type of a *row* (column to value) of *table*.

        It is the deepest type of the table whose classifiers all match; a row that matches no
        leaf is an instance of the nearest base type. Where two families show the same table
        (custom attribute links, and values) *family* is the type the row was read as, and the
        answer is that type or one below it; without it the family declared first wins.
        """
        for entity_type in self._deepest_first.get(table, ()):
            related = family is None or self.is_a(entity_type, family)
            if related and all(row.get(name) == value for name, value in entity_type.classifiers):
                return entity_type.name
        return family or ""

    def is_a(self, entity_type: EntityType, base: str) -> bool:
        """Return whether a type is *base* or derives from it."""
        return entity_type.name == base or entity_type.name in self.types[base].subtypes

    def depth(self, name: str) -> int:
        """Return how many bases a type has."""
        base = self.types[name].base
        return 0 if base is None else 1 + self.depth(base)

    @cached_property
    def _deepest_first(self) -> Mapping[str, tuple[EntityType, ...]]:
        by_table: dict[str, list[EntityType]] = {}
        for entity_type in self.types.values():
            by_table.setdefault(entity_type.table, []).append(entity_type)
        return {
            table: tuple(sorted(family, key=self._first_come_the_deepest))
            for table, family in by_table.items()
        }

    def _first_come_the_deepest(self, entity_type: EntityType) -> tuple[int, int]:
        # Of types equally deep, one that asks for nothing (BaseUser) would match any row.
        return (-self.depth(entity_type.name), -len(entity_type.classifiers))
