"""Keeps a server's schemas between sessions, in a file of their own for each server.

The file is written beside and put in place in one step, so that any number of processes may begin
at once. What cannot be read or written costs a request and a line in the log, never a session.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any, NamedTuple

from ftrack_core.wire import dump_wire, loads

__all__ = ["Remembered", "SchemaMemory"]

_FORMAT = "ftrack-schemas-1"
_PARTS = {"id": str, "properties": dict, "primary_key": list}

_logger = logging.getLogger(__name__)


class Remembered(NamedTuple):
    """The schemas that a server had, and the hash by which it tells whether it has them still."""

    schema_hash: str
    schemas: list[dict[str, Any]]


class SchemaMemory:
    """The schemas of the server at *url*, in a file in *folder*."""

    def __init__(self, folder: Path, url: str) -> None:
        import hashlib

        name = hashlib.sha256(url.encode()).hexdigest()[:16]
        self._path = folder / f"schemas-{name}.json"
        self._url = url

    def read(self) -> Remembered | None:
        """Return what was kept; None where there is nothing that can be used."""
        try:
            found = loads(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            fault = f"it cannot be read ({error})"
        else:
            fault = self._fault(found)
            if not fault:
                return Remembered(found["hash"], found["schemas"])
        _logger.warning("%s is passed over and written anew: %s", self._path, fault)
        return None

    def write(self, schema_hash: str, schemas: list[dict[str, Any]]) -> None:
        """Keep *schemas*; they may not be altered while this goes on."""
        import tempfile

        content = {"format": _FORMAT, "server": self._url, "hash": schema_hash, "schemas": schemas}
        beside: Path | None = None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            number, name = tempfile.mkstemp(".part", f"{self._path.name}.", self._path.parent)
            beside = Path(name)
            with os.fdopen(number, "wb") as file:
                file.write(dump_wire(content))
            beside.replace(self._path)
        except OSError as error:
            _remove(beside)
            _logger.warning(
                "the server's schemas could not be kept in %s (%s); each session asks for them",
                self._path,
                error.strerror or error,
            )

    def _fault(self, found: Any) -> str:
        if not isinstance(found, dict) or found.get("format") != _FORMAT:
            return "it is no file of schemas of this version"
        if found.get("server") != self._url:
            return "it is another server's"
        if not isinstance(found.get("hash"), str) or not _are_schemas(found.get("schemas")):
            return "its content is no list of schemas"
        return ""


def _are_schemas(found: Any) -> bool:
    return isinstance(found, list) and bool(found) and all(map(_is_schema, found))


def _is_schema(one: Any) -> bool:
    if not isinstance(one, dict):
        return False
    whole = all(isinstance(one.get(name), kind) for name, kind in _PARTS.items())
    return whole and all(isinstance(declared, dict) for declared in one["properties"].values())


def _remove(path: Path | None) -> None:
    try:
        if path is not None:
            path.unlink()
    except OSError:
        _logger.debug("%s is left behind", path)
