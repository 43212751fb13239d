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
        self._answer: Answer | None = None

    def next(self) -> Answer:
        """Return the next part, the same one until it is `taken`.

        What the server refuses can be asked for again.
        """
        if self._answer is None:
            self._answer = self._reader.next()
        return self._answer

    def taken(self) -> None:
        """Say that the part which `next` returned is in safe hands, and that another may come."""
        answer, self._answer = self.next(), None
        if self._left is not None:
            self._left -= len(answer.rows)
        enough = self._left is not None and self._left <= 0
        self.done = answer.next_offset is None or not answer.rows or enough

    def want_all(self) -> None:
        """Say that all there is will be read."""
        self._reader.want_all()

    def rest(self) -> Iterator[Answer]:
        """Yield all parts that are left."""
        while not self.done:
            answer = self.next()
            self.taken()
            yield answer
            del answer  # it must not be there while the next one is read
