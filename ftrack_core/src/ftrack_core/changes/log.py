"""The change log: what was recorded and not yet committed, in order."""

from __future__ import annotations

from itertools import count
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .change import Change, Identity

__all__ = ["ChangeLog", "Snapshot"]

Snapshot = tuple[tuple[int, "Change"], ...]
"""Changes with the numbers under which the log holds them."""


class ChangeLog:
    """An ordered list of changes; the first who asks for those of one entity makes an index.

    A session's log can be replaced by another object with these methods. It is used by many threads
    at once.
    """

    def __init__(self) -> None:
        self._numbers = count()
        self._changes: dict[int, Change] = {}
        self._by_identity: dict[Identity, dict[int, Change]] | None = None
        self._lock = Lock()

    def append(self, change: Change) -> None:
        """Record one change."""
        self._lock.acquire()  # a loop comes by thousands of times, and `with` takes twice as long
        try:
            number = next(self._numbers)
            self._changes[number] = change
            if self._by_identity is not None:
                _enter(self._by_identity, number, change)
        finally:
            self._lock.release()

    def snapshot(self) -> Snapshot:
        """Return what is recorded now."""
        with self._lock:
            return tuple(self._changes.items())

    def discard(self, snapshot: Snapshot) -> None:
        """Forget the changes of *snapshot*; what was recorded since stays."""
        with self._lock:
            if self._is_all_of_it(snapshot):
                self._changes.clear()
                self._by_identity = None
                return
            for number, change in snapshot:
                self._changes.pop(number, None)
                if self._by_identity is not None:
                    _strike_out(self._by_identity, number, change)

    def _is_all_of_it(self, snapshot: Snapshot) -> bool:
        # Numbers only grow: where the last one is the same nothing was added since.
        as_many = len(self._changes) == len(snapshot)
        return as_many and (not snapshot or next(reversed(self._changes)) == snapshot[-1][0])

    def of(self, identity: Identity) -> tuple[Change, ...]:
        """Return the changes of one entity and of its mapped attributes, in order."""
        with self._lock:
            return tuple(self._index().get(identity, {}).values())

    def identities(self) -> list[Identity]:
        """Return the entities there are changes of, in the order of their first one."""
        with self._lock:
            return list(self._index())

    def _index(self) -> dict[Identity, dict[int, Change]]:
        if self._by_identity is None:
            self._by_identity = {}
            for number, change in self._changes.items():
                _enter(self._by_identity, number, change)
        return self._by_identity

    def __len__(self) -> int:
        return len(self._changes)

    def __iter__(self) -> Iterator[Change]:
        return iter([change for _, change in self.snapshot()])


def _enter(index: dict[Identity, dict[int, Change]], number: int, change: Change) -> None:
    for identity in _concerned(change):
        index.setdefault(identity, {})[number] = change


def _strike_out(index: dict[Identity, dict[int, Change]], number: int, change: Change) -> None:
    for identity in _concerned(change):
        of_entity = index.get(identity, {})
        of_entity.pop(number, None)
        if not of_entity:
            index.pop(identity, None)


def _concerned(change: Change) -> tuple[Identity, ...]:
    """Return whom a change is about: the row itself, and who shows it as a key of its own."""
    if change.mapped is None:
        return (change.identity,)
    return (change.identity, change.mapped.identity)
