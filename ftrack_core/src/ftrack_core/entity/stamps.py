"""Stamps: the names of entity types as they stand in rows, which lead to where the row came from.

Python's garbage collector looks into a dictionary only if something in it could be a part of a
cycle. In most rows nothing is, and their stamps must not change that: tens of thousands of rows
that are looked into again and again cost as much as decoding them. So a stamp is nothing but a text
of its own, and what it leads to, its *arrival*, is written down here. It is there for as long as a
row bears the stamp; an arrival must not lead to rows, since the collector could not see that.
"""

from __future__ import annotations

from collections import deque
from sys import getrefcount
from threading import RLock
from typing import Any, Final

__all__ = ["leads_to", "stamp_of", "stamps_count", "without_stamp"]

_Lead = tuple[str, Any, dict[str, str]]
"""A stamp, its arrival, and the stamps that this one has made."""

_COUNTED = 8
"""How many stamps are counted when there is a new one."""

_lock = RLock()
_leads: dict[int, _Lead] = {}  # by the id() of the stamp, which is held, so that it is no other's
_turns: deque[int] = deque()


class _ShortText(str):
    """A text of one character that is an object of its own; Python has but one of each."""

    __slots__ = ()


def stamp_of(name: str, arrival: Any, made: dict[str, str]) -> str:
    """Return *name* as a stamp that leads to *arrival*, one of those it has *made*."""
    with _lock:
        stamp = made.get(name)
        if stamp is None:
            _forget_some()
            lead = _new_lead(name, arrival, made)
            stamp = lead[0]
            _leads[id(stamp)] = lead
            _turns.append(id(stamp))
        return stamp


def leads_to(stamp: Any) -> Any:
    """Return where *stamp* leads; None for what is no stamp."""
    lead = _leads.get(id(stamp))
    return None if lead is None else lead[1]


def without_stamp(name: str) -> str:
    """Return the name of a type, which may be a stamp, as a text that leads nowhere.

    Who keeps rows elsewhere may have been given anything for a name.
    """
    return name.encode().decode() if isinstance(name, str) else name


def stamps_count() -> int:
    """Return how many stamps there are."""
    return len(_leads)


def _new_lead(name: str, arrival: Any, made: dict[str, str]) -> _Lead:
    stamp = without_stamp(name) if len(name) > 1 else _ShortText(name)
    made[stamp] = stamp
    return stamp, arrival, made


def _forget_some() -> None:
    """Forget those of the next few that no row bears: nobody tells when the last one goes."""
    for _ in range(min(_COUNTED, len(_turns))):
        number = _turns.popleft()
        lead = _leads[number]
        if getrefcount(lead[0]) > _UNBORNE:
            _turns.append(number)
        else:
            del _leads[number]
            del lead[2][lead[0]]


_alone: Final = _new_lead("alone", None, {})
_UNBORNE: Final = getrefcount(_alone[0])
"""How many hold a stamp that no row bears, as this interpreter counts."""
