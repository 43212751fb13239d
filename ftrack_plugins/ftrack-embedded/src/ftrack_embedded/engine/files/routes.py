"""Which request is answered by what: the paths of files, thumbnails, uploads and widgets."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ftrack_core.errors import ServerError

from ftrack_embedded.engine import failures

from . import download, putting, removal, thumbnail, widget
from .exchange import FileAnswer, FileRequest, refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_embedded.engine.studio import Studio

__all__ = ["PATHS", "UPLOAD_PATH", "WRITING_PATHS", "answer_file", "receive_file"]

_LOGGER: Final = logging.getLogger(__name__)
UPLOAD_PATH: Final = putting.UPLOAD_PATH
Route = Callable[["Studio", FileRequest], FileAnswer]
_ROUTES: Final[Mapping[str, Route]] = MappingProxyType(
    {
        "/component/get": download.get_component,
        "/component/getPutMetadata": putting.get_put_metadata,
        "/component/remove": removal.remove_component,
        "/component/thumbnail": thumbnail.get_thumbnail,
        "/img/thumbnail2.png": thumbnail.get_placeholder,
    }
)
PATHS: Final = tuple(_ROUTES)
"""The paths that are answered as they stand; uploads and widgets follow a prefix."""
WRITING_PATHS: Final = frozenset({"/component/getPutMetadata"})
"""Those whose answer may have to wait for others that change the database."""


def answer_file(studio: Studio, request: FileRequest) -> FileAnswer:
    """Answer a GET or HEAD; a failure is an answer too, never an exception."""
    try:
        if request.method not in ("GET", "HEAD"):
            raise _wrong_method(request)
        return _route(request.path)(studio, request)
    except ServerError as error:
        return refusal(error)
    except Exception:
        _LOGGER.exception("A request for a file failed.")
        return refusal(failures.internal_error())


def receive_file(studio: Studio, request: FileRequest, body: Iterable[bytes]) -> FileAnswer:
    """Answer a PUT whose *body* comes in pieces; a failure is an answer too."""
    try:
        with putting.begin_upload(studio, request) as upload:
            for piece in body:
                upload.write(piece)
            upload.check()
            return upload.keep()
    except ServerError as error:
        return refusal(error)


def _route(path: str) -> Route:
    if path.startswith(widget.WIDGET_PATH):
        return widget.get_widget
    if path not in _ROUTES:
        raise failures.server_error("NotFoundError", f"There is nothing at {path}.")
    return _ROUTES[path]


def _wrong_method(request: FileRequest) -> ServerError:
    return failures.server_error(
        "MethodNotAllowedError", f"{request.method} is not possible at {request.path}."
    )
