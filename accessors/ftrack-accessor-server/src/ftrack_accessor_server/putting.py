"""Bytes put at the addresses that a server gives for them."""

from __future__ import annotations

import hashlib
from threading import BoundedSemaphore, Event
from typing import TYPE_CHECKING, Any, NamedTuple

from .asking import answered
from .retry import retried

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ftrack_core.session import Session

    from .content import Content
    from .parts import Span

__all__ = ["Putter", "Sent"]


class Sent(NamedTuple):
    """What the server calls the bytes that it has got (*tag*), and their MD5 in hexadecimal."""

    tag: str
    md5: str

    @property
    def is_tagged_with_md5(self) -> bool:
        """Whether the tag is the MD5 of what was sent, as it is on most storages."""
        return self.tag.lower() == self.md5


class Putter:
    """Puts bytes, over at most *connections* at once, and tries again where a fault may pass.

    That is no harm: what is put once more at an address takes the place of what was put before.
    """

    def __init__(self, session: Session, connections: int) -> None:
        self._session = session
        self._places = BoundedSemaphore(connections)
        self.connections = connections

    def put(
        self,
        identifier: str,
        url: str,
        headers: Mapping[str, Any],
        content: Content,
        span: Span,
        stop: Event | None = None,
    ) -> Sent:
        """Put the bytes of *span* at *url* with *headers* and none but these; *stop* ends it."""
        given = {name: str(value) for name, value in headers.items()}
        if "content-length" not in map(str.lower, given):
            given["Content-Length"] = str(span.length)  # storages take no chunked body
        stop = stop or Event()

        def attempt() -> Sent:
            digest = hashlib.md5(usedforsecurity=False)
            body = _noted(content.pieces(span, stop), digest) if span.length else b""
            with (
                self._places,
                answered(
                    self._session, "send", identifier, "PUT", url, headers=given, body=body
                ) as answer,
            ):
                tag = answer.headers.get("etag") or ""
            return Sent(_plain(tag), digest.hexdigest())

        return retried(self._session, attempt, stop)


def _noted(pieces: Iterator[bytes], digest: Any) -> Iterator[bytes]:
    for piece in pieces:
        digest.update(piece)
        yield piece


def _plain(tag: str) -> str:
    return tag.strip().removeprefix("W/").strip('"')
