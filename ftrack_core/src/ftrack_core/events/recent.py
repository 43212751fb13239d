"""A memory that forgets the oldest when it is full."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

__all__ = ["Recent"]

_Value = TypeVar("_Value")


class Recent(Generic[_Value]):
    """Keeps the last *limit* values by key; safe to use from several threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: OrderedDict[str, _Value] = OrderedDict()
        self._lock = Lock()

    def __contains__(self, key: object) -> bool:
        with self._lock:
            return key in self._values

    def __len__(self) -> int:
        with self._lock:
            return len(self._values)

    def remember(self, key: str, value: _Value) -> None:
        """Keep *value* as the newest."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            if len(self._values) > self._limit:
                self._values.popitem(last=False)

    def recall(self, key: str) -> _Value | None:
        """Return the value of *key*, or None."""
        with self._lock:
            return self._values.get(key)

    def forget(self, key: str) -> None:
        """Drop *key*, if it is here."""
        with self._lock:
            self._values.pop(key, None)
