"""The accessor over fsspec."""

from __future__ import annotations

import io
import threading
from contextlib import contextmanager, suppress
from functools import partial
from secrets import token_hex
from typing import IO, TYPE_CHECKING

from ftrack_core.errors import (
    AccessorError,
    ResourceExistsError,
    UnsupportedOperationError,
)
from ftrack_core.ports import normalised_identifier, require_range

from .addresses import Address
from .backends import refuse_unavailable
from .failures import is_missing, storage_errors
from .identifiers import name_of, path_of
from .instances import Instance, Instances
from .moves import Move, move_of
from .streams import open_stream

if TYPE_CHECKING:
    import builtins
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from ftrack_core.ports import AccessorSpec

__all__ = ["AtomicFsspecAccessor", "FsspecAccessor", "fsspec_accessor"]

_PREFIX = ".ftrack-"
_SUFFIX = ".part"


def fsspec_accessor(spec: AccessorSpec) -> FsspecAccessor:
    """Return the accessor for ``sftp://host/folder`` and its kind; nothing connects yet.

    It writes atomically where the protocol can move a finished file. Raises `ConfigurationError`
    for a URL that cannot be used and for a library that is missing.
    """
    address = Address.of(spec)
    refuse_unavailable(address)
    move = move_of(address.protocol)
    return AtomicFsspecAccessor(address, move) if move else FsspecAccessor(address)


class FsspecAccessor:
    """Files below the folder of a URL, through fsspec."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._instances = Instances(address)
        self._backend = self._instances.backend
        self._making_folders = threading.Lock()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._address.shown!r})"

    def close(self) -> None:
        """Close the connections."""
        self._instances.close()

    def list(self, resource_identifier: str) -> builtins.list[str]:
        """Return the identifiers directly inside a folder, sorted; unfinished writes are left out.

        Raises `ResourceNotFoundError` for a missing folder and `AccessorError` for a file.
        """
        inside = self._inside(resource_identifier)
        with self._errors("list", resource_identifier), self._instances.one() as instance:
            kind = self._kind(instance, inside)
            if kind is None and not inside:
                return []
            self._refuse_no_folder(kind, resource_identifier)
            names = self._names(instance, inside)
        return [f"{inside}/{name}" if inside else name for name in names]

    def exists(self, resource_identifier: str) -> bool:
        """Return whether there is a file or a folder."""
        return self._look(resource_identifier) is not None

    def is_file(self, resource_identifier: str) -> bool:
        """Return whether it is a file."""
        return self._look(resource_identifier) == "file"

    def is_container(self, resource_identifier: str) -> bool:
        """Return whether it is a folder; the root always is one."""
        return self._look(resource_identifier) == "directory"

    def is_sequence(self, resource_identifier: str) -> bool:
        """Return False: file systems know files and folders."""
        self._inside(resource_identifier)
        return False

    def open(self, resource_identifier: str, mode: str = "rb") -> IO[bytes]:
        """Open a file in ``rb`` or ``wb``; writing creates the folders above."""
        inside = self._inside(resource_identifier)
        if mode not in ("rb", "wb"):
            raise UnsupportedOperationError(
                f"mode {mode!r} is not known; use 'rb' or 'wb'",
                resource_identifier=resource_identifier,
            )
        if mode == "rb":
            return self._reader(inside, resource_identifier)
        self._refuse_read_only(resource_identifier)
        self._refuse_root(inside, resource_identifier)
        return self._writer(inside, resource_identifier)

    def remove(self, resource_identifier: str) -> None:
        """Remove a file, or a folder that is empty; never the root."""
        inside = self._inside(resource_identifier)
        self._refuse_read_only(resource_identifier)
        self._refuse_root(inside, resource_identifier)
        with self._errors("remove", resource_identifier), self._instances.one() as instance:
            kind = self._kind(instance, inside)
            if kind is None:
                raise FileNotFoundError
            path = self._path(instance, inside)
            if kind == "directory":
                self._remove_folder(instance, path, resource_identifier)
            else:
                instance.files.rm_file(path)

    def make_container(self, resource_identifier: str, recursive: bool = True) -> None:
        """Create a folder, and those above it if *recursive*; one that exists is no error."""
        inside = self._inside(resource_identifier)
        self._refuse_read_only(resource_identifier)
        with self._errors("create", resource_identifier), self._instances.one() as instance:
            if self._kind(instance, inside) == "directory":
                return
            above = inside.rpartition("/")[0]
            if above and not recursive and self._kind(instance, above) != "directory":
                raise FileNotFoundError
            self._make_folder(instance, inside)

    def get_container(self, resource_identifier: str) -> str:
        """Return the identifier of the folder above; empty for the root."""
        return self._inside(resource_identifier).rpartition("/")[0]

    def get_filesystem_path(self, resource_identifier: str) -> str:
        """Raise `UnsupportedOperationError`: the files are elsewhere."""
        self._inside(resource_identifier)
        raise UnsupportedOperationError(
            f"what is kept at {self._address.shown} has no path on this disk; open it",
            resource_identifier=resource_identifier,
        )

    def get_url(self, resource_identifier: str) -> str:
        """Return the URL for ``http`` and ``https``; else raise `UnsupportedOperationError`."""
        inside = self._inside(resource_identifier)
        if not self._backend.in_urls:
            raise UnsupportedOperationError(
                f"a browser cannot open what is kept at {self._address.shown}",
                resource_identifier=resource_identifier,
            )
        return path_of(self._address.shown.rstrip("/"), inside, in_urls=True)

    def read_range(self, resource_identifier: str, start: int, length: int) -> bytes:
        """Return at most *length* bytes from offset *start*; fewer at the end.

        It is read through the stream: some libraries return the whole file for a range.
        """
        require_range(resource_identifier, start, length)
        with self.open(resource_identifier) as stream:
            stream.seek(start)
            return stream.read(length)

    # --- what the methods above are made of ---------------------------------------------------

    def _errors(self, doing: str, identifier: str) -> AbstractContextManager[None]:
        return storage_errors(self._address, doing, identifier)

    def _inside(self, identifier: str) -> str:
        return normalised_identifier(identifier, refused=self._backend.refused)

    def _path(self, instance: Instance, inside: str) -> str:
        return path_of(instance.root, inside, in_urls=self._backend.in_urls)

    def _look(self, identifier: str) -> str | None:
        inside = self._inside(identifier)
        if not inside:
            return "directory"
        with self._errors("look at", identifier), self._instances.one() as instance:
            return self._kind(instance, inside)

    def _kind(self, instance: Instance, inside: str) -> str | None:
        """Return ``file``, ``directory`` or None."""
        path = self._path(instance, inside)
        instance.files.invalidate_cache()  # others write here too
        if self._backend.in_urls and instance.files.isdir(path):
            return "directory"
        try:
            kind = instance.files.info(path)["type"]
        except NotADirectoryError:
            return None
        except Exception as error:
            if is_missing(error):
                return None
            raise
        return "directory" if kind == "directory" else "file"

    def _names(self, instance: Instance, inside: str) -> builtins.list[str]:
        path = self._path(instance, inside)
        found = instance.files.ls(path, detail=False)
        names = {name_of(one, in_urls=self._backend.in_urls) for one in found}
        return sorted(name for name in names if name and not _is_temporary(name))

    def _reader(self, inside: str, identifier: str) -> IO[bytes]:
        with self._errors("read", identifier), self._lent() as (instance, done):
            kind = self._kind(instance, inside)
            if kind != "file":
                raise IsADirectoryError if kind else FileNotFoundError
            path = self._path(instance, inside)
            if self._backend.shares_handles:
                file = io.BytesIO(instance.files.cat_file(path))
            else:
                file = instance.files.open(path, "rb")
            return open_stream(file, self._address, identifier, writing=False, done=done)

    def _writer(self, inside: str, identifier: str, *, new: bool = False) -> IO[bytes]:
        with self._errors("write", identifier), self._lent() as (instance, done):
            if not new and self._kind(instance, inside) == "directory":
                raise IsADirectoryError
            self._make_folder(instance, inside.rpartition("/")[0])
            file = instance.files.open(self._path(instance, inside), "wb")
            return open_stream(file, self._address, identifier, writing=True, done=done)

    @contextmanager
    def _lent(self) -> Iterator[tuple[Instance, partial[None]]]:
        """Lend an instance to a stream, which gives it back by calling what comes with it."""
        instance = self._instances.take()
        done = partial(self._instances.give_back, instance)
        try:
            yield instance, done
        except BaseException:
            done()
            raise

    def _make_folder(self, instance: Instance, inside: str) -> None:
        if not inside:
            self._make_root(instance)
            return
        kind = self._kind(instance, inside)
        if kind == "file":
            raise NotADirectoryError
        if kind is None:
            with self._making_folders:  # most libraries look first and make then
                instance.files.makedirs(self._path(instance, inside), exist_ok=True)

    def _make_root(self, instance: Instance) -> None:
        if instance.root and self._kind(instance, "") is None:
            with self._making_folders:
                instance.files.makedirs(instance.root, exist_ok=True)

    def _remove_folder(self, instance: Instance, path: str, identifier: str) -> None:
        if instance.files.ls(path, detail=False):
            raise AccessorError(
                f"cannot remove {identifier!r}: the folder is not empty",
                resource_identifier=identifier,
            )
        instance.files.rmdir(path)

    def _refuse_read_only(self, identifier: str) -> None:
        if self._backend.read_only:
            raise UnsupportedOperationError(
                f"{self._address.shown} can only be read", resource_identifier=identifier
            )

    def _refuse_root(self, inside: str, identifier: str) -> None:
        if not inside:
            raise AccessorError(
                f"{self._address.shown} is the root of this accessor",
                resource_identifier=identifier,
            )

    def _refuse_no_folder(self, kind: str | None, identifier: str) -> None:
        if kind is None:
            raise FileNotFoundError
        if kind == "file":
            raise AccessorError(
                f"{identifier!r} is a file, not a folder", resource_identifier=identifier
            )


class AtomicFsspecAccessor(FsspecAccessor):
    """The same where a finished file can be moved: written files appear whole or not at all."""

    def __init__(self, address: Address, move: Move) -> None:
        super().__init__(address)
        self._move = move
        self._moving = threading.Lock()

    @contextmanager
    def open_atomic(
        self, resource_identifier: str, *, overwrite: bool = False
    ) -> Iterator[IO[bytes]]:
        """Return a writer to a temporary name, which is moved when the block ends.

        Raises `ResourceExistsError` where there is a file and *overwrite* is False; of several
        writers exactly one wins.
        """
        inside = self._inside(resource_identifier)
        self._refuse_root(inside, resource_identifier)
        self._refuse_taken(resource_identifier, overwrite)
        folder = inside.rpartition("/")[0]
        temporary = f"{folder}/{_PREFIX}{token_hex(8)}{_SUFFIX}".lstrip("/")
        try:
            with self._written(temporary, resource_identifier) as stream:
                yield stream
            self._publish(temporary, inside, resource_identifier, overwrite)
        except BaseException:
            self._discard(temporary)
            raise

    @contextmanager
    def _written(self, temporary: str, identifier: str) -> Iterator[IO[bytes]]:
        stream = self._writer(temporary, identifier, new=True)
        try:
            yield stream
        except BaseException:
            with suppress(AccessorError):
                stream.close()
            raise
        stream.close()

    def _publish(self, temporary: str, inside: str, identifier: str, overwrite: bool) -> None:
        with self._errors("write", identifier), self._instances.one() as instance:
            source, target = self._path(instance, temporary), self._path(instance, inside)
            try:
                with self._moving:
                    self._move(instance.files, source, target, overwrite)
            except Exception:
                # how a library says so differs, so look what is there
                if not overwrite and self._kind(instance, inside) is not None:
                    raise self._taken(identifier) from None
                raise

    def _discard(self, temporary: str) -> None:
        # the error that led here matters more than one while cleaning up
        with (
            suppress(AccessorError),
            self._errors("discard", temporary),
            self._instances.one() as instance,
        ):
            if self._kind(instance, temporary) is not None:
                instance.files.rm_file(self._path(instance, temporary))

    def _refuse_taken(self, identifier: str, overwrite: bool) -> None:
        kind = self._look(identifier)
        if kind == "directory":
            raise AccessorError(
                f"cannot write {identifier!r}: it is a folder, and a file is needed",
                resource_identifier=identifier,
            )
        if kind is not None and not overwrite:
            raise self._taken(identifier)

    def _taken(self, identifier: str) -> ResourceExistsError:
        return ResourceExistsError(
            f"cannot write {identifier!r}: it exists already", resource_identifier=identifier
        )


def _is_temporary(name: str) -> bool:
    return name.startswith(_PREFIX) and name.endswith(_SUFFIX)
