"""``/component/thumbnail``: the picture of a component, scaled, or one that stands for none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import images
from .access import caller_of, wanted_component
from .download import get_component, open_stored
from .exchange import FileAnswer, FileRequest
from .media import content_type, is_image
from .ranges import Validators

if TYPE_CHECKING:
    from ftrack_embedded.engine.studio import Studio


__all__ = ["get_placeholder", "get_thumbnail"]

_DEFAULT_SIZE: Final = 300
_LARGEST: Final = 4096


def get_thumbnail(studio: Studio, request: FileRequest) -> FileAnswer:
    """Answer with the picture, no larger than ``size`` pixels; the placeholder if it is none.

    Without Pillow the picture comes as it is.
    """
    component = wanted_component(studio, caller_of(studio, request), request)
    open_stored(studio, component).close()
    if not images.is_available() and is_image(component.file_type):
        return get_component(studio, request)
    path = studio.files.path(component.id)
    validators = Validators.of(path.stat())
    status = validators.status(request.headers)
    if status is not None:
        return FileAnswer(status, _headers(validators))
    picture = images.scaled(path, _size(request))
    if picture is None:
        return _placeholder_elsewhere()
    headers = {**_headers(validators), "Content-Type": content_type(picture.file_type)}
    return _whole(request, picture.data, headers)


def get_placeholder(_: Studio, request: FileRequest) -> FileAnswer:
    """Answer with the picture that stands where there is none; anybody may see it."""
    headers = {"Content-Type": "image/png", "Cache-Control": "public, max-age=86400"}
    return _whole(request, images.placeholder(), headers)


def _whole(request: FileRequest, data: bytes, headers: dict[str, str]) -> FileAnswer:
    headers = {**headers, "Content-Length": str(len(data))}
    return FileAnswer(200, headers, b"" if request.method == "HEAD" else data)


def _placeholder_elsewhere() -> FileAnswer:
    # Relative, so that it is right behind a proxy that adds a prefix to the path as well.
    return FileAnswer(302, {"Location": "../img/thumbnail2.png", "Content-Length": "0"})


def _headers(validators: Validators) -> dict[str, str]:
    return {
        "ETag": validators.etag,
        "Last-Modified": validators.last_modified,
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
    }


def _size(request: FileRequest) -> int:
    text = request.query.get("size", "")
    return min(max(int(text), 1), _LARGEST) if text.isdecimal() else _DEFAULT_SIZE
