"""The plugin: ``sftp://host/folder`` and its kind become an accessor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.hookspecs import hookimpl, provides

if TYPE_CHECKING:
    from ftrack_core.ports import Accessor, AccessorSpec

__all__ = ["SCHEMES", "ftrack_create_accessor"]

SCHEMES = ("fsspec", "gs", "hdfs", "http", "https", "memory", "sftp", "smb", "webdav")
"""The schemes that are answered for; any other protocol of fsspec goes by ``fsspec+name:``."""


@provides(*SCHEMES)
@hookimpl(trylast=True)
def ftrack_create_accessor(spec: AccessorSpec) -> Accessor | None:
    """Answer for `SCHEMES` and ``fsspec+...``; fsspec is imported here and not before."""
    if spec.scheme not in SCHEMES and not spec.scheme.startswith("fsspec+"):
        return None
    from .accessor import fsspec_accessor

    return fsspec_accessor(spec)
