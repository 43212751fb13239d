"""Bytes that belong to nothing: an upload that was given up, a component that was deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from ftrack_embedded.engine.caller import Caller

if TYPE_CHECKING:
    from ftrack_embedded.engine.studio import Studio

__all__ = ["collect_garbage"]

_HOURS: Final = 24.0


def collect_garbage(studio: Studio, *, older_than_hours: float = _HOURS) -> int:
    """Remove the bytes without a component's row and what is left of uploads; return how many.

    Bytes come before their row does: what is younger than *older_than_hours* stays.
    """
    with studio.reading(Caller()) as tx:
        rows = tx.connection.scalars(select(tx.catalogue.table("Component").c.id))
        return studio.files.collect(rows, older_than=older_than_hours * 3600)
