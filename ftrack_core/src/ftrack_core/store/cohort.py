"""Arrivals: which rows came in one answer, and when it was asked for.

The rows of one type in one answer are a *cohort*: the first of them that misses an attribute
fetches it for all. What an answer was about and what came along with it (references, collections)
are two cohorts, held apart so that no row holds itself alive.

Rows lead to their arrival without keeping it. It lives for as long as an entity of one of them, or
the rows of the answer by key, which are what a cache keeps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import ref

from ftrack_core.entity.rows import forget_stamp, new_stamp

if TYPE_CHECKING:
    from ftrack_core.entity.rows import Key

    Index = dict[str, dict[Key, dict[str, Any]]]

__all__ = ["Arrival", "Companions", "Page", "RowsByKey"]


class RowsByKey(dict["Key", "dict[str, Any]"]):
    """The rows of one type in one answer; whoever keeps them keeps their arrival."""

    __slots__ = ("arrival",)

    arrival: Arrival


class Companions:
    """The rows that came along with those of a page, by type and key."""

    __slots__ = ("__weakref__", "arrival", "index")

    def __init__(self, serial: int) -> None:
        self.index: Index = {}
        self.arrival = Arrival(serial, self)


class Page:
    """The rows of one answer; *index* holds every row in it by type and key.

    *only_type* is the type of all *rows* where none of them was known before: those in the index,
    and *puts* how often entities had been added to the identity map then.
    """

    __slots__ = ("__weakref__", "arrival", "companions", "index", "only_type", "puts", "rows")

    def __init__(self, serial: int) -> None:
        self.rows: list[dict[str, Any]] = []
        self.only_type: str | None = None
        self.puts = 0
        self.index: Index = {}
        self.companions = Companions(serial)
        self.arrival = Arrival(serial, self)
        self.arrival.hold(self.companions)

    def seal(self) -> None:
        """Tell the arrivals which keys came, now that all have."""
        for one in (self, self.companions):
            one.arrival.keys = {name: list(rows) for name, rows in one.index.items()}

    def rows_of(self, entity_type: str) -> dict[Key, dict[str, Any]]:
        """Return the rows of one type by key, to add some."""
        rows = self.index.get(entity_type)
        return self.put(entity_type, RowsByKey()) if rows is None else rows

    def put(self, entity_type: str, rows: RowsByKey) -> dict[Key, dict[str, Any]]:
        """Make *rows* those of one type and return them."""
        rows.arrival = self.arrival
        self.index[entity_type] = rows
        return rows


class Arrival:
    """What is remembered of an answer.

    *serial* orders answers by the moment they were asked for. The keys outlive the page: an entity
    that is kept must not keep its five hundred siblings' rows alive.
    """

    __slots__ = ("__weakref__", "_held", "_source", "_stamps", "keys", "serial")

    def __init__(self, serial: int, source: Page | Companions) -> None:
        self.serial = serial
        self.keys: dict[str, list[Key]] = {}
        self._source = ref(source)
        self._held: list[Companions] = []
        self._stamps: dict[str, str] = {}

    def __del__(self) -> None:
        for stamp in self._stamps.values():
            forget_stamp(stamp)

    def stamp(self, entity_type: str) -> str:
        """Return the name of a type as rows of this answer bear it."""
        stamp = self._stamps.get(entity_type)
        if stamp is None:
            stamp = self._stamps[entity_type] = new_stamp(entity_type, self)
        return stamp

    def hold(self, companions: Companions) -> None:
        """Keep *companions* findable for as long as this is."""
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
