"""Lets the garbage collector come by less often while many objects are made that all stay.

Every row of a page, every entity and every change is a small object that lives on: the collector
would look through them over and over for nothing. It is not turned off, since in a program with
many threads there is always one that reads, and no garbage would ever be collected. Its thresholds
belong to the process, and so must the count of those who want it patient: this counter is shared by
all sessions on purpose.
"""

from __future__ import annotations

import gc
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

__all__ = ["PATIENCE", "patient_collector"]

PATIENCE: Final = 200_000
"""How many objects may be made before the collector comes by."""


class _Patience:
    def __init__(self) -> None:
        self._lock = Lock()
        self._users = 0
        self._usual = self._ours = gc.get_threshold()

    def __enter__(self) -> None:
        with self._lock:
            if self._users == 0:
                self._usual = gc.get_threshold()
                youngest, *older = self._usual
                if youngest:  # 0 keeps it from coming at all
                    gc.set_threshold(max(youngest, PATIENCE), *older)
                self._ours = gc.get_threshold()
            self._users += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._users -= 1
            # Who has set them meanwhile has the last word.
            if self._users == 0 and gc.get_threshold() == self._ours:
                gc.set_threshold(*self._usual)


_PATIENCE = _Patience()


def patient_collector() -> AbstractContextManager[None]:
    """Let the collector be patient for a ``with`` block; nested and concurrent uses are counted."""
    return _PATIENCE
