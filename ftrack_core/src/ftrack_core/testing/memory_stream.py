"""Bodies of streamed requests and answers that are held in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ftrack_core.ports import Body

__all__ = ["MemoryStreamResponse", "read_body"]

_PIECE = 1024 * 1024


class MemoryStreamResponse:
    """A `StreamResponse` over bytes."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self.headers: Mapping[str, str] = {"content-length": str(len(body))}
        self._body = body

    def iter_bytes(self, size: int = _PIECE) -> Iterator[bytes]:
        """Yield the body in pieces of at most *size* bytes."""
        for start in range(0, len(self._body), size):
            yield self._body[start : start + size]

    def close(self) -> None:
        """Do nothing: there is no connection."""


def read_body(body: Body) -> Iterator[bytes]:
    """Yield the pieces of a request body of any of the forms that the port allows."""
    if body is None:
        return
    if isinstance(body, bytes):
        yield body
    elif hasattr(body, "read"):
        while piece := body.read(_PIECE):
            yield piece
    else:
        yield from body
