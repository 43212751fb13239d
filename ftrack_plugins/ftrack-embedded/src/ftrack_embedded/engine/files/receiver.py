"""A file that is coming in: written piece by piece, then kept or thrown away."""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ftrack_embedded.engine import failures

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

__all__ = ["Received", "Receiver", "full_disk_told"]

_FULL: Final = frozenset(
    getattr(errno, name) for name in ("EDQUOT", "EFBIG", "ENOSPC") if hasattr(errno, name)
)


@dataclass(frozen=True)
class Received:
    """A complete file under its temporary name; *md5* is hexadecimal, *size* in bytes."""

    path: Path
    size: int
    md5: str


class Receiver:
    """Writes a file under a temporary name; leaving the block without `finish` removes it.

    A disk that is full is a ServerError.
    """

    def __init__(self, path: Path, *, durable: bool) -> None:
        self._path = path
        self._durable = durable
        self._digest = hashlib.md5(usedforsecurity=False)
        self._finished = False
        self.size = 0
        """How many bytes have come so far."""
        with full_disk_told():
            self._file = path.open("xb")

    def write(self, piece: bytes) -> None:
        """Add *piece* at the end."""
        with full_disk_told():
            self._file.write(piece)
        self._digest.update(piece)
        self.size += len(piece)

    def finish(self) -> Received:
        """Return the complete file; it is not removed any more."""
        with full_disk_told():
            self._file.flush()
            if self._durable:
                os.fsync(self._file.fileno())
            self._file.close()
        self._finished = True
        return Received(self._path, self.size, self._digest.hexdigest())

    def close(self) -> None:
        """Remove what has come, unless it is finished."""
        if not self._finished:
            # What is still in the buffer may not fit on the disk; it is not wanted any more.
            with suppress(OSError):
                self._file.close()
            self._path.unlink(missing_ok=True)

    def __enter__(self) -> Receiver:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


@contextmanager
def full_disk_told() -> Iterator[None]:
    """Turn a disk that is full into a ServerError."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise failures.storage_full() from None
