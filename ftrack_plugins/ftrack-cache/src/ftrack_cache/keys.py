"""Making keys from values: as text, or as bytes that tell any two values apart."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Any, Final
from uuid import uuid4
from weakref import WeakKeyDictionary

from .errors import CacheKeyError
from .hidden import Hidden, digest, is_secret
from .parts import function_parts, object_parts

__all__ = ["KeyMaker", "ObjectKeyMaker", "StringKeyMaker"]

_PICKLED: Final = (str, bytes, int, float, complex, type(None))
_OBJECT: Final = b"\5"
_SECRET: Final = b"\6"
_DEPTH: Final = 100


class KeyMaker:
    """Makes one key from several items; a subclass says with `_key` what stands for one of them.

    Attribute: *item_separator* stands between two items.
    """

    item_separator: Any = ""

    def key(self, *items: Any) -> Any:
        """Return the key for *items*."""
        return self.item_separator.join([self._key(item) for item in items])

    def _key(self, obj: Any) -> Any:
        raise NotImplementedError(
            f"{type(self).__name__} is a KeyMaker and has no _key(): write one"
        )


class StringKeyMaker(KeyMaker):
    """Makes texts: ``('Task', ['a1'])`` for a type and a key, as ``str`` writes it.

    Mappings and sets are written in one order whatever theirs is. Between items stands nothing:
    give one tuple, or set *item_separator*. Secrets by name (``api_key``) are written as a digest.

    Raises `CacheKeyError` for an object that only its place in memory tells from others.
    """

    def _key(self, obj: Any) -> str:
        if isinstance(obj, str):
            return obj
        try:
            return _text(obj)
        except RecursionError:
            raise _ring(obj) from None


class ObjectKeyMaker(KeyMaker):
    """Makes bytes that are equal for equal values, in any process, and differ for others.

    Mappings and sets have no order; lists, tuples and other iterables are alike. Entities go by
    type and key; functions, classes and methods by their names; lambdas and functions inside others
    by their code too. One that closes over something goes by itself, in this process and for this
    key maker. Other objects go by what pickle would keep of them; nothing is ever unpickled.
    Secrets, by a name such as ``api_key`` or a field with ``repr=False``, are digests.

    Raises `CacheKeyError` for what has nothing stable to go by: locks, connections, iterators.
    """

    item_separator = b"\0"
    mapping_identifier = b"\1"
    mapping_pair_separator = b"\2"
    iterable_identifier = b"\3"
    name_identifier = b"\4"

    def _key(self, item: Any) -> bytes:
        try:
            return self._part(item, 0)
        except RecursionError:
            raise _ring(item) from None

    def _inner(self, item: Any, depth: int) -> bytes:
        """Return what stands for an item within another one: a `_key` of a subclass says it too."""
        if type(self)._key is ObjectKeyMaker._key:  # noqa: SLF001 -- is it replaced?
            return self._part(item, depth)
        return self._key(item)

    def _part(self, item: Any, depth: int) -> bytes:
        if depth > _DEPTH:
            raise _ring(item)
        if type(item) is bool or type(item) in _PICKLED:
            return pickle.dumps(item, 2)
        if isinstance(item, str) and not isinstance(item, Enum):
            return pickle.dumps(str.__str__(item), 2)
        if isinstance(item, Hidden):
            return _SECRET + digest(self._inner(item.value, depth + 1)) + _SECRET
        return self._composed(item, depth + 1)

    def _composed(self, item: Any, depth: int) -> bytes:
        reference = getattr(type(item), "__ftrack_reference__", None)
        if reference is not None:
            item = reference(item)
        if isinstance(item, Mapping):
            return self._mapping(item, depth)
        if inspect.isroutine(item) or inspect.isclass(item):
            return self._named(item, depth)
        if isinstance(item, Iterator):
            raise CacheKeyError(
                f"a {type(item).__name__} would be used up by making a key of it; give a list"
            )
        if isinstance(item, Iterable) and not hasattr(item, "__dict__"):
            return self._iterable(item, depth)
        return self._object(item, depth)

    def _mapping(self, item: Mapping[Any, Any], depth: int) -> bytes:
        are_texts = _are_texts(item)
        pairs = [
            self._inner(name, depth)
            + self.mapping_pair_separator
            + self._inner(Hidden(item[name]) if is_secret(name) else item[name], depth)
            for name in (sorted(item) if are_texts else item)
        ]
        return self._enclosed(self.mapping_identifier, pairs if are_texts else sorted(pairs))

    def _iterable(self, item: Iterable[Any], depth: int) -> bytes:
        if not isinstance(item, AbstractSet):
            return self._enclosed(
                self.iterable_identifier, [self._inner(one, depth) for one in item]
            )
        are_texts = _are_texts(item)
        parts = [self._inner(one, depth) for one in (sorted(item) if are_texts else item)]
        return self._enclosed(self.iterable_identifier, parts if are_texts else sorted(parts))

    def _named(self, item: Any, depth: int) -> bytes:
        names = [item.__name__]
        if inspect.ismethod(item):
            owner = item.__self__
            names.append((owner if inspect.isclass(owner) else type(owner)).__name__)
        if not inspect.isbuiltin(item):
            names.append(getattr(item, "__module__", None) or "")
        name = self.name_identifier + self.item_separator.join(one.encode() for one in names)
        if getattr(item, "__closure__", None):
            return name + self.item_separator + self._token(item)
        inner = function_parts(item)
        return name if inner is None else name + self._iterable(inner, depth)

    def _token(self, function: Any) -> bytes:
        """Return what stands for one function and, even when it is gone, for no other.

        What it closes over may change from call to call, and cannot tell it from others.
        """
        tokens = self.__dict__.setdefault("_tokens", WeakKeyDictionary())
        token: bytes = tokens.setdefault(function, uuid4().bytes)
        return token

    def _object(self, item: Any, depth: int) -> bytes:
        return self._enclosed(_OBJECT, [self._inner(one, depth) for one in object_parts(item)])

    def _enclosed(self, mark: bytes, parts: Iterable[bytes]) -> bytes:
        return mark + self.item_separator.join(parts) + mark


def _ring(item: Any) -> CacheKeyError:
    return CacheKeyError(
        f"a {type(item).__name__} leads back to itself, or too deep, for a key; give what "
        "identifies it instead"
    )


def _are_texts(items: Iterable[Any]) -> bool:
    return all(type(one) is str for one in items)


def _text(item: Any) -> str:
    if isinstance(item, Mapping):
        return "{" + ", ".join(sorted(map(_pair, item.items()))) + "}"
    if isinstance(item, (set, frozenset)):
        return "{" + ", ".join(sorted(map(_shown, item))) + "}" if item else "set()"
    if type(item) is list:
        return "[" + ", ".join(map(_shown, item)) + "]"
    if type(item) is tuple:
        return "(" + ", ".join(map(_shown, item)) + ("," if len(item) == 1 else "") + ")"
    return _stable(item, str(item))


def _pair(pair: tuple[Any, Any]) -> str:
    name, value = pair
    shown = _shown(value)
    return f"{_shown(name)}: {digest(shown.encode()).decode() if is_secret(name) else shown}"


def _shown(item: Any) -> str:
    plain = isinstance(item, (Mapping, set, frozenset)) or type(item) in (list, tuple)
    return _text(item) if plain else _stable(item, repr(item))


def _stable(item: Any, text: str) -> str:
    if f"0x{id(item):x}" in text.lower():
        raise CacheKeyError(
            f"the text of a {type(item).__name__} tells its place in memory, which is another one "
            "each time; give what identifies it, or use ObjectKeyMaker"
        )
    return text
