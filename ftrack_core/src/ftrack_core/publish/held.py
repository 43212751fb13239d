"""New entities whose changes stay out of the session's commits until their data is in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.changes import Create

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ftrack_core.changes import Change, Identity
    from ftrack_core.session import Session
    from ftrack_core.work import UnitOfWork

__all__ = ["HeldChanges"]


class HeldChanges:
    """The changes of entities that were created here.

    Moving data takes its time, and another thread may commit meanwhile: were the changes in the
    log, it would commit components without data. `release` puts them there, all at once, and
    `take_back` removes every trace.
    """

    def __init__(self, session: Session) -> None:
        self._work: UnitOfWork = session.work
        self._identities: set[Identity] = set()
        self._changes: list[Change] = []
        self.released = False
        self.created: list[Identity] = []

    def create(self, entity_type: str, data: Mapping[str, Any]) -> Any:
        """Create an entity as `Session.create` does, and hold it back."""
        return self.create_many([(entity_type, data)])[0]

    def create_many(self, wanted: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Any]:
        """Create entities and hold them back."""
        work = self._work
        created = []
        with work.commit_lock:  # no commit falls between recording and holding back
            try:
                for entity_type, data in wanted:
                    values = {**data, "id": data.get("id") or work.identifiers.new()}
                    self._identities.add((entity_type, str(values["id"])))
                    created.append(work.create(entity_type, values))
                    self.created.append((entity_type, created[-1].key))
            finally:
                self._changes += self._withdraw()
        return created

    def record(self, change: Change) -> None:
        """Hold back a raw change, by key."""
        self._identities.add(change.identity)
        self._changes.append(change)

    def record_location(self, component_id: str, location_id: str, identifier: str) -> None:
        """Hold back the record of a component in a location."""
        key = self._work.identifiers.new()
        data = {
            "id": key,
            "component_id": component_id,
            "location_id": location_id,
            "resource_identifier": identifier,
        }
        self.record(Create("ComponentLocation", key, data))

    def release(self) -> None:
        """Put the changes into the session's log, as its last ones."""
        # What was assigned to these entities meanwhile comes after their creation.
        changes, self._changes = [*self._changes, *self._withdraw()], []
        self.released = True
        for change in changes:
            self._work.log.append(change)

    def take_back(self) -> None:
        """Remove the changes and the entities; what else the session has pending stays."""
        self._withdraw()
        self._changes, self.released = [], False
        self._work.settle_created(self._identities)
        for entity_type, key in self._identities:
            self._work.store.identity.drop(entity_type, key)

    def _withdraw(self) -> list[Change]:
        log = self._work.log
        ours = tuple(filter(self._is_ours, log.snapshot()))
        log.discard(ours)
        return list(ours)

    def _is_ours(self, change: Change) -> bool:
        if change.identity in self._identities:
            return True
        owner = change.mapped.owner if change.mapped else None
        return owner is not None and (owner.entity_type, owner.key) in self._identities
