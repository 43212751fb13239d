"""The folder of this process for what does not outlive it: private studios and their templates.

A process that is killed leaves its folder behind. Each folder holds a file that its process keeps
locked; the next process to make one removes the folders whose lock nobody holds.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .locks import try_lock

if TYPE_CHECKING:
    from typing import IO

__all__ = ["process_folder"]

_PREFIX: Final = "ftrack-studio-"
_LOCK: Final = "in-use"


def process_folder() -> Path:
    """Return the folder of this process, made when it is first asked for and removed at exit."""
    return _folder_of(os.getpid())


@lru_cache(maxsize=2)
def _folder_of(pid: int) -> Path:
    """Make the folder of one process; a forked child gets one of its own."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    _sweep(folder.parent)
    lock = (folder / f"{_LOCK}.new").open("wb")
    try_lock(lock)
    # It gets its name when it is locked already: nobody finds it and thinks it abandoned.
    lock.flush()
    Path(lock.name).replace(folder / _LOCK)
    atexit.register(_remove, folder, lock, pid)
    return folder


def _remove(folder: Path, lock: IO[bytes], pid: int) -> None:
    if os.getpid() == pid:
        lock.close()
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(parent: Path) -> None:
    for lock in parent.glob(f"{_PREFIX}*/{_LOCK}"):
        if _is_abandoned(lock):
            shutil.rmtree(lock.parent, ignore_errors=True)


def _is_abandoned(path: Path) -> bool:
    """Whether nobody holds the lock; of a folder of another user that cannot be told."""
    try:
        with path.open("r+b") as lock:
            return try_lock(lock)
    except OSError:
        return False
