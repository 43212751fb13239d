"""Media for review: components made from a file, and the job that says so."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .caller import Caller
from .computed.values import SERVER_LOCATION
from .files.media import content_type
from .integrity import check_integrity
from .write.create import create_row
from .write.remove import remove_rows
from .write.update import update_row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .encoding import Order
    from .files.receiver import Received
    from .studio import Studio
    from .transaction import Transaction

__all__ = ["Output", "begin_job", "fail_job", "finish_job"]


@dataclass(frozen=True)
class Output:
    """A file that was made; *told* is what a player needs to know, None of a thumbnail."""

    name: str
    file_type: str
    received: Received
    told: Mapping[str, Any] | None

    @property
    def is_thumbnail(self) -> bool:
        """Whether it stands for the whole, instead of being shown itself."""
        return self.told is None


def begin_job(tx: Transaction, order: Order) -> None:
    """Create the job of *order*, which runs from the commit on."""
    data = json.dumps(_data(order, []))
    create_row(tx, "Job", {"id": order.job_id, "status": "running", "data": data})


def finish_job(
    studio: Studio, caller: Caller, order: Order, outputs: Sequence[Output], reason: str
) -> None:
    """Store the outputs as components and say in the job that it is done, or for what *reason* not.

    What was deleted meanwhile stays deleted: without the job nothing is stored.
    """
    with studio.writing(caller) as tx:
        job = tx.rows.get("Job", (order.job_id,))
        if job is None:
            return
        made = [(output, _store(tx, output, order)) for output in outputs]
        data = _data(order, made)
        if reason:
            data["description"] = reason
        status = "failed" if reason else "done"
        update_row(tx, "Job", job, {"status": status, "data": json.dumps(data)})
        for _, component_id in made:
            create_row(tx, "JobComponent", {"job_id": order.job_id, "component_id": component_id})
        if not (reason or order.keeps_original):
            _remove_source(tx, order)
        check_integrity(tx.rows)


def fail_job(studio: Studio, job_id: str, reason: str) -> bool:
    """Say in a job that still runs for what *reason* it has failed; False if there is no such job.

    One that somebody has ended meanwhile stays as it is.
    """
    with studio.writing(Caller()) as tx:
        job = tx.rows.get("Job", (job_id,))
        if job is not None and job["status"] == "running":
            data = {**json.loads(job["data"]), "description": reason}
            update_row(tx, "Job", job, {"status": "failed", "data": json.dumps(data)})
        return job is not None


def _data(order: Order, made: Sequence[tuple[Output, str]]) -> dict[str, Any]:
    return {
        "output": [
            {"format": content_type(output.file_type), "component_id": component_id}
            for output, component_id in made
        ],
        "source_component_id": order.component_id,
        "keep_original": order.keeps_original,
    }


def _remove_source(tx: Transaction, order: Order) -> None:
    source = tx.rows.get("Component", (order.component_id,))
    if source is not None:
        remove_rows(tx, "Component", [source])


def _store(tx: Transaction, output: Output, order: Order) -> str:
    component_id = str(uuid.uuid4())
    tx.studio.files.keep(component_id, output.received)
    version = tx.rows.get("AssetVersion", (order.version_id,)) if order.version_id else None
    row: dict[str, Any] = {
        "id": component_id,
        "name": output.name,
        "file_type": output.file_type,
        "size": output.received.size,
        "version_id": version["id"] if version and not output.is_thumbnail else None,
    }
    create_row(tx, "FileComponent", row)
    place = {
        "id": str(uuid.uuid4()),
        "component_id": component_id,
        "location_id": SERVER_LOCATION,
        "resource_identifier": component_id,
    }
    create_row(tx, "ComponentLocation", place)
    if output.told is not None:
        _describe(tx, component_id, output.told)
    elif version is not None:
        update_row(tx, "AssetVersion", version, {"thumbnail_id": component_id})
    return component_id


def _describe(tx: Transaction, component_id: str, told: Mapping[str, Any]) -> None:
    row = {
        "parent_id": component_id,
        "parent_type": "FileComponent",
        "key": "ftr_meta",
        "value": json.dumps(told),
    }
    create_row(tx, "Metadata", row)
