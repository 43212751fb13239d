"""Bodies of streamed requests: from whatever the port allows to pieces of a known length."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ftrack_core.ports import Body

__all__ = ["BodySource"]

_PIECE = 1024 * 1024


class BodySource:
    """Yields the pieces of a body once.

    Attributes: *length* in bytes, None where it cannot be told; *error* what the caller's own file
    or iterator raised, so that it is not taken for a fault of the connection.
    """

    def __init__(self, body: Body) -> None:
        self._body = body
        self.length = _length(body)
        self.error: BaseException | None = None

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from _pieces(self._body)
        except GeneratorExit:
            raise
        except BaseException as error:
            self.error = error
            raise


def _pieces(body: Body) -> Iterator[bytes]:
    if body is None:
        return
    if isinstance(body, bytes):
        yield body
    elif hasattr(body, "read"):
        while piece := body.read(_PIECE):
            yield piece
    else:
        yield from body


def _length(body: Body) -> int | None:
    if body is None:
        return 0
    if isinstance(body, bytes):
        return len(body)
    return _rest(body) if hasattr(body, "read") else None


def _rest(file: Any) -> int | None:
    """Return how many bytes *file* holds from where it stands, None where it cannot be moved."""
    try:
        here: int = file.tell()
        end: int = file.seek(0, os.SEEK_END)
        file.seek(here)
    except (OSError, AttributeError):
        return None
    return end - here
