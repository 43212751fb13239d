"""The root folder: from identifiers to paths below it and back, never out of it."""

from __future__ import annotations

import os
from pathlib import Path

from ftrack_core.errors import AccessorError, ConfigurationError

__all__ = ["Root", "root_folder"]


def root_folder(url: str) -> str:
    """Return the folder that ``disk:/mnt/prod`` or ``disk:~/files`` names; empty for ``disk:``.

    Only ``~`` is expanded. Environment variables are not: a value that differs between two
    machines would give one location two places.
    """
    rest = url.partition(":")[2]
    if rest.startswith("///"):
        rest = rest[2:]
    folder = str(Path(rest).expanduser()) if rest.startswith("~") else rest
    if not folder:
        return ""
    if not Path(folder).is_absolute() or (folder.startswith("//") and os.name != "nt"):
        raise ConfigurationError(
            f"{url!r} does not name an absolute folder: write disk:/mnt/prod or disk:~/files"
        )
    return folder


class Root:
    """A folder, or none: then identifiers are absolute paths as they are."""

    def __init__(self, folder: str = "") -> None:
        self.folder = Path(os.path.normpath(folder)) if folder else None

    def path(self, identifier: str) -> Path:
        """Return the path of *identifier*, or raise `AccessorError` where it leads outside.

        The path is normalised as text and links are not resolved: what ``..`` takes back is the
        part before it as written, so that a link cannot lead the way out.
        """
        self._refuse_unusable(identifier)
        if self.folder is None:
            return self._absolute(identifier)
        path = Path(os.path.normpath(self.folder / identifier))
        if not path.is_relative_to(self.folder):
            raise AccessorError(
                f"{identifier!r} leads out of the root folder {self.folder}",
                resource_identifier=identifier,
            )
        return path

    def identifier(self, path: Path) -> str:
        """Return the identifier of a path below the root; empty for the root itself."""
        if self.folder is None:
            return path.as_posix()
        return "" if path == self.folder else path.relative_to(self.folder).as_posix()

    def __str__(self) -> str:
        return self.folder.as_posix() if self.folder else ""

    @staticmethod
    def _absolute(identifier: str) -> Path:
        if not Path(identifier).is_absolute():
            raise AccessorError(
                f"{identifier!r} is no absolute path, and this accessor has no root folder",
                resource_identifier=identifier,
            )
        return Path(os.path.normpath(identifier))

    @staticmethod
    def _refuse_unusable(identifier: str) -> None:
        try:
            usable = b"\0" not in os.fsencode(identifier)
        except UnicodeEncodeError:
            usable = False
        if not usable:
            raise AccessorError(
                f"{identifier!r} holds a character that no file name can hold",
                resource_identifier=identifier,
            )
