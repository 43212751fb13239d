"""What to say where no plugin claims a URL's scheme or a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ftrack_core.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["DISTRIBUTIONS", "unclaimed"]

_FSSPEC = ("ftp", "gcs", "github", "gs", "hdfs", "memory", "sftp", "smb", "ssh", "webdav")

DISTRIBUTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "ftrack_create_transport": {
        "http": "ftrack-transport-requests",
        "https": "ftrack-transport-requests",
        "embedded": "ftrack-embedded",
    },
    "ftrack_create_accessor": {
        "disk": "ftrack-accessor-disk",
        "s3": "ftrack-accessor-s3",
        "server": "ftrack-accessor-server",
        **dict.fromkeys(_FSSPEC, "ftrack-accessor-fsspec"),
    },
    "ftrack_create_cache": dict.fromkeys(("memory", "file"), "ftrack-cache"),
    "ftrack_create_structure": dict.fromkeys(
        ("standard", "id", "entity_id", "origin"), "ftrack-structure"
    ),
}
"""Hints only: which distribution to name for a usual scheme or name, by hook."""

_TEXTS: Final = {
    "ftrack_create_transport": ("no plugin connects to {}: URLs.", "schemes"),
    "ftrack_create_accessor": ("no plugin makes accessors for {}: URLs.", "schemes"),
    "ftrack_create_cache": ("no plugin makes a cache for {}: URLs.", "schemes"),
    "ftrack_create_structure": ("no plugin makes a structure {!r}.", "names"),
}


def unclaimed(hook: str, name: str, known: Iterable[str]) -> str:
    """Return what to say where no plugin answers *hook* for a scheme or *name*.

    It says what to install where that is known, else it offers the nearest of the names that
    plugins state (*known*).
    """
    sentence, kind = _TEXTS[hook]
    text, usual, stated = sentence.format(name), DISTRIBUTIONS[hook], sorted(known)
    if name in usual and name not in stated:
        return f"{text} Install {usual[name]}."
    hint = did_you_mean(name, {*stated, *usual})
    return f"{text}{hint} Known {kind}: {', '.join(stated) or 'none'}."
