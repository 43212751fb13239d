"""A storage that lives in memory: small, quick, and true to every promise of the port.

`MemoryAccessor` has every optional capability. `PlainMemoryAccessor` has none, as older accessors
have none, so that a test can see what a caller does without.
"""

from __future__ import annotations

import io
import threading
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from ftrack_core.errors import (
    AccessorError,
    ResourceExistsError,
    ResourceNotFoundError,
    UnsupportedOperationError,
)
from ftrack_core.ports import normalised_identifier, require_range

if TYPE_CHECKING:
    import builtins
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

    from ftrack_core.ports.accessor import Accessor

__all__ = ["MemoryAccessor", "PlainMemoryAccessor"]


class PlainMemoryAccessor:
    """Files and containers in memory; the core of the port and nothing more."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._files: dict[str, bytes] = {}
        self._containers: set[str] = {""}

    def list(self, resource_identifier: str) -> builtins.list[str]:
        """Return the identifiers directly inside a container, sorted."""
        with self._lock:
            container = self._existing_container(resource_identifier)
            everything = (*self._files, *self._containers)
        return sorted(one for one in everything if one and _parent(one) == container)

    def exists(self, resource_identifier: str) -> bool:
        """Return whether a file or a container is kept under the identifier."""
        return self.is_file(resource_identifier) or self.is_container(resource_identifier)

    def is_file(self, resource_identifier: str) -> bool:
        """Return whether it is a file."""
        return normalised_identifier(resource_identifier) in self._files

    def is_container(self, resource_identifier: str) -> bool:
        """Return whether it is a container; the root always is one."""
        return normalised_identifier(resource_identifier) in self._containers

    def is_sequence(self, resource_identifier: str) -> bool:
        """Return False: sequences are not known here."""
        normalised_identifier(resource_identifier)
        return False

    def open(self, resource_identifier: str, mode: str = "rb") -> IO[bytes]:
        """Open a file; what is written is kept when the stream is closed."""
        identifier = normalised_identifier(resource_identifier)
        self._refuse_container(identifier)
        if mode == "rb":
            return io.BytesIO(self._content(identifier))
        if mode != "wb":
            raise _error(identifier, f"mode {mode!r} is not known; use 'rb' or 'wb'")
        self.make_container(_parent(identifier))
        return _Writer(lambda content: self._keep(identifier, content))

    def remove(self, resource_identifier: str) -> None:
        """Remove a file, or a container that is empty."""
        identifier = normalised_identifier(resource_identifier)
        with self._lock:
            if self._files.pop(identifier, None) is not None:
                return
            self._existing_container(identifier)
            if not identifier or self.list(identifier):
                raise _error(identifier, "the container is not empty or is the root")
            self._containers.remove(identifier)

    def make_container(self, resource_identifier: str, recursive: bool = True) -> None:
        """Create a container, and those above it if *recursive*."""
        identifier = normalised_identifier(resource_identifier)
        parent = _parent(identifier)
        with self._lock:
            if identifier in self._files:
                raise _error(identifier, "there is a file of this name")
            if recursive and parent not in self._containers:
                self.make_container(parent)
            self._existing_container(parent)
            self._containers.add(identifier)

    def get_container(self, resource_identifier: str) -> str:
        """Return the identifier of the container above; empty for the root."""
        return _parent(normalised_identifier(resource_identifier))

    def get_filesystem_path(self, resource_identifier: str) -> str:
        """Raise `UnsupportedOperationError`: memory has no paths."""
        raise UnsupportedOperationError(
            "what is kept in memory has no path", resource_identifier=resource_identifier
        )

    def get_url(self, resource_identifier: str) -> str:
        """Raise `UnsupportedOperationError`: memory has no URLs."""
        raise UnsupportedOperationError(
            "what is kept in memory has no URL", resource_identifier=resource_identifier
        )

    def _keep(self, identifier: str, content: bytes) -> None:
        with self._lock:
            self._files[identifier] = content

    def _content(self, identifier: str) -> bytes:
        try:
            return self._files[identifier]
        except KeyError:
            raise _missing(identifier) from None

    def _refuse_container(self, identifier: str) -> None:
        if identifier in self._containers:
            raise _error(identifier, "it is a container, not a file")

    def _existing_container(self, resource_identifier: str) -> str:
        identifier = normalised_identifier(resource_identifier)
        if identifier in self._files:
            raise _error(identifier, "it is a file, not a container")
        if identifier not in self._containers:
            raise _missing(identifier)
        return identifier


class MemoryAccessor(PlainMemoryAccessor):
    """The same with every optional capability: ranges, atomic writes, copy, bulk removal."""

    def read_range(self, resource_identifier: str, start: int, length: int) -> bytes:
        """Return at most *length* bytes from offset *start*."""
        require_range(resource_identifier, start, length)
        with self.open(resource_identifier) as stream:
            stream.seek(start)
            return stream.read(length)

    @contextmanager
    def open_atomic(
        self, resource_identifier: str, *, overwrite: bool = False
    ) -> Iterator[IO[bytes]]:
        """Return a writer; the file appears when it is left without an exception."""
        identifier = normalised_identifier(resource_identifier)
        self._refuse_container(identifier)
        if not overwrite:
            self._refuse_file(identifier)
        stream = io.BytesIO()
        yield stream
        with self._lock:
            if not overwrite:
                self._refuse_file(identifier)
            self.make_container(_parent(identifier))
            self._keep(identifier, stream.getvalue())

    def copy_from(self, source: Accessor, source_identifier: str, resource_identifier: str) -> bool:
        """Copy from another accessor in memory; False for any other kind."""
        if not isinstance(source, PlainMemoryAccessor):
            return False
        with source.open(source_identifier) as old, self.open_atomic(resource_identifier) as new:
            new.write(old.read())
        return True

    def remove_many(self, resource_identifiers: Iterable[str]) -> None:
        """Remove files; missing ones are no error."""
        with self._lock:
            for one in resource_identifiers:
                self._files.pop(normalised_identifier(one), None)

    def _refuse_file(self, identifier: str) -> None:
        if identifier in self._files:
            raise ResourceExistsError(
                f"{identifier!r} exists already", resource_identifier=identifier
            )


class _Writer(io.BytesIO):
    """Hands over what was written when it is closed, unless the block around it failed."""

    def __init__(self, keep: Callable[[bytes], None]) -> None:
        super().__init__()
        self._keep = keep

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            super().close()

    def close(self) -> None:
        if not self.closed:
            self._keep(self.getvalue())
        super().close()


def _parent(identifier: str) -> str:
    return identifier.rpartition("/")[0]


def _missing(identifier: str) -> ResourceNotFoundError:
    return ResourceNotFoundError(
        f"there is nothing under {identifier!r}", resource_identifier=identifier
    )


def _error(identifier: str, reason: str) -> AccessorError:
    return AccessorError(f"cannot use {identifier!r}: {reason}", resource_identifier=identifier)
