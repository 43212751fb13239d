"""What can be wrong with a cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.errors import FtrackError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CacheError", "CacheFileError", "CacheKeyError", "CacheValueError"]


class CacheError(FtrackError):
    """A cache cannot do what was asked."""


class CacheFileError(CacheError):
    """The file of a cache cannot be used; *path* names it and *reason* says why."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"the cache file {path} {reason}")


class CacheKeyError(CacheError, TypeError):
    """Nothing stable can stand for this value in a key."""


class CacheValueError(CacheError, TypeError):
    """This value cannot be kept, or what was kept cannot be read."""
