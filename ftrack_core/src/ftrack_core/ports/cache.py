"""The port of the row cache: plain rows that outlive the entities made from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Cache", "CachePolicy", "Key", "Row", "TimedCache"]

Row = dict[str, Any]
"""What a server says of one entity: attribute to wire value."""

Key = str | tuple[str, ...]
"""A primary key: a text, or a tuple of texts where it has several parts."""


@dataclass(frozen=True)
class CachePolicy:
    """How rows of one entity type are kept; *seconds* None means without a time limit."""

    keep: bool = True
    seconds: float | None = None


@runtime_checkable
class Cache(Protocol):
    """Keeps rows. It takes a page at once, may forget at any time, and is used by many threads.

    Rows are shared, not copied: the store replaces values in the rows it hands over.
    """

    def get_many(self, entity_type: str, keys: Iterable[Key]) -> Mapping[Key, Row]:
        """Return the rows of one entity type that are kept for *keys*, and no others."""

    def put_page(self, entity_type: str, rows: Mapping[Key, Row]) -> None:
        """Keep the rows of one entity type from one answer; *rows* is not changed afterwards.

        A cache that keeps the mapping itself also keeps what came along with these rows, so that
        the first look at one of it loads it for all.
        """

    def drop(self, entity_type: str, keys: Iterable[Key]) -> None:
        """Forget the rows for *keys*; unknown keys are no error."""

    def clear(self) -> None:
        """Forget everything."""

    def close(self) -> None:
        """Give up files and connections; calling it again does nothing."""


@runtime_checkable
class TimedCache(Protocol):
    """What a cache can have besides: times of its own for single types, as plugins say them."""

    def limit(self, entity_type: str, seconds: float | None) -> None:
        """Keep rows of *entity_type* for *seconds* from now on; None for as long as all others."""
