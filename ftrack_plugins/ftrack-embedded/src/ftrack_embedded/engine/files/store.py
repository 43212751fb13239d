"""The bytes of uploaded files: one file for each component, in a folder beside the database.

A file is written under another name and renamed when it is complete, so that nobody reads half of
one. No name comes from a client: a component's id that is no uuid is hashed.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
import uuid
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ftrack_embedded.engine import failures

from .pledges import abandoned, pledge
from .receiver import Received, Receiver

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .pledges import Pledge

__all__ = ["FileStore"]

_PART: Final = "{:05d}-{}"
_PLEDGES: Final = "pledges"


class FileStore:
    """The files of one studio, used by many threads and processes at once.

    *folder* is made when the first file comes; without one the studio keeps no files. *durable*
    says that a file must survive a power cut once it is stored, *is_own* that no other studio can
    keep its files there.
    """

    def __init__(self, folder: Path | None, *, durable: bool = True, is_own: bool = False) -> None:
        self._folder = folder
        self._durable = durable
        self._is_own = is_own

    @classmethod
    def beside(cls, database: Path | None, folder: str | Path | None = None) -> FileStore:
        """Return the store in *folder*, or else in the one beside the *database*."""
        if folder is not None:
            return cls(Path(folder))
        if database is None:
            return cls(None)
        return cls(database.with_name(f"{database.name}.files"), is_own=True)

    @property
    def folder(self) -> Path:
        """The folder of all files; a ServerError in a studio that keeps none."""
        if self._folder is None:
            raise failures.server_error(
                "UnsupportedOperationError",
                "This studio keeps no files: it is in a database given by URL. Give it a folder "
                "for them (files=, or ftrack serve --files).",
            )
        return self._folder

    @property
    def exists(self) -> bool:
        """Whether a file has ever come."""
        return self._folder is not None and self._folder.is_dir()

    def secret(self) -> bytes:
        """Return what proves links to files of this studio, for all its processes; made once."""
        path = self.folder / "secret"
        if not path.is_file():
            made = path.with_name(uuid.uuid4().hex)
            descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(32))
            _name_once(made, path)
        return path.read_bytes()

    # --- whole files -------------------------------------------------------------------------

    def path(self, component_id: str) -> Path:
        """Return where the bytes of a component are, or would be."""
        name = _file_name(component_id)
        return self.folder / "objects" / name[:2] / name

    def has(self, component_id: str) -> bool:
        """Return whether there are bytes of a component."""
        return self._folder is not None and self.path(component_id).is_file()

    def receive(self) -> Receiver:
        """Begin a new file; nothing is visible before it is kept."""
        incoming = self.folder / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        return Receiver(incoming / uuid.uuid4().hex, durable=self._durable)

    def keep(self, component_id: str, received: Received) -> None:
        """Make received bytes those of a component, in place of any it had."""
        self._move(received.path, self.path(component_id))

    def remove(self, component_id: str) -> bool:
        """Remove the bytes of a component; return whether there were any."""
        try:
            self.path(component_id).unlink()
        except FileNotFoundError:
            return False
        return True

    # --- files in parts ------------------------------------------------------------------------

    def keep_part(self, upload_id: str, number: int, received: Received) -> None:
        """Keep one part of an upload; sent again it replaces the former."""
        former = self._parts(upload_id).get(number)
        here = self._part_folder(upload_id) / _PART.format(number, received.md5)
        self._move(received.path, here)
        if former is not None and former != here:
            former.unlink(missing_ok=True)

    def part_tags(self, upload_id: str) -> dict[int, str]:
        """Return the MD5, in hexadecimal, of each part that has come."""
        return {
            number: path.name.partition("-")[2] for number, path in self._parts(upload_id).items()
        }

    @contextmanager
    def joined(self, upload_id: str, numbers: Sequence[int]) -> Iterator[Received]:
        """Give the parts of an upload as one file, for the time of the block or to be kept."""
        parts = self._parts(upload_id)
        with self.receive() as receiver:
            for number in numbers:
                if number not in parts:
                    raise FileNotFoundError(f"part {number} of {upload_id}")
                for piece in _pieces(parts[number]):
                    receiver.write(piece)
            received = receiver.finish()
        try:
            yield received
        finally:
            received.path.unlink(missing_ok=True)

    def forget_parts(self, upload_id: str) -> None:
        """Remove all parts of an upload."""
        shutil.rmtree(self._part_folder(upload_id), ignore_errors=True)

    def _parts(self, upload_id: str) -> dict[int, Path]:
        folder = self._part_folder(upload_id)
        found = folder.iterdir() if folder.is_dir() else ()
        return {int(path.name.partition("-")[0]): path for path in found}

    def _part_folder(self, upload_id: str) -> Path:
        return self.folder / "parts" / _file_name(upload_id)

    # --- work that takes time -----------------------------------------------------------------

    @property
    def is_own(self) -> bool:
        """Whether no other studio can keep its files in the folder."""
        return self._is_own

    def pledge(self, name: str) -> Pledge:
        """Note for other processes that this one has begun something; see `pledges`."""
        return pledge(self.folder / _PLEDGES, name)

    def abandoned_pledges(self) -> Iterator[Pledge]:
        """Take over what processes have begun that have ended before it was done."""
        return abandoned(self.folder / _PLEDGES) if self.exists else iter(())

    # --- what is left over ---------------------------------------------------------------------

    def is_due(self, *, every: float) -> bool:
        """Return whether this process is to look for what is left over: nobody did for *every* s.

        Never in a folder that was named: other studios may keep files there.
        """
        if not self._is_own or not self.exists:
            return False
        mark = self.folder / "collected"
        if mark.exists() and _modified(mark) > time.time() - every:
            return False
        try:
            mark.touch()
        except OSError:  # a folder that can only be read
            return False
        return True

    def remove_unfinished(self, *, older_than: float) -> int:
        """Remove what is left of uploads for *older_than* seconds; return how many files."""
        if not self.exists:
            return 0
        parts = self.folder / "parts"
        old = _old([*_files(self.folder / "incoming"), *_files(parts)], older_than)
        for path in old:
            path.unlink(missing_ok=True)
        _remove_empty(parts)
        return len(old)

    def unused(self, used: Iterable[str], *, older_than: float) -> list[Path]:
        """Return the files, older than *older_than* seconds, of no component in *used*."""
        if not self.exists:
            return []
        names = {_file_name(component_id) for component_id in used}
        files = _files(self.folder / "objects")
        return _old([path for path in files if path.name not in names], older_than)

    def remove_unused(self, files: Sequence[Path], used: Iterable[str]) -> int:
        """Remove those of *files* that are of none of the components in *used*; return how many."""
        names = {path.name for path in files}.difference(map(_file_name, used))
        for path in files:
            if path.name in names:
                path.unlink(missing_ok=True)
        return len(names)

    def _move(self, source: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            source.replace(target)
        except FileNotFoundError:
            # Another process has just removed the folder, since nothing was in it.
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
        if self._durable:
            _sync_folder(target.parent)


def _file_name(identifier: str) -> str:
    """Return a name that is safe on every file system, and other for every other identifier."""
    with suppress(ValueError):
        if str(uuid.UUID(identifier)) == identifier:
            return identifier
    return "x" + hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()


def _pieces(path: Path, size: int = 1024 * 1024) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(size):
            yield piece


def _files(folder: Path) -> list[Path]:
    """Return all files below a folder; what another process removes meanwhile is not there."""
    return [Path(inner) / name for inner, _, names in os.walk(folder) for name in names]


def _old(files: Sequence[Path], seconds: float) -> list[Path]:
    before = time.time() - seconds
    return [path for path in files if _modified(path) < before]


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another process has just removed it
        return time.time()


def _remove_empty(folder: Path) -> None:
    for path in folder.glob("*"):
        with suppress(OSError):
            path.rmdir()


def _name_once(made: Path, path: Path) -> None:
    """Give a file its name unless another process was faster: then its file counts."""
    try:
        os.link(made, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        made.replace(path)
    made.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
