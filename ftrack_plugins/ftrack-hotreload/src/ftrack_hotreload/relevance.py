"""Which happenings in the file system may concern a plugin."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Relevance"]

_KINDS = frozenset({"created", "modified", "moved", "deleted", "closed"})
"""Mere reading is *opened* and *closed_no_write*: acting on it, a reload would set off the next."""


class Relevance:
    """Knows the folders of plugins and judges single events.

    In a folder Python files count, and directories that come or go; above it only what makes the
    folder itself come or go.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        given = [folder.absolute() for folder in folders]
        # Some systems report the path behind symbolic links.
        self._folders = tuple(dict.fromkeys([*given, *(folder.resolve() for folder in given)]))

    def concerns(self, kind: str, paths: Iterable[str | bytes], *, is_directory: bool) -> bool:
        """Return whether an event of this *kind*, on these *paths*, may concern a plugin."""
        if kind not in _KINDS or (is_directory and kind in ("modified", "closed")):
            return False
        places = [Path(os.fsdecode(path)) for path in paths if path]
        return any(
            self._is_on_the_way(place, folder) or self._is_inside(place, folder, is_directory)
            for place in places
            for folder in self._folders
        )

    @staticmethod
    def _is_on_the_way(place: Path, folder: Path) -> bool:
        return place == folder or place in folder.parents

    @staticmethod
    def _is_inside(place: Path, folder: Path, is_directory: bool) -> bool:
        if folder not in place.parents:
            return False
        parts = place.relative_to(folder).parts
        if any(part == "__pycache__" or part.startswith((".", "#")) for part in parts):
            return False
        return is_directory or place.suffix == ".py"
