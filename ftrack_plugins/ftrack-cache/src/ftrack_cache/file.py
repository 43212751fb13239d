"""A cache of texts in a file that several threads and processes share."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Any, Final

from .base import Cache
from .bounds import checked_number, checked_seconds
from .database import Database
from .errors import CacheKeyError, CacheValueError

if TYPE_CHECKING:
    import os
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["FileCache"]

_GET: Final = "SELECT value FROM entries WHERE scope = ? AND key = ? AND expires > ?"
_SET: Final = "INSERT OR REPLACE INTO entries (scope, key, value, expires) VALUES (?, ?, ?, ?)"
_REMOVE: Final = "DELETE FROM entries WHERE scope = ? AND key = ?"
_REMOVE_LIVE: Final = _REMOVE + " AND expires > ?"
_KEYS: Final = "SELECT key FROM entries WHERE scope = ? AND expires > ? ORDER BY number"
_OLDEST: Final = (
    "DELETE FROM entries WHERE number <= "
    "(SELECT number FROM entries ORDER BY number DESC LIMIT 1 OFFSET ?)"
)
_TEXTS: Final = frozenset((str, bytes))
_SIZES: Final = (8, 64, 512)
"""How many keys one statement asks for; few sizes, so that SQLite keeps its plans."""


class FileCache(Cache):
    """Keeps texts, or bytes, in the SQLite file at *path*; other values go through SerialisedCache.

    Arguments:
        path: the file; it and its folder are made where they are missing, for the owner only.
        entries: about how many are kept; what was written longest ago goes first.
        seconds: how long each is kept; None for ever.
        megabytes: how large the file grows at the most.
        scope: the part of the file this cache sees; each scope has keys of its own.
        timeout: how many seconds to wait for another process that is writing.

    Every write is whole or not at all, and what is damaged is never passed off as a value. The
    file belongs on a disk of this machine: on a network share only one machine may use it.

    Raises `CacheFileError`, naming the file, where it is foreign, damaged, read-only, locked, or
    its disk is full; `CacheKeyError` and `CacheValueError` for what is neither text nor bytes.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        entries: int = 100_000,
        seconds: float | None = None,
        megabytes: float = 256,
        scope: str = "",
        timeout: float = 10,
        timer: Callable[[], float] = time.time,
    ) -> None:
        self._database = Database(path, megabytes=megabytes, timeout=timeout)
        self._entries = checked_number("entries", entries)
        self._step = max(entries // 10, 1)
        self._seconds = checked_seconds(seconds)
        self._scope = _number_of(scope)
        self._timer = timer
        self._database.read(lambda _: None)  # what is wrong with the file is said at once

    def __repr__(self) -> str:
        return f"<FileCache {self.path}>"

    @property
    def path(self) -> Path:
        """The file."""
        return self._database.path

    def get(self, key: str | bytes) -> Any:
        """Return the text kept for *key*; raise KeyError where there is none."""
        wanted = (self._scope, _checked_key(key), self._timer())
        row = self._database.read(lambda one: one.execute(_GET, wanted).fetchone())
        if row is None:
            raise KeyError(key)
        return row[0]

    def set(self, key: str | bytes, value: str | bytes) -> None:
        """Keep *value* for *key*."""
        self.set_all({key: value})

    def remove(self, key: str | bytes) -> None:
        """Forget *key*; raise KeyError where nothing is kept for it."""
        unwanted = (self._scope, _checked_key(key), self._timer())
        if not self._database.write(lambda one: one.execute(_REMOVE_LIVE, unwanted).rowcount):
            raise KeyError(key)

    def keys(self) -> list[Any]:
        """Return the keys at this moment, those written first first."""
        now = (self._scope, self._timer())
        return [
            key for (key,) in self._database.read(lambda one: one.execute(_KEYS, now).fetchall())
        ]

    def clear(self, pattern: str | None = None) -> None:
        """Forget everything in this scope, or the keys in which *pattern* is found."""
        if pattern is not None:
            super().clear(pattern)
            return
        scope = (self._scope,)
        self._database.write(lambda one: one.execute("DELETE FROM entries WHERE scope = ?", scope))

    def get_all(self, keys: Iterable[str | bytes]) -> dict[Any, Any]:
        """Return the texts that are kept for *keys*."""
        wanted = _checked_keys(keys)
        asked = (self._scope, self._timer())

        def read(connection: sqlite3.Connection) -> dict[Any, Any]:
            found: dict[Any, Any] = {}
            for part in _parts(wanted):
                found.update(connection.execute(_get_many(len(part)), (*asked, *part)).fetchall())
            return found

        found = self._database.read(read)
        return {key: found[key] for key in wanted if key in found}

    def set_all(self, values: Mapping[Any, str | bytes], seconds: float | None = None) -> None:
        """Keep *values* by key in one transaction, for *seconds* where that is given."""
        now = self._timer()
        expires = now + (self._seconds if seconds is None else seconds)
        _check_values(values.values())
        scope, keys = self._scope, _checked_keys(values)
        rows = [(scope, key, values[key], expires) for key in keys]

        def write(connection: sqlite3.Connection) -> None:
            connection.executemany(_SET, rows)
            self._forget_the_oldest(connection, len(rows), now)

        if rows:
            self._database.write(write)

    def remove_all(self, keys: Iterable[str | bytes]) -> None:
        """Forget *keys* in one transaction."""
        rows = [(self._scope, key) for key in _checked_keys(keys)]
        if rows:
            self._database.write(lambda one: one.executemany(_REMOVE, rows))

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._database.close()

    def _forget_the_oldest(self, connection: sqlite3.Connection, added: int, now: float) -> None:
        """Keep the bound, now and then: entries are numbered, and each tenth of it somebody looks.

        The numbers are the file's, so that many processes which write little each count together.
        """
        (last,) = connection.execute("SELECT last_insert_rowid()").fetchone()
        if last // self._step != (last - added) // self._step:
            connection.execute("DELETE FROM entries WHERE expires <= ?", (now,))
            connection.execute(_OLDEST, (self._entries,))


def _number_of(scope: str) -> int:
    """Return the number that stands for a scope in the file, where it is written with each key."""
    return int.from_bytes(hashlib.blake2b(scope.encode(), digest_size=7).digest(), "big")


def _checked_key(key: Any) -> str | bytes:
    if isinstance(key, (str, bytes)):
        return key
    raise CacheKeyError(
        f"a key in a file is text or bytes, not {type(key).__name__}; make one with a KeyMaker"
    )


def _checked_keys(keys: Iterable[Any]) -> list[str | bytes]:
    checked = list(keys)
    if not _TEXTS.issuperset(map(type, checked)):
        return [_checked_key(key) for key in checked]
    return checked


def _check_values(values: Iterable[Any]) -> None:
    for value in () if _TEXTS.issuperset(map(type, values)) else values:
        if not isinstance(value, (str, bytes)):
            raise CacheValueError(
                f"a file keeps text or bytes, not {type(value).__name__}; write "
                "SerialisedCache(FileCache(path)) for other values"
            )


def _get_many(number: int) -> str:
    places = ", ".join("?" * number)
    return f"SELECT key, value FROM entries WHERE scope = ? AND expires > ? AND key IN ({places})"


def _parts(keys: Sequence[str | bytes]) -> Iterator[Sequence[str | bytes]]:
    """Cut *keys* into parts of a few usual sizes; the last key fills a part up."""
    most = _SIZES[-1]
    for start in range(0, len(keys), most):
        part = keys[start : start + most]
        size = next(size for size in _SIZES if size >= len(part))
        yield [*part, *[part[-1]] * (size - len(part))]
