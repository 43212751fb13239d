"""Files over a session's connection: what an accessor for the server's own storage is made of."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ftrack_core.ports import Body, StreamResponse

    from .session import Session

__all__ = ["streamed"]


@contextmanager
def streamed(
    session: Session,
    method: str,
    url: str,
    headers: Mapping[str, str] | None = None,
    body: Body = None,
) -> Iterator[StreamResponse]:
    """Send one request with the session's transport and lend its answer for a ``with`` block.

    *url* may be relative to the server. User and key go along in headers, and to the server only.
    The answer may have any status. Raises what `Transport.stream` raises.
    """
    with session._connection.transport() as transport:  # noqa: SLF001 -- the other half of it
        response = transport.stream(method, url, headers, body)
        try:
            yield response
        finally:
            response.close()
