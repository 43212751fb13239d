"""The plugin: ``s3://bucket/prefix`` becomes an S3 accessor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.hookspecs import hookimpl, provides

if TYPE_CHECKING:
    from ftrack_core.ports import Accessor, AccessorSpec

__all__ = ["ftrack_create_accessor"]


@provides("s3")
@hookimpl(trylast=True)
def ftrack_create_accessor(spec: AccessorSpec) -> Accessor | None:
    """Answer for the scheme ``s3``; boto3 is imported here and not before."""
    if spec.scheme != "s3":
        return None
    from .accessor import s3_accessor

    return s3_accessor(spec)
