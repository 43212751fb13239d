"""The change log: what was recorded and not yet committed, in order."""

from __future__ import annotations

from copy import copy
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .change import Change, Identity

__all__ = ["ChangeLog", "Snapshot"]

Snapshot = tuple["Change", ...]
"""What a log held at one time, or a part of it."""


class ChangeLog:
    """Changes in order; the first who asks for those of one entity makes an index.

    A session's log can be replaced by another object with these methods. It is used by many threads
    at once.
    """

    def __init__(self) -> None:
        # Dictionaries, of which nobody reads the values: sets in order.
        self._changes: dict[Change, None] = {}
        self._by_identity: dict[Identity, dict[Change, None]] | None = None
        self._lock = Lock()

    def append(self, change: Change) -> None:
        """Record one change."""
        self._lock.acquire()  # a loop comes by thousands of times, and `with` takes twice as long
        try:
            if change in self._changes:  # recorded anew: it counts here too, after all others
                change = copy(change)
            self._changes[change] = None
            if self._by_identity is not None:
                _enter(self._by_identity, change)
        finally:
            self._lock.release()

    def snapshot(self) -> Snapshot:
        """Return what is recorded now."""
        with self._lock:
            return tuple(self._changes)

    def discard(self, snapshot: Snapshot) -> None:
        """Forget the changes of *snapshot*; what was recorded since stays."""
        with self._lock:
            if self._changes.keys() == set(snapshot):
                self._changes.clear()
                self._by_identity = None
                return
            for change in snapshot:
                self._changes.pop(change, None)
                if self._by_identity is not None:
                    _strike_out(self._by_identity, change)

    def of(self, identity: Identity) -> tuple[Change, ...]:
        """Return the changes of one entity and of its mapped attributes, in order."""
        with self._lock:
            return tuple(self._index().get(identity, ()))

    def identities(self) -> list[Identity]:
        """Return the entities there are changes of, in the order of their first one."""
        with self._lock:
            return list(self._index())

    def _index(self) -> dict[Identity, dict[Change, None]]:
        if self._by_identity is not None:
            return self._by_identity
        index: dict[Identity, dict[Change, None]] = {}
        for change in self._changes:
            _enter(index, change)
        if index:  # one that was kept for nothing would have to be kept up with each change
            self._by_identity = index
        return index

    def __len__(self) -> int:
        return len(self._changes)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.snapshot())


def _enter(index: dict[Identity, dict[Change, None]], change: Change) -> None:
    for identity in _concerned(change):
        index.setdefault(identity, {})[change] = None


def _strike_out(index: dict[Identity, dict[Change, None]], change: Change) -> None:
    for identity in _concerned(change):
        of_entity = index.get(identity, {})
        of_entity.pop(change, None)
        if not of_entity:
            index.pop(identity, None)


def _concerned(change: Change) -> tuple[Identity, ...]:
    """Return whom a change is about: the row itself, and who shows it as a key of its own."""
    if change.mapped is None:
        return (change.identity,)
    return (change.identity, change.mapped.identity)
