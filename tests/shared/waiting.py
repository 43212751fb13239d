"""Waiting for what comes about in another thread or process: at once, or never."""

from __future__ import annotations

import time

__all__ = ["handle", "wait_for"]

_ENDS_WITHIN = 60
"""In seconds."""


def wait_for(condition, meanwhile=lambda: time.sleep(0.005)):
    """Wait until *condition* holds, and do something *meanwhile*."""
    ends_at = time.monotonic() + _ENDS_WITHIN
    while not condition():
        assert time.monotonic() < ends_at, "it did not come about"
        meanwhile()


def handle(session, condition):
    """Handle the events of *session* until *condition* holds."""
    wait_for(condition, lambda: session.events.wait(0.05))
