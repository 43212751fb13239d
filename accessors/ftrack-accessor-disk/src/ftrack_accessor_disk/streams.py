"""Files that speak in the port's errors while they are read and written."""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING, cast

from .failures import storage_errors

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from typing_extensions import Buffer

__all__ = ["open_file"]

_BUFFER = 256 * 1024


def open_file(path: Path, mode: str, identifier: str) -> IO[bytes]:
    """Open *path* in ``rb``, ``wb`` or ``xb``; buffered, with a real file descriptor."""
    raw = _StorageFile(path, mode, identifier)
    if raw.readable():
        return cast("IO[bytes]", io.BufferedReader(raw, _BUFFER))
    return cast("IO[bytes]", io.BufferedWriter(raw, _BUFFER))


class _StorageFile(io.FileIO):
    def __init__(self, path: Path, mode: str, identifier: str) -> None:
        self._identifier = identifier
        self._path = path
        with self._errors("read" if "r" in mode else "write"):
            super().__init__(path, mode)

    def readinto(self, buffer: Buffer, /) -> int | None:
        with self._errors("read"):
            return super().readinto(buffer)

    def readall(self) -> bytes:
        with self._errors("read"):
            return super().readall()

    def write(self, data: Buffer, /) -> int:
        with self._errors("write"):
            return super().write(data) or 0

    def close(self) -> None:
        # some network file systems report a full disk here and nowhere before
        with self._errors("write"):
            super().close()

    def _errors(self, doing: str) -> AbstractContextManager[None]:
        return storage_errors(doing, self._identifier, self._path)
