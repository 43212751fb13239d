"""What the story finds out, as plain values: the checks look at nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .edits import Edit
    from .readback import PublishedVersion

__all__ = ["Facts", "Publish"]


@dataclass(frozen=True)
class Publish:
    """One publish: where the sequence was put, and the checksum of each frame as written."""

    version: int
    identifier: str
    checksums: dict[int, str]
    size: int


@dataclass
class Facts:
    """Filled chapter by chapter. Numbers of requests count batches sent to the server."""

    shots: int = 0
    tasks: int = 0
    reading_requests: int = 0
    edits: list[Edit] = field(default_factory=list)
    edit_requests: int = 0
    asset_name: str = ""
    links: tuple[str, ...] = ()
    note: str = ""
    author: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    publishes: list[Publish] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    plugin_seen: bool = False
    plugin_folder: str = ""
    read_edits: list[object] = field(default_factory=list)
    versions: list[PublishedVersion] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    requests: dict[str, int] = field(default_factory=dict)
    left_behind: tuple[str, ...] | None = None
