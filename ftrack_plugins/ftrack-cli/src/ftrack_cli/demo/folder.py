"""The folder in which the demo keeps its files: a temporary one, or one that stays."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ftrack_cli.failures import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DemoFolder", "demo_folder"]

_CHOOSE_ANOTHER = "name a folder that is not there yet, or an empty one"


@dataclass(frozen=True)
class DemoFolder:
    """The places in the folder; *stays* says whether it is there afterwards."""

    root: Path
    stays: bool = False

    @property
    def database(self) -> Path:
        """The studio."""
        return self.root / "studio.db"

    @property
    def plugins(self) -> Path:
        """The folder of local plugins."""
        return self.root / "plugins"

    @property
    def storage(self) -> Path:
        """Where published files are kept."""
        return self.root / "storage"

    @property
    def renders(self) -> Path:
        """Where frames are before they are published."""
        return self.root / "renders"

    def make(self) -> None:
        """Create the folders inside."""
        for folder in (self.plugins, self.storage, self.renders):
            folder.mkdir()


@contextmanager
def demo_folder(keep: str | None) -> Iterator[DemoFolder]:
    """Give a folder for as long as the demo runs, or one at *keep* that stays.

    Raises `RefusedError`, leaving nothing behind, for a place that is taken or cannot be written.
    """
    if keep is not None:
        yield _kept(Path(keep).expanduser().absolute())
        return
    try:
        made = Path(tempfile.mkdtemp(prefix="ftrack-demo-")).resolve()
    except OSError as error:
        raise RefusedError(
            f"there is no place for temporary files: {error.strerror}",
            "set TMPDIR to a folder that can be written, or name one with --keep",
        ) from error
    try:
        folder = DemoFolder(made)
        folder.make()
        yield folder
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _kept(path: Path) -> DemoFolder:
    _refuse_taken(path)
    made: list[Path] = []
    folder = DemoFolder(path, stays=True)
    try:
        for missing in reversed([one for one in (path, *path.parents) if not one.exists()]):
            missing.mkdir()
            made.append(missing)
        folder.make()
    except OSError as error:
        _remove_empty([folder.renders, folder.storage, folder.plugins, *reversed(made)])
        raise RefusedError(
            f"{path} cannot be written: {error.strerror}", "name a folder of your own"
        ) from error
    return folder


def _refuse_taken(path: Path) -> None:
    try:
        found = sorted(one.name for one in path.iterdir()) if path.is_dir() else []
        is_file = path.exists() and not path.is_dir()
    except OSError as error:
        raise RefusedError(f"{path} cannot be read: {error.strerror}", _CHOOSE_ANOTHER) from error
    if is_file:
        raise RefusedError(f"{path} is a file, not a folder", _CHOOSE_ANOTHER)
    if {"studio.db", "plugins", "storage"} <= set(found):
        raise RefusedError(
            f"{path} holds an earlier demo", f"remove that first, or {_CHOOSE_ANOTHER}"
        )
    if found:
        more = ", ..." if len(found) > 3 else ""
        raise RefusedError(
            f"{path} is not empty; it holds {', '.join(found[:3])}{more}", _CHOOSE_ANOTHER
        )


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            continue
