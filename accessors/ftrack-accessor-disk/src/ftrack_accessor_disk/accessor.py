"""The disk accessor."""

from __future__ import annotations

import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

from ftrack_core.errors import (
    AccessorError,
    ResourceNotFoundError,
    UnsupportedOperationError,
)
from ftrack_core.ports import require_known_options, require_range

from .atomic import is_temporary, pending
from .copying import copy_content
from .failures import storage_errors
from .roots import Root, root_folder
from .streams import open_file

if TYPE_CHECKING:
    import builtins
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager

    from ftrack_core.ports import Accessor, AccessorSpec

__all__ = ["DiskAccessor", "disk_accessor"]

_OPTIONS = ("fsync", "url_prefix")


def disk_accessor(spec: AccessorSpec) -> DiskAccessor:
    """Return the accessor for ``disk:/mnt/prod``; raise `ConfigurationError` for bad settings."""
    require_known_options("the disk accessor", spec.options, _OPTIONS)
    return DiskAccessor(root_folder(spec.url), **spec.options)


class DiskAccessor:
    """Files below a root folder.

    Without *root* identifiers are absolute paths as they are. *fsync* waits until data and name
    are on the disk before an atomic write counts as done. *url_prefix*, such as
    ``https://files.studio/``, is where a web server offers the same folder.
    """

    def __init__(self, root: str = "", *, fsync: bool = True, url_prefix: str = "") -> None:
        self._root = Root(root)
        self._fsync = fsync
        self._url_prefix = url_prefix

    def __repr__(self) -> str:
        return f"DiskAccessor({str(self._root)!r})"

    def list(self, resource_identifier: str) -> builtins.list[str]:
        """Return the identifiers directly inside a folder, sorted; unfinished writes are left out.

        Raises `ResourceNotFoundError` for a missing folder and `AccessorError` for a file.
        """
        folder = self._root.path(resource_identifier)
        with storage_errors("list", resource_identifier, folder):
            found = [path for path in folder.iterdir() if not is_temporary(path.name)]
        return sorted(self._root.identifier(path) for path in found)

    def exists(self, resource_identifier: str) -> bool:
        """Return whether there is a file or a folder."""
        return self._kind(resource_identifier) is not None

    def is_file(self, resource_identifier: str) -> bool:
        """Return whether it is a file, or a link to one."""
        kind = self._kind(resource_identifier)
        return kind is not None and stat.S_ISREG(kind)

    def is_container(self, resource_identifier: str) -> bool:
        """Return whether it is a folder, or a link to one."""
        kind = self._kind(resource_identifier)
        return kind is not None and stat.S_ISDIR(kind)

    def is_sequence(self, resource_identifier: str) -> bool:
        """Return False: a disk knows files and folders."""
        self._root.path(resource_identifier)
        return False

    def open(self, resource_identifier: str, mode: str = "rb") -> IO[bytes]:
        """Open a file in ``rb`` or ``wb``; ``wb`` writes in place and creates the folders above.

        Use `open_atomic` where others may look while the file is being written.
        """
        path = self._root.path(resource_identifier)
        if mode not in ("rb", "wb"):
            raise UnsupportedOperationError(
                f"mode {mode!r} is not known; use 'rb' or 'wb'",
                resource_identifier=resource_identifier,
            )
        if mode == "wb":
            self._make(path.parent, resource_identifier)
        return open_file(path, mode, resource_identifier)

    def remove(self, resource_identifier: str) -> None:
        """Remove a file, a link, or a folder that is empty; never the root."""
        path = self._root.path(resource_identifier)
        if path == self._root.folder:
            raise AccessorError(
                f"{path} is the root of this accessor and stays",
                resource_identifier=resource_identifier,
            )
        with storage_errors("remove", resource_identifier, path):
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            else:
                path.unlink()

    def make_container(self, resource_identifier: str, recursive: bool = True) -> None:
        """Create a folder, and those above it if *recursive*; one that exists is no error."""
        path = self._root.path(resource_identifier)
        if recursive:
            self._make(path, resource_identifier)
            return
        with storage_errors("create the folder", resource_identifier, path):
            path.mkdir(exist_ok=True)

    def get_container(self, resource_identifier: str) -> str:
        """Return the identifier of the folder above; empty for the root."""
        path = self._root.path(resource_identifier)
        return "" if path == self._root.folder else self._root.identifier(path.parent)

    def get_filesystem_path(self, resource_identifier: str) -> str:
        """Return the absolute path."""
        return str(self._root.path(resource_identifier))

    def get_url(self, resource_identifier: str) -> str:
        """Return the URL below *url_prefix*; without one raise `UnsupportedOperationError`."""
        path = self._root.path(resource_identifier)
        if not self._url_prefix:
            raise UnsupportedOperationError(
                "a disk has no URLs; where a web server offers it, give the option url_prefix",
                resource_identifier=resource_identifier,
            )
        below = quote(self._root.identifier(path).lstrip("/"))
        return f"{self._url_prefix.rstrip('/')}/{below}"

    def read_range(self, resource_identifier: str, start: int, length: int) -> bytes:
        """Return at most *length* bytes from offset *start*; fewer at the end of the file."""
        require_range(resource_identifier, start, length)
        with self.open(resource_identifier) as stream:
            stream.seek(start)
            return stream.read(length)

    @contextmanager
    def open_atomic(
        self, resource_identifier: str, *, overwrite: bool = False
    ) -> Iterator[IO[bytes]]:
        """Return a writer whose file appears whole when the block ends, or not at all.

        Raises `ResourceExistsError` where there is one and *overwrite* is False; of several
        writers exactly one wins.
        """
        path = self._root.path(resource_identifier)
        with self._pending(path, resource_identifier, overwrite) as temporary:
            stream = open_file(temporary, "xb", resource_identifier)
            try:
                yield stream
            except BaseException:
                with suppress(AccessorError):  # a full disk would complain once more
                    stream.close()
                raise
            stream.close()

    def copy_from(
        self,
        source: Accessor,
        source_identifier: str,
        resource_identifier: str,
        *,
        overwrite: bool = False,
    ) -> bool:
        """Copy from an accessor whose resources are files of this machine, whole or not at all.

        Returns False where the source has no path for it.

        Raises `ResourceExistsError` where there is a file already and *overwrite* is False.
        """
        try:
            origin = _file_to_copy(source, source_identifier)
        except UnsupportedOperationError:
            return False
        path = self._root.path(resource_identifier)
        with (
            self._pending(path, resource_identifier, overwrite) as temporary,
            storage_errors(f"copy {origin} to", resource_identifier, path),
        ):
            copy_content(origin, temporary)
        return True

    def remove_many(self, resource_identifiers: Iterable[str]) -> None:
        """Remove files and empty folders; missing ones are no error."""
        for identifier in resource_identifiers:
            with suppress(ResourceNotFoundError):
                self.remove(identifier)

    def _pending(
        self, path: Path, identifier: str, overwrite: bool
    ) -> AbstractContextManager[Path]:
        return pending(path, identifier, overwrite=overwrite, fsync=self._fsync)

    def _kind(self, identifier: str) -> int | None:
        path = self._root.path(identifier)
        with storage_errors("look at", identifier, path):
            try:
                return path.stat().st_mode
            except (FileNotFoundError, NotADirectoryError):
                return None

    @staticmethod
    def _make(folder: Path, identifier: str) -> None:
        with storage_errors("create the folder", identifier, folder):
            folder.mkdir(parents=True, exist_ok=True)


def _file_to_copy(source: Accessor, identifier: str) -> Path:
    path = Path(source.get_filesystem_path(identifier))
    with storage_errors("read", identifier, path):
        kind = path.stat().st_mode
    if not stat.S_ISREG(kind):
        raise AccessorError(f"cannot read {path}: it is no file", resource_identifier=identifier)
    return path
