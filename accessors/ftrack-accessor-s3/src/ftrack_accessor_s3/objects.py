"""One bucket through boto3: the requests that reader, writer and accessor are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from .failures import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

__all__ = ["Objects"]

_NEVER_OVERWRITE: dict[str, Any] = {"IfNoneMatch": "*"}


class Objects:
    """The objects of a bucket, by key. Errors are boto3's; whoever calls translates them."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self.client = client
        self.bucket = bucket

    def exists(self, key: str) -> bool:
        """Return whether there is an object of exactly this key."""
        try:
            self.client.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if is_missing(error):
                return False
            raise
        return True

    def get(self, key: str, start: int = 0, end: int | None = None) -> GetObjectOutputTypeDef:
        """Request an object from byte *start*, to byte *end* inclusive."""
        if start == 0 and end is None:
            return self.client.get_object(Bucket=self.bucket, Key=key)
        wanted = f"bytes={start}-{'' if end is None else end}"
        return self.client.get_object(Bucket=self.bucket, Key=key, Range=wanted)

    def put(self, key: str, content: bytes, *, only_new: bool = False) -> None:
        """Store an object in one request."""
        self.client.put_object(
            Bucket=self.bucket, Key=key, Body=content, **_NEVER_OVERWRITE if only_new else {}
        )

    def delete(self, key: str) -> None:
        """Delete one object; a missing one is no error."""
        self.client.delete_object(Bucket=self.bucket, Key=key)

    def delete_many(self, keys: Sequence[str]) -> list[str]:
        """Delete up to 1000 objects in one request; return what the server could not delete."""
        answer = self.client.delete_objects(
            Bucket=self.bucket, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True}
        )
        return [
            f"{one.get('Key')}: {one.get('Message') or one.get('Code')}"
            for one in answer.get("Errors", [])
        ]

    def first_keys(self, prefix: str, count: int) -> list[str]:
        """Return the first *count* keys that begin with *prefix*."""
        answer = self.client.list_objects_v2(Bucket=self.bucket, Prefix=prefix, MaxKeys=count)
        return [one["Key"] for one in answer.get("Contents", [])]

    def children(self, prefix: str) -> Iterator[str]:
        """Yield keys and, ending in ``/``, prefixes directly below *prefix*; page by page."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=prefix, Delimiter="/"
        )
        for page in pages:
            yield from (one["Key"] for one in page.get("Contents", []))
            yield from (one["Prefix"] for one in page.get("CommonPrefixes", []))

    def begin(self, key: str) -> str:
        """Begin an upload in parts and return its id."""
        return self.client.create_multipart_upload(Bucket=self.bucket, Key=key)["UploadId"]

    def put_part(self, key: str, upload: str, number: int, content: bytes) -> dict[str, Any]:
        """Send one part, numbered from 1, and return what completing needs to know of it."""
        answer: dict[str, Any] = {
            **self.client.upload_part(
                Bucket=self.bucket, Key=key, UploadId=upload, PartNumber=number, Body=content
            )
        }
        checksums = {name: answer[name] for name in answer if name.startswith("Checksum")}
        return {"ETag": answer["ETag"], "PartNumber": number, **checksums}

    def complete(
        self, key: str, upload: str, parts: list[dict[str, Any]], *, only_new: bool = False
    ) -> None:
        """Make an object of the parts; it appears at once."""
        self.client.complete_multipart_upload(
            Bucket=self.bucket,
            Key=key,
            UploadId=upload,
            MultipartUpload={"Parts": cast("Any", parts)},
            **_NEVER_OVERWRITE if only_new else {},
        )

    def abort(self, key: str, upload: str) -> None:
        """Forget the parts of an upload, so that they are not paid for."""
        self.client.abort_multipart_upload(Bucket=self.bucket, Key=key, UploadId=upload)
