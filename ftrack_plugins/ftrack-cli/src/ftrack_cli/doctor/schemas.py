"""The schemas: what a session asks for when it starts, and where it may be kept."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import FtrackError
from ftrack_core.session.schema_memory import SchemaMemory

from ftrack_cli.failures import hint_for, told

from .verdict import fails, fine, warning

if TYPE_CHECKING:
    from ftrack_core import Session

    from .verdict import Finding

__all__ = ["look_at_cache", "look_at_schemas"]


def look_at_schemas(session: Session) -> Finding:
    """Return whether the server's schemas can be read, and whether the session starts."""
    try:
        count = len(session.schemas)
    except FtrackError as error:
        return fails("schemas", told(error), hint_for(error))
    return fine("schemas", f"{count} entity types; ftrack types lists them")


def look_at_cache(folder: str | None, server: str, information: dict[str, Any]) -> Finding:
    """Return what is kept in *folder*, or in the one that the environment gives to sessions."""
    folder = folder or os.environ.get("FTRACK_CACHE_FOLDER")
    if not folder:
        return fine(
            "cache", "no folder given; FTRACK_CACHE_FOLDER=<folder> saves a request a start"
        )
    path = Path(folder).expanduser()
    if not path.is_dir():
        return warning("cache", f"there is no folder {path}", "a session makes it, or make it now")
    if not os.access(path, os.W_OK | os.X_OK):
        return fails("cache", f"nothing can be written in {path}", "give another --cache-folder")
    kept = SchemaMemory(path, server).read()
    if kept is None:
        return fine("cache", f"{path} can be written; it holds nothing of this server yet")
    if kept.schema_hash != information.get("schema_hash"):
        return warning(
            "cache",
            f"{path} holds schemas that the server has changed since",
            "nothing: the next session renews them",
        )
    return fine("cache", f"{path} holds the schemas that the server has")
