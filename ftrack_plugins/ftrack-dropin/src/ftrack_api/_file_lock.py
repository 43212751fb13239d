"""Taking turns with a file, among threads and processes."""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["locked"]

_WITHOUT_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
_PAUSE = 0.01


@contextmanager
def locked(path: str | os.PathLike[str]) -> Iterator[None]:
    """Hold the lock of *path*, which is on the file ``<path>.lock``, for the length of a block.

    The system gives it back when its process ends, however it ends. Where the file system has no
    locks there is none, and whoever shares the file has to see to taking turns.
    """
    with open(f"{os.fspath(path)}.lock", "ab") as file:  # noqa: PTH123 -- the path is a text
        _wait_for(file)
        yield


def _wait_for(file: IO[bytes]) -> None:
    """Lock *file* until it is closed."""
    if sys.platform == "win32":
        import msvcrt

        while True:
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            except OSError:
                time.sleep(_PAUSE)
            else:
                return
    else:
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in _WITHOUT_LOCKS:
                raise
