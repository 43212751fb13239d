"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager, suppress
from secrets import token_hex
from typing import TYPE_CHECKING

from ftrack_core.errors import AccessorError, ResourceExistsError

from .failures import storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["is_temporary", "pending"]

_PREFIX = ".ftrack-"
_SUFFIX = ".part"
_WITHOUT_HARD_LINKS = {
    errno.EPERM,
    errno.EACCES,
    errno.EMLINK,
    errno.ENOSYS,
    errno.EXDEV,
    errno.EOPNOTSUPP,
    errno.ENOTSUP,
    errno.EINVAL,
}


def is_temporary(name: str) -> bool:
    """Return whether a file of this name is a write that has not ended."""
    return name.startswith(_PREFIX) and name.endswith(_SUFFIX)


@contextmanager
def pending(path: Path, identifier: str, *, overwrite: bool, fsync: bool) -> Iterator[Path]:
    """Yield a temporary path beside *path*; what is there when the block ends becomes *path*.

    After an exception the temporary file is removed and *path* is as it was. Raises
    `ResourceExistsError` where *path* exists and *overwrite* is False, also when it came into
    being while the block ran: of two writers one wins.
    """
    with storage_errors("write", identifier, path):
        _refuse_existing(path, identifier, overwrite=overwrite)
        path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{_PREFIX}{token_hex(8)}{_SUFFIX}")
    try:
        yield temporary
        with storage_errors("write", identifier, path):
            if fsync:
                _flush(temporary)
            _publish(temporary, path, identifier, overwrite=overwrite)
            if fsync:
                _flush_folder(path.parent)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _refuse_existing(path: Path, identifier: str, *, overwrite: bool) -> None:
    if path.is_dir():
        raise AccessorError(
            f"cannot write {path}: it is a folder, and a file is needed",
            resource_identifier=identifier,
        )
    if not overwrite and os.path.lexists(path):
        raise _exists(path, identifier)


def _publish(temporary: Path, path: Path, identifier: str, *, overwrite: bool) -> None:
    if overwrite:
        temporary.replace(path)
        return
    try:
        _publish_new(temporary, path)
    except FileExistsError:
        raise _exists(path, identifier) from None


def _publish_new(temporary: Path, path: Path) -> None:
    if os.name == "nt":  # a rename never overwrites there
        temporary.rename(path)
        return
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        if not path.samefile(temporary):  # NFS may answer "exists" to its own repeated request
            raise
    except OSError as error:
        if error.errno not in _WITHOUT_HARD_LINKS:
            raise
        _claim_and_replace(temporary, path)


def _claim_and_replace(temporary: Path, path: Path) -> None:
    """Publish where there are no hard links: whoever creates the name may replace it."""
    path.touch(exist_ok=False)
    try:
        temporary.replace(path)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _flush(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make the new name itself survive a power failure, where the system offers it."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _exists(path: Path, identifier: str) -> ResourceExistsError:
    return ResourceExistsError(f"{path} exists already", resource_identifier=identifier)
