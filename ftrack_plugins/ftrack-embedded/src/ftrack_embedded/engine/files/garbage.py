"""Bytes that belong to nothing: an upload that was given up, a component that was deleted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from ftrack_embedded.engine.caller import Caller

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_embedded.engine.studio import Studio
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["Collector", "collect_garbage"]

_HOURS: Final = 24.0
_EVERY: Final = 24 * 3600.0
"""In seconds: how often a studio is looked through."""


class Collector:
    """Collects the garbage of a studio once a day, in the background."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._next = 0.0

    def collect_when_due(self) -> None:
        """Begin unless that was done within a day, by whichever process.

        A folder that somebody has named is left alone: it may hold the files of others as well.
        """
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _EVERY
        if self._studio.files.is_due(every=_EVERY):
            self._studio.background.start(lambda: collect_garbage(self._studio))


def collect_garbage(studio: Studio, *, older_than_hours: float = _HOURS) -> int:
    """Remove the bytes without a component's row and what is left of uploads; return how many.

    Bytes come before their row does: what is younger than *older_than_hours* stays.
    """
    age = older_than_hours * 3600
    left = studio.files.remove_unfinished(older_than=age)
    with studio.reading(Caller()) as tx:
        unused = studio.files.unused(_component_ids(tx), older_than=age)
    if not unused:
        return left
    # The row of some may have come meanwhile; while this writes no other can come.
    with studio.writing(Caller()) as tx:
        return left + studio.files.remove_unused(unused, _component_ids(tx))


def _component_ids(tx: Transaction) -> Iterable[str]:
    return tx.connection.scalars(select(tx.catalogue.table("Component").c.id))
