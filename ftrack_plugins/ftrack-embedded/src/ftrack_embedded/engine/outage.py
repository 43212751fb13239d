"""A database that cannot be used, told to the client: what it can do about it, and no more."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import OperationalError

from . import failures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ftrack_core.errors import ServerError

__all__ = ["outage_told"]

_LOGGER: Final = logging.getLogger(__name__)
_FULL: Final = ("disk is full", "No space left", "disk full")
_READ_ONLY: Final = ("readonly database", "read-only transaction")
_BUSY: Final = ("database is locked", "database table is locked")


@contextmanager
def outage_told() -> Iterator[None]:
    """Turn what the database raises when it cannot go on into a ServerError; the log has it all."""
    try:
        yield
    except OperationalError as error:
        _LOGGER.exception("The database refused a transaction.")
        raise _told(str(error.orig)) from None


def _told(reason: str) -> ServerError:
    if any(words in reason for words in _FULL):
        return failures.storage_full()
    if any(words in reason for words in _READ_ONLY):
        return failures.denied("change anything: the server's database can only be read")
    if any(words in reason for words in _BUSY):
        return failures.server_error(
            "InternalError", "Another program holds the database; nothing was changed. Try again."
        )
    return failures.server_error(
        "InternalError", "The database could not be used; the server's log says more."
    )
