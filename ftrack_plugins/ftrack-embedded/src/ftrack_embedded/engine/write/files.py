"""What becomes of the bytes of a component that is no longer in the server's location."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_embedded.engine.computed.values import SERVER_LOCATION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["forget_files"]


def forget_files(tx: Transaction, places: Sequence[Row]) -> None:
    """Remove the bytes when the batch is committed, unless a row still says that they are here."""
    gone = {row["component_id"] for row in places if row["location_id"] == SERVER_LOCATION}
    gone = {one for one in gone if one and tx.studio.files.has(one)}
    if gone:
        tx.when_committed.append(lambda: _remove(tx, gone))


def _remove(tx: Transaction, component_ids: set[str]) -> None:
    with tx.studio.reading(tx.caller) as later:
        kept = later.rows.find(
            "ComponentLocation", component_id=component_ids, location_id=SERVER_LOCATION
        )
    for component_id in component_ids - {row["component_id"] for row in kept}:
        tx.studio.files.remove(component_id)
