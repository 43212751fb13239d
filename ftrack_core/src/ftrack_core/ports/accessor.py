"""The port of storage: how bytes are reached under a resource identifier.

The core is the interface that accessors have always had, so that an old one feeds new transfers.
What only some storages can do is a separate protocol; the transfer engine asks with isinstance.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager

__all__ = [
    "Accessor",
    "AccessorSpec",
    "SupportsAtomicWrite",
    "SupportsBulkRemove",
    "SupportsCopy",
    "SupportsRanges",
]


@dataclass(frozen=True)
class AccessorSpec:
    """What an accessor is chosen by: a URL such as ``disk:/mnt/prod`` or ``s3://bucket/prefix``.

    *options* are keyword arguments for the accessor; they may hold secrets and do not show.
    """

    url: str
    options: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def scheme(self) -> str:
        """The part before the first colon, in lower case."""
        return self.url.partition(":")[0].lower()

    @property
    def rest(self) -> str:
        """What follows the scheme's colon, as written: ``/mnt/prod`` or ``//bucket/prefix``."""
        return self.url.partition(":")[2]


@runtime_checkable
class Accessor(Protocol):
    """Reads and writes resources. Identifiers are relative, with ``/`` between their parts.

    Every method raises `ResourceNotFoundError` where the resource is missing and it matters, and
    `AccessorError` for any other failure of the storage; no error of a library underneath escapes.
    An identifier that leads outside the accessor's root (``../x``) is an `AccessorError`.
    Instances are used by many threads at once.
    """

    def list(self, resource_identifier: str) -> list[str]:
        """Return the identifiers directly inside a container, sorted."""

    def exists(self, resource_identifier: str) -> bool:
        """Return whether anything is kept under the identifier."""

    def is_file(self, resource_identifier: str) -> bool:
        """Return whether it is a file."""

    def is_container(self, resource_identifier: str) -> bool:
        """Return whether it is a container (a folder, a prefix that holds something)."""

    def is_sequence(self, resource_identifier: str) -> bool:
        """Return whether it is a sequence; an accessor that knows none says False."""

    def open(self, resource_identifier: str, mode: str = "rb") -> IO[bytes]:
        """Open a resource; modes are ``rb`` and ``wb``. Writing creates the containers above."""

    def remove(self, resource_identifier: str) -> None:
        """Remove a file, or a container that is empty."""

    def make_container(self, resource_identifier: str, recursive: bool = True) -> None:
        """Create a container; one that exists is no error."""

    def get_container(self, resource_identifier: str) -> str:
        """Return the identifier of the container that holds this one; empty for the root."""

    def get_filesystem_path(self, resource_identifier: str) -> str:
        """Return the path on disk, or raise `UnsupportedOperationError`."""

    def get_url(self, resource_identifier: str) -> str:
        """Return a URL that a browser can open, or raise `UnsupportedOperationError`."""


@runtime_checkable
class SupportsRanges(Protocol):
    """An accessor that reads a part of a resource without reading the rest."""

    def read_range(self, resource_identifier: str, start: int, length: int) -> bytes:
        """Return at most *length* bytes from offset *start*; fewer at the end."""


@runtime_checkable
class SupportsAtomicWrite(Protocol):
    """An accessor whose written resources appear whole or not at all."""

    def open_atomic(
        self, resource_identifier: str, *, overwrite: bool = False
    ) -> AbstractContextManager[IO[bytes]]:
        """Return a writer; leaving it makes the resource visible, an exception discards it.

        Raises `ResourceExistsError` where there is one already and *overwrite* is False.
        """


@runtime_checkable
class SupportsCopy(Protocol):
    """An accessor that can copy from another one without the bytes passing through here."""

    def copy_from(self, source: Accessor, source_identifier: str, resource_identifier: str) -> bool:
        """Copy and return True, or return False where these two cannot do it."""


@runtime_checkable
class SupportsBulkRemove(Protocol):
    """An accessor that removes many resources in few requests."""

    def remove_many(self, resource_identifiers: Iterable[str]) -> None:
        """Remove the resources; missing ones are no error."""
