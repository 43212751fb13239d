"""What writing an entity of a type needs to know of it; worked out once for each type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine.encode import decoder
from ftrack_embedded.model.description import Attribute, Column, EntityType

from .readers import Reader, readers_of
from .references import KeyReader
from .scalars import stored_scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ftrack_embedded.engine.catalogue import Catalogue

__all__ = ["Default", "Shown", "WritePlan", "plan_of"]

_NEW_ID: Final = "{uid}"


@dataclass(frozen=True)
class Default:
    """What a column gets that was not written, or written as null where it has to have a value.

    A *new_id* is made for each row.
    """

    column: str
    value: Any
    new_id: bool
    replaces_null: bool


@dataclass(frozen=True)
class Shown:
    """An attribute that shows a column; *decode* makes the wire value of a stored one."""

    name: str
    column: str
    decode: Callable[[Any], Any] | None

    def put(self, answer: dict[str, Any], stored: Any) -> None:
        """Put the wire value into an answer."""
        decode = self.decode
        answer[self.name] = stored if stored is None or decode is None else decode(stored)


@dataclass(frozen=True)
class WritePlan:
    """How entities of one type are read out of data, completed, checked and answered.

    *required* pairs a column with the attribute that an error names; *always* is shown in every
    answer, *extras* in those that are not lean.
    """

    keys: KeyReader
    readers: Mapping[str, Reader]
    defaults: tuple[Default, ...]
    required: tuple[tuple[str, str], ...]
    shown: Mapping[str, tuple[Shown, ...]]
    always: tuple[Shown, ...]
    extras: tuple[Shown, ...]


def plan_of(catalogue: Catalogue, entity_type: EntityType) -> WritePlan:
    """Return the plan of a type."""
    found = catalogue.write_plans.get(entity_type.name)
    if found is None:
        found = catalogue.write_plans[entity_type.name] = _made(catalogue, entity_type)
    return found


def _made(catalogue: Catalogue, entity_type: EntityType) -> WritePlan:
    kept = [
        (attribute, attribute.storage)
        for attribute in entity_type.attributes.values()
        if isinstance(attribute.storage, Column)
    ]
    shown = {one.name: _shown(one, storage) for one, storage in kept if not one.hidden}
    key, extras = entity_type.primary_key, entity_type.system_projections
    return WritePlan(
        keys=KeyReader.of(catalogue, entity_type.name),
        readers=readers_of(catalogue, entity_type),
        defaults=tuple(
            _default(entity_type.name, one, storage) for one, storage in kept if one.has_default
        ),
        required=tuple((storage.name, one.name) for one, storage in kept if one.required),
        shown=_by_column(shown.values()),
        always=tuple(shown[name] for name in key if name in shown),
        extras=tuple(shown[name] for name in extras if name in shown),
    )


def _shown(attribute: Attribute, storage: Column) -> Shown:
    return Shown(attribute.name, storage.name, decoder(attribute))


def _by_column(shown: Any) -> Mapping[str, tuple[Shown, ...]]:
    columns: dict[str, tuple[Shown, ...]] = {}
    for one in shown:
        columns[one.column] = (*columns.get(one.column, ()), one)
    return columns


def _default(owner: str, attribute: Attribute, storage: Column) -> Default:
    is_new_id = attribute.default == _NEW_ID
    value = None if is_new_id else stored_scalar(owner, attribute, attribute.default)
    return Default(storage.name, value, is_new_id, attribute.required)
