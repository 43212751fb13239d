"""Asks for the next pages of an answer while the one before is still being read.

It begins with the second page somebody asks for, or with the first where all of them are wanted,
and only where waiting for the server costs more than working on what it sent: against a server in
this process it would only add work.
"""

from __future__ import annotations

from collections import deque
from time import perf_counter, thread_time
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future, ThreadPoolExecutor

    from .questions import Question

__all__ = ["Answer", "ReadAhead", "is_worth_it", "next_offset"]

_MOST_IN_FLIGHT = 8
_FIRST_IN_FLIGHT = 2
"""How many are sent at once at first, where somebody may stop before the end."""

_FIRST_TO_THE_END = 4
"""How many are sent at once at first where all are wanted and nobody knows how many there are.

Eight would be four round trips for twenty pages as well, and seven queries beyond a short answer.
"""

_WAITING_COUNTS_FROM = 0.005
"""How many seconds an answer has to be waited for, and longer than worked on, to begin."""


def is_worth_it(elapsed: float, work: float) -> bool:
    """Whether an answer that took *elapsed* seconds, *work* of them here, was mostly waited for."""
    return elapsed - work > max(work, _WAITING_COUNTS_FROM)


class Answer(NamedTuple):
    """The rows of one page as they came, what was asked, and where the next one is."""

    rows: list[dict[str, Any]]
    question: Question
    next_offset: int | None


def next_offset(answer: Mapping[str, Any]) -> int | None:
    """Return where the next page begins, as the server's answer to a query tells it."""
    following = (answer.get("metadata") or {}).get("next") or {}
    offset: int | None = following.get("offset")
    return offset


class ReadAhead:
    """Gives the pages of one query in order; *ask* sends the request for one, by offset and size.

    *most* is how many rows there are to read at the most, None where nobody knows. *ahead* is how
    many pages are on their way at the most.
    """

    def __init__(
        self,
        ask: Callable[[int, int], Answer],
        pool: Callable[[], ThreadPoolExecutor],
        *,
        offset: int,
        size: int,
        most: int | None = None,
        enabled: bool = True,
        ahead: int | None = None,
    ) -> None:
        self._ask = ask
        self._pool = pool
        self._size = size
        self._next = offset
        self._end = None if most is None else offset + most
        self._flying: deque[tuple[int, Future[Answer]]] = deque()
        self._enabled = enabled
        self._most_ahead = _MOST_IN_FLIGHT if ahead is None else ahead
        self._ahead = 0
        self._asked_for = 0
        self._all_wanted = False

    def want_all(self) -> None:
        """Say that every page will be asked for: waiting for a second one would cost a round."""
        self._all_wanted = True

    def next(self) -> Answer:
        """Return the next page. Raises what *ask* raises; the page can be asked for again."""
        self._asked_for += 1
        offset = self._next
        if self._flying and self._flying[0][0] == offset:
            answer = self._landed()
        else:
            answer = self._timed(offset)
        if answer.next_offset is None:
            self._drop()
        else:
            self._next = answer.next_offset
            self._send_ahead()
        return answer

    def _timed(self, offset: int) -> Answer:
        self._drop()  # they were for pages that turned out to lie elsewhere
        started, worked = perf_counter(), thread_time()
        answer = self._ask(offset, self._length(offset))
        elapsed, work = perf_counter() - started, thread_time() - worked
        self._ahead = self._at_first() if self._enabled and is_worth_it(elapsed, work) else 0
        return answer

    def _at_first(self) -> int:
        if not self._all_wanted:
            first = _FIRST_IN_FLIGHT
        else:
            first = _FIRST_TO_THE_END if self._end is None else self._most_ahead
        return min(first, self._most_ahead)

    def _landed(self) -> Answer:
        _, future = self._flying[0]
        try:
            return future.result()
        finally:
            self._flying.popleft()
            if self._end is not None:
                self._ahead = min(2 * self._ahead, self._most_ahead)

    def _send_ahead(self) -> None:
        if self._asked_for < 2 and not self._all_wanted:
            return
        if self._end is not None:
            self._fly(self._ahead)
        elif self._ahead and not self._may_be_the_end():
            # A page behind the end costs the server a whole query: the next ones go when those
            # before them have come, and twice as many.
            self._fly(len(self._flying) + self._ahead)
            self._ahead = min(2 * self._ahead, self._most_ahead)

    def _may_be_the_end(self) -> bool:
        """Whether the last page that is on its way has not come, or is the last there is."""
        if not self._flying:
            return False
        _, last = self._flying[-1]
        is_here = last.done() and not last.cancelled() and last.exception() is None
        return not is_here or last.result().next_offset is None

    def _fly(self, count: int) -> None:
        """Let *count* pages be on their way, as far as there may be so many."""
        offset = self._flying[-1][0] + self._size if self._flying else self._next
        while len(self._flying) < count and self._length(offset) > 0:
            future = self._pool().submit(self._ask, offset, self._length(offset))
            self._flying.append((offset, future))
            offset += self._size

    def _length(self, offset: int) -> int:
        return self._size if self._end is None else min(self._size, self._end - offset)

    def _drop(self) -> None:
        """Give up the pages that are on their way; their requests are answered to nobody."""
        for _, future in self._flying:
            future.cancel()
        self._flying.clear()
