"""Errors as clients read them: one JSON object, with a status only for those who want one."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from .failures import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_core.errors import ServerError

__all__ = ["error_object", "status_of"]

_STATUSES: Final[Mapping[str, int]] = MappingProxyType(
    {
        "DuplicateEntryError": 409,
        "ExpectationFailedError": 417,
        "IntegrityError": 409,
        "InternalError": 500,
        "InvalidCredentialsError": 401,
        "MethodNotAllowedError": 405,
        "NotFoundError": 404,
        "ParseError": 400,
        "PayloadTooLargeError": 413,
        "PermissionError": 403,
        "ServerError": 400,
        "StorageFullError": 507,
        "UnsupportedEncodingError": 415,
        "UnsupportedOperationError": 501,
        "ValidationError": 422,
        "ValueError": 404,
    }
)


def error_object(error: ServerError) -> dict[str, Any]:
    """Return the body of an error; *operation* is the position of what was refused, if known."""
    body: dict[str, Any] = {
        "exception": error.exception,
        "content": plain(error.content),
        "error_code": error.error_code,
    }
    if error.operation is not None:
        body["operation"] = error.operation
    return body


def status_of(error: ServerError, *, strict: bool) -> int:
    """Return the HTTP status: 200 unless the client has asked for strict answers."""
    return _STATUSES.get(error.exception, 400) if strict else 200
