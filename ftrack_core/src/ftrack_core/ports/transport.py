"""The port through which a session reaches a server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, Protocol, runtime_checkable

__all__ = ["Batch", "Body", "Operation", "StreamResponse", "Transport"]

Operation = Mapping[str, Any]
"""One operation of the protocol: ``{"action": "query", "expression": ...}``."""

Batch = Sequence[Operation]
"""Operations that the server carries out in order, all or none."""

Body = bytes | IO[bytes] | Iterator[bytes] | None
"""What a streamed request sends."""


class StreamResponse(Protocol):
    """The answer to a streamed request; read it once and close it."""

    @property
    def status(self) -> int:
        """The HTTP status, or the one that HTTP would have used."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The answer's headers; names compare without regard to case."""

    def iter_bytes(self, size: int = 1024 * 1024) -> Iterator[bytes]:
        """Yield the body in pieces of at most *size* bytes."""

    def close(self) -> None:
        """Give the connection back."""


@runtime_checkable
class Transport(Protocol):
    """Carries batches and files between a session and a server.

    An instance is used by many threads at once.
    """

    def execute(self, batch: Batch) -> list[Any]:
        """Send *batch* in wire form and return one decoded answer for each operation, in order.

        Values are plain JSON values; what is returned belongs to the caller, who may change it.

        Raises:
            ServerError: the server refused the batch (`AuthenticationError`: it refused the user).
            ConnectionLostError: no connection, or one that broke; its *sent* says whether the
                request may have reached the server.
            TransportTimeoutError: no answer in time.
            TransportError: an answer that cannot be read.
        """

    def stream(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: Body = None,
    ) -> StreamResponse:
        """Send one request with a body of any size; *url* may be relative to the server."""

    def close(self) -> None:
        """Give up all connections; calling it again does nothing."""
