"""Caches of values by key, the makers of keys, and remembering what functions return.

The caches are those of ftrack-cache where they have the same classes.
"""

from __future__ import annotations

import dbm
import os
from abc import ABCMeta, abstractmethod
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any

import ftrack_cache as ours
from ftrack_cache import CacheKeyError, memoise_decorator

from ._file_lock import locked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping

__all__ = [
    "Cache",
    "FileCache",
    "KeyMaker",
    "LayeredCache",
    "Memoiser",
    "MemoryCache",
    "ObjectKeyMaker",
    "ProxyCache",
    "SerialisedCache",
    "StringKeyMaker",
    "memoise",
    "memoise_decorator",
    "memoiser",
]


class Cache(ours.Cache, metaclass=ABCMeta):
    """Values by key; a key that is not there is a KeyError.

    A subclass has `get`, `set`, `remove` and, for the other methods, `keys`.
    """

    @abstractmethod
    def get(self, key: Any) -> Any:
        """Return the value kept for *key*; raise KeyError where there is none."""

    @abstractmethod
    def set(self, key: Any, value: Any) -> Any:
        """Keep *value* for *key*."""

    @abstractmethod
    def remove(self, key: Any) -> Any:
        """Forget *key*; raise KeyError where nothing is kept for it."""


class ProxyCache(ours.ProxyCache, Cache):
    """Passes everything on to *proxied*; a subclass changes what it likes."""


class LayeredCache(ours.LayeredCache, Cache):
    """Asks *caches* from the first to the last, and gives the upper ones what a lower one had.

    *caches* is the list that was given: what is appended to it is asked as well.
    """

    def __init__(self, caches: list[Any]) -> None:
        super().__init__(caches)
        self.caches = caches


class MemoryCache(Cache):
    """Keeps values as they are, without bounds, in *storage* or else in a dictionary of its own."""

    def __init__(self, *, storage: MutableMapping[Any, Any] | None = None) -> None:
        self.storage: MutableMapping[Any, Any] = {} if storage is None else storage
        super().__init__()

    def get(self, key: Any) -> Any:
        """Return the value kept for *key*; raise KeyError where there is none."""
        return self.storage[key]

    def set(self, key: Any, value: Any) -> None:
        """Keep *value* for *key*."""
        self.storage[key] = value

    def remove(self, key: Any) -> None:
        """Forget *key*; raise KeyError where nothing is kept for it."""
        del self.storage[key]

    def keys(self) -> list[Any]:
        """Return the keys at this moment."""
        return list(self.storage)


class FileCache(Cache):
    """Keeps texts in the database at *path*, which the standard library's ``dbm`` reads.

    Threads and processes that use the same path take turns; ``<path>.lock`` beside it is locked
    meanwhile. Text goes in and comes out, keys and values alike, in UTF-8.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = path
        self._turn = RLock()
        self._open: Any = None
        with locked(path), dbm.open(os.fspath(path), "c"):
            pass  # it is there now
        super().__init__()

    @contextmanager
    def _database(self) -> Iterator[Any]:
        """Lend the open database for a block; a block within a block is lent the same one."""
        with self._turn:
            if self._open is not None:
                yield self._open
                return
            with locked(self.path), dbm.open(os.fspath(self.path), "w") as database:
                self._open = database
                try:
                    yield database
                finally:
                    self._open = None

    def get(self, key: str) -> Any:
        """Return the text kept for *key*; raise KeyError where there is none."""
        with self._database() as database:
            return database[key.encode()].decode()

    def set(self, key: str, value: str | bytes) -> None:
        """Keep *value* for *key*."""
        with self._database() as database:
            database[key.encode()] = value.encode() if isinstance(value, str) else value

    def remove(self, key: str) -> None:
        """Forget *key*; raise KeyError where nothing is kept for it."""
        with self._database() as database:
            del database[key.encode()]

    def keys(self) -> list[Any]:
        """Return the keys at this moment."""
        with self._database() as database:
            return [key.decode() for key in database.keys()]  # noqa: SIM118 -- it is no dict

    def get_all(self, keys: Iterable[Any]) -> dict[Any, Any]:
        """Return the texts that are kept for *keys*, with the database opened once."""
        with self._database():
            return super().get_all(keys)

    def set_all(self, values: Mapping[Any, Any], seconds: float | None = None) -> None:
        """Keep *values* by key, with the database opened once."""
        with self._database():
            super().set_all(values, seconds)

    def remove_all(self, keys: Iterable[Any]) -> None:
        """Forget *keys*, with the database opened once."""
        with self._database():
            super().remove_all(keys)


class SerialisedCache(ProxyCache):
    """Encodes each value before *proxied* keeps it, and decodes it afterwards.

    Without *encode* and *decode* values are passed on as they are.
    """

    def __init__(
        self,
        proxied: Any,
        encode: Callable[[Any], Any] | None = None,
        decode: Callable[[Any], Any] | None = None,
    ) -> None:
        self.encode = encode
        self.decode = decode
        super().__init__(proxied)

    def get(self, key: Any) -> Any:
        """Return the value kept for *key*, decoded; raise KeyError where there is none."""
        value = super().get(key)
        return self.decode(value) if self.decode else value

    def set(self, key: Any, value: Any) -> None:
        """Keep *value* for *key*, encoded."""
        super().set(key, self.encode(value) if self.encode else value)


class KeyMaker(ours.KeyMaker, metaclass=ABCMeta):
    """Makes one key from several items; a subclass says with `_key` what stands for one of them."""

    def __init__(self) -> None:
        self.item_separator: Any = type(self).item_separator
        super().__init__()

    @abstractmethod
    def _key(self, obj: Any) -> Any:
        """Return what stands for *obj*."""


class StringKeyMaker(ours.StringKeyMaker, KeyMaker):
    """Makes texts: ``('Task', ['a1'])`` for a type and a key, as ``str`` writes it."""

    def _key(self, obj: Any) -> str:
        try:
            return super()._key(obj)
        except CacheKeyError:
            return str(obj)  # its place in memory tells it from others, in this process


class ObjectKeyMaker(ours.ObjectKeyMaker, KeyMaker):
    """Makes bytes that are equal for equal values, in any process, and differ for others.

    A subclass is asked by `_key` for each item, and for what is in it.
    """


class Memoiser(ours.Memoiser):
    """Calls functions and remembers their results, by function and arguments, in *cache*."""

    def __init__(
        self, cache: Any = None, key_maker: Any = None, return_copies: bool = True
    ) -> None:
        super().__init__(
            MemoryCache() if cache is None else cache,
            ObjectKeyMaker() if key_maker is None else key_maker,
            return_copies,
        )


memoiser = Memoiser()
"""What `memoise` remembers in: one for all, as those who clear its cache expect."""

memoise = memoise_decorator(memoiser)
"""The decorator by which functions remember their results in `memoiser`."""
