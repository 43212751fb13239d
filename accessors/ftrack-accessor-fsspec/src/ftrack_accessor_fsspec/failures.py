"""What a file system or the library under it raises, in the port's errors."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ftrack_core.errors import (
    AccessorError,
    FtrackError,
    ResourceNotFoundError,
    UnsupportedOperationError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .addresses import Address

__all__ = ["is_missing", "storage_errors"]


@contextmanager
def storage_errors(address: Address, doing: str, identifier: str) -> Iterator[None]:
    """Turn whatever the block raises into an `AccessorError` that shows no secret.

    The libraries under fsspec raise as they please (their own classes, ``KeyError``, errors of
    their HTTP client), so that no list of classes would do.
    """
    try:
        yield
    except FtrackError:
        raise
    except Exception as error:  # noqa: BLE001  # see above: no list of classes would do
        raised = _translated(error, address, doing, identifier)
        # the cause is printed with the error: not where it would tell a secret
        raise raised from (None if _tells_secrets(error, address) else error)


def is_missing(error: Exception) -> bool:
    """Return whether this says that a file does not exist, in whichever class."""
    return isinstance(error, FileNotFoundError) or getattr(error, "errno", None) == errno.ENOENT


def _translated(error: Exception, address: Address, doing: str, identifier: str) -> AccessorError:
    what = f"cannot {doing} {identifier!r} at {address.shown}"
    if is_missing(error):
        return ResourceNotFoundError(f"{what}: there is nothing", resource_identifier=identifier)
    if isinstance(error, NotImplementedError):
        return UnsupportedOperationError(
            f"{what}: {address.protocol} cannot do that", resource_identifier=identifier
        )
    return AccessorError(
        address.without_secrets(f"{what}: {_reason(error)}"), resource_identifier=identifier
    )


def _reason(error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number == errno.ENOSPC:
        return "there is no space left on the server"
    if number in (errno.EACCES, errno.EPERM):
        return "permission is denied"
    if isinstance(error, NotADirectoryError):
        return "a file is where a folder is needed"
    if isinstance(error, IsADirectoryError):
        return "it is a folder, and a file is needed"
    return f"{type(error).__name__} {error}".strip()


def _tells_secrets(error: BaseException | None, address: Address) -> bool:
    while error is not None:
        text = f"{error} {error!r}"
        if address.without_secrets(text) != text:
            return True
        error = error.__cause__ or error.__context__
    return False
