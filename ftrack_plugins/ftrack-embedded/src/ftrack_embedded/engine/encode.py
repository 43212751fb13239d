"""Rows to entity objects.

In one answer an entity is written in full where it occurs first. A later occurrence holds type and
key, and what an earlier one did not yet hold: nothing that was asked for is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftrack_embedded.model.description import Attribute, Computed, EntityType

from .read.columns import column_of, computed_label
from .read.level import Below, Level
from .values import wire_time, wire_variable

if TYPE_CHECKING:
    from .caller import Caller
    from .catalogue import Catalogue
    from .read.plan import Field

__all__ = ["Encoder", "wire_scalar"]

Read = Callable[[Level, int], Any]
"""Reads one value of one row of a level, in wire form."""


@dataclass(frozen=True)
class _Entry:
    """One attribute as it is written: *token* tells whether it has been written before."""

    name: str
    token: Any
    read: Read


@dataclass(frozen=True)
class _Recipe:
    """How the rows of one concrete type at one level are written."""

    key: tuple[tuple[str, str], ...]
    entries: tuple[_Entry, ...]
    tokens: frozenset[Any]


class Encoder:
    """Writes the entities of one answer and remembers what it has written."""

    def __init__(self, catalogue: Catalogue, caller: Caller) -> None:
        self._catalogue = catalogue
        self._lean = caller.lean
        self._repeats = caller.lean and caller.denormalize
        self._written: dict[tuple[Any, ...], frozenset[Any]] = {}
        self._recipes: dict[tuple[int, str], tuple[Level, _Recipe]] = {}

    def forget(self) -> None:
        """Forget what was written: a change has made it old."""
        self._written.clear()

    def entities(self, level: Level) -> list[dict[str, Any]]:
        """Return the entity objects of all rows of a level."""
        return [self._entity(level, position) for position in range(len(level.rows))]

    def _entity(self, level: Level, position: int) -> dict[str, Any]:
        type_name = level.types[position]
        recipe = self._recipe(level, type_name)
        row = level.rows[position]
        entity = {"__entity_type__": type_name}
        for name, column in recipe.key:
            entity[name] = row[column]
        identity = (type_name, *(row[column] for _, column in recipe.key))
        written = frozenset() if self._repeats else self._written.get(identity, frozenset())
        self._written[identity] = written | recipe.tokens if written else recipe.tokens
        for entry in recipe.entries:
            if entry.token not in written:
                entity[entry.name] = entry.read(level, position)
        return entity

    def _recipe(self, level: Level, type_name: str) -> _Recipe:
        # The level is kept beside the recipe so that no other level can get its identity.
        memo = (id(level), type_name)
        if memo not in self._recipes:
            self._recipes[memo] = (level, self._make_recipe(level, type_name))
        return self._recipes[memo][1]

    def _make_recipe(self, level: Level, type_name: str) -> _Recipe:
        declared = self._catalogue.types[type_name]
        columns = self._catalogue.key_columns(type_name)
        key = tuple(zip(declared.primary_key, columns, strict=True))
        extras = () if self._lean else declared.system_projections
        entries = {name: _stored(declared.attributes[name]) for name in extras}
        for name, wanted in level.plan.fields.items():
            if self._applies(wanted, declared):
                entries[name] = self._asked(level, name, wanted, declared)
        for name in declared.primary_key:
            entries.pop(name, None)
        tokens = frozenset(entry.token for entry in entries.values())
        return _Recipe(key, tuple(entries.values()), tokens)

    def _applies(self, wanted: Field, declared: EntityType) -> bool:
        if wanted.attribute.name not in declared.attributes:
            return False
        casts = wanted.only
        return casts is None or any(self._catalogue.is_a(declared.name, one) for one in casts)

    def _asked(self, level: Level, name: str, wanted: Field, declared: EntityType) -> _Entry:
        if wanted.target is not None:
            return _Entry(name, wanted.signature, self._reader_below(level.below[name]))
        if name in level.computed:
            return _Entry(name, name, lambda level, position: level.computed[name][position])
        return _stored(declared.attributes[name])

    def _reader_below(self, below: Below) -> Read:
        def read_one(_: Level, position: int) -> Any:
            found = below.positions[position]
            return self._entity(below.level, found[0]) if found else None

        def read_all(_: Level, position: int) -> Any:
            return [self._entity(below.level, found) for found in below.positions[position]]

        return read_one if below.single else read_all


def _stored(attribute: Attribute) -> _Entry:
    label = column_of(attribute)
    if label is None and isinstance(attribute.storage, Computed):
        label = computed_label(attribute.name)
    if label is None:
        return _Entry(attribute.name, attribute.name, lambda _level, _position: None)
    return _Entry(attribute.name, attribute.name, _reader(label, attribute))


def _reader(label: str, attribute: Attribute) -> Read:
    if attribute.data_type in ("datetime", "boolean", "variable"):
        return lambda level, position: wire_scalar(attribute, level.rows[position][label])
    return lambda level, position: level.rows[position][label]


def wire_scalar(attribute: Attribute, stored: Any) -> Any:
    """Return the wire form of a stored scalar."""
    if stored is None:
        return None
    if attribute.data_type == "datetime":
        return wire_time(stored)
    if attribute.data_type == "boolean":
        return bool(stored)
    if attribute.data_type == "variable":
        return wire_variable(stored)
    return stored
