"""A resource that closes when its last user has left."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

from ftrack_core.errors import SessionClosedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Leased"]

_Resource = TypeVar("_Resource")


class Leased(Generic[_Resource]):
    """Lends *resource*; once retired it is closed, when nobody uses it any more.

    So a transfer that runs for an hour ends on the accessor it began with, although a reload has
    replaced that meanwhile.
    """

    def __init__(self, resource: _Resource, close: Callable[[_Resource], object]) -> None:
        self._resource = resource
        self._close = close
        self._lock = Lock()
        self._users = 0
        self._retired = False
        self._closed = False

    @property
    def retired(self) -> bool:
        """Whether it was retired; those who use it still may."""
        return self._retired

    @contextmanager
    def use(self) -> Iterator[_Resource]:
        """Borrow the resource for a ``with`` block.

        Raises:
            SessionClosedError: it was retired and is closed.
        """
        self._enter()
        try:
            yield self._resource
        finally:
            self._leave()

    def retire(self) -> None:
        """Close the resource, now or when its last user leaves; again does nothing."""
        with self._lock:
            self._retired = True
            closing = self._take_closing()
        if closing:
            self._close(self._resource)

    def _enter(self) -> None:
        with self._lock:
            if self._closed:
                raise SessionClosedError(
                    f"this {type(self._resource).__name__} was replaced and is closed; "
                    "ask the session for the present one"
                )
            self._users += 1

    def _leave(self) -> None:
        with self._lock:
            self._users -= 1
            closing = self._take_closing()
        if closing:
            self._close(self._resource)

    def _take_closing(self) -> bool:
        """Return True to the one caller who has to close."""
        if not self._retired or self._users or self._closed:
            return False
        self._closed = True
        return True
