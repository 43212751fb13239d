"""``get_upload_metadata``: where the bytes of a component are to be put."""

from __future__ import annotations

import uuid
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.files.putting import (
    Wanted,
    part_address,
    put_headers,
    upload_address,
)
from ftrack_embedded.engine.members import optional_text, optional_whole, text
from ftrack_embedded.engine.permissions.check import is_visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["MEMBERS", "WRITES", "get_upload_metadata"]

MEMBERS: Final = ("component_id", "file_name", "file_size", "checksum", "parts")
WRITES: Final = True
_MOST_PARTS: Final = 10_000


def get_upload_metadata(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer an address and the headers to send to it, or an address for each of ``parts``.

    The component itself may come into being later.
    """
    tx.studio.files.folder  # noqa: B018 - a studio that keeps no files says so here
    parts = optional_whole(operation, "parts")
    wanted = Wanted(
        text(operation, "component_id"),
        optional_whole(operation, "file_size"),
        optional_text(operation, "checksum"),
        upload_id=uuid.uuid4().hex if parts else None,
        parts=parts or None,
    )
    _check(tx, wanted)
    address = upload_address(tx, wanted)
    if wanted.parts:
        return _in_parts(wanted, address)
    name = PurePosixPath(optional_text(operation, "file_name") or "file")
    return {
        "url": address,
        "component_id": wanted.component_id,
        "headers": put_headers(wanted, name.stem, name.suffix),
    }


def _in_parts(wanted: Wanted, address: str) -> dict[str, Any]:
    assert wanted.parts is not None
    return {
        "component_id": wanted.component_id,
        "upload_id": wanted.upload_id,
        "urls": [
            {"part_number": number, "signed_url": part_address(address, number)}
            for number in range(1, wanted.parts + 1)
        ],
    }


def _check(tx: Transaction, wanted: Wanted) -> None:
    if wanted.parts is not None and not 1 <= wanted.parts <= _MOST_PARTS:
        raise failures.invalid(f"A file is sent in 1 to {_MOST_PARTS} parts.")
    key = (wanted.component_id,)
    if tx.rights.hides and tx.rows.get("Component", key) and not is_visible(tx, "Component", key):
        raise failures.denied(f"write Component {wanted.component_id}")
