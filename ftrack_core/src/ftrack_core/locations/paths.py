"""Files where they are: identifiers that are paths of this machine.

What the origin and unmanaged locations work with; a disk accessor with a root folder is a plugin.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ftrack_core.errors import (
    AccessorError,
    ResourceNotFoundError,
    StructureError,
    UnsupportedOperationError,
)

if TYPE_CHECKING:
    import builtins
    from collections.abc import Iterator, Mapping

__all__ = ["PathAccessor", "PathStructure"]


class PathAccessor:
    """An accessor without a root folder: every identifier is a path, used as it is written."""

    def __repr__(self) -> str:
        return "PathAccessor()"

    def list(self, resource_identifier: str) -> builtins.list[str]:
        """Return the paths directly inside a folder, sorted."""
        with _storage_errors(resource_identifier):
            return sorted(str(path) for path in Path(resource_identifier).iterdir())

    def exists(self, resource_identifier: str) -> bool:
        """Return whether there is a file or a folder."""
        with _storage_errors(resource_identifier):
            return Path(resource_identifier).exists()

    def is_file(self, resource_identifier: str) -> bool:
        """Return whether it is a file."""
        with _storage_errors(resource_identifier):
            return Path(resource_identifier).is_file()

    def is_container(self, resource_identifier: str) -> bool:
        """Return whether it is a folder."""
        with _storage_errors(resource_identifier):
            return Path(resource_identifier).is_dir()

    def is_sequence(self, resource_identifier: str) -> bool:
        """Return False: a disk knows files and folders."""
        del resource_identifier
        return False

    def open(self, resource_identifier: str, mode: str = "rb") -> IO[bytes]:
        """Open a file for reading, or in ``wb`` for writing in place."""
        if mode not in ("rb", "wb"):
            raise UnsupportedOperationError(
                f"mode {mode!r} is not known; use 'rb' or 'wb'",
                resource_identifier=resource_identifier,
            )
        path = Path(resource_identifier)
        with _storage_errors(resource_identifier):
            if mode == "wb":
                path.parent.mkdir(parents=True, exist_ok=True)
            # Unbuffered: whole pieces are read and written, and a buffer would copy each once more.
            stream: Any = path.open(mode, buffering=0)
        return stream  # type: ignore[no-any-return]  # a raw file, which mypy knows by another name

    def remove(self, resource_identifier: str) -> None:
        """Remove a file, or a folder that is empty."""
        path = Path(resource_identifier)
        with _storage_errors(resource_identifier):
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            else:
                path.unlink()

    def make_container(self, resource_identifier: str, recursive: bool = True) -> None:
        """Create a folder; one that exists is no error."""
        with _storage_errors(resource_identifier):
            Path(resource_identifier).mkdir(parents=recursive, exist_ok=True)

    def get_container(self, resource_identifier: str) -> str:
        """Return the path of the folder above."""
        return str(Path(resource_identifier).parent)

    def get_filesystem_path(self, resource_identifier: str) -> str:
        """Return the path, as it is."""
        return resource_identifier

    def get_url(self, resource_identifier: str) -> str:
        """Raise `UnsupportedOperationError`: a path has no URL."""
        raise UnsupportedOperationError(
            f"{resource_identifier} is a path of this machine and has no URL",
            resource_identifier=resource_identifier,
        )


class PathStructure:
    """Names a component by the path it came from."""

    def get_resource_identifier(self, entity: Any, context: Mapping[str, Any] | None = None) -> str:
        """Return ``source_resource_identifier`` of *context*; `StructureError` without it."""
        source = (context or {}).get("source_resource_identifier")
        if not source:
            raise StructureError(
                f"{entity!r} is kept under the path it came from, and that is not known here; "
                "create the component from its path in this session"
            )
        return str(source)


@contextmanager
def _storage_errors(resource_identifier: str) -> Iterator[None]:
    """Turn what the system raises into errors of the port."""
    try:
        yield
    except FileNotFoundError as error:
        raise ResourceNotFoundError(
            f"there is no file {resource_identifier}", resource_identifier=resource_identifier
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AccessorError(
            f"cannot use {resource_identifier!r}: {reason}",
            resource_identifier=resource_identifier,
        ) from error
