"""How far the reading of a query's answer has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .read_ahead import Answer

__all__ = ["Reader", "Reading"]


class Reader(Protocol):
    """Gives the rows of an answer part by part; the last part has no *next_offset*."""

    def next(self) -> Answer:
        """Return the next part. What it raises leaves the reader where it was."""

    def want_all(self) -> None:
        """Say that every part will be asked for."""


class Reading:
    """Reads until there is no more, or *most* rows have come; None for all there are."""

    def __init__(self, reader: Reader, most: int | None = None) -> None:
        self.done = most == 0
        self._reader = reader
        self._left = most

    def next(self) -> Answer:
        """Return the next part. What the server refuses can be asked for again."""
        answer = self._reader.next()
        if self._left is not None:
            self._left -= len(answer.rows)
        enough = self._left is not None and self._left <= 0
        self.done = answer.next_offset is None or not answer.rows or enough
        return answer

    def want_all(self) -> None:
        """Say that all there is will be read."""
        self._reader.want_all()

    def rest(self) -> Iterator[Answer]:
        """Yield all parts that are left."""
        while not self.done:
            yield self.next()
