"""Arrivals: which rows came in one answer, and when it was asked for.

The rows of one type in one answer are a *cohort*: the first of them that misses an attribute
fetches it for all. What an answer was about and what came along with it (references, collections)
are two cohorts, each with an arrival of its own.

A row leads to its arrival by its stamp. The arrival knows keys and no rows: what came along is kept
by the entities of the rows it came with, and by their page, which the collector can look into.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import ref

from ftrack_core.entity.stamps import stamp_of

if TYPE_CHECKING:
    from ftrack_core.entity.rows import Key

    Index = dict[str, dict[Key, dict[str, Any]]]

__all__ = ["Arrival", "Companions", "Luggage", "Page", "RowsByKey"]


class RowsByKey(dict["Key", "dict[str, Any]"]):
    """The rows of one type in one answer; whoever keeps them keeps what came along."""

    __slots__ = ("luggage",)

    luggage: Luggage


class Luggage(list["Companions"]):
    """What came along with the rows of an answer, and what was loaded for them since."""

    __slots__ = ("__weakref__",)


class Companions:
    """The rows that came along with those of a page, by type and key."""

    __slots__ = ("__weakref__", "arrival", "index")

    def __init__(self, serial: int) -> None:
        self.index: Index = {}
        self.arrival = Arrival(serial, self)


class Page:
    """The rows of one answer; *index* holds every row in it by type and key.

    *only_type* is the type of all *rows* where they are of one type and shape, one for each key:
    those in the index, in its order. *version* is then the identity map's at that time; None
    where some of them were known before.
    """

    __slots__ = (
        "__weakref__",
        "arrival",
        "companions",
        "index",
        "luggage",
        "only_type",
        "rows",
        "version",
    )

    def __init__(self, serial: int) -> None:
        self.rows: list[dict[str, Any]] = []
        self.only_type: str | None = None
        self.version: int | None = None
        self.index: Index = {}
        self.companions = Companions(serial)
        self.arrival = Arrival(serial, self)
        self.luggage = self.arrival.luggage()
        self.luggage.append(self.companions)

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
        rows.luggage = self.luggage
        self.index[entity_type] = rows
        return rows


class Arrival:
    """What is remembered of an answer.

    *serial* orders answers by the moment they were asked for. Its rows that hold nothing else bear
    one of its *stamps*, which are found by the name of their type. The keys outlive the page: an
    entity that is kept must not keep its five hundred siblings' rows alive.
    """

    __slots__ = ("_luggage", "_source", "keys", "serial", "stamps")

    def __init__(self, serial: int, source: Page | Companions) -> None:
        self.serial = serial
        self.keys: dict[str, list[Key]] = {}
        self._source = ref(source)
        self._luggage: ref[Luggage] | None = None
        self.stamps: dict[str, str] = {}

    def stamp(self, entity_type: str) -> str:
        """Return the name of a type as rows of this answer bear it."""
        return stamp_of(entity_type, self, self.stamps)

    def luggage(self) -> Luggage:
        """Return what came along, which whoever has an entity of these rows keeps together."""
        kept = None if self._luggage is None else self._luggage()
        if kept is None:
            kept = Luggage()
            self._luggage = ref(kept)
        return kept

    @property
    def has_rows(self) -> bool:
        """Whether the rows that came can still be found."""
        return self._source() is not None

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
