"""``encode_media``: media that a browser can show, made from an uploaded file.

Pictures become a smaller picture and a thumbnail. Movies become an MP4 and a thumbnail where the
server has an encoder; where it has none, and with whatever else, the job fails and says why.
"""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.errors import ServerError

from ftrack_embedded.engine import encoding, failures
from ftrack_embedded.engine.members import optional_boolean, optional_text, text
from ftrack_embedded.engine.permissions.check import is_visible
from ftrack_embedded.engine.review import begin_job

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ftrack_embedded.engine.files.pledges import Pledge
    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.studio import Studio
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["MEMBERS", "WRITES", "encode_media", "prepare"]

MEMBERS: Final = ("component_id", "version_id", "keep_original")
WRITES: Final = True


@contextmanager
def prepare(studio: Studio, _: Mapping[str, Any]) -> Iterator[Pledge | None]:
    """Promise that the job will tell what became of it; of a refused batch nobody waits for that.

    Nothing can be promised where there are no files.
    """
    if not studio.files.exists:
        yield None
        return
    pledge = studio.files.pledge(str(uuid.uuid4()))
    try:
        yield pledge
    except ServerError:
        pledge.fulfil()
        raise


def encode_media(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the id of a job, which is finished for a picture and may run on for a movie.

    Its data lists what was made. With a ``version_id`` that version gets the media and the
    thumbnail. Unless ``keep_original`` the file they were made from is removed.
    """
    source = _visible(tx, "Component", text(operation, "component_id"))
    version_id = optional_text(operation, "version_id")
    if version_id:
        _visible(tx, "AssetVersion", version_id)
    pledge: Pledge | None = tx.prepared[tx.rows.operation]
    order = encoding.Order(
        job_id=pledge.name if pledge is not None else str(uuid.uuid4()),
        component_id=source["id"],
        file_type=source["file_type"] or "",
        version_id=version_id,
        keeps_original=optional_boolean(operation, "keep_original"),
    )
    begin_job(tx, order)
    tx.when_committed.append(lambda: encoding.begin(tx.studio, tx.caller, order, pledge))
    return {"job_id": order.job_id}


def _visible(tx: Transaction, entity_type: str, identifier: str) -> Row:
    key = (identifier,)
    row = tx.rows.get(entity_type, key)
    if row is None or (tx.rights.hides and not is_visible(tx, entity_type, key)):
        raise failures.not_found(entity_type, key)
    return row
