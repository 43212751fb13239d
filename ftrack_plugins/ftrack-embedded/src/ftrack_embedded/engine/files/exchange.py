"""A request for a file and its answer, the same over HTTP and in process."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from ftrack_core.wire import dumps

from ftrack_embedded.engine.wire_errors import error_object, status_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ftrack_core.errors import ServerError

    from ftrack_embedded.engine.caller import Caller

__all__ = ["FileAnswer", "FileRequest", "Slice", "refusal"]


@dataclass(frozen=True)
class FileRequest:
    """What is asked: *headers* by lower-case names; *caller* where who asks is known already.

    *session* is that of a browser which has signed in.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict, repr=False)  # may hold a key
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    caller: Caller | None = None
    session: str = field(default="", repr=False)
    server_url: str = ""


@dataclass(frozen=True)
class Slice:
    """Part of an open file: *length* bytes from *offset*. Read once, then close."""

    file: IO[bytes]
    offset: int
    length: int

    def pieces(self, size: int) -> Iterator[bytes]:
        """Yield the bytes in pieces of at most *size*; the file is closed at the end."""
        left = self.length
        with self.file as file:
            file.seek(self.offset)
            while left > 0 and (piece := file.read(min(size, left))):
                left -= len(piece)
                yield piece


@dataclass(frozen=True)
class FileAnswer:
    """The status, the headers, and a body: bytes or a part of a file."""

    status: int
    headers: Mapping[str, str]
    body: bytes | Slice = b""

    def pieces(self, size: int = 1024 * 1024) -> Iterator[bytes]:
        """Yield the body in pieces of at most *size* bytes."""
        if isinstance(self.body, Slice):
            yield from self.body.pieces(size)
            return
        for start in range(0, len(self.body), size):
            yield self.body[start : start + size]

    def close(self) -> None:
        """Close what the body reads from."""
        if isinstance(self.body, Slice):
            self.body.file.close()


def refusal(error: ServerError) -> FileAnswer:
    """Return an error as an answer: the JSON object that clients know, with a status."""
    body = dumps(error_object(error))
    headers = {"Content-Type": "application/json; charset=utf-8", "Content-Length": str(len(body))}
    return FileAnswer(status_of(error, strict=True), headers, body)
