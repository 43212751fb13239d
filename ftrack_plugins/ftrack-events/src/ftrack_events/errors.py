"""The errors of this distribution that the kernel has no name for."""

from __future__ import annotations

from ftrack_core.errors import EventError

__all__ = ["EventCredentialsError", "LineLostError"]


class EventCredentialsError(EventError):
    """The event server does not accept the user or the key; another attempt would end so, too."""


class LineLostError(Exception):
    """A connection that was open has come to its end; the text says why."""
