"""``/component/get``: the bytes of a component, whole or in part."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING

from ftrack_embedded.engine import failures

from .access import Component, caller_of, wanted_component
from .exchange import FileAnswer, FileRequest, Slice
from .media import content_disposition, content_type, file_name
from .ranges import UNSATISFIABLE, Validators, wanted_range

if TYPE_CHECKING:
    from ftrack_embedded.engine.studio import Studio

__all__ = ["get_component", "open_stored"]


def get_component(studio: Studio, request: FileRequest) -> FileAnswer:
    """Answer with the file, or the part that Range names, unless the client has it already."""
    component = wanted_component(studio, caller_of(studio, request), request)
    file = open_stored(studio, component)
    answer = _answer(component, file, request)
    if request.method == "HEAD" or not isinstance(answer.body, Slice):
        file.close()
        return FileAnswer(answer.status, answer.headers)
    return answer


def open_stored(studio: Studio, component: Component) -> IO[bytes]:
    """Open the bytes of a component; NotFoundError if the server has none."""
    try:
        return studio.files.path(component.id).open("rb")
    except OSError:
        raise failures.server_error(
            "NotFoundError", f"The server has no file of component {component.id!r}."
        ) from None


def _answer(component: Component, file: IO[bytes], request: FileRequest) -> FileAnswer:
    status = os.fstat(file.fileno())
    validators = Validators.of(status)
    headers = _headers(component, validators)
    refused = validators.status(request.headers)
    if refused is not None:
        return FileAnswer(refused, headers)
    size = status.st_size
    # Of all methods only GET knows ranges.
    knows_ranges = request.method == "GET"
    if_range = request.headers.get("if-range")
    asked = request.headers.get("range") if validators.is_meant_by(if_range) else None
    wanted = wanted_range(asked, size) if knows_ranges else None
    if wanted is None:
        return FileAnswer(200, {**headers, "Content-Length": str(size)}, Slice(file, 0, size))
    if wanted == UNSATISFIABLE:
        return FileAnswer(416, {**headers, "Content-Range": f"bytes */{size}"})
    start, length = wanted
    part = {
        "Content-Range": f"bytes {start}-{start + length - 1}/{size}",
        "Content-Length": str(length),
    }
    return FileAnswer(206, {**headers, **part}, Slice(file, start, length))


def _headers(component: Component, validators: Validators) -> dict[str, str]:
    return {
        "Content-Type": content_type(component.file_type),
        "Content-Disposition": content_disposition(file_name(component.name, component.file_type)),
        "Accept-Ranges": "bytes",
        "ETag": validators.etag,
        "Last-Modified": validators.last_modified,
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
    }
