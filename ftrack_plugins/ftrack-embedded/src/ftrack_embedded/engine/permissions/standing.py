"""What somebody is in one place: how much the roles that hold there allow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["NO_ROLES", "Level", "Standing", "level_of_role", "standing_of", "together"]


class Level(IntEnum):
    """How much somebody may do; each level includes those before it."""

    NOTHING = -1
    READ = 0
    WRITE = 1
    ADMINISTER = 2


_LEVELS: Final[Mapping[str, Level]] = MappingProxyType(
    {"administrator": Level.ADMINISTER, "api": Level.ADMINISTER}
)


@dataclass(frozen=True)
class Standing:
    """The *level* that somebody has, and the ids of the *roles* it comes from."""

    level: Level
    roles: frozenset[str] = frozenset()

    def no_more_than(self, level: Level) -> Standing:
        """Return this standing with a level that is not above another."""
        return Standing(min(self.level, level), self.roles)


NO_ROLES: Final = Standing(Level.NOTHING)
"""What somebody is where no role holds."""


def level_of_role(name: str | None) -> Level:
    """Return what a role of that name allows."""
    word = (name or "").strip().casefold()
    if word.startswith("read"):
        return Level.READ
    return _LEVELS.get(word, Level.WRITE)


def standing_of(roles: Iterable[str], names: Mapping[str, str | None]) -> Standing:
    """Return what somebody is by these roles; *names* are those of all that there are."""
    held = frozenset(one for one in roles if one in names)
    level = max((level_of_role(names[one]) for one in held), default=Level.NOTHING)
    return Standing(level, held)


def together(*standings: Standing | None) -> Standing:
    """Return what somebody is who is all of these."""
    some = [one for one in standings if one is not None]
    level = max((one.level for one in some), default=Level.NOTHING)
    return Standing(level, frozenset[str]().union(*(one.roles for one in some)))
