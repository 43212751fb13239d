"""The pictures that are published: a ball that bounces through a drifting sky."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .png import encode_png

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FIRST", "HEIGHT", "LAST", "WIDTH", "Rendering", "colour_at", "render"]

WIDTH, HEIGHT = 128, 72
"""Pixels."""

FIRST, LAST = 1001, 1024
"""The frame range, both ends included."""

_RADIUS = 0.13
_BOUNCES = 3
_PALETTE = (0.0, 0.12, 0.26)
"""Where in its cycle each of red, green and blue begins; their differences make the sky."""

_Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Rendering:
    """Frames on the disk.

    *expression* names them all with their folder, *name* without; *checksums* are SHA-256 by frame
    number; *size* is in bytes.
    """

    expression: str
    name: str
    checksums: dict[int, str]
    size: int


def render(folder: Path, name: str, shade: float) -> Rendering:
    """Write the frames as ``<name>.<number>.png`` into *folder*; *shade* turns the colours."""
    checksums, size = {}, 0
    for number in range(FIRST, LAST + 1):
        image = _image((number - FIRST) / (LAST - FIRST), shade)
        (folder / f"{name}.{number:04d}.png").write_bytes(image)
        checksums[number] = hashlib.sha256(image).hexdigest()
        size += len(image)
    shown = f"{name}.%04d.png [{FIRST}-{LAST}]"
    return Rendering(str(folder / shown), shown, checksums, size)


def colour_at(x: float, y: float, time: float, shade: float) -> _Colour:
    """Return the colour at a place of a frame; *x*, *y* and *time* run from 0 to 1."""
    ball = _ball(x, y, time)
    if ball is not None:
        return ball
    phase = shade + 0.35 * x + 0.2 * time
    light = 1.0 - 0.55 * y
    red, green, blue = (light * (0.5 + 0.5 * math.cos(math.tau * (phase + p))) for p in _PALETTE)
    return round(255 * red), round(255 * green), round(255 * blue)


def _ball(x: float, y: float, time: float) -> _Colour | None:
    """Return the ball's colour, lit from the upper left, or None beside it."""
    across = (x - (0.1 + 0.8 * time)) * WIDTH / HEIGHT
    down = y - (0.82 - 0.6 * abs(math.sin(math.pi * _BOUNCES * time)))
    distance = math.hypot(across, down) / _RADIUS
    if distance > 1:
        return None
    lit = 1.0 - 0.75 * min(1.0, math.hypot(across + 0.05, down + 0.05) / (1.6 * _RADIUS))
    return round(255 * lit), round(245 * lit), round(215 * lit)


def _image(time: float, shade: float) -> bytes:
    rows = (
        bytes(
            channel
            for x in range(WIDTH)
            for channel in colour_at((x + 0.5) / WIDTH, (y + 0.5) / HEIGHT, time, shade)
        )
        for y in range(HEIGHT)
    )
    return encode_png(WIDTH, HEIGHT, rows)
