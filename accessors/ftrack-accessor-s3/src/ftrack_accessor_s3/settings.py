"""What an S3 accessor is made from: the URL and the options beside it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from ftrack_core.errors import ConfigurationError
from ftrack_core.ports import require_known_options

if TYPE_CHECKING:
    from ftrack_core.ports import AccessorSpec

__all__ = ["S3Settings"]


@dataclass(frozen=True)
class S3Settings:
    """Where the bucket is and how it is reached. Keys never show.

    *endpoint_url* is the address of a server other than Amazon's; *region* and *profile* are as
    in the AWS configuration; without keys boto3 looks where it always looks. *url_expiry* is how
    many seconds a URL is valid. *addressing_style* is ``auto``, ``path`` or ``virtual``.
    """

    bucket: str
    prefix: str = ""
    endpoint_url: str | None = None
    region: str | None = None
    profile: str | None = None
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)
    url_expiry: int = 3600
    addressing_style: str = "auto"

    @classmethod
    def of(cls, spec: AccessorSpec) -> S3Settings:
        """Read them from *spec*; raise `ConfigurationError` where they cannot be used."""
        bucket, prefix = _bucket_and_prefix(spec.rest)
        known = [one.name for one in fields(cls)][2:]
        require_known_options("the S3 accessor", spec.options, known)
        settings = cls(bucket, prefix, **spec.options)
        if bool(settings.access_key) != bool(settings.secret_key):
            raise ConfigurationError("give both access_key and secret_key, or neither")
        return settings

    @property
    def url(self) -> str:
        """The address without any secret: ``s3://bucket/prefix``."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")


def _bucket_and_prefix(rest: str) -> tuple[str, str]:
    bucket, _, prefix = rest.removeprefix("//").partition("/")
    if "@" in bucket:  # the text may hold a secret: it is not repeated
        raise ConfigurationError(
            "an s3: URL holds no keys; give them by the options access_key and secret_key"
        )
    if not bucket or not rest.startswith("//"):
        raise ConfigurationError(f"'s3:{rest}' names no bucket: write s3://bucket/prefix")
    return bucket, "/".join(part for part in prefix.split("/") if part)
