"""The plugin: ``disk:/mnt/prod`` becomes a disk accessor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.hookspecs import hookimpl, provides

if TYPE_CHECKING:
    from ftrack_core.ports import Accessor, AccessorSpec

__all__ = ["ftrack_create_accessor"]


@provides("disk")
@hookimpl(trylast=True)
def ftrack_create_accessor(spec: AccessorSpec) -> Accessor | None:
    """Answer for the scheme ``disk``."""
    if spec.scheme != "disk":
        return None
    from .accessor import disk_accessor

    return disk_accessor(spec)
