"""The answer to a streamed request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.errors import ConnectionLostError, FtrackError

from .faults import FAULTS, handled_now, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import requests

__all__ = ["RequestsStreamResponse"]


class RequestsStreamResponse:
    """A `StreamResponse` over an open connection; read it once and close it."""

    def __init__(self, response: requests.Response, origin: str) -> None:
        self._response = response
        self._origin = origin

    def __repr__(self) -> str:
        return f"<RequestsStreamResponse {self.status} from {self._origin}>"

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self._response.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        """The answer's headers; names compare without regard to case."""
        return self._response.headers

    def iter_bytes(self, size: int = 1024 * 1024) -> Iterator[bytes]:
        """Yield the body in pieces of at most *size* bytes.

        Raises:
            ConnectionLostError: the body broke off (`TransportTimeoutError`: it stopped coming).
        """
        pieces = self._response.raw.stream(size, decode_content=True)
        received = 0
        while True:
            piece, fault = self._next(pieces)
            if fault is not None:
                raise fault
            if piece is None:
                break
            received += len(piece)
            for start in range(0, len(piece), size):
                yield piece[start : start + size]
        self._check_length(received)

    def close(self) -> None:
        """Give the connection back."""
        self._response.close()

    def _next(self, pieces: Iterator[bytes]) -> tuple[bytes | None, FtrackError | None]:
        handled = handled_now()
        try:
            return next(pieces, None), None
        except FAULTS as error:
            return None, told(error, self._origin, handled)

    def _check_length(self, received: int) -> None:
        announced = self.headers.get("content-length")
        if announced is None or self.headers.get("content-encoding") or not received:
            return  # a HEAD announces what it does not send
        if received != int(announced):
            raise ConnectionLostError(
                f"{self._origin} sent {received} of {announced} bytes and broke off"
            )
