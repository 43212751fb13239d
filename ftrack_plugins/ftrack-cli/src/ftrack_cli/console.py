"""The two consoles, made when they are asked for: streams may change while a process runs."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from typing import TextIO

__all__ = ["WIDEST", "ErrorConsole", "OutputConsole", "error_console", "output_console"]

WIDEST = 100
"""Columns; longer lines are hard to read, however wide the terminal is."""


class ErrorConsole(Console):
    """Writes single lines that are never broken, so that a log keeps them in one piece."""

    def line_of(self, label: str, style: str, message: str, end: str = "\n") -> None:
        """Write *label* in *style* and *message* as it is."""
        self.print(Text.assemble((label, style), message), soft_wrap=True, end=end)


class OutputConsole(Console):
    """The standard output; that its reader has gone away is told as any stream tells it."""

    def on_broken_pipe(self) -> None:
        """Let the error go on: rich would end the process, and as a failure."""
        raise  # rich calls this while it handles the error


def output_console(*, widest: int = 0) -> Console:
    """Return a console on the standard output, as wide as the terminal but not beyond *widest*.

    That is `WIDEST` if it is not given.
    """
    _forgive(sys.stdout)
    console = OutputConsole(highlight=False, emoji=False)
    console.width = min(console.width, widest or WIDEST)
    return console


def error_console() -> ErrorConsole:
    """Return a console on the standard error stream."""
    _forgive(sys.stderr)
    return ErrorConsole(stderr=True, highlight=False, emoji=False)


def _forgive(stream: TextIO) -> None:
    """Let a name that the terminal cannot write show as question marks, not as an error."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
