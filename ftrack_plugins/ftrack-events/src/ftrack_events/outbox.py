"""What waits to be sent, and what was sent and not answered yet."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from ftrack_core.errors import EventError
from ftrack_core.events import Packet, PacketKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_core.events import Acknowledgement

__all__ = ["Letter", "Outbox", "Unanswered"]


@dataclass(frozen=True)
class Letter:
    """An event on its way: *data* is that of its packet, *about* what the log calls it.

    One that *announces* a subscription is of no use on another connection; *again* says that it was
    sent before.
    """

    data: str
    about: str
    announces: bool = False
    again: bool = False


class Outbox:
    """A queue of letters, of which at most *limit* events wait; any thread may put one in."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._letters: deque[Letter] = deque()
        self._events = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return self._events

    @property
    def announces(self) -> bool:
        """Whether an announcement waits."""
        return len(self._letters) > self._events

    def put(self, letter: Letter) -> None:
        """Add a letter. Raises `EventError` where too many events wait."""
        with self._lock:
            if not letter.announces and self._events >= self._limit:
                raise EventError(
                    f"{letter.about} was not sent: {self._limit} events wait for the connection to "
                    "the event server already"
                )
            self._add(letter)

    def take(self) -> Letter | None:
        """Return the oldest letter, or None."""
        with self._lock:
            if not self._letters:
                return None
            letter = self._letters.popleft()
            self._events -= not letter.announces
            return letter

    def begin_anew(self, first: Iterable[Letter]) -> None:
        """Put these in front, in the stead of all announcements."""
        with self._lock:
            events = [letter for letter in self._letters if not letter.announces]
            self._letters.clear()
            self._events = 0
            for letter in (*first, *events):
                self._add(letter)

    def _add(self, letter: Letter) -> None:
        self._letters.append(letter)
        self._events += not letter.announces


class Unanswered:
    """Numbers the packets of one connection and keeps the letters that are not answered yet."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._number = 0
        self._letters: dict[int, Letter] = {}

    def packet(self, letter: Letter) -> str:
        """Return the packet of *letter*, which asks for an answer."""
        self._number += 1
        self._letters[self._number] = letter
        if len(self._letters) > self._limit:
            del self._letters[next(iter(self._letters))]
        return str(Packet(PacketKind.EVENT, letter.data, self._number, wants_ack=True))

    def answered(self, answer: Acknowledgement) -> Letter | None:
        """Return the letter that an answer is about, once."""
        return self._letters.pop(answer.number, None)

    @property
    def announces(self) -> bool:
        """Whether an announcement is not answered yet."""
        return any(letter.announces for letter in self._letters.values())

    @property
    def events(self) -> list[Letter]:
        """The events that may not have arrived, in the order in which they were sent."""
        return [letter for letter in self._letters.values() if not letter.announces]
