"""Carrying deliveries out: data first, then the records, all or nothing."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ftrack_core.errors import (
    ConnectionLostError,
    OutcomeUnknownError,
    ServerError,
    TransferError,
    TransportError,
)
from ftrack_core.transfer import Journal, remove_moved, transfer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ftrack_core.locations import Location
    from ftrack_core.session import Session
    from ftrack_core.transfer import Moved, Progress, TransferPlan

    from .delivery import Delivery
    from .held import HeldChanges

__all__ = ["JOURNALS", "carry_out", "journal_folder"]

JOURNALS = "transfers"
"""The folder of journals inside the session's cache folder."""

_logger = logging.getLogger(__name__)


def journal_folder(session: Session) -> Path | None:
    """Return where the journals of *session* are kept, None where it has no cache folder."""
    folder = session.context.cache_folder
    return None if folder is None else Path(folder) / JOURNALS


def carry_out(
    session: Session,
    deliveries: Sequence[Delivery],
    held: HeldChanges,
    *,
    progress: Callable[[Progress], object] | None = None,
    checksum: bool = False,
) -> list[Moved]:
    """Move the data of *deliveries*, commit the records with what is *held*, tell of it.

    Where anything fails the data that was moved is removed again and what was held is taken back;
    what else the session has pending stays. Where nothing tells whether the server has committed,
    data and pending changes stay and the journals name the data.
    """
    shipments: list[_Shipment] = []
    moved: list[Moved] = []
    try:
        for delivery in deliveries:
            if delivery.plan is not None:
                shipments.append(_Shipment(session, delivery.plan))
                moved += shipments[-1].ship(progress, checksum=checksum)
        locations = _record(session, deliveries, held)
    except BaseException as error:
        _settle_failure(shipments, held, error)
        raise
    for shipment in shipments:
        shipment.journal.close()
    for delivery, location in zip(deliveries, locations, strict=True):
        _tell(session, delivery, location)
    return moved


class _Shipment:
    """One plan with its journal."""

    def __init__(self, session: Session, plan: TransferPlan) -> None:
        self._session = session
        self.plan = plan
        self.journal = Journal(plan, journal_folder(session))
        self.moved: list[Moved] = []
        self._left_behind = False

    def ship(self, progress: Callable[[Progress], object] | None, *, checksum: bool) -> list[Moved]:
        try:
            self.moved = transfer(
                self.plan,
                journal=self.journal,
                progress=progress,
                checksum=checksum,
                delegate=_delegate(self._session),
            )
        except TransferError as error:
            self._left_behind = bool(error.transferred)
            raise
        return self.moved

    def undo(self) -> None:
        left = remove_moved(self.plan, self.moved)
        if left or self._left_behind:
            self.journal.abandon()
        else:
            self.journal.close()
        if not left:
            return
        listed = ", ".join(identifier for identifier, _ in left[:5])
        _logger.error(
            "%d resource(s) without a record are left in %s, since they could not be removed "
            "(%s): %s",
            len(left),
            self.plan.label,
            left[0][1],
            listed,
        )


def _delegate(session: Session) -> Callable[[TransferPlan], bool | None] | None:
    """Return what asks the plugins to move a plan themselves; None where no plugin does that."""
    hooks = session.plugins.hooks
    if not hooks.implements("ftrack_transfer"):
        return None
    return partial(hooks.ftrack_transfer, session)


def _record(session: Session, deliveries: Sequence[Delivery], held: HeldChanges) -> list[Location]:
    """Commit the records and return the locations as the server has them."""
    locations = [session.locations.ensure(delivery.location) for delivery in deliveries]
    for delivery, location in zip(deliveries, locations, strict=True):
        for entity in delivery.entities:
            identifier = delivery.identifiers[str(entity.key)]
            encoded = session.locations.encode(location, identifier, entity)
            held.record_location(str(entity.key), str(location.key), encoded)
    with session.work.commit_lock:  # another thread's commit would take ours along
        held.release()
        session.commit()
    return locations


def _settle_failure(
    shipments: Sequence[_Shipment], held: HeldChanges, error: BaseException
) -> None:
    if held.released and _is_unknown(error):
        for shipment in shipments:
            shipment.journal.abandon()
        return
    held.take_back()
    for shipment in shipments:
        shipment.undo()


def _is_unknown(error: BaseException) -> bool:
    """Whether the server may have committed although this was raised."""
    if isinstance(error, ConnectionLostError):
        return error.sent
    if isinstance(error, TransportError):
        return not isinstance(error, ServerError)
    return isinstance(error, OutcomeUnknownError) or not isinstance(error, Exception)


def _tell(session: Session, delivery: Delivery, location: Location) -> None:
    for one in delivery.entities:
        # A list that was loaded before lacks the new record; it is loaded again when needed.
        one._row.pop("component_locations", None)  # noqa: SLF001 -- rows belong to the kernel
    session.locations.announce("added", delivery.component, location)
