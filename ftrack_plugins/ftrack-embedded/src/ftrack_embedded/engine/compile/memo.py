"""Keeps what was made for the shapes of queries, the latest few hundred of them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

__all__ = ["Memo"]

_KEPT: Final = 500

Made = TypeVar("Made")


class Memo(Generic[Made]):
    """A cache that drops what was not asked for the longest time; used by many threads."""

    def __init__(self, kept: int = _KEPT) -> None:
        self._kept = kept
        self._made: OrderedDict[Hashable, Made] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what is kept under *key*, or make it; two threads may make it twice."""
        with self._lock:
            found = self._made.get(key)
            if found is not None:
                self._made.move_to_end(key)
                return found
        made = make()
        with self._lock:
            self._made[key] = made
            if len(self._made) > self._kept:
                self._made.popitem(last=False)
        return made

    def __len__(self) -> int:
        return len(self._made)
