"""Collections: the entities behind one attribute of another, as a list."""

from __future__ import annotations

from collections.abc import Iterable, MutableSequence
from typing import TYPE_CHECKING, Any, overload

from ftrack_core.errors import EntityError

from .symbols import NOT_SET

if TYPE_CHECKING:
    from collections.abc import Callable

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

    def _change(self, change: Callable[[list[Entity]], None]) -> None:
        """Change the content in one step, so that two threads do not lose each other's items."""
        with self._entity._work.lock:  # noqa: SLF001
            self._require_known()
            items = self._items()
            before = list(items)
            change(items)
            if items != before:
                self._entity[self._name] = items

    def _require_known(self) -> None:
        """The server takes the whole content; what is not known would be removed."""
        entity = self._entity
        if entity.loaded(self._name) is NOT_SET and not entity._work.is_new(entity):  # noqa: SLF001
            raise EntityError(
                f"{self._name!r} of {entity!r} is not loaded; load it with session.populate first, "
                "or assign a list that is to be the whole content"
            )

    @overload
    def __getitem__(self, index: int) -> Any: ...

    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...

    def __getitem__(self, index: int | slice) -> Any:
        return self._items()[index]

    def __setitem__(self, index: Any, value: Any) -> None:
        self._change(lambda items: items.__setitem__(index, value))

    def __delitem__(self, index: int | slice) -> None:
        self._change(lambda items: items.__delitem__(index))

    def insert(self, index: int, value: Entity) -> None:
        """Put *value* before *index*; an entity that is there already is not put twice."""
        self._change(lambda items: None if value in items else items.insert(index, value))

    def append(self, value: Entity) -> None:
        """Put *value* at the end; an entity that is there already is not put twice."""
        self._change(lambda items: None if value in items else items.append(value))

    def extend(self, values: Iterable[Entity]) -> None:
        """Append all *values* in one change, each once."""
        added = list(dict.fromkeys(values))
        self._change(lambda items: items.extend([one for one in added if one not in items]))

    def __len__(self) -> int:
        return len(self._items())

    def __iter__(self) -> Any:
        return iter(self._items())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Collection):
            return set(self._items()) == set(other._items())  # servers give no order
        return self._items() == other if isinstance(other, list) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it changes, as a list does

    def __repr__(self) -> str:
        return f"Collection({self._items()!r})"
