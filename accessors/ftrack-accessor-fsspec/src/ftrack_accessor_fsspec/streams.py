"""Streams over what fsspec opens: they speak in the port's errors and give the instance back."""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING, Any, cast

from .failures import storage_errors

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from typing_extensions import Buffer

    from .addresses import Address

__all__ = ["open_stream"]

_BUFFER = 1024 * 1024


def open_stream(
    file: Any, address: Address, identifier: str, *, writing: bool, done: Callable[[], None]
) -> IO[bytes]:
    """Return a buffered stream over *file*; *done* is called once, when it is closed."""
    raw = _Stream(file, address, identifier, writing, done)
    if writing:
        return cast("IO[bytes]", io.BufferedWriter(raw, _BUFFER))
    return cast("IO[bytes]", io.BufferedReader(raw, _BUFFER))


class _Stream(io.RawIOBase):
    def __init__(
        self,
        file: Any,
        address: Address,
        identifier: str,
        writing: bool,
        done: Callable[[], None],
    ) -> None:
        self._file = file
        self._address = address
        self._identifier = identifier
        self._writing = writing
        self._done = done

    def readable(self) -> bool:
        return not self._writing

    def writable(self) -> bool:
        return self._writing

    def seekable(self) -> bool:
        return not self._writing

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer).cast("B")
        with self._errors("read"):
            content = self._file.read(len(view))
        view[: len(content)] = content
        return len(content)

    def write(self, data: Buffer, /) -> int:
        content = bytes(data)
        with self._errors("write"):
            self._file.write(content)  # what it returns differs: a count, or nothing
        return len(content)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        with self._errors("seek in"):
            self._file.seek(offset, whence)
            return int(self._file.tell())

    def tell(self) -> int:
        with self._errors("read"):
            return int(self._file.tell())

    def close(self) -> None:
        if self.closed:
            return
        try:
            with self._errors("write" if self._writing else "read"):
                self._file.close()
        finally:
            super().close()
            self._done()

    def _errors(self, doing: str) -> AbstractContextManager[None]:
        return storage_errors(self._address, doing, self._identifier)
