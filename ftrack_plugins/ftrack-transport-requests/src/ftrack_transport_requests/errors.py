"""The errors of this transport that the kernel has no name for."""

from __future__ import annotations

from ftrack_core.errors import ConnectionLostError

__all__ = ["UntrustedServerError"]


class UntrustedServerError(ConnectionLostError):
    """No TLS connection that can be trusted; another attempt would end in the same way."""
