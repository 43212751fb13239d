"""What a session that has no part in writing finds on the server and in the storage."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftrack_core.query import quote

from .edits import Edit, value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ftrack_core import Session

__all__ = ["PublishedVersion", "file_checksum", "read_edits", "read_versions", "stored_files"]

_PROJECTION = (
    "select version, comment, asset.name, asset.parent.name, link, metadata, "
    "notes.content, notes.author.username, components.name"
)


@dataclass(frozen=True)
class PublishedVersion:
    """A version as it reads back.

    *links* lead from it to its project; *notes* are pairs of author and text; *identifier* is that
    of its component in the location, *members* those of the frames; *checksums* are SHA-256 of what
    lies in the storage, by frame number; *size* is in bytes.
    """

    number: int
    component: str
    links: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]
    metadata: dict[str, str]
    identifier: str
    members: tuple[str, ...]
    checksums: dict[int, str]
    size: int


def read_edits(session: Session, edits: Sequence[Edit]) -> list[object]:
    """Return the present value of each edit's attribute; one request for each type of entity."""
    found: dict[str, Any] = {}
    for entity_type in {one.entity_type for one in edits}:
        concerned = [one for one in edits if one.entity_type == entity_type]
        keys = ", ".join(quote(one.key) for one in concerned)
        wanted = ", ".join(dict.fromkeys(_projection(one.attribute) for one in concerned))
        text = f"select {wanted} from {entity_type} where id in ({keys})"
        found.update({str(one.key): one for one in session.query(text)})
    return [value_of(found[one.key], one.attribute) for one in edits]


def _projection(attribute: str) -> str:
    """Return what is to be selected for an edit; of a status its name, of all custom ones all."""
    name = attribute.partition(".")[0]
    return "status.name" if name == "status" else name


def read_versions(session: Session, asset_id: str, location_name: str) -> list[PublishedVersion]:
    """Return the versions of an asset, oldest first, with what is in the location."""
    location = session.locations.get(location_name)
    text = f"{_PROJECTION} from AssetVersion where asset_id is {quote(asset_id)} order by version"
    return [_read_version(version, location) for version in session.query(text)]


def _read_version(version: Any, location: Any) -> PublishedVersion:
    (component,) = version["components"]
    members = sorted(component["members"], key=lambda one: int(one["name"]))
    identifiers = location.get_resource_identifiers([component, *members])
    paths = [Path(location.accessor.get_filesystem_path(one)) for one in identifiers[1:]]
    shot = version["asset"]["parent"]
    return PublishedVersion(
        number=version["version"],
        component=component["name"],
        links=(version["asset"]["name"], shot["name"], shot["project"]["name"]),
        notes=tuple((one["author"]["username"], one["content"]) for one in version["notes"]),
        metadata=dict(version["metadata"]),
        identifier=identifiers[0],
        members=tuple(identifiers[1:]),
        checksums={
            int(one["name"]): file_checksum(path) for one, path in zip(members, paths, strict=True)
        },
        size=sum(path.stat().st_size for path in paths if path.is_file()),
    )


def file_checksum(path: Path) -> str:
    """Return the SHA-256 of a file, or an empty text where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def stored_files(storage: Path) -> list[str]:
    """Return every file below *storage*, hidden ones too, as identifiers."""
    found = (one for one in storage.rglob("*") if not one.is_dir())
    return sorted(one.relative_to(storage).as_posix() for one in found)
