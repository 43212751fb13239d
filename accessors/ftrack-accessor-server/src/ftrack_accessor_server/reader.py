"""Reading a file of the server as a stream that can seek and survives a broken connection."""

from __future__ import annotations

import io
import re
from contextlib import ExitStack
from threading import Event
from typing import IO, TYPE_CHECKING, cast

from ftrack_core.errors import AccessorError, ConnectionLostError, UnsupportedOperationError
from ftrack_core.ports import require_range

from .asking import GOOD, answered, file_address
from .failures import storage_errors
from .retry import retried

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ftrack_core.ports import StreamResponse
    from ftrack_core.session import Session
    from typing_extensions import Buffer

__all__ = ["open_reader", "read_range"]

_BUFFER = 256 * 1024
_BEYOND_THE_END = 416
_PARTIAL = 206
_TOTAL = re.compile(r"/(\d+)\s*$")


def open_reader(session: Session, identifier: str) -> IO[bytes]:
    """Open the file of a component; raise `ResourceNotFoundError` where the server has none."""
    return cast("IO[bytes]", io.BufferedReader(_Reader(session, identifier), _BUFFER))


def read_range(session: Session, identifier: str, start: int, length: int) -> bytes:
    """Return at most *length* bytes from offset *start*; fewer at the end of the file.

    A server that knows no ranges sends everything up to there, which is thrown away.
    """
    require_range(identifier, start, length)
    with _Reader(session, identifier, start, start + length) as reader:
        return reader.readall() or b""


class _Reader(io.RawIOBase):
    """Holds one answer at a time; seeking drops it, the next read asks from the new position.

    What is read ends before *end*, where that is given.
    """

    def __init__(
        self, session: Session, identifier: str, start: int = 0, end: int | None = None
    ) -> None:
        self._session = session
        self._identifier = identifier
        self._position = start
        self._end = end
        self._size: int | None = None
        self._tag: str | None = None
        self._answer = ExitStack()
        self._pieces: Iterator[bytes] | None = None
        self._left = b""
        self._stop = Event()
        # From here on it may raise: what a stream closes when it is dropped is there by now.
        self._url = file_address("get", identifier)
        with storage_errors("read", identifier):
            retried(session, self._ask, self._stop)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        if whence == io.SEEK_END and self._size is None:
            raise UnsupportedOperationError(
                f"the server does not tell how large the file of {self._identifier!r} is",
                resource_identifier=self._identifier,
            )
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size or 0}[whence]
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
        wanted = len(view)
        if self._end is not None:
            wanted = min(wanted, self._end - self._position)
        if wanted <= 0 or (self._size is not None and self._position >= self._size):
            return 0
        if not self._left:
            with storage_errors("read", self._identifier):
                self._left = retried(self._session, self._piece, self._stop)
        content, self._left = self._left[:wanted], self._left[wanted:]
        view[: len(content)] = content
        self._position += len(content)
        return len(content)

    def close(self) -> None:
        self._stop.set()
        self._drop()
        super().close()

    def _piece(self) -> bytes:
        if self._pieces is None:
            self._ask()
        assert self._pieces is not None
        try:
            piece = next(self._pieces, b"")
            if not piece and self._size is not None and self._position < self._size:
                raise ConnectionLostError(
                    f"only {self._position} of {self._size} bytes have come; the connection broke"
                )
        except ConnectionLostError:
            self._drop()
            raise
        return piece

    def _ask(self) -> None:
        """Ask for the file from the position on, or for all of it and skip what is before."""
        self._drop()
        answer = self._answer.enter_context(
            answered(
                self._session,
                "read",
                self._identifier,
                "GET",
                self._url,
                headers=self._range(),
                good=GOOD | {_BEYOND_THE_END},
            )
        )
        self._note(answer)
        if answer.status == _BEYOND_THE_END:
            self._pieces = iter(())
            return
        skipped = 0 if answer.status == _PARTIAL else self._position
        self._pieces = _after(skipped, answer.iter_bytes(_BUFFER))

    def _range(self) -> dict[str, str]:
        if not self._position and self._end is None:
            return {}
        last = "" if self._end is None else max(self._end - 1, self._position)
        return {"Range": f"bytes={self._position}-{last}"}

    def _note(self, answer: StreamResponse) -> None:
        size, tag = _size_in(answer.status, answer.headers), answer.headers.get("etag")
        if self._tag is not None and tag != self._tag:
            raise AccessorError(
                f"the file of {self._identifier!r} was replaced while it was being read; read it "
                "again",
                resource_identifier=self._identifier,
            )
        self._size, self._tag = size, tag

    def _drop(self) -> None:
        self._pieces, self._left = None, b""
        self._answer.close()


def _size_in(status: int, headers: Mapping[str, str]) -> int | None:
    """Return how large the whole file is, where the answer tells it."""
    if status in (_PARTIAL, _BEYOND_THE_END):
        found = _TOTAL.search(headers.get("content-range") or "")
        return int(found[1]) if found else None
    length = headers.get("content-length")
    return int(length) if length and length.isdecimal() else None


def _after(skipped: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what follows the first *skipped* bytes."""
    for piece in pieces:
        if len(piece) > skipped:
            yield piece[skipped:]
        skipped = max(0, skipped - len(piece))
