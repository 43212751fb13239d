"""Questions under way: their answers may be older than what is known when they come.

What the session holds keeps its newer values when an older answer is taken in. What was committed
or deleted meanwhile and let go of would come back as it was before, so the question remembers it.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ftrack_core.entity import Entity
    from ftrack_core.entity.rows import Key

    Identity = tuple[str, Key]
    Rows = Mapping[str, Mapping[Key, dict[str, object]]]

__all__ = ["Question", "Questions"]

_MOST_HELD = 10_000
"""How many entities one question holds: somebody may keep a result that nobody ever reads on."""


class Question:
    """What was asked at *serial*, until the answer is taken in or nobody has it any more.

    What was asked before so much was committed that it cannot be held is *outdated*. Whoever
    changes one holds the lock of the store.
    """

    __slots__ = ("__weakref__", "_forgotten", "_held", "is_outdated", "serial")

    def __init__(self, serial: int) -> None:
        self.serial = serial
        self.is_outdated = False
        self._held: dict[int, Entity] = {}
        self._forgotten: set[Identity] = set()

    def hold(self, entities: Sequence[Entity]) -> None:
        """Keep *entities* alive: they know something newer than the answer."""
        if not self.is_outdated:
            self._held.update(zip(map(id, entities), entities, strict=True))
            self._give_up_if_there_is_too_much()

    def _give_up_if_there_is_too_much(self) -> None:
        if len(self._held) + len(self._forgotten) > _MOST_HELD:
            self.outdate()

    def let_go(self) -> None:
        """Hold nothing any more: the answer is taken in."""
        self._held = {}

    def outdate(self) -> None:
        """Give up: what the answer says is nothing to keep."""
        self.is_outdated = True
        self._held = {}
        self._forgotten = set()

    def forget(self, entity_type: str, key: Key) -> None:
        """Note that the row of *key* is to be asked for anew, if there is one at all."""
        if not self.is_outdated:
            self._forgotten.add((entity_type, key))
            self._give_up_if_there_is_too_much()

    def worth_keeping(self, rows: Rows) -> Rows:
        """Return those of the *rows* that the answer held which are not known to be wrong."""
        if self.is_outdated:
            return {}
        if not self._forgotten:
            return rows
        return {
            name: {key: row for key, row in of_type.items() if (name, key) not in self._forgotten}
            for name, of_type in rows.items()
        }


class Questions:
    """The questions of one store whose answers somebody may still take in."""

    def __init__(self) -> None:
        self._under_way: WeakSet[Question] = WeakSet()
        self._lock = Lock()

    def ask(self, serial: int) -> Question:
        """Return the question that is sent with *serial*."""
        question = Question(serial)
        with self._lock:
            self._under_way.add(question)
        return question

    def answered(self, question: Question) -> None:
        """Note that an answer is taken in, or that nobody is going to."""
        with self._lock:
            self._under_way.discard(question)
        question.let_go()

    def under_way(self) -> list[Question]:
        """Return those whose answers have not been taken in, and nobody has given up."""
        if not self._under_way:
            return []
        with self._lock:
            return list(self._under_way)

    def forget(self, entity_type: str, key: Key) -> None:
        """Let no answer that is under way bring a row back."""
        for question in self.under_way():
            question.forget(entity_type, key)

    def outdate(self) -> None:
        """Let no answer that is under way be kept."""
        for question in self.under_way():
            question.outdate()
