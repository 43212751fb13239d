"""Sending files into the server's storage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import AccessorError

from .failures import storage_errors
from .multipart import MultipartUpload
from .parts import Span, spans_of
from .putting import Putter
from .retry import retried

if TYPE_CHECKING:
    from ftrack_core.session import Session

    from .content import Content

__all__ = ["CONNECTIONS", "Uploads"]

CONNECTIONS = 6
"""How many connections send at once, as those of the JavaScript client."""


class Uploads:
    """Sends files over the connection of *session*, by at most *connections* requests at once."""

    def __init__(self, session: Session, connections: int = CONNECTIONS) -> None:
        self._session = session
        self._putter = Putter(session, connections)

    def send(self, identifier: str, name: str, content: Content) -> None:
        """Make *content* the file of a component, whole or not at all; it is offered as *name*.

        The component may be created afterwards. A small file takes one request besides the
        question where it goes, a large one is sent in parts, each of which is tried again.

        Raises `AccessorError`.
        """
        spans = spans_of(content.size)
        with storage_errors("send", identifier):
            told = self._announce(identifier, name, content, spans)
            if "urls" in told:
                upload = MultipartUpload(self._session, self._putter, identifier, content, told)
                upload.send(spans)
                return
            whole = Span(1, 0, content.size)
            self._putter.put(identifier, told["url"], told.get("headers") or {}, content, whole)

    def _announce(
        self, identifier: str, name: str, content: Content, spans: list[Span]
    ) -> Mapping[str, Any]:
        in_parts = len(spans) > 1
        operation = {
            "action": "get_upload_metadata",
            "component_id": identifier,
            "file_name": name,
            "file_size": content.size,
            "checksum": None if in_parts else content.checksum(spans[0]),
            **({"parts": len(spans)} if in_parts else {}),
        }
        (told,) = retried(self._session, lambda: self._session.call([operation]))
        if isinstance(told, Mapping) and ("url" in told or ("urls" in told and in_parts)):
            return told
        raise AccessorError(
            f"cannot send the file of component {identifier!r}: the server gave no address to "
            "send it to; does it take files, and is it recent enough?",
            resource_identifier=identifier,
        )
