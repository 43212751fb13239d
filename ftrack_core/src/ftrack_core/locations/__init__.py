"""Locations: where components are kept, what does the work there, and how it names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .location import Location, LocationMixin
from .naming import checked_identifier, resource_identifier, structure_identifier
from .paths import PathAccessor
from .project import project_of
from .records import ComponentRecord, find_records
from .registry import Locations
from .wellknown import (
    CONNECT,
    ORIGIN,
    REVIEW,
    SERVER,
    UNMANAGED,
    WELL_KNOWN,
    WellKnown,
    keeps_paths,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "CONNECT",
    "ORIGIN",
    "REVIEW",
    "SERVER",
    "UNMANAGED",
    "WELL_KNOWN",
    "ComponentRecord",
    "Location",
    "LocationMixin",
    "Locations",
    "PathAccessor",
    "WellKnown",
    "checked_identifier",
    "find_records",
    "keeps_paths",
    "kernel_defaults",
    "project_of",
    "resource_identifier",
    "structure_identifier",
]


def kernel_defaults() -> dict[str, Callable[..., Any]]:
    """Return the kernel's own implementations of hooks about locations, asked last."""
    return {"ftrack_resource_identifier": structure_identifier}
