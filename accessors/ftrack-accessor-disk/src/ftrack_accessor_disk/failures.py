"""What the operating system says, in the port's errors and in sentences that help."""

from __future__ import annotations

import errno
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ftrack_core.errors import AccessorError, ResourceNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["storage_errors"]

_RIGHTS = "permission is denied; check the rights of this user on the file and on its folder"
_REASONS = {
    errno.ENOSPC: "there is no space left on the disk; free some and try again",
    errno.EDQUOT: "the disk quota is used up; free some space or ask for more",
    errno.EFBIG: "the file is too large for this file system or for the limit of this process",
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: "the disk is mounted read-only",
    errno.EISDIR: "it is a folder, and a file is needed",
    errno.ENOTEMPTY: "the folder is not empty; remove what it holds first",
    errno.ENAMETOOLONG: "the name is too long for this disk",
    errno.EMFILE: "this process has too many files open",
    errno.ENFILE: "this machine has too many files open",
    errno.EBUSY: "it is in use",
    errno.EIO: "the disk reports a fault",
    errno.ESTALE: "the network mount has gone stale; mount it again",
    errno.ETIMEDOUT: "the file server does not answer",
}


@contextmanager
def storage_errors(doing: str, identifier: str, path: Path) -> Iterator[None]:
    """Turn every `OSError` of the block into an `AccessorError`; *doing* is what was tried."""
    try:
        yield
    except OSError as error:
        raise _translated(error, doing, identifier, path) from error


def _translated(error: OSError, doing: str, identifier: str, path: Path) -> AccessorError:
    if error.errno == errno.ENOENT:
        return ResourceNotFoundError(
            f"cannot {doing} {path}: there is nothing", resource_identifier=identifier
        )
    return AccessorError(
        f"cannot {doing} {path}: {_reason(error, path)}", resource_identifier=identifier
    )


def _reason(error: OSError, path: Path) -> str:
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return _what_is_in_the_way(path)
    known = _REASONS.get(error.errno or 0)
    return known or error.strerror or str(error)


def _what_is_in_the_way(path: Path) -> str:
    for part in (*reversed(path.parents), path):
        with suppress(OSError):
            if part.is_file():
                return f"{part} is a file where a folder is needed"
    return "a folder is needed there, and something else is in the way"
