"""Rows to entity objects.

In one answer an entity is written in full where it occurs first. A later occurrence holds type and
key, and what an earlier one did not yet hold: nothing that was asked for is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.model.description import Attribute, Computed, EntityType

from .computed.values import value_rule
from .read.columns import column_of, computed_label
from .values import wire_time, wire_variable

if TYPE_CHECKING:
    from .caller import Caller
    from .catalogue import Catalogue
    from .read.level import Level, Record
    from .read.plan import Field, Plan

__all__ = ["Encoder", "decoder", "wire_scalar"]

Decode = Callable[[Any], Any]


@dataclass(frozen=True)
class _Recipe:
    """How the rows of one concrete type are written at one place of a query.

    *pick* takes the *names* out of a row, the key first; *decoded* are those that have another form
    on the wire. *computed* and *below* are the fields whose values are beside the rows. *tokens*
    tell for each attribute what was written when it was.
    """

    key: Callable[[Record], tuple[Any, ...]]
    names: tuple[str, ...]
    pick: Callable[[Record], tuple[Any, ...]]
    decoded: tuple[tuple[str, Decode], ...]
    computed: tuple[str, ...]
    below: tuple[str, ...]
    tokens: dict[str, Hashable]
    all_tokens: frozenset[Hashable]


class Encoder:
    """Writes the entities of one answer and remembers what it has written."""

    def __init__(self, catalogue: Catalogue, caller: Caller) -> None:
        self._catalogue = catalogue
        self._lean = caller.lean
        self._repeats = caller.lean and caller.denormalize
        self._written: dict[tuple[Any, ...], frozenset[Hashable]] = {}

    def forget(self) -> None:
        """Forget what was written: a change has made it old."""
        self._written.clear()

    def entities(self, level: Level) -> list[dict[str, Any]]:
        """Return the entity objects of all rows of a level."""
        return [self._entity(level, position) for position in range(len(level.rows))]

    def _entity(self, level: Level, position: int) -> dict[str, Any]:
        type_name, row = level.types[position], level.rows[position]
        recipe = self._recipe(level.plan, type_name)
        if self._repeats:
            return self._whole(level, position, recipe)
        identity = (type_name, recipe.key(row))
        written = self._written.get(identity)
        if written is None:
            self._written[identity] = recipe.all_tokens
            return self._whole(level, position, recipe)
        self._written[identity] = written | recipe.all_tokens
        return self._missing(level, position, recipe, written)

    def _whole(self, level: Level, position: int, recipe: _Recipe) -> dict[str, Any]:
        entity: dict[str, Any] = {"__entity_type__": level.types[position]}
        entity.update(zip(recipe.names, recipe.pick(level.rows[position]), strict=False))
        for name, decode in recipe.decoded:
            if entity[name] is not None:
                entity[name] = decode(entity[name])
        for name in recipe.computed:
            entity[name] = level.computed[name][position]
        for name in recipe.below:
            entity[name] = self._related(level, position, name)
        return entity

    def _missing(
        self, level: Level, position: int, recipe: _Recipe, written: frozenset[Hashable]
    ) -> dict[str, Any]:
        """Write type and key, and what was not yet *written*."""
        row = level.rows[position]
        entity: dict[str, Any] = {"__entity_type__": level.types[position]}
        decoders = dict(recipe.decoded)
        for name, value in zip(recipe.names, recipe.pick(row), strict=True):
            if name not in recipe.tokens:
                entity[name] = value
            elif recipe.tokens[name] not in written:
                decode = decoders.get(name)
                entity[name] = value if decode is None or value is None else decode(value)
        for name in recipe.computed:
            if recipe.tokens[name] not in written:
                entity[name] = level.computed[name][position]
        for name in recipe.below:
            if recipe.tokens[name] not in written:
                entity[name] = self._related(level, position, name)
        return entity

    def _related(self, level: Level, position: int, name: str) -> Any:
        below = level.below[name]
        found = below.positions[position]
        if not below.single:
            return [self._entity(below.level, one) for one in found]
        return self._entity(below.level, found[0]) if found else None

    # --- recipes -------------------------------------------------------------------------------

    def _recipe(self, plan: Plan, type_name: str) -> _Recipe:
        memo = (type_name, self._lean)
        recipe: _Recipe | None = plan.memo.get(memo)
        if recipe is None:
            recipe = plan.memo[memo] = self._make_recipe(plan, self._catalogue.types[type_name])
        return recipe

    def _make_recipe(self, plan: Plan, declared: EntityType) -> _Recipe:
        extras = () if self._lean else declared.system_projections
        asked = {name: one for name, one in plan.fields.items() if self._applies(one, declared)}
        beside = {name: one for name, one in asked.items() if not _is_stored(one)}
        plain = [one for one in dict.fromkeys((*extras, *asked)) if one not in beside]
        names = tuple(dict.fromkeys((*declared.primary_key, *plain)))
        attributes = [declared.attributes[name] for name in names]
        tokens: dict[str, Hashable] = {
            name: beside[name].signature if name in beside and beside[name].target else name
            for name in (*names, *beside)
            if name not in declared.primary_key
        }
        return _Recipe(
            key=plan.picker(self._catalogue.key_columns(declared.name)),
            names=names,
            pick=_picker(plan, attributes),
            decoded=tuple(_decoders(attributes)),
            computed=tuple(name for name, one in beside.items() if one.target is None),
            below=tuple(name for name, one in beside.items() if one.target is not None),
            tokens=tokens,
            all_tokens=frozenset(tokens.values()),
        )

    def _applies(self, wanted: Field, declared: EntityType) -> bool:
        if wanted.attribute.name not in declared.attributes:
            return False
        casts = wanted.only
        return casts is None or any(self._catalogue.is_a(declared.name, one) for one in casts)


def _is_stored(wanted: Field) -> bool:
    """Whether the row itself holds the value: no related entities, no rule of Python."""
    if wanted.target is not None:
        return False
    storage = wanted.attribute.storage
    return not isinstance(storage, Computed) or value_rule(storage.rule) is None


def _picker(plan: Plan, attributes: list[Attribute]) -> Callable[[Record], tuple[Any, ...]]:
    labels = [_label(attribute) for attribute in attributes]
    if all(label in plan.columns for label in labels):
        return plan.picker([label for label in labels if label is not None])
    places = [plan.columns.get(label) if label is not None else None for label in labels]
    return lambda row: tuple(None if place is None else row[place] for place in places)


def _label(attribute: Attribute) -> str | None:
    """Return the name under which a row holds a scalar; None if nothing does."""
    label = column_of(attribute)
    if label is None and isinstance(attribute.storage, Computed):
        return computed_label(attribute.name)
    return label


def _decoders(attributes: list[Attribute]) -> list[tuple[str, Decode]]:
    return [
        (attribute.name, _DECODERS[attribute.data_type])
        for attribute in attributes
        if attribute.data_type in _DECODERS
    ]


def decoder(attribute: Attribute) -> Decode | None:
    """Return what makes the wire value of a stored one that is not null; None if it is the same."""
    return _DECODERS.get(attribute.data_type)


def wire_scalar(attribute: Attribute, stored: Any) -> Any:
    """Return the wire form of a stored scalar."""
    decode = _DECODERS.get(attribute.data_type)
    return stored if stored is None or decode is None else decode(stored)


_DECODERS: Final[Mapping[str, Decode]] = MappingProxyType(
    {"boolean": bool, "datetime": wire_time, "variable": wire_variable}
)
