"""Which requests may be sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.errors import ConnectionLostError, TransportTimeoutError

from .errors import UntrustedServerError

if TYPE_CHECKING:
    from ftrack_core.ports import Batch

__all__ = ["is_read_only", "is_transient"]


def is_read_only(batch: Batch) -> bool:
    """Whether carrying out *batch* twice changes nothing."""
    return all(
        str(operation.get("action", "")).startswith("query") or operation.get("action") == "search"
        for operation in batch
    )


def is_transient(error: Exception) -> bool:
    """Whether another attempt may fare better.

    Not after waiting for an answer in vain: the server may still be working on it.
    """
    if isinstance(error, UntrustedServerError):
        return False
    if isinstance(error, TransportTimeoutError):
        return not error.sent
    return isinstance(error, ConnectionLostError)
