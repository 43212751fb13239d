"""Locks on open files, which the system takes back when their process ends, however it ends."""

from __future__ import annotations

import sys
from typing import IO

__all__ = ["try_lock"]


def try_lock(file: IO[bytes]) -> bool:
    """Lock an open file until it is closed; False if somebody else holds the lock."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
