"""A show while it is being made up: its chance, its calendar and its rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

__all__ = ["FIRST_DAY", "Show", "Target", "Task"]

FIRST_DAY: Final = datetime(2026, 1, 5, 9)
"""The Monday on which every show begins."""

_VERSION_4: Final = 0x4000_8000_0000_0000_0000
_FREE_BITS: Final = (1 << 128) - 1 - 0xF000_C000_0000_0000_0000
"""The bits of a random uuid that do not say which version it is."""


@dataclass(frozen=True)
class Target:
    """A shot or an asset build: what tasks are made under.

    *kind* is the name of its pipeline, *path* its place on disk below the project.
    """

    id: str
    name: str
    kind: str
    path: str


@dataclass(frozen=True)
class Task:
    """A task with what later steps need: *day* counts from `FIRST_DAY`."""

    id: str
    name: str
    type_name: str
    status: str
    target: Target
    users: tuple[str, ...]
    day: int


@dataclass
class Show:
    """Collects the rows of every table before they are inserted at once."""

    chance: Random
    project_id: str = ""
    project_name: str = ""
    users: list[str] = field(default_factory=list)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    times: dict[tuple[float, int], str] = field(default_factory=dict)
    """What `at` has answered: a show has many rows and few different times."""

    def new_id(self) -> str:
        """Return a random uuid of version 4 that depends on the seed only."""
        bits = self.chance.getrandbits(128) & _FREE_BITS | _VERSION_4
        digits = f"{bits:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def add(self, table: str, **columns: Any) -> str:
        """Add a row with a new id and return the id."""
        made = self.new_id()
        self.rows[table].append({"id": made, **columns})
        return made

    def tie(self, table: str, **columns: Any) -> None:
        """Add a row of a table whose key is made of other keys."""
        self.rows[table].append(columns)

    def pick(self, choices: Sequence[Any]) -> Any:
        """Return one of *choices*."""
        return choices[int(self.chance.random() * len(choices))]

    def weighted(self, shares: Mapping[str, int]) -> str:
        """Return one of the keys, each as often as its share says."""
        place = self.chance.random() * sum(shares.values())
        for key, share in shares.items():
            place -= share
            if place < 0:
                return key
        raise AssertionError("the place is below the sum of the shares")

    def happens(self, probability: float) -> bool:
        """Return True in that share of the cases."""
        return self.chance.random() < probability

    def at(self, day: float, hour: int = 0) -> str:
        """Return the stored time so many days and hours after `FIRST_DAY`."""
        moment = (day, hour)
        if moment not in self.times:
            made = FIRST_DAY + timedelta(days=day, hours=hour)
            self.times[moment] = made.isoformat(timespec="seconds")
        return self.times[moment]
