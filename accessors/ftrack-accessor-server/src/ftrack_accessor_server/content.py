"""The bytes of an upload: read in pieces, from anywhere, by several threads."""

from __future__ import annotations

import base64
import hashlib
import os
from threading import Event, Lock
from typing import IO, TYPE_CHECKING

from ftrack_core.errors import AccessorError

from .failures import source_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .parts import Span

__all__ = ["Content", "StoppedError"]

_PIECE = 256 * 1024


class StoppedError(Exception):
    """Another part has failed, and this one is not needed any more."""


class Content:
    """What is in *file*, of which nobody else moves the position meanwhile.

    *path* is how errors name it, where it has a name. *size* is in bytes.
    """

    def __init__(self, file: IO[bytes], identifier: str, path: str = "") -> None:
        self._file = file
        self._lock = Lock()
        self._identifier = identifier
        self._path = path
        with source_errors(identifier, path):
            file.seek(0, os.SEEK_END)
            self.size = file.tell()

    def pieces(self, span: Span, stop: Event | None = None) -> Iterator[bytes]:
        """Yield the bytes of *span*; raise `StoppedError` once *stop* is set."""
        position, end = span.start, span.start + span.length
        while position < end:
            if stop is not None and stop.is_set():
                raise StoppedError
            piece = self._read(position, min(_PIECE, end - position))
            position += len(piece)
            yield piece

    def md5(self, span: Span) -> bytes:
        """Return the MD5 digest of *span*."""
        digest = hashlib.md5(usedforsecurity=False)
        for piece in self.pieces(span):
            digest.update(piece)
        return digest.digest()

    def checksum(self, span: Span) -> str:
        """Return the MD5 digest of *span* in base 64, as the protocol has it."""
        return base64.b64encode(self.md5(span)).decode()

    def _read(self, position: int, size: int) -> bytes:
        with self._lock, source_errors(self._identifier, self._path):
            self._file.seek(position)
            piece = self._file.read(size)
        if not piece:
            raise AccessorError(
                f"{self._path or 'the file'} became shorter while it was being sent; wait until "
                "it is written, then try again",
                resource_identifier=self._identifier,
            )
        return piece
