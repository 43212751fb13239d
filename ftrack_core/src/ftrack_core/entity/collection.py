"""Collections: the entities behind one attribute of another, as a list."""

from __future__ import annotations

from collections.abc import Iterable, MutableSequence
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, overload

from ftrack_core.errors import EntityError

from .symbols import NOT_SET

if TYPE_CHECKING:
    from collections.abc import Callable

    from .entity import Entity

__all__ = ["Collection", "each_once"]

_ROW_OF = attrgetter("_row")
_ID_OF = itemgetter("id")


def each_once(values: Iterable[Any] | None) -> list[Any]:
    """Return *values* in order, each once; two objects of one row are one."""
    items = list({id(one): one for one in values or ()}.values())
    try:
        if len(set(map(_ID_OF, map(_ROW_OF, items)))) == len(items):
            return items  # nearly always, and it takes no call for each
    except (AttributeError, KeyError):
        pass  # no entity, or one with another key
    return list({_name_of(one): one for one in items}.values())


def _name_of(value: Any) -> Any:
    is_entity = hasattr(value, "_row")  # what else there is, whoever records it says so
    return (value.entity_type, value.key) if is_entity else id(value)


class Collection(MutableSequence[Any]):
    """A live view of the entities in a collection attribute.

    Reading goes through to what the server said or what was assigned since; changing it records the
    new content as a whole, which is how the server takes it.
    """

    __slots__ = ("_entity", "_name")

    def __init__(self, entity: Entity, name: str) -> None:
        self._entity = entity
        self._name = name

    def _content(self) -> list[Any]:
        """Return the entities that were assigned, else the rows that the server said.

        They are loaded where the entity does not have them any more. What the session knows to be
        deleted is not among them.
        """
        entity, name = self._entity, self._name
        local = entity._local  # noqa: SLF001 -- a collection is a part of its entity
        if local is not None and name in local:
            content = local[name]
        else:
            row = entity._row  # noqa: SLF001
            content = row[name] if name in row else entity._load(name)  # noqa: SLF001
        return entity._work.without_gone(content or [])  # noqa: SLF001

    def _entities(self, content: list[Any]) -> list[Entity]:
        """Return entities for a part of the content."""
        entity_of = self._entity._work.entity_of  # noqa: SLF001
        return [entity_of(one) if isinstance(one, dict) else one for one in content]

    def _items(self) -> list[Entity]:
        return self._entities(self._content())

    def _change(self, change: Callable[[list[Entity]], None]) -> None:
        """Change the content in one step, so that two threads do not lose each other's items."""
        self._content()  # what has to be loaded is, before others have to wait
        with self._entity._work.lock:  # noqa: SLF001
            self._require_known()
            items = self._items()
            before = list(items)
            change(items)
            if items != before:
                self._entity[self._name] = items

    def _require_known(self) -> None:
        """The server takes the whole content; what is not known would be removed."""
        if self._is_unknown():
            entity = self._entity
            raise EntityError(
                f"{self._name!r} of {entity!r} is not loaded; load it with session.populate first, "
                "or assign a list that is to be the whole content"
            )

    def _is_unknown(self) -> bool:
        entity = self._entity
        return entity.loaded(self._name) is NOT_SET and not entity._work.is_new(entity)  # noqa: SLF001

    @overload
    def __getitem__(self, index: int) -> Any: ...

    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...

    def __getitem__(self, index: int | slice) -> Any:
        content = self._content()
        if isinstance(index, slice):
            return self._entities(content[index])
        return self._entities([content[index]])[0]

    def __setitem__(self, index: Any, value: Any) -> None:
        def put(items: list[Entity]) -> None:
            if not isinstance(index, slice) and _holds(items, value) and items[index] != value:
                raise EntityError(
                    f"{value!r} is in {self._name!r} already, at another index; assign a list to "
                    "have another order"
                )
            items[index] = value

        self._change(put)

    def __delitem__(self, index: int | slice) -> None:
        self._change(lambda items: items.__delitem__(index))

    def insert(self, index: int, value: Entity) -> None:
        """Put *value* before *index*; an entity that is there already is not put twice."""
        self._change(lambda items: None if _holds(items, value) else items.insert(index, value))

    def reverse(self) -> None:
        """Turn the order round."""
        self._change(lambda items: items.reverse())

    def append(self, value: Entity) -> None:
        """Put *value* at the end; an entity that is there already is not put twice."""
        self._change(lambda items: None if _holds(items, value) else items.append(value))

    def extend(self, values: Iterable[Entity]) -> None:
        """Append all *values* in one change, each once."""
        added = list(dict.fromkeys(values))

        def extend(items: list[Entity]) -> None:
            there = set(items)
            items.extend([one for one in added if one not in there])

        self._change(extend)

    def __len__(self) -> int:
        return len(self._content())

    def __iter__(self) -> Any:
        return iter(self._items())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Collection):
            return set(self._items()) == set(other._items())  # servers give no order
        return self._items() == other if isinstance(other, list) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it changes, as a list does

    def __repr__(self) -> str:
        # A debugger that shows it must not ask the server.
        return "Collection(not loaded)" if self._is_unknown() else f"Collection({self._items()!r})"


def _holds(items: list[Entity], value: Entity) -> bool:
    """Whether *value* is among *items*.

    Entities of its key only are compared with it: a comparison is a call, and who appends in a loop
    would make as many as the square of the items.
    """
    row: dict[str, Any] | None = getattr(value, "_row", None)
    if row is None:
        return False  # no entity: whoever records it says so
    name = value.schema.primary_key[0]
    key = row[name]
    return value in [one for one in items if one._row.get(name) == key]  # noqa: SLF001
