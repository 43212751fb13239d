"""Publishing: from files to components that the server and the storage agree on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core import locations

from .between import PublishingLocation, add_components, recorded_in
from .components import default_file_type
from .filesequence import FileSequence, parse_sequence, sequence_of_files
from .publication import Publication
from .publisher import create_component, publish_component
from .version import publish_version

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "FileSequence",
    "Publication",
    "PublishingLocation",
    "add_components",
    "create_component",
    "kernel_defaults",
    "kernel_mixins",
    "parse_sequence",
    "publish_component",
    "publish_version",
    "recorded_in",
    "sequence_of_files",
]


def kernel_mixins() -> dict[str, list[type]]:
    """Return the classes that the kernel mixes into entity classes, by entity type."""
    return {"Location": [PublishingLocation]}


def kernel_defaults() -> dict[str, Callable[..., Any]]:
    """Return the kernel's own implementations of the hooks of files, asked after all plugins."""
    return {**locations.kernel_defaults(), "ftrack_file_type": default_file_type}
