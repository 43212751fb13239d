"""What boto3 raises, in the port's errors and in sentences that help."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
)
from ftrack_core.errors import AccessorError, ResourceExistsError, ResourceNotFoundError
from urllib3.exceptions import HTTPError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["code_of", "is_missing", "storage_errors"]

_MISSING = {"404", "NoSuchKey", "NotFound"}
_EXISTING = {"412", "PreconditionFailed"}
_KEYS = "the server does not accept the keys; check access_key and secret_key"
_REASONS = {
    "NoSuchBucket": "there is no such bucket; create it or correct the URL",
    "NoSuchUpload": "the upload was aborted by somebody else",
    "403": "access is denied; check the rights of these keys on the bucket",
    "AccessDenied": "access is denied; check the rights of these keys on the bucket",
    "InvalidAccessKeyId": _KEYS,
    "SignatureDoesNotMatch": _KEYS,
    "ExpiredToken": "the session token has expired; get a new one",
    "RequestTimeTooSkewed": "the clock of this machine is wrong",
    "KeyTooLongError": "the name is too long: a key has 1024 bytes at most",
    "EntityTooLarge": "the file is larger than the server takes",
    "QuotaExceeded": "the quota of the bucket is used up",
    "SlowDown": "the server asks for fewer requests; try again later",
    "PermanentRedirect": "the bucket is in another region; give the option region",
}


@contextmanager
def storage_errors(doing: str, identifier: str) -> Iterator[None]:
    """Turn what boto3 raises in the block into an `AccessorError`; *doing* is what was tried."""
    try:
        yield
    except ClientError as error:
        raise _refused(error, doing, identifier) from error
    except (BotoCoreError, HTTPError, OSError) as error:
        raise AccessorError(
            f"cannot {doing} {identifier!r}: {_broken(error)}", resource_identifier=identifier
        ) from error


def code_of(error: ClientError) -> str:
    """Return the server's word for what went wrong: ``NoSuchKey``, ``404``."""
    return error.response.get("Error", {}).get("Code", "")


def is_missing(error: ClientError) -> bool:
    """Return whether the server says that the key does not exist."""
    return code_of(error) in _MISSING


def _refused(error: ClientError, doing: str, identifier: str) -> AccessorError:
    code = code_of(error)
    if code in _MISSING:
        return ResourceNotFoundError(
            f"cannot {doing} {identifier!r}: there is nothing", resource_identifier=identifier
        )
    if code in _EXISTING:
        return ResourceExistsError(
            f"cannot {doing} {identifier!r}: it exists already", resource_identifier=identifier
        )
    reason = _REASONS.get(code) or f"{code} {error.response.get('Error', {}).get('Message', '')}"
    return AccessorError(
        f"cannot {doing} {identifier!r}: {reason.strip()}", resource_identifier=identifier
    )


def _broken(error: Exception) -> str:
    if isinstance(error, NoCredentialsError):
        return "there are no keys; give access_key and secret_key, or a profile"
    if isinstance(error, EndpointConnectionError):
        return "the server cannot be reached; check endpoint_url, region and the network"
    if isinstance(error, (HTTPClientError, HTTPError, OSError)):
        return f"the connection broke ({type(error).__name__}); try again"
    return str(error)
