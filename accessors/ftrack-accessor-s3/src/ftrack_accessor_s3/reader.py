"""Reading an object as a stream that can seek and survives a broken connection."""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError
from ftrack_core.errors import AccessorError
from urllib3.exceptions import HTTPError

from .failures import storage_errors

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from .objects import Objects

__all__ = ["open_reader"]

_BUFFER = 256 * 1024
_ATTEMPTS = 3


def open_reader(objects: Objects, key: str, identifier: str) -> IO[bytes]:
    """Open an object for reading; raise `ResourceNotFoundError` where there is none."""
    return cast("IO[bytes]", io.BufferedReader(_Reader(objects, key, identifier), _BUFFER))


class _Reader(io.RawIOBase):
    """Holds one answer at a time; seeking drops it, the next read asks from the new position."""

    def __init__(self, objects: Objects, key: str, identifier: str) -> None:
        self._objects = objects
        self._key = key
        self._identifier = identifier
        self._position = 0
        self._body: Any = None
        with storage_errors("read", identifier):
            answer = objects.get(key)
        self._size = answer["ContentLength"]
        self._tag = answer.get("ETag")
        self._body = answer["Body"]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise AccessorError(
                f"cannot seek {self._identifier!r} to before its beginning",
                resource_identifier=self._identifier,
            )
        if start + offset != self._position:
            self._drop()
            self._position = start + offset
        return self._position

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer).cast("B")
        if self._position >= self._size or not len(view):
            return 0
        with storage_errors("read", self._identifier):
            content = self._read(len(view))
        view[: len(content)] = content
        self._position += len(content)
        return len(content)

    def close(self) -> None:
        self._drop()
        super().close()

    def _read(self, length: int) -> bytes:
        for _ in range(_ATTEMPTS - 1):
            try:
                content = self._piece(length)
            except (BotoCoreError, HTTPError, OSError):
                content = b""  # the connection broke: ask again from here
            if content:
                return content
            self._drop()
        return self._piece(length) or self._cut_short()

    def _piece(self, length: int) -> bytes:
        if self._body is None:
            answer = self._objects.get(self._key, self._position)
            self._body = answer["Body"]
            self._refuse_another(answer.get("ETag"))
        content: bytes = self._body.read(length)
        return content

    def _refuse_another(self, tag: str | None) -> None:
        if tag != self._tag:
            raise AccessorError(
                f"{self._identifier!r} was replaced while it was being read; read it again",
                resource_identifier=self._identifier,
            )

    def _cut_short(self) -> bytes:
        raise AccessorError(
            f"the server sent only {self._position} of {self._size} bytes of {self._identifier!r}",
            resource_identifier=self._identifier,
        )

    def _drop(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None
