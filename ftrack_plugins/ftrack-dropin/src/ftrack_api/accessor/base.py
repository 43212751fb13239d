"""What every accessor has."""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING, Any

from ftrack_api.exception import AccessorUnsupportedOperationError

if TYPE_CHECKING:
    import builtins

__all__ = ["Accessor"]


class Accessor(metaclass=abc.ABCMeta):
    """Reads and writes the data of a location under resource identifiers.

    The identifiers are what the server keeps: relative, so that several accessors can reach the
    same storage. A method fails with an error of `ftrack_api.exception` whose name begins with
    ``Accessor``.
    """

    def __init__(self) -> None:
        super().__init__()

    @abc.abstractmethod
    def list(self, resource_identifier: str) -> builtins.list[str]:
        """Return the identifiers of what is directly inside a container.

        Raises `AccessorResourceNotFoundError`, and `AccessorResourceInvalidError` for what is no
        container.
        """

    @abc.abstractmethod
    def exists(self, resource_identifier: str) -> bool:
        """Return whether there is anything."""

    @abc.abstractmethod
    def is_file(self, resource_identifier: str) -> bool:
        """Return whether it is a file."""

    @abc.abstractmethod
    def is_container(self, resource_identifier: str) -> bool:
        """Return whether it is a container."""

    @abc.abstractmethod
    def is_sequence(self, resource_identifier: str) -> bool:
        """Return whether it is a sequence."""

    @abc.abstractmethod
    def open(self, resource_identifier: str, mode: str = "rb") -> Any:
        """Return the `ftrack_api.data.Data` there."""

    @abc.abstractmethod
    def remove(self, resource_identifier: str) -> Any:
        """Remove what is there; raise `AccessorResourceNotFoundError` where there is nothing."""

    @abc.abstractmethod
    def make_container(self, resource_identifier: str, recursive: bool = True) -> Any:
        """Make a container, and those above it if *recursive*; one that exists is no error."""

    @abc.abstractmethod
    def get_container(self, resource_identifier: str) -> Any:
        """Return the identifier of the container that holds it.

        Raises `AccessorParentResourceNotFoundError` where that cannot be told.
        """

    def remove_container(self, resource_identifier: str) -> Any:
        """Remove a container."""
        return self.remove(resource_identifier)

    def get_filesystem_path(self, resource_identifier: str) -> str:
        """Return the path on disk.

        Raises `AccessorUnsupportedOperationError` where this accessor has none, and
        `AccessorFilesystemPathError` where the identifier leads to none.
        """
        raise AccessorUnsupportedOperationError(
            "get_filesystem_path", resource_identifier=resource_identifier
        )

    def get_url(self, resource_identifier: str) -> str:
        """Return a URL; raise `AccessorUnsupportedOperationError` where this accessor has none."""
        raise AccessorUnsupportedOperationError("get_url", resource_identifier=resource_identifier)
