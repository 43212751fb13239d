"""The attributes of an entity type: descriptions with which values can be read and set.

The values are the kernel's: an attribute keeps none.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, ClassVar

from ftrack_core.entity import session_of
from ftrack_core.work.checks import is_new

from . import exception
from ._rows import row_of
from .collection import (
    Collection,
    CustomAttributeCollectionProxy,
    KeyValueMappedCollectionProxy,
    mapped_view,
)
from .symbol import NOT_SET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .entity.base import Entity

__all__ = [
    "AbstractCollectionAttribute",
    "Attribute",
    "Attributes",
    "CollectionAttribute",
    "CustomAttributeCollectionAttribute",
    "KeyValueMappedCollectionAttribute",
    "ReferenceAttribute",
    "ScalarAttribute",
    "merge_references",
]


def merge_references(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return *function* as it is: entities behind references are the session's own always."""

    @functools.wraps(function)
    def get_value(attribute: Attribute, entity: Entity) -> Any:
        return function(attribute, entity)

    return get_value


class Attributes:
    """Attributes by name, in order."""

    def __init__(self, attributes: Iterable[Attribute] | None = None) -> None:
        self._attributes: dict[str, Attribute] = {}
        for attribute in attributes or ():
            self.add(attribute)

    def add(self, attribute: Attribute) -> None:
        """Add *attribute*. Raises `NotUniqueError` where there is one of its name."""
        if attribute.name in self._attributes:
            raise exception.NotUniqueError(f"there is an attribute {attribute.name!r} already")
        self._attributes[attribute.name] = attribute

    def remove(self, attribute: Attribute) -> None:
        """Take *attribute* out. Raises KeyError where it is not there."""
        del self._attributes[attribute.name]

    def get(self, name: str) -> Attribute | None:
        """Return the attribute called *name*, or None."""
        return self._attributes.get(name)

    def keys(self) -> list[str]:
        """Return the names."""
        return list(self._attributes)

    def __contains__(self, item: Attribute) -> bool:
        return item.name in self._attributes

    def __iter__(self) -> Iterator[Attribute]:
        return iter(list(self._attributes.values()))

    def __len__(self) -> int:
        return len(self._attributes)


class Attribute:
    """One attribute; *default_value* is a value, or a function that is given the entity."""

    def __init__(
        self,
        name: str,
        default_value: Any = NOT_SET,
        mutable: bool = True,
        computed: bool = False,
    ) -> None:
        self._name = name
        self._mutable = mutable
        self._computed = computed
        self.default_value = default_value

    def __repr__(self) -> str:
        kind = type(self)
        return f"<{kind.__module__}.{kind.__name__}({self.name}) object at {id(self)}>"

    @property
    def name(self) -> str:
        """How it is called."""
        return self._name

    @property
    def mutable(self) -> bool:
        """Whether it may change once it has a value."""
        return self._mutable

    @property
    def computed(self) -> bool:
        """Whether the server works it out."""
        return self._computed

    def get_entity_storage(self, entity: Entity) -> dict[str, Any]:
        """Return what is here of the value: ``local`` as assigned, ``remote`` as of the server."""
        return {"local": self.get_local_value(entity), "remote": self.get_remote_value(entity)}

    def get_value(self, entity: Entity) -> Any:
        """Return the value; the server is asked where it is not here and this may be."""
        return entity.plain_value(self.name)

    def get_local_value(self, entity: Entity) -> Any:
        """Return what was assigned and is not committed, or `NOT_SET`."""
        return entity.assigned(self.name)

    def get_remote_value(self, entity: Entity) -> Any:
        """Return what the server is known to have, or `NOT_SET`."""
        return entity.known(self.name)

    def set_local_value(self, entity: Entity, value: Any) -> None:
        """Assign *value*. Raises `ImmutableAttributeError` where it has one and may not change."""
        if not self.mutable and self.is_set(entity) and value is not NOT_SET:
            raise exception.ImmutableAttributeError(self)
        entity.set_plain_value(self.name, value)

    def set_remote_value(self, entity: Entity, value: Any) -> None:
        """Take *value* as what the server has now; `NOT_SET` has it loaded when it is read."""
        kernel = session_of(entity)
        if value is NOT_SET:
            kernel.work.expire([entity], [self.name])
            return
        key = {name: entity.known(name) for name in entity.schema.primary_key}
        row = row_of(kernel, entity.entity_type, {self.name: value, **key})
        kernel.work.store.learn([row])

    def populate_remote_value(self, entity: Entity) -> Any:
        """Ask the server and return what it has."""
        entity.session.populate([entity], self.name)
        return self.get_remote_value(entity)

    def is_modified(self, entity: Entity) -> bool:
        """Whether something was assigned that the server does not have."""
        local = self.get_local_value(entity)
        return local is not NOT_SET and bool(local != self.get_remote_value(entity))

    def is_set(self, entity: Entity) -> bool:
        """Whether there is a value here."""
        values = (self.get_local_value(entity), self.get_remote_value(entity))
        return any(value is not NOT_SET for value in values)


class ScalarAttribute(Attribute):
    """A text, number, date and the like; *data_type* says which."""

    def __init__(self, name: str, data_type: str, **kw: Any) -> None:
        super().__init__(name, **kw)
        self.data_type = data_type

    def get_local_value(self, entity: Entity) -> Any:
        """Return what was assigned and is not committed, or `NOT_SET`.

        The key of a new entity and what it has by default count as assigned.
        """
        assigned = super().get_local_value(entity)
        if assigned is not NOT_SET or not is_new(entity):
            return assigned
        follows = entity.loaded(self.name) is not NOT_SET  # what an assigned reference says
        return NOT_SET if follows else entity.plain_value(self.name)

    def get_remote_value(self, entity: Entity) -> Any:
        """Return what the server is known to have, or `NOT_SET`."""
        is_own = self.name in entity.schema.primary_key and is_new(entity)
        return NOT_SET if is_own else super().get_remote_value(entity)


class ReferenceAttribute(Attribute):
    """An entity of *entity_type*."""

    def __init__(self, name: str, entity_type: str, **kw: Any) -> None:
        super().__init__(name, **kw)
        self.entity_type = entity_type


class AbstractCollectionAttribute(Attribute):
    """Several of something."""

    collection_class: ClassVar[type | None] = None

    def get_remote_value(self, entity: Entity) -> Any:
        """Return the collection as the server is known to have it, or `NOT_SET`."""
        known = entity.known(self.name)
        return known if known is NOT_SET else self._remote_collection(entity, known)

    def _remote_collection(self, entity: Entity, known: Any) -> Any:
        return mapped_view(entity, self.name, known)


class CollectionAttribute(AbstractCollectionAttribute):
    """Several entities."""

    collection_class = Collection

    def _remote_collection(self, entity: Entity, known: Any) -> Any:
        return Collection(entity, self.name, mutable=False, data=known)


class KeyValueMappedCollectionAttribute(AbstractCollectionAttribute):
    """Rows with a key and a value, such as metadata."""

    collection_class = KeyValueMappedCollectionProxy

    def __init__(
        self,
        name: str,
        creator: Callable[..., Any] | None,
        key_attribute: str,
        value_attribute: str,
        **kw: Any,
    ) -> None:
        super().__init__(name, **kw)
        self.creator = creator
        self.key_attribute = key_attribute
        self.value_attribute = value_attribute


class CustomAttributeCollectionAttribute(AbstractCollectionAttribute):
    """The custom attributes of an entity on an older server."""

    collection_class = CustomAttributeCollectionProxy
