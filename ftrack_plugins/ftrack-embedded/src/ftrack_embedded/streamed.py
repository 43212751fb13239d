"""Files in process: the requests of `engine.files` for the embedded transport, without HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from ftrack_core.errors import TransportError

from .engine.files.exchange import FileAnswer, FileRequest
from .engine.files.routes import answer_file, receive_file

if TYPE_CHECKING:
    from ftrack_core.ports import Body

    from .engine.caller import Caller
    from .engine.studio import Studio

__all__ = ["EmbeddedResponse", "stream"]

_PIECE: Final = 1024 * 1024


class _Headers(Mapping[str, str]):
    """Headers whose names compare without regard to case."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = {name.lower(): value for name, value in headers.items()}

    def __getitem__(self, name: str) -> str:
        return self._headers[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._headers)

    def __len__(self) -> int:
        return len(self._headers)


class EmbeddedResponse:
    """The answer to a streamed request; see `ftrack_core.ports.StreamResponse`."""

    def __init__(self, answer: FileAnswer) -> None:
        self._answer = answer
        self.headers: Mapping[str, str] = _Headers(answer.headers)

    @property
    def status(self) -> int:
        """The status that HTTP would have used."""
        return self._answer.status

    def iter_bytes(self, size: int = _PIECE) -> Iterator[bytes]:
        """Yield the body in pieces of at most *size* bytes."""
        return self._answer.pieces(size)

    def close(self) -> None:
        """Close the file that the body comes from."""
        self._answer.close()


def stream(
    studio: Studio,
    caller: Caller,
    method: str,
    url: str,
    headers: Mapping[str, str] | None,
    body: Body,
) -> EmbeddedResponse:
    """Answer one request for a file; *url* is relative, or begins with the studio's address.

    Raises TransportError for the address of another server.
    """
    request = _request(studio, caller, method.upper(), url, headers or {})
    if request.method == "PUT":
        return EmbeddedResponse(receive_file(studio, request, _pieces(body)))
    return _following(studio, request)


def _following(studio: Studio, request: FileRequest) -> EmbeddedResponse:
    """Answer, and go on to the placeholder where the answer points to it."""
    answer = answer_file(studio, request)
    if answer.status == 302:
        elsewhere = FileRequest("GET", "/img/thumbnail2.png", caller=request.caller)
        return EmbeddedResponse(answer_file(studio, elsewhere))
    return EmbeddedResponse(answer)


def _request(
    studio: Studio, caller: Caller, method: str, url: str, headers: Mapping[str, str]
) -> FileRequest:
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
    if origin and origin != studio.public_url:
        raise TransportError(f"the embedded studio does not fetch anything from {origin}")
    return FileRequest(
        method=method,
        path=parts.path if parts.path.startswith("/") else f"/{parts.path}",
        query=dict(parse_qsl(parts.query, keep_blank_values=True)),
        headers=_Headers(headers),
        caller=caller,
    )


def _pieces(body: Body) -> Iterator[bytes]:
    if body is None:
        return
    if isinstance(body, (bytes, bytearray, memoryview)):
        yield bytes(body)
    elif hasattr(body, "read"):
        while piece := body.read(_PIECE):
            yield piece
    else:
        yield from body
