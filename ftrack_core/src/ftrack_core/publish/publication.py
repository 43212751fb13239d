"""Several components that are published together, all or nothing."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from ftrack_core.entity.rows import key_parts
from ftrack_core.errors import FtrackError, LocationError
from ftrack_core.locations import ORIGIN, REVIEW

from .carrying import carry_out
from .components import NewComponent, new_component, read_source
from .delivery import delivery_of_new, require_data
from .held import HeldChanges

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from ftrack_core.changes import Change, Identity
    from ftrack_core.entity import Entity
    from ftrack_core.locations import Location
    from ftrack_core.session import Session
    from ftrack_core.transfer import Moved, Progress

    from .components import Paths
    from .delivery import Delivery

__all__ = ["Publication"]

_logger = logging.getLogger(__name__)
_REVIEW_NAMES = ("ftrackreview-mp4", "ftrackreview-webm", "ftrackreview-image")


class Publication:
    """Collects components and what they belong to, then publishes them together.

    It is a context manager: leaving it by an exception takes back what was collected.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._held = HeldChanges(session)
        self._new: list[NewComponent] = []
        self._deliveries: list[Delivery] = []
        self._committed: list[Identity] = []

    def __enter__(self) -> Publication:
        if self._session.work.transactions.current is not None:
            raise LocationError(
                "publishing commits, and a transaction commits by itself when its block ends: "
                "publish before or after the block"
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            self._take_back()

    def create(self, entity_type: str, data: Mapping[str, Any]) -> Any:
        """Create an entity that the server is told of together with the components."""
        return self._held.create(entity_type, data)

    def commit(self) -> None:
        """Commit what was created so far; where what follows fails it is deleted again.

        Structures name components by the number of their version, which the server gives.
        """
        carry_out(self._session, [], self._held)
        self._committed += self._held.created
        self._held = HeldChanges(self._session)

    def record(self, change: Change) -> None:
        """Let a raw change be committed together with the components."""
        self._held.record(change)

    def add(
        self,
        path: Paths,
        data: Mapping[str, Any] | None = None,
        location: str | Location | None = "auto",
    ) -> Entity:
        """Create the component for *path* and prepare its delivery to *location*."""
        source, values = read_source(path), dict(data or {})
        component = new_component(self._session, self._held, source, values)
        target = self._target(component, location)
        if target is not None:
            require_data(source, target)  # before a sequence of any length gets its members
        new = NewComponent.complete(
            self._session, self._held, source, component, values.get("size")
        )
        self._new.append(new)
        for entity in new.entities:
            self._session.locations.add_origin(entity, new.paths[str(entity.key)])
        if target is not None:
            self._deliveries.append(delivery_of_new(self._session, new, source, target))
        return new.component

    def publish(
        self,
        progress: Callable[[Progress], object] | None = None,
        *,
        checksum: bool = False,
    ) -> list[Moved]:
        """Move the data, then commit. Where nothing goes into a location it stays pending."""
        if self._deliveries:
            return carry_out(
                self._session, self._deliveries, self._held, progress=progress, checksum=checksum
            )
        self._held.release()
        return []

    def _target(self, component: Entity, location: str | Location | None) -> Location | None:
        """Return the location to deliver to; None where the file only has its origin."""
        if location is None:
            return None
        if location == "auto":
            return self._picked(component)
        chosen = self._session.locations.get(location)
        return None if chosen.key == ORIGIN.id else chosen

    def _picked(self, component: Entity) -> Location:
        locations = self._session.locations
        if component["name"] in _REVIEW_NAMES:
            return locations.get(REVIEW.name)
        picked = locations.pick(component)
        if picked is None:
            raise LocationError(
                f"no location can take {component!r}; bind one with "
                "session.locations.bind(LocationBinding('studio.prod', 'disk:/mnt/prod'))"
            )
        return picked

    def _take_back(self) -> None:
        if self._held.released:
            return  # nothing tells what became of it on the server
        self._held.take_back()
        for new in self._new:
            self._session.locations.forget_origins(new.paths)
        if self._committed:
            self._delete_committed()

    def _delete_committed(self) -> None:
        batch = [
            {"action": "delete", "entity_type": entity_type, "entity_key": key_parts(key)}
            for entity_type, key in reversed(self._committed)
        ]
        try:
            self._session.call(batch)
        except FtrackError as error:  # what made the publish fail is the one to raise
            listed = ", ".join(f"{entity_type} {key}" for entity_type, key in self._committed)
            _logger.error("not deleted again after a failed publish: %s (%s)", listed, error)
            return
        for entity_type, key in self._committed:
            self._session.work.store.forget(entity_type, key)
