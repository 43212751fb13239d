"""Giving a finished file its name, in one step that either happens or does not.

A move here takes *overwrite*: False must refuse a target that exists, also one that came into
being a moment ago. Only protocols for which that holds are in the table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .backends import FileSystem

__all__ = ["Move", "move_of"]

Move = Callable[[Any, str, str, bool], None]
"""Takes the file system, the temporary path, the target's path and *overwrite*."""


def move_of(protocol: str) -> Move | None:
    """Return how files are moved there, or None where it cannot be done in one step."""
    return _MOVES.get(protocol)


def _local(files: FileSystem, temporary: str, target: str, overwrite: bool) -> None:
    if overwrite:
        files.mv(temporary, target)
    else:
        files.link(temporary, target)
        files.rm_file(temporary)


def _memory(files: FileSystem, temporary: str, target: str, overwrite: bool) -> None:
    """Move within this process; the accessor's lock makes it one step."""
    if not overwrite and files.exists(target):
        raise FileExistsError(target)
    files.cp_file(temporary, target)  # fsspec's own move would take "[1]" for a pattern
    files.rm_file(temporary)


def _sftp(files: FileSystem, temporary: str, target: str, overwrite: bool) -> None:
    """Use both renames of SFTP: the first version's refuses, the POSIX extension replaces."""
    if overwrite:
        files.mv(temporary, target)
    else:
        files.ftp.rename(temporary, target)


def _smb(files: FileSystem, temporary: str, target: str, overwrite: bool) -> None:
    import smbclient  # type: ignore[import-not-found,import-untyped,unused-ignore]  # an extra

    rename = smbclient.replace if overwrite else smbclient.rename
    names = [f"//{files.host}{path}".replace("/", "\\") for path in (temporary, target)]
    rename(*names, port=files.port or 445)


def _webdav(files: FileSystem, temporary: str, target: str, overwrite: bool) -> None:
    files.client.move(temporary, target, overwrite=overwrite)


_MOVES: dict[str, Move] = {
    "file": _local,
    "local": _local,
    "memory": _memory,
    "sftp": _sftp,
    "smb": _smb,
    "ssh": _sftp,
    "webdav": _webdav,
}
