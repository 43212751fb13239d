"""Signals while the demo runs: whatever ends it, it tidies up first."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["tidy_ending", "uninterrupted"]

_SHELL_OFFSET = 128
"""A process that a signal ends has this plus the signal's number for its exit status."""

_ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def tidy_ending() -> Iterator[None]:
    """Let the signals that end a process end it by an exception, so that ``finally`` is run."""
    with _handling(_ENDING, _leave):
        yield


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let nothing interrupt what is done inside, a second Ctrl-C either."""
    with _handling((signal.SIGINT, *_ENDING), signal.SIG_IGN):
        yield


def _leave(number: int, _: object) -> None:
    raise SystemExit(_SHELL_OFFSET + number)


@contextmanager
def _handling(numbers: tuple[int, ...], handler: Callable[..., Any] | int) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is told of signals
        return
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)
