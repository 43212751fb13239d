"""Files on a disk or a mount."""

# ruff: noqa: PTH100, PTH111, PTH118, PTH119, PTH120 -- a path object would change some identifiers

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from ftrack_accessor_disk.accessor import DiskAccessor as _Disk
from ftrack_core.errors import AccessorError as _AccessorError
from ftrack_core.errors import ResourceExistsError, ResourceNotFoundError

from ftrack_api import data
from ftrack_api._translation import is_known, translated, translating
from ftrack_api.exception import (
    AccessorContainerNotEmptyError,
    AccessorFilesystemPathError,
    AccessorOperationFailedError,
    AccessorParentResourceNotFoundError,
    AccessorPermissionDeniedError,
    AccessorResourceInvalidError,
    AccessorResourceNotFoundError,
    AccessorUnsupportedOperationError,
)

from .base import Accessor

if TYPE_CHECKING:
    import builtins
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager

__all__ = ["DiskAccessor", "error_handler"]

_STEPS = frozenset(("exists", "get_container", "make_container", "open", "remove"))
"""Methods of the older interface that new transfers may do without."""
_BEYOND = frozenset(("copy_from", "open_atomic", "read_range", "remove_many"))
"""What they ask for instead."""


class DiskAccessor(Accessor):
    """Files below the folder *prefix*, in which variables and ``~`` are expanded.

    Without a prefix identifiers are paths as they are. No identifier leads out of the prefix. What
    new transfers ask for beyond the older interface (atomic writes, copying on the spot, ranges) is
    the disk accessor's of this library.
    """

    has_own_steps = False
    """Whether a subclass does one of the steps of the older interface in its own way."""

    def __init_subclass__(cls, **kw: Any) -> None:
        super().__init_subclass__(**kw)
        own = vars(cls)
        if _STEPS.isdisjoint(own):
            return
        cls.has_own_steps = True
        for name in _BEYOND - own.keys():
            setattr(cls, name, None)  # a transfer would go past the step

    def __init__(self, prefix: str, **kw: Any) -> None:
        if prefix:
            prefix = os.path.abspath(os.path.expanduser(os.path.expandvars(prefix)))
        self.prefix = prefix
        super().__init__(**kw)

    def list(self, resource_identifier: str) -> builtins.list[str]:
        """Return the identifiers of what a folder holds, sorted; unfinished writes are left out."""
        path = self._path(resource_identifier)
        with error_handler(operation="list", resource_identifier=resource_identifier):
            names = [os.path.basename(one) for one in self._disk.list(path)]
        return [os.path.join(resource_identifier, name) for name in names]

    def exists(self, resource_identifier: str) -> bool:
        """Return whether there is a file or a folder."""
        return self._look(self._disk.exists, resource_identifier)

    def is_file(self, resource_identifier: str) -> bool:
        """Return whether it is a file."""
        return self._look(self._disk.is_file, resource_identifier)

    def is_container(self, resource_identifier: str) -> bool:
        """Return whether it is a folder."""
        return self._look(self._disk.is_container, resource_identifier)

    def is_sequence(self, resource_identifier: str) -> bool:
        """Refuse: a disk knows files and folders."""
        raise AccessorUnsupportedOperationError(
            "is_sequence", resource_identifier=resource_identifier
        )

    def open(self, resource_identifier: str, mode: str = "rb") -> data.File:
        """Return the data of a file, opened in any of Python's modes.

        ``wb`` makes the folders above where they are missing.
        """
        path = self._path(resource_identifier)
        with error_handler(operation="open", resource_identifier=resource_identifier):
            if mode in ("rb", "wb"):
                return _DiskFile(self._disk.open(path, mode))
            return data.File(path, mode)

    def remove(self, resource_identifier: str) -> None:
        """Remove a file, or a folder that is empty; never the prefix itself."""
        path = self._path(resource_identifier)
        with error_handler(operation="remove", resource_identifier=resource_identifier):
            self._disk.remove(path)

    def make_container(self, resource_identifier: str, recursive: bool = True) -> None:
        """Make a folder, and those above it if *recursive*; one that exists is no error."""
        path = self._path(resource_identifier)
        with error_handler(operation="make_container", resource_identifier=resource_identifier):
            try:
                self._disk.make_container(path, recursive)
            except _AccessorError as error:
                if recursive or not isinstance(error.__cause__, FileNotFoundError):
                    raise
                raise _NoParentError("make_container", resource_identifier) from error

    def get_container(self, resource_identifier: str) -> str:
        """Return the identifier of the folder above; empty directly below the prefix."""
        path = self.get_filesystem_path(resource_identifier)
        if not self.prefix:
            return os.path.dirname(path)
        if path == self.prefix:
            raise AccessorParentResourceNotFoundError("get_container", resource_identifier)
        container = os.path.relpath(os.path.dirname(path), self.prefix)
        return "" if container == os.curdir else container

    def get_filesystem_path(self, resource_identifier: str) -> str:
        """Return the path; raise `AccessorFilesystemPathError` where it is outside the prefix."""
        if not self.prefix:
            return os.path.normpath(resource_identifier) if resource_identifier else ""
        try:
            return self._disk.get_filesystem_path(resource_identifier)
        except _AccessorError as error:
            raise AccessorFilesystemPathError(resource_identifier) from error

    # --- what new transfers ask for ----------------------------------------------------------

    def read_range(self, resource_identifier: str, start: int, length: int) -> bytes:
        """Return at most *length* bytes from offset *start*."""
        return self._disk.read_range(self._kept(resource_identifier), start, length)

    def open_atomic(
        self, resource_identifier: str, *, overwrite: bool = False
    ) -> AbstractContextManager[IO[bytes]]:
        """Return a writer whose file appears whole when the block ends, or not at all."""
        return self._disk.open_atomic(self._kept(resource_identifier), overwrite=overwrite)

    def copy_from(
        self,
        source: Any,
        source_identifier: str,
        resource_identifier: str,
        *,
        overwrite: bool = False,
    ) -> bool:
        """Copy from an accessor whose resources have paths; return False where it has none."""
        if getattr(source, "has_own_steps", False):
            return False  # its data are what its own `open` reads
        target = self._kept(resource_identifier)
        return self._disk.copy_from(source, source_identifier, target, overwrite=overwrite)

    def remove_many(self, resource_identifiers: Iterable[str]) -> None:
        """Remove files and empty folders; missing ones are no error."""
        self._disk.remove_many(map(self._kept, resource_identifiers))

    @property
    def _disk(self) -> _Disk:
        return _Disk(self.prefix or "")

    def _look(self, ask: Callable[[str], bool], identifier: str) -> bool:
        """Return what *ask* says; what may not be looked at is not there, as for ``os.path``."""
        path = self._path(identifier)
        try:
            return ask(path)
        except _AccessorError as error:
            if isinstance(error.__cause__, OSError):
                return False
            raise translated(error) from error

    def _path(self, identifier: str) -> str:
        return os.path.abspath(self.get_filesystem_path(identifier))

    def _kept(self, identifier: str) -> str:
        """Return *identifier* as the disk accessor takes it: without a prefix it must be a path."""
        return identifier if self.prefix else os.path.abspath(identifier)


@translating("read", "write", "flush", "seek", "tell", "close")
class _DiskFile(data.File):
    """A file over a stream of the disk accessor, which says what is wrong with the storage."""

    def __init__(self, stream: IO[bytes]) -> None:
        data.FileWrapper.__init__(self, stream)


class _NoParentError(AccessorParentResourceNotFoundError, ResourceNotFoundError):
    """The folder above is missing; new transfers know this by the kernel's class."""


@contextmanager
def error_handler(**kw: Any) -> Iterator[None]:
    """Raise the errors of the system and of the disk accessor as those of accessors.

    *kw* goes to the error that is raised: *operation*, *resource_identifier* and others.
    """
    try:
        yield
    except OSError as error:
        raise _counterpart(error)(**{"error": error, **kw}) from error
    except _AccessorError as error:
        if is_known(error):
            raise
        cause = error.__cause__
        if isinstance(error, ResourceExistsError) or not isinstance(cause, OSError):
            raise translated(error) from error
        raise _counterpart(cause)(**{"error": cause, **kw}) from error


_COUNTERPARTS: dict[int, Any] = {
    errno.ENOENT: AccessorResourceNotFoundError,
    errno.EACCES: AccessorPermissionDeniedError,
    errno.EPERM: AccessorPermissionDeniedError,
    errno.ENOTEMPTY: AccessorContainerNotEmptyError,
    errno.ENOTDIR: AccessorResourceInvalidError,
    errno.EISDIR: AccessorResourceInvalidError,
    errno.EINVAL: AccessorResourceInvalidError,
    errno.EEXIST: AccessorResourceInvalidError,
}


def _counterpart(error: OSError) -> Any:
    """Return the class of accessor error for a number of the system."""
    return _COUNTERPARTS.get(error.errno or 0, AccessorOperationFailedError)
