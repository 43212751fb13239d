"""A few of the frames as coloured half blocks, for terminals that can show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from .frames import FIRST, LAST, colour_at

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["filmstrip"]

_COLUMNS, _LINES = 22, 6
"""Of one picture; a line of text holds two of pixels."""

_GAP = "  "
_MOST = 4
_UPPER_HALF = "▀"


def filmstrip(console: Console, shade: float) -> Text | None:
    """Return some frames side by side, or None where the terminal has no colours for them."""
    colourful = console.is_terminal and console.color_system in ("256", "truecolor")
    number = min(_MOST, (console.width + len(_GAP)) // (_COLUMNS + len(_GAP)))
    if not colourful or console.options.ascii_only or number < 2:
        return None
    times = [(place + 0.5) / number for place in range(number)]
    strip = Text("\n", no_wrap=True)
    for line in range(_LINES):
        for time in times:
            _append_line(strip, line, time, shade)
        strip.append("\n")
    captions = (str(round(FIRST + time * (LAST - FIRST))) for time in times)
    return strip.append("".join(f"{one:<{_COLUMNS}}{_GAP}" for one in captions), "dim")


def _append_line(strip: Text, line: int, time: float, shade: float) -> None:
    for column in range(_COLUMNS):
        x = (column + 0.5) / _COLUMNS
        upper, lower = (
            _hexadecimal(x, (2 * line + half + 0.5) / (2 * _LINES), time, shade) for half in (0, 1)
        )
        strip.append(_UPPER_HALF, f"{upper} on {lower}")
    strip.append(_GAP)


def _hexadecimal(x: float, y: float, time: float, shade: float) -> str:
    red, green, blue = colour_at(x, y, time, shade)
    return f"#{red:02x}{green:02x}{blue:02x}"
