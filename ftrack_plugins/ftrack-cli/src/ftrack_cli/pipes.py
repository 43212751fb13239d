"""The standard output, and the end of it when whoever reads it goes away."""

from __future__ import annotations

import io
import os
import select
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ftrack_core.errors import ConnectionLostError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

__all__ = [
    "ReaderGoneError",
    "data_stream",
    "is_reader_gone",
    "let_go_of_output",
    "telling_of_gone_reader",
]


class ReaderGoneError(Exception):
    """Nobody reads the standard output any more, so that there is nothing left to do."""


def data_stream() -> TextIO:
    """Return the standard output as a stream for data.

    Where it is no terminal it is in UTF-8, whatever the terminal would be: a program reads it.
    """
    stream = sys.stdout
    if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    return stream


def is_reader_gone() -> bool:
    """Whether nobody reads the standard output any more; what waits in it is written."""
    try:
        sys.stdout.flush()
        return _is_broken(sys.stdout.fileno())
    except BrokenPipeError:
        return True
    except (OSError, ValueError):
        return False  # it is no file of the system, or was closed on purpose


def _is_broken(number: int) -> bool:
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(number, 0)
    return any(found & select.POLLERR for _, found in poll.poll(0))


@contextmanager
def telling_of_gone_reader() -> Iterator[None]:
    """Turn a broken output into `ReaderGoneError`: click would end the process, and as failed."""
    try:
        yield
    except BrokenPipeError as error:
        if is_reader_gone():
            raise ReaderGoneError from error
        raise ConnectionLostError("a connection broke while something was written") from error


def let_go_of_output() -> None:
    """Let what is still to be written vanish: the interpreter flushes once more at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
