"""What the registry tells about plugins, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PluginChange", "PluginInfo", "PluginProblem", "Tier"]


class Tier(IntEnum):
    """Where a plugin came from; across tiers the later one wins."""

    INSTALLED = 1
    EXPLICIT = 2
    LOCAL = 3


@dataclass(frozen=True)
class PluginInfo:
    """A plugin of the current generation. *hooks* are the names it implements, sorted."""

    name: str
    tier: Tier
    hooks: tuple[str, ...] = ()
    distribution: str = ""
    version: str = ""
    path: Path | None = None


@dataclass(frozen=True)
class PluginProblem:
    """Why a plugin is not loaded, or why its last change was not taken.

    *distribution* and *version* are known where it was installed, *hook* where the fault is in one,
    *path* and *line* where it is a file.
    """

    name: str
    message: str
    path: Path | None = None
    line: int | None = None
    distribution: str = ""
    version: str = ""
    hook: str = ""

    def __str__(self) -> str:
        origin = f" from {self.distribution} {self.version}".rstrip() if self.distribution else ""
        hook = f" in {self.hook}" if self.hook else ""
        where = f" ({self.path}:{self.line})" if self.line else f" ({self.path})"
        return f"{self.name}{origin}{hook}: {self.message}{where if self.path else ''}"


@dataclass(frozen=True)
class PluginChange:
    """One swap of generations, or an attempt at one that a broken file prevented.

    *generation* counts from 1; with 1 all plugins are *added*. *problems* are the ones there are
    now; *recovered* names what had a problem before and has none any more.
    """

    generation: int
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    reloaded: tuple[str, ...] = ()
    problems: tuple[PluginProblem, ...] = ()
    recovered: tuple[str, ...] = ()
