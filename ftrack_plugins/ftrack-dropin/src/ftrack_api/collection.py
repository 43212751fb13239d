"""Collections of entities, and rows with a key and a value as dictionaries."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from ftrack_core.entity import session_of

from ftrack_core import entity as kernel

from . import exception
from ._translation import known_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .attribute import Attribute
    from .entity.base import Entity

__all__ = [
    "Collection",
    "CustomAttributeCollectionProxy",
    "DenseCustomAttributes",
    "KeyValueMappedCollectionProxy",
    "MappedCollectionProxy",
    "configuration_of",
    "create_item",
    "mapped_view",
]


class Collection(kernel.Collection):
    """The entities in a collection attribute: a live view, unless it was made with *data*.

    *attribute* is the attribute or its name. An item is in it once.
    """

    __slots__ = ("__dict__", "_data")

    def __init__(
        self,
        entity: Entity,
        attribute: Attribute | str,
        mutable: bool = True,
        data: Iterable[Entity] | None = None,
    ) -> None:
        super().__init__(entity, attribute if isinstance(attribute, str) else attribute.name)
        self._data: list[Entity] | None = None
        self._is_frozen = False
        if data is not None:
            self._data = []
            self.extend(data)
            self._is_frozen = not mutable

    @property
    def entity(self) -> Entity:
        """Whose collection it is."""
        owner: Entity = self._entity  # type: ignore[assignment]  # made by this package
        return owner

    @property
    def mutable(self) -> bool:
        """Whether it may be changed; of a live view it is said for all views of the attribute."""
        if self._data is not None:
            return not self._is_frozen
        frozen = self._name in _frozen(self.entity)
        return not frozen and not self.entity.schema.attribute(self._name).immutable

    @mutable.setter
    def mutable(self, mutable: bool) -> None:
        self._is_frozen = not mutable
        if self._data is None:
            _set_frozen(self.entity, self._name, not mutable)

    @property
    def attribute(self) -> Attribute | None:
        """The attribute it is in."""
        found: Attribute | None = self.entity.attributes.get(self._name)
        return found

    def _content(self) -> list[Any]:
        return super()._content() if self._data is None else self._data

    def _change(self, change: Callable[[list[Any]], None]) -> None:
        if not self.mutable:
            raise exception.ImmutableCollectionError(self)
        if self._data is not None:
            change(self._data)
            return
        with known_errors():
            super()._change(change)

    def insert(self, index: int, item: Any) -> None:
        """Put *item* before *index*. Raises `DuplicateItemInCollectionError`."""
        self._require_absent(item)
        super().insert(index, item)

    def append(self, value: Any) -> None:
        """Put *value* at the end. Raises `DuplicateItemInCollectionError`."""
        self._require_absent(value)
        super().append(value)

    def extend(self, values: Iterable[Any]) -> None:
        """Put *values* at the end. Raises `DuplicateItemInCollectionError`; then none is."""
        added = list(values)
        seen: list[Any] = []
        for value in added:
            if value in seen:
                raise exception.DuplicateItemInCollectionError(value, self)
            self._require_absent(value)
            seen.append(value)
        super().extend(added)

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(index, int) and self[index] != value:
            self._require_absent(value)
        super().__setitem__(index, value)

    def _require_absent(self, value: Any) -> None:
        if value in self:
            raise exception.DuplicateItemInCollectionError(value, self)

    def __copy__(self) -> Collection:
        return Collection(self.entity, self._name, data=self)

    def __ne__(self, other: object) -> bool:
        return not self == other


def _frozen(entity: Entity) -> set[str]:
    """Return the names of the collections of *entity* that a script has made immutable."""
    frozen: set[str] = entity.__dict__.setdefault("_frozen_collections", set())
    return frozen


def _set_frozen(entity: Entity, name: str, is_frozen: bool) -> None:
    """Say whether the collection called *name* may not be changed."""
    names = _frozen(entity)
    if is_frozen:
        names.add(name)
    else:
        names.discard(name)


def create_item(proxy: MappedCollectionProxy, data: Mapping[str, Any]) -> Any:
    """Assign the value in *data* to the key in it, which makes the row; return the value."""
    proxy[data["key"]] = data["value"]
    return proxy[data["key"]]


class MappedCollectionProxy(kernel.MappedCollection):
    """A mapped attribute as a dictionary; a copy of one holds what it held when it was made."""

    __slots__ = ("__dict__",)

    _held: dict[str, Any] | None = None

    def __init__(self, collection: Collection) -> None:
        super().__init__(collection.entity, collection._name)  # noqa: SLF001 -- one module

    @property
    def logger(self) -> logging.Logger:
        """The logger of the class."""
        return logging.getLogger(f"{__name__}.{type(self).__name__}")

    @property
    def collection(self) -> Collection:
        """The entities behind the keys."""
        found = getattr(self, "_collection", None)
        return Collection(self._owner, self._name) if found is None else found

    @collection.setter
    def collection(self, collection: Collection) -> None:
        self._collection = collection

    @property
    def mutable(self) -> bool:
        """Whether keys may be assigned."""
        return self._name not in _frozen(self._owner)

    @mutable.setter
    def mutable(self, mutable: bool) -> None:
        _set_frozen(self._owner, self._name, not mutable)

    @property
    def attribute(self) -> Attribute | None:
        """The attribute it is in."""
        found: Attribute | None = self._owner.attributes.get(self._name)
        return found

    @attribute.setter
    def attribute(self, attribute: Attribute) -> None:
        self._name = attribute.name

    @property
    def _owner(self) -> Entity:
        owner: Entity = self._entity  # type: ignore[assignment]  # made by this package
        return owner

    def _items(self) -> dict[str, Any]:
        return super()._items() if self._held is None else self._held

    def __getitem__(self, key: str) -> Any:
        return super().__getitem__(key) if self._held is None else self._held[key]

    def __setitem__(self, key: str, value: Any) -> None:
        if self._held is not None:
            self._held[key] = value
            return
        self._require_mutable()
        with known_errors():
            super().__setitem__(key, value)

    def __delitem__(self, key: str) -> None:
        if self._held is not None:
            del self._held[key]
            return
        self._require_mutable()
        with known_errors():
            super().__delitem__(key)

    def _require_mutable(self) -> None:
        if not self.mutable:
            raise exception.ImmutableCollectionError(self)

    def __copy__(self) -> MappedCollectionProxy:
        return self.of(self._owner, self._name, dict(self._items()))

    @classmethod
    def of(
        cls, entity: Entity, name: str, held: dict[str, Any] | None = None
    ) -> MappedCollectionProxy:
        """Return the proxy of an attribute of *entity*, or one that holds *held* by itself."""
        made = cls.__new__(cls)  # past the constructor, which is for scripts
        kernel.MappedCollection.__init__(made, entity, name)
        made._held = held  # noqa: SLF001 -- its own class
        return made


class KeyValueMappedCollectionProxy(MappedCollectionProxy):
    """Metadata and the like.

    Made by entities. Where a script makes one, it is of *collection*'s attribute; the server's
    schema says what *creator*, *key_attribute* and *value_attribute* said.
    """

    __slots__ = ()

    key_attribute = "key"
    value_attribute = "value"
    creator: Callable[..., Any] = staticmethod(create_item)

    def __init__(
        self,
        collection: Collection,
        creator: Callable[..., Any] | None,
        key_attribute: str,
        value_attribute: str,
    ) -> None:
        super().__init__(collection)
        self.creator = creator or self.creator
        self.key_attribute, self.value_attribute = key_attribute, value_attribute

    def keys(self) -> list[str]:  # type: ignore[override]  # what it has always been
        """Return the keys as a list."""
        return list(self)


class CustomAttributeCollectionProxy(MappedCollectionProxy, kernel.CustomAttributes):
    """The custom attributes of an entity on an older server."""

    __slots__ = ()

    key_attribute = "configuration_id"
    value_attribute = "value"

    def get_configuration_id_from_key(self, key: str) -> str:
        """Return the id of the configuration behind *key*. Raises KeyError."""
        return configuration_of(self._owner, key)


class DenseCustomAttributes(KeyValueMappedCollectionProxy, kernel.CustomAttributes):
    """The custom attributes of an entity: every key that applies to it is there."""

    __slots__ = ()


DenseCustomAttributes.__name__ = KeyValueMappedCollectionProxy.__name__  # scripts compare the name


def configuration_of(entity: Entity, key: str) -> str:
    """Return the id of the custom attribute configuration behind *key* of *entity*."""
    target = entity.schema.attribute("custom_attributes").target or ""
    with known_errors():
        named = session_of(entity).work.mapped_key(entity, target, key)
    return str(named["configuration_id"])


def mapped_view(
    entity: Entity, name: str, held: dict[str, Any] | None = None
) -> MappedCollectionProxy:
    """Return what a mapped attribute of *entity* is seen as, or one that holds *held* by itself."""
    target = entity.schema.attribute(name).target or ""
    if target == "CustomAttributeValue":
        return CustomAttributeCollectionProxy.of(entity, name, held)
    is_custom = target.endswith("CustomAttributeValue")
    view = DenseCustomAttributes if is_custom else KeyValueMappedCollectionProxy
    return view.of(entity, name, held)
