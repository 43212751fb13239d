"""Log records of the library while a command runs, as warnings of one line."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .failures import is_debugging, show_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["hushed", "shown_logs"]

_OURS = "ftrack"
"""What the names of this library's loggers begin with; others speak to developers only."""


@contextmanager
def shown_logs() -> Iterator[None]:
    """Show what is logged at level warning and above, each text once."""
    handler = _OneLineHandler()
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)


@contextmanager
def hushed(name: str) -> Iterator[None]:
    """Let the logger *name* tell nothing below an error."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


class _OneLineHandler(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._shown: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        text = " ".join(record.getMessage().split())
        if text in self._shown or not record.name.startswith(_OURS):
            return
        self._shown.add(text)
        if record.exc_info and is_debugging():
            text = self.format(record)
        show_problem(text, label="warning")
