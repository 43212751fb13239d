"""Pictures: made smaller with Pillow where it is installed (``ftrack-embedded[images]``).

What cannot be read as a picture, or is so large that reading it would hurt, gives None.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Picture", "is_available", "placeholder", "scaled"]

_MOST_PIXELS: Final = 512 * 1024 * 1024
_QUALITY: Final = 88
_KEPT_MODES: Final = frozenset({"RGB", "L"})
_TRANSPARENT_MODES: Final = frozenset({"RGBA", "LA", "PA"})


@dataclass(frozen=True)
class Picture:
    """An encoded picture with its size in pixels; *file_type* is its extension."""

    data: bytes
    file_type: str
    width: int
    height: int


def is_available() -> bool:
    """Return whether Pillow is installed."""
    try:
        import PIL.Image  # noqa: F401 - only whether it can be imported
    except ImportError:
        return False
    return True


def scaled(path: Path, size: int) -> Picture | None:
    """Return the picture in a file, no wider and no higher than *size* pixels."""
    try:
        from PIL import Image, ImageOps
    except ImportError:
        return None
    try:
        with warnings.catch_warnings():
            # Pillow warns of what it finds large; how large is too large is decided here.
            warnings.simplefilter("ignore")
            with Image.open(path) as opened:
                if opened.width * opened.height > _MOST_PIXELS:
                    return None
                opened.draft("RGB", (size, size))
                image = ImageOps.exif_transpose(opened)
                image.thumbnail((size, size))
                return _encoded(image)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, struct.error):
        return None


def _encoded(image: Any) -> Picture:
    is_transparent = image.mode in _TRANSPARENT_MODES or "transparency" in image.info
    stored = io.BytesIO()
    if is_transparent:
        image.convert("RGBA").save(stored, "PNG")
        return Picture(stored.getvalue(), ".png", image.width, image.height)
    plain = image if image.mode in _KEPT_MODES else image.convert("RGB")
    plain.save(stored, "JPEG", quality=_QUALITY)
    return Picture(stored.getvalue(), ".jpg", image.width, image.height)


@lru_cache(maxsize=1)
def placeholder() -> bytes:
    """Return the PNG that stands where there is no picture: a grey field, 300 by 200 pixels."""
    width, height, grey = 300, 200, b"\x3a"
    lines = (b"\0" + grey * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
