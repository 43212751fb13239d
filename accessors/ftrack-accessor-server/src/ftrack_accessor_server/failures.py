"""What goes wrong on the way to the server, in the port's errors and in sentences that help."""

from __future__ import annotations

from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from ftrack_core.errors import (
    AccessorError,
    ConnectionLostError,
    FtrackError,
    ResourceNotFoundError,
    ServerError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["StatusError", "source_errors", "status_error", "storage_errors"]

_ADVICE = {
    401: "the user and the key have to be those of this server",
    403: "this user may not do it, or the address for the upload has expired: try again",
    413: "the file is larger than the server takes",
    507: "the server's storage is full; have some of it freed",
}
_LATER = "the server cannot do it now; try again later"


class StatusError(AccessorError):
    """The server refused a file with an HTTP *status*; *wait* is how many seconds it asks for."""

    status = 0
    wait = 0.0


class _MissingFileError(StatusError, ResourceNotFoundError):
    """The server has no such file."""


def status_error(doing: str, identifier: str, status: int, wait: float = 0.0) -> StatusError:
    """Return the error for an answer of *status*; what the server wrote may hold addresses."""
    words = HTTPStatus(status).phrase if status in set(HTTPStatus) else "unknown"
    advice = _ADVICE.get(status) or (_LATER if status >= 500 or status == 429 else "")
    kind = _MissingFileError if status == HTTPStatus.NOT_FOUND else StatusError
    error = kind(
        f"{_trying(doing, identifier)}: the server answered HTTP {status} ({words})"
        + (f"; {advice}" if advice else ""),
        resource_identifier=identifier,
    )
    error.status, error.wait = status, wait
    return error


@contextmanager
def storage_errors(doing: str, identifier: str) -> Iterator[None]:
    """Turn every error of the connection into an `AccessorError`; *doing* is what was tried."""
    try:
        yield
    except AccessorError:
        raise
    except FtrackError as error:
        text = f"{_trying(doing, identifier)}: {_told(error)}"
        raise AccessorError(text, resource_identifier=identifier) from error


@contextmanager
def source_errors(identifier: str, path: str = "", doing: str = "read") -> Iterator[None]:
    """Turn errors of a file on this machine into an `AccessorError` that names its *path*.

    Without a path it is the temporary file in which an upload is gathered.
    """
    try:
        yield
    except OSError as error:
        missing = bool(path) and isinstance(error, FileNotFoundError)
        kind = ResourceNotFoundError if missing else AccessorError
        raise kind(
            f"cannot {doing} {path or 'the temporary file'}: {error.strerror or error}",
            resource_identifier=path or identifier,
        ) from error


def _trying(doing: str, identifier: str) -> str:
    return f"cannot {doing} the file of component {identifier!r}"


def _told(error: FtrackError) -> str:
    if isinstance(error, ServerError):
        return f"the server refused: {error.content.rstrip('.')} ({error.exception})"
    text = str(error).rstrip(".")
    return f"{text}; try again" if isinstance(error, ConnectionLostError) else text
