"""Media for review: components made from a picture, and the job that says so."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .computed.values import SERVER_LOCATION
from .files import images
from .files.media import content_type, is_image
from .write.create import create_row
from .write.update import update_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .files.images import Picture
    from .read.level import Row
    from .transaction import Transaction

__all__ = ["Output", "encode", "outputs_of_picture"]

_REVIEW_SIZE: Final = 1920
_THUMBNAIL_SIZE: Final = 640


@dataclass(frozen=True)
class Output:
    """One thing that was made; the component for review has what a player needs to know."""

    name: str
    picture: Picture
    is_thumbnail: bool


def outputs_of_picture(tx: Transaction, source: Row) -> list[Output]:
    """Return what can be made from a component; nothing if it is no picture that can be read."""
    if not is_image(source["file_type"]) or not tx.studio.files.has(source["id"]):
        return []
    path = tx.studio.files.path(source["id"])
    wanted = (("ftrackreview-image", _REVIEW_SIZE, False), ("thumbnail", _THUMBNAIL_SIZE, True))
    made = [(name, images.scaled(path, size), thumb) for name, size, thumb in wanted]
    return [Output(name, picture, thumb) for name, picture, thumb in made if picture]


def encode(
    tx: Transaction,
    source: Row,
    outputs: Sequence[Output],
    version_id: str | None,
    *,
    keeps: bool,
) -> str:
    """Store the outputs as components and return the id of the finished job that lists them."""
    stored = [(output, _store(tx, output, version_id)) for output in outputs]
    data = {
        "output": [
            {"format": content_type(output.picture.file_type), "component_id": component_id}
            for output, component_id in stored
        ],
        "source_component_id": source["id"],
        "keep_original": keeps,
    }
    job_id = str(uuid.uuid4())
    job = {"id": job_id, "status": "done", "data": json.dumps(data)}
    create_row(tx, "Job", job)
    for _, component_id in stored:
        create_row(tx, "JobComponent", {"job_id": job_id, "component_id": component_id})
    return job_id


def _store(tx: Transaction, output: Output, version_id: str | None) -> str:
    component_id = str(uuid.uuid4())
    with tx.studio.files.receive() as receiver:
        receiver.write(output.picture.data)
        tx.studio.files.keep(component_id, receiver.finish())
    row: dict[str, Any] = {
        "id": component_id,
        "name": output.name,
        "file_type": output.picture.file_type,
        "size": len(output.picture.data),
        "version_id": None if output.is_thumbnail else version_id,
    }
    create_row(tx, "FileComponent", row)
    place = {
        "id": str(uuid.uuid4()),
        "component_id": component_id,
        "location_id": SERVER_LOCATION,
        "resource_identifier": component_id,
    }
    create_row(tx, "ComponentLocation", place)
    _describe(tx, output, component_id, version_id)
    return component_id


def _describe(tx: Transaction, output: Output, component_id: str, version_id: str | None) -> None:
    if not output.is_thumbnail:
        size = {"width": output.picture.width, "height": output.picture.height}
        row = {
            "parent_id": component_id,
            "parent_type": "FileComponent",
            "key": "ftr_meta",
            "value": json.dumps({"format": "image", **size}),
        }
        create_row(tx, "Metadata", row)
    version = tx.rows.get("AssetVersion", (version_id,)) if version_id else None
    if output.is_thumbnail and version is not None:
        update_row(tx, "AssetVersion", version, {"thumbnail_id": component_id})
