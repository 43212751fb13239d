"""The S3 accessor."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, cast

import boto3.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from ftrack_core.errors import (
    AccessorError,
    ConfigurationError,
    ResourceExistsError,
    ResourceNotFoundError,
    UnsupportedOperationError,
)
from ftrack_core.ports import normalised_identifier, require_range

from .conditions import Conditions, is_temporary
from .failures import code_of, storage_errors
from .keys import Keys
from .objects import Objects
from .reader import open_reader
from .settings import S3Settings
from .writer import Writer

if TYPE_CHECKING:
    import builtins
    from collections.abc import Iterable, Iterator

    from ftrack_core.ports import AccessorSpec
    from mypy_boto3_s3 import S3Client

__all__ = ["S3Accessor", "s3_accessor"]

_BULK = 1000


def s3_accessor(spec: AccessorSpec) -> S3Accessor:
    """Return the accessor for ``s3://bucket/prefix``; `ConfigurationError` for bad settings."""
    return S3Accessor(S3Settings.of(spec))


class S3Accessor:
    """Objects below a prefix of a bucket.

    Whatever is written appears whole when it is complete. Containers are prefixes: one that
    `make_container` made is an empty object whose key ends in ``/``, any other is there while it
    holds something. *client* is a boto3 client of your own, where the settings do not suffice.
    """

    def __init__(self, settings: S3Settings, client: S3Client | None = None) -> None:
        self._settings = settings
        self._keys = Keys(settings.prefix)
        self._objects = Objects(client or _client(settings), settings.bucket)
        self._conditions = Conditions(self._objects, self._keys.folder(""))

    def __repr__(self) -> str:
        return f"S3Accessor({self._settings.url!r})"

    def close(self) -> None:
        """Close the connections."""
        self._objects.client.close()

    def list(self, resource_identifier: str) -> builtins.list[str]:
        """Return the identifiers directly inside a container, sorted.

        Raises `ResourceNotFoundError` where nothing begins with it, `AccessorError` for a file.
        """
        folder = self._keys.folder(resource_identifier)
        with storage_errors("list", resource_identifier):
            keys = set(self._objects.children(folder))
        if not keys and normalised_identifier(resource_identifier):
            raise self._no_container(resource_identifier)
        found = {self._keys.identifier(key) for key in keys - {folder}}
        return sorted(one for one in found if not is_temporary(one))

    def exists(self, resource_identifier: str) -> bool:
        """Return whether there is a file or a container."""
        return self.is_container(resource_identifier) or self.is_file(resource_identifier)

    def is_file(self, resource_identifier: str) -> bool:
        """Return whether there is an object of this key."""
        if not normalised_identifier(resource_identifier):
            return False
        with storage_errors("look at", resource_identifier):
            return self._objects.exists(self._keys.key(resource_identifier))

    def is_container(self, resource_identifier: str) -> bool:
        """Return whether something begins with this prefix; the root always is a container."""
        if not normalised_identifier(resource_identifier):
            return True
        with storage_errors("look at", resource_identifier):
            return bool(self._objects.first_keys(self._keys.folder(resource_identifier), 1))

    def is_sequence(self, resource_identifier: str) -> bool:
        """Return False: a bucket knows objects."""
        self._keys.folder(resource_identifier)
        return False

    def open(self, resource_identifier: str, mode: str = "rb") -> IO[bytes]:
        """Open an object in ``rb`` or ``wb``.

        Reading can seek and goes on after a broken connection. What is written appears when the
        stream is closed, and not at all where a ``with`` block around it fails.
        """
        key = self._keys.key(resource_identifier)
        if mode == "rb":
            return open_reader(self._objects, key, resource_identifier)
        if mode == "wb":
            return cast("IO[bytes]", Writer(self._objects, key, resource_identifier))
        raise UnsupportedOperationError(
            f"mode {mode!r} is not known; use 'rb' or 'wb'",
            resource_identifier=resource_identifier,
        )

    def remove(self, resource_identifier: str) -> None:
        """Remove exactly this file, or this container if it is empty."""
        key = self._keys.key(resource_identifier)
        with storage_errors("remove", resource_identifier):
            if self._objects.exists(key):
                self._objects.delete(key)
            else:
                self._remove_container(resource_identifier)

    def make_container(self, resource_identifier: str, recursive: bool = True) -> None:
        """Create a container, so that it is there before it holds anything.

        Those above come with it; *recursive* False demands that the one above exists.
        """
        if self.is_container(resource_identifier):
            return
        above = self.get_container(resource_identifier)
        if not recursive and not self.is_container(above):
            raise ResourceNotFoundError(
                f"cannot create {resource_identifier!r}: there is no container {above!r}",
                resource_identifier=resource_identifier,
            )
        if self.is_file(resource_identifier):
            raise self._no_container(resource_identifier)
        with storage_errors("create", resource_identifier):
            self._objects.put(self._keys.folder(resource_identifier), b"")

    def get_container(self, resource_identifier: str) -> str:
        """Return the identifier of the container above; empty for the root."""
        return normalised_identifier(resource_identifier).rpartition("/")[0]

    def get_filesystem_path(self, resource_identifier: str) -> str:
        """Raise `UnsupportedOperationError`: objects have no path."""
        self._keys.folder(resource_identifier)
        raise UnsupportedOperationError(
            "what is kept in S3 has no path on disk; open it, or get its URL",
            resource_identifier=resource_identifier,
        )

    def get_url(self, resource_identifier: str) -> str:
        """Return a presigned URL, which whoever has it can read for *url_expiry* seconds."""
        where = {"Bucket": self._settings.bucket, "Key": self._keys.key(resource_identifier)}
        with storage_errors("sign a URL for", resource_identifier):
            return self._objects.client.generate_presigned_url(
                "get_object", Params=where, ExpiresIn=self._settings.url_expiry
            )

    def read_range(self, resource_identifier: str, start: int, length: int) -> bytes:
        """Return at most *length* bytes from offset *start*, by one request for just these."""
        key = self._keys.key(resource_identifier)
        require_range(resource_identifier, start, length)
        with storage_errors("read", resource_identifier):
            return self._range(key, start, length)

    @contextmanager
    def open_atomic(
        self, resource_identifier: str, *, overwrite: bool = False
    ) -> Iterator[IO[bytes]]:
        """Return a writer whose object appears whole when the block ends, or not at all.

        Raises `ResourceExistsError` where there is one and *overwrite* is False. Of several
        writers exactly one wins on a server that heeds ``If-None-Match``; on another one the
        object is looked for once more right before it is made.
        """
        key = self._keys.key(resource_identifier)
        if not overwrite and self.is_file(resource_identifier):
            raise ResourceExistsError(
                f"cannot write {resource_identifier!r}: it exists already",
                resource_identifier=resource_identifier,
            )
        writer = Writer(
            self._objects,
            key,
            resource_identifier,
            conditions=None if overwrite else self._conditions,
            finish_on_close=False,
        )
        try:
            yield cast("IO[bytes]", writer)
        except BaseException:
            writer.discard()
            raise
        writer.finish()

    def remove_many(self, resource_identifiers: Iterable[str]) -> None:
        """Remove files, a thousand by each request; missing ones are no error."""
        keys = iter([self._keys.key(one) for one in resource_identifiers])
        while some := list(islice(keys, _BULK)):
            self._remove_some(some)

    def _remove_some(self, keys: builtins.list[str]) -> None:
        first = self._keys.identifier(keys[0])
        with storage_errors("remove", first):
            refused = self._objects.delete_many(keys)
        if refused:
            raise AccessorError(
                f"the server kept {len(refused)} of {len(keys)} objects, the first is {refused[0]}",
                resource_identifier=first,
            )

    def _remove_container(self, identifier: str) -> None:
        folder = self._keys.folder(identifier)
        held = self._objects.first_keys(folder, 2)
        if not held:
            raise ResourceNotFoundError(
                f"cannot remove {identifier!r}: there is nothing", resource_identifier=identifier
            )
        if held != [folder]:
            raise AccessorError(
                f"cannot remove {identifier!r}: the container is not empty",
                resource_identifier=identifier,
            )
        self._objects.delete(folder)

    def _range(self, key: str, start: int, length: int) -> bytes:
        try:
            # a length of nothing still asks for a byte, to learn whether the object exists
            answer = self._objects.get(key, start, start + max(length, 1) - 1)
        except ClientError as error:
            if code_of(error) in ("416", "InvalidRange"):
                return b""
            raise
        with answer["Body"] as body:
            return body.read()[:length]

    def _no_container(self, identifier: str) -> AccessorError:
        if self.is_file(identifier):
            return AccessorError(
                f"{identifier!r} is a file, not a container", resource_identifier=identifier
            )
        return ResourceNotFoundError(
            f"there is no container {identifier!r}", resource_identifier=identifier
        )


def _client(settings: S3Settings) -> S3Client:
    try:
        session = boto3.session.Session(
            profile_name=settings.profile,
            region_name=settings.region,
            aws_access_key_id=settings.access_key,
            aws_secret_access_key=settings.secret_key,
            aws_session_token=settings.session_token,
        )
        return session.client("s3", endpoint_url=settings.endpoint_url, config=_config(settings))
    except (BotoCoreError, ValueError) as error:
        raise ConfigurationError(f"cannot use {settings.url}: {error}") from error


def _config(settings: S3Settings) -> Config:
    more: dict[str, Any] = {}
    if settings.endpoint_url:
        # not every server that speaks S3 knows the newer checksums, or has them right for ranges
        more = {
            "request_checksum_calculation": "when_required",
            "response_checksum_validation": "when_required",
        }
    return Config(
        retries={"mode": "standard", "max_attempts": 5},
        max_pool_connections=32,
        s3={"addressing_style": cast("Any", settings.addressing_style)},
        **more,
    )
