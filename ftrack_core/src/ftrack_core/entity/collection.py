"""Collections: the entities behind one attribute of another, as a list."""

from __future__ import annotations

from collections.abc import Iterable, MutableSequence
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from .entity import Entity

__all__ = ["Collection"]


class Collection(MutableSequence[Any]):
    """A live view of the entities in a collection attribute.

    Reading goes through to what the server said or what was assigned since; changing it records the
    new content as a whole, which is how the server takes it.
    """

    __slots__ = ("_entity", "_name")

    def __init__(self, entity: Entity, name: str) -> None:
        self._entity = entity
        self._name = name

    def _items(self) -> list[Entity]:
        local = self._entity._local  # noqa: SLF001 -- a collection is a part of its entity
        if local is not None and self._name in local:
            return list(local[self._name])
        entity_of = self._entity._work.entity_of  # noqa: SLF001
        return [entity_of(row) for row in self._entity._row.get(self._name) or ()]  # noqa: SLF001

    def _assign(self, items: list[Entity]) -> None:
        self._entity[self._name] = items

    @overload
    def __getitem__(self, index: int) -> Any: ...

    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...

    def __getitem__(self, index: int | slice) -> Any:
        return self._items()[index]

    def __setitem__(self, index: Any, value: Any) -> None:
        items = self._items()
        items[index] = value
        self._assign(items)

    def __delitem__(self, index: int | slice) -> None:
        items = self._items()
        del items[index]
        self._assign(items)

    def insert(self, index: int, value: Entity) -> None:
        """Put *value* before *index*; an entity that is there already is not put twice."""
        items = self._items()
        if value not in items:
            items.insert(index, value)
            self._assign(items)

    def extend(self, values: Iterable[Entity]) -> None:
        """Append all *values* in one change."""
        items = self._items()
        self._assign(items + [value for value in values if value not in items])

    def __len__(self) -> int:
        return len(self._items())

    def __iter__(self) -> Any:
        return iter(self._items())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Collection):
            return self._items() == other._items()
        return self._items() == other if isinstance(other, list) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it changes, as a list does

    def __repr__(self) -> str:
        return f"Collection({self._items()!r})"
