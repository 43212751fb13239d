"""Writing PNG images, as far as the demo needs it: 8 bits of red, green and blue."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["encode_png"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_BITS, _RGB = 8, 2
_UNFILTERED = b"\0"


def encode_png(width: int, height: int, rows: Iterable[bytes]) -> bytes:
    """Return a PNG file of *width* by *height* pixels; each row is ``3 * width`` bytes."""
    header = struct.pack(">IIBBBBB", width, height, _BITS, _RGB, 0, 0, 0)
    pixels = zlib.compress(b"".join(_UNFILTERED + row for row in rows), 9)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
