"""The errors of this transport that the kernel has no name for."""

from __future__ import annotations

from ftrack_core.errors import ConnectionLostError

__all__ = ["UnreadableAnswerError", "UntrustedServerError"]


class UnreadableAnswerError(ConnectionLostError):
    """An answer came that tells nothing.

    What became of the request is as unknown as if the answer had been lost on the way.
    """


class UntrustedServerError(ConnectionLostError):
    """No TLS connection that can be trusted; another attempt would end in the same way."""
