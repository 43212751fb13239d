"""Errors that only HTTP knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_embedded.engine.failures import server_error

if TYPE_CHECKING:
    from ftrack_core.errors import ServerError

__all__ = ["too_large"]

_MEGABYTE = 1024 * 1024


def too_large(limit: int) -> ServerError:
    """A body that is larger than this server reads."""
    return server_error(
        "PayloadTooLargeError",
        f"The request is larger than {_size(limit)}; send several batches.",
    )


def _size(limit: int) -> str:
    return f"{limit // _MEGABYTE} MB" if limit >= _MEGABYTE else f"{limit // 1000} kB"
