"""Arrivals: which rows came in one answer, and when it was asked for.

The rows of one type in one answer are a *cohort*: the first of them that misses an attribute
fetches it for all. What an answer was about and what came along with it (references, collections)
are two cohorts, held apart so that no row holds itself alive: rows lead to their arrival, that
leads to what came along, and those lead back by weak references only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import ref

from ftrack_core.entity.rows import StampedType

if TYPE_CHECKING:
    from ftrack_core.entity.rows import Key

    Index = dict[str, dict[Key, dict[str, Any]]]

__all__ = ["Arrival", "Companions", "Page"]


class Companions:
    """The rows that came along with those of a page, by type and key."""

    __slots__ = ("__weakref__", "arrival", "index", "stamps")

    def __init__(self, serial: int) -> None:
        self.index: Index = {}
        self.stamps: dict[str, StampedType] = {}
        self.arrival = Arrival(serial, self)


class Page:
    """The rows of one answer; *index* holds every row in it by type and key.

    *only_type* is the type of all *rows* where none of them was known before: those in the index.
    """

    __slots__ = ("__weakref__", "arrival", "companions", "index", "only_type", "rows", "stamps")

    def __init__(self, serial: int) -> None:
        self.rows: list[dict[str, Any]] = []
        self.only_type: str | None = None
        self.index: Index = {}
        self.stamps: dict[str, StampedType] = {}
        self.companions = Companions(serial)
        self.arrival = Arrival(serial, self)
        self.arrival.hold(self.companions)

    def seal(self) -> None:
        """Tell the arrivals which keys came, now that all have."""
        for one in (self, self.companions):
            one.arrival.keys = {name: list(rows) for name, rows in one.index.items()}


class Arrival:
    """What each row remembers of the answer it came in.

    *serial* orders answers by the moment they were asked for. The keys outlive the page: an entity
    that is kept must not keep its five hundred siblings' rows alive.
    """

    __slots__ = ("_held", "_source", "keys", "serial")

    def __init__(self, serial: int, source: Page | Companions) -> None:
        self.serial = serial
        self.keys: dict[str, list[Key]] = {}
        self._source = ref(source)
        self._held: list[Companions] = []

    def stamp(self, entity_type: str) -> StampedType:
        """Return the name of a type as rows of this answer bear it."""
        source = self._source()
        made = {} if source is None else source.stamps
        stamped = made.get(entity_type)
        if stamped is None:
            name = str(entity_type)  # one that another arrival stamped must not keep that alive
            stamped = made[name] = StampedType(name, self)
        return stamped

    def hold(self, companions: Companions) -> None:
        """Keep *companions* findable for as long as one of these rows lives."""
        if companions.index or not self._held:
            self._held.append(companions)

    def row(self, entity_type: str, key: Key) -> dict[str, Any] | None:
        """Return the row of a sibling, if it can still be found."""
        source = self._source()
        return None if source is None else source.index.get(entity_type, {}).get(key)

    def siblings(self, entity_type: str, key: Key, cap: int) -> list[Key]:
        """Return the keys of the cohort that *key* belongs to, at most *cap*, *key* among them."""
        keys = self.keys.get(entity_type)
        if not keys or key not in keys:
            return [key]
        start = keys.index(key) // cap * cap
        return keys[start : start + cap]
