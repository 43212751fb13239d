"""``encode_media``: media that a browser can show, made from an uploaded file.

Pictures become a smaller picture and a thumbnail. Movies need an encoder, which this server does
not have: their job is done and has no output, and the file itself stays whatever is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.members import optional_text, text
from ftrack_embedded.engine.review import encode, outputs_of_picture
from ftrack_embedded.engine.write.remove import remove_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["WRITES", "encode_media"]

WRITES: Final = True


def encode_media(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the id of a finished job, whose data lists what was made.

    With a ``version_id`` that version gets the media and the thumbnail. Unless ``keep_original``
    the file they were made from is removed.
    """
    source = _source(tx, text(operation, "component_id"))
    version_id = optional_text(operation, "version_id")
    if version_id and tx.rows.get("AssetVersion", (version_id,)) is None:
        raise failures.not_found("AssetVersion", (version_id,))
    keeps = bool(operation.get("keep_original"))
    outputs = outputs_of_picture(tx, source)
    job_id = encode(tx, source, outputs, version_id, keeps=keeps)
    if outputs and not keeps:
        remove_rows(tx, "Component", [source])
    return {"job_id": job_id}


def _source(tx: Transaction, component_id: str) -> Row:
    source = tx.rows.get("Component", (component_id,))
    if source is None:
        raise failures.not_found("Component", (component_id,))
    return source
