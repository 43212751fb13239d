"""What a person is told on the error stream while work goes on, and when it is done."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from .console import error_console

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.status import Status

__all__ = ["counted", "tell", "waiting"]

_T = TypeVar("_T")
_EVERY = 0.1
"""Seconds between two numbers."""


@contextmanager
def waiting(text: str) -> Iterator[Status | None]:
    """Show *text* while something is waited for, if a person looks on."""
    if not sys.stderr.isatty():
        yield None
        return
    with error_console().status(text) as status:
        yield status


def counted(things: Iterable[_T], text: str, unit: str) -> Iterator[_T]:
    """Yield *things*; show *text* until the first one, and then how many there were.

    Where the things themselves are seen coming, nothing is shown after the first one.
    """
    with waiting(text) as status:
        shown = monotonic()
        for number, one in enumerate(things, 1):
            if status is not None and sys.stdout.isatty():
                status.stop()
                status = None
            elif status is not None and monotonic() - shown > _EVERY:
                status.update(f"{number:,} {unit}")
                shown = monotonic()
            yield one


def tell(text: str) -> None:
    """Say *text* to a person; where a program takes the output, nobody wants to hear it."""
    if sys.stdout.isatty() and sys.stderr.isatty():
        print(text, file=sys.stderr)
