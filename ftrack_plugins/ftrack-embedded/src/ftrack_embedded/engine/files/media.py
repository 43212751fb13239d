"""What a file is, told by its extension, and the headers that say so."""

from __future__ import annotations

import mimetypes
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["content_disposition", "content_type", "file_name", "is_image", "is_movie"]

_UNKNOWN: Final = "application/octet-stream"
_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        ".bmp": "image/bmp",
        ".dpx": "image/x-dpx",
        ".exr": "image/x-exr",
        ".gif": "image/gif",
        ".jpeg": "image/jpeg",
        ".jpg": "image/jpeg",
        ".json": "application/json",
        ".mov": "video/quicktime",
        ".mp4": "video/mp4",
        ".pdf": "application/pdf",
        ".png": "image/png",
        ".tif": "image/tiff",
        ".tiff": "image/tiff",
        ".txt": "text/plain",
        ".webm": "video/webm",
        ".webp": "image/webp",
        ".zip": "application/zip",
    }
)
_PICTURES: Final = frozenset(
    {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp", ".tga", ".psd"}
)


def content_type(file_type: str | None) -> str:
    """Return the media type for an extension such as ``.png``."""
    extension = (file_type or "").lower()
    if extension in _TYPES:
        return _TYPES[extension]
    known = _well_known().get(extension, _UNKNOWN)
    # A browser must not run what somebody has uploaded.
    return _UNKNOWN if "html" in known or "xml" in known or "script" in known else known


@lru_cache(maxsize=1)
def _well_known() -> Mapping[str, str]:
    """Return what Python knows by itself: what this machine takes a file for is its own affair."""
    return dict(mimetypes.MimeTypes().types_map[True])


def is_image(file_type: str | None) -> bool:
    """Return whether an extension is one of a picture that may become a thumbnail."""
    return (file_type or "").lower() in _PICTURES


def is_movie(file_type: str | None) -> bool:
    """Return whether an extension is one of a movie."""
    return content_type(file_type).startswith("video/")


def file_name(name: str | None, file_type: str | None) -> str:
    """Return the name under which a component is saved."""
    return f"{name or 'component'}{file_type or ''}"


def content_disposition(name: str) -> str:
    """Return the header that proposes *name*; nothing in it can break out of the header."""
    plain = "".join(
        one if one.isascii() and one.isprintable() and one not in '"\\%;/' else "_" for one in name
    )
    encoded = quote(name.encode("utf-8", "replace"), safe="")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
