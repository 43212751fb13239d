"""Into which parts a file is cut, as the JavaScript client cuts it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Span", "part_size", "spans_of"]

_MIB = 1024 * 1024
_SIZES = (
    (128 * _MIB, 8 * _MIB),
    (1024 * _MIB, 16 * _MIB),
    (8 * 1024 * _MIB, 32 * _MIB),
    (64 * 1024 * _MIB, 64 * _MIB),
)
"""Up to which size of a file, in bytes, its parts have which size."""
_LARGEST = 128 * _MIB
_MOST_PARTS = 10_000
_FEWEST_PARTS = 3
"""Two parts are sent as quickly by one request."""


@dataclass(frozen=True)
class Span:
    """One part of a file: its *number*, from 1, where it begins and how many bytes it has."""

    number: int
    start: int
    length: int


def part_size(size: int) -> int:
    """Return how many bytes the parts of a file of *size* bytes have, but for the last one."""
    usual = next((part for most, part in _SIZES if size <= most), _LARGEST)
    return max(usual, -(-size // _MOST_PARTS))


def spans_of(size: int) -> list[Span]:
    """Return the parts of a file of *size* bytes; a single one where it is sent as a whole."""
    step = part_size(size)
    starts = range(0, size, step)
    if len(starts) < _FEWEST_PARTS:
        return [Span(1, 0, size)]
    return [Span(number, start, min(step, size - start)) for number, start in enumerate(starts, 1)]
