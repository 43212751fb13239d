"""Entities as JSON text: which of their attributes go into it, and in which form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftrack_core.entity import NOT_SET, Entity
from ftrack_core.entity.collection import Collection
from ftrack_core.entity.mapped import Overlay
from ftrack_core.entity.rows import TYPE
from ftrack_core.errors import EncodingError, did_you_mean
from ftrack_core.schema import AttributeKind
from ftrack_core.wire import decode_scalar
from ftrack_core.wire import encode as to_wire

from .creating import default_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .unit import UnitOfWork

__all__ = ["STRATEGIES", "encode"]

STRATEGIES = ("all", "set_only", "modified_only", "persisted_only")
"""Which attributes of an entity are encoded."""


def encode(work: UnitOfWork, value: Any, strategy: str = "set_only") -> str:
    """Return *value* as JSON text with sorted keys; entities in it as *strategy* says.

    An operation of the protocol (a mapping with an ``action``) is written as it is sent: entities
    in it are references.
    """
    if strategy not in STRATEGIES:
        raise EncodingError(
            f"there is no entity_attribute_strategy {strategy!r}."
            f"{did_you_mean(str(strategy), STRATEGIES)} Use one of {', '.join(STRATEGIES)}."
        )
    import json

    return json.dumps(_Encoder(work, strategy).plain(value), sort_keys=True)


class _Encoder:
    """Encodes with one strategy."""

    def __init__(self, work: UnitOfWork, strategy: str) -> None:
        self._work = work
        self._strategy = strategy

    def plain(self, value: Any) -> Any:
        if isinstance(value, Entity):
            return self._entity(value)
        if isinstance(value, Collection):
            return to_wire(list(value))
        if isinstance(value, Mapping) and not isinstance(value.get("action"), str):
            return {key: self.plain(one) for key, one in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray)):
            return [self.plain(one) for one in value]
        return to_wire(value)

    def _entity(self, entity: Entity) -> dict[str, Any]:
        if self._strategy == "all":
            entity._work.load_all(entity)  # noqa: SLF001 -- the other half of it
        encoded: dict[str, Any] = dict(entity.__ftrack_reference__())
        for name, value in self._attributes(entity):
            encoded.setdefault(name, value)
        return encoded

    def _attributes(self, entity: Entity) -> Iterator[tuple[str, Any]]:
        local, row = entity._local or {}, entity._row  # noqa: SLF001
        yield from self._defaults(entity, local)
        if self._strategy == "modified_only":  # what follows from it is its other half
            for name in entity if local else ():
                if name in local:
                    yield from self._assigned(entity, name, local[name])
            return
        follows = entity.schema.follows
        for name in entity:
            if self._strategy == "persisted_only":
                if name in row and not entity.schema.attribute(name).computed:
                    yield name, self._known(entity, name)
            elif name in local:
                yield from self._assigned(entity, name, local[name])
            elif follows.get(name) in local:
                yield from self._following(entity, name)
            elif name in row:
                yield name, self._known(entity, name)

    def _defaults(self, entity: Entity, local: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield what a new entity shows where nothing was given."""
        if self._strategy == "persisted_only" or not entity._work.is_new(entity):  # noqa: SLF001
            return
        follows = entity.schema.follows
        for name, attribute in entity.schema.attributes.items():
            if name not in local and follows.get(name) not in local:
                default = default_of(attribute)
                if default is not NOT_SET:
                    yield name, to_wire(default)

    def _assigned(self, entity: Entity, name: str, value: Any) -> Iterator[tuple[str, Any]]:
        if self._strategy != "modified_only" or _is_modified(entity, name, value):
            if isinstance(value, Overlay):
                yield name, self._mapped(entity, name, value)
            else:
                yield name, to_wire(value)

    def _following(self, entity: Entity, name: str) -> Iterator[tuple[str, Any]]:
        if entity.schema.attribute(name).kind is AttributeKind.SCALAR:
            yield name, to_wire(entity[name])
        # An entity's identifier is there, and looking it up may cost a request.

    def _known(self, entity: Entity, name: str) -> Any:
        """Return a value of the row, which is in wire form already, without the rows behind it."""
        value = entity._row[name]  # noqa: SLF001
        kind = entity.schema.attribute(name).kind
        if value is None or kind is AttributeKind.SCALAR:
            return value
        if kind is AttributeKind.REFERENCE:
            return _reference(entity, value)
        write = _item if kind is AttributeKind.MAPPED else _reference
        return [write(entity, one) for one in value]

    def _mapped(self, entity: Entity, name: str, overlay: Overlay) -> list[dict[str, Any]]:
        """Return the items of a mapped attribute with what was assigned in it."""
        rows = {one["key"]: one for one in entity._row.get(name) or ()}  # noqa: SLF001
        items = {key: _item(entity, row) for key, row in rows.items()}
        target = entity.schema.attribute(name).target or ""
        for key, value in overlay.items():
            if value is NOT_SET:
                items.pop(key, None)
            else:
                known = items.get(key) or self._work.mapped_key(entity, target, key)
                items[key] = {TYPE: target, **known, "key": key, "value": to_wire(value)}
        return list(items.values())


def _reference(entity: Entity, row: Mapping[str, Any]) -> dict[str, Any]:
    names = entity._work.session.schemas[row[TYPE]].primary_key  # noqa: SLF001
    return {TYPE: row[TYPE], **{name: row[name] for name in names}}


def _item(entity: Entity, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item of a mapped attribute, which is nothing without its key and value."""
    return {**_reference(entity, row), "key": row["key"], "value": row.get("value")}


def _is_modified(entity: Entity, name: str, value: Any) -> bool:
    """Whether an assigned value differs from what the server is known to have."""
    remote = entity._row.get(name, NOT_SET)  # noqa: SLF001
    if remote is NOT_SET or isinstance(value, Overlay):
        return True
    if isinstance(value, list) and isinstance(remote, list):
        return {_named(one) for one in value} != {_named(one) for one in remote}
    if isinstance(value, Entity):
        return _named(value) != _named(remote)
    return bool(decode_scalar(to_wire(value)) != decode_scalar(remote))


def _named(item: Any) -> tuple[Any, ...]:
    row = item._row if isinstance(item, Entity) else item  # noqa: SLF001
    if not isinstance(row, dict):
        return (row,)
    return (row.get(TYPE), row.get("id"))
