"""The kernel's session behind one of this package: what it does otherwise for scripts."""

from __future__ import annotations

from contextlib import contextmanager
from threading import local
from typing import TYPE_CHECKING, Any

from ftrack_core.entity import Entity as KernelEntity
from ftrack_core.entity import session_of
from ftrack_core.session import Phase
from ftrack_core.session.caching import DEFAULT_CACHE
from ftrack_core.work import UnitOfWork
from ftrack_core.work.checks import belongs_to, is_new

import ftrack_core
from ftrack_core import hookimpl

from ._caches import EntityRows, further_layers, keep
from ._components import set_up_locations
from ._moments import codec_for
from ._translation import known_errors
from .entity.factory import StandardFactory

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ftrack_core.changes import ChangeLog
    from ftrack_core.ports import Batch
    from ftrack_core.schema import EntitySchema

    from ftrack_core import Entity

    from .session import Session

__all__ = ["KernelSession"]


class _Unit(UnitOfWork):
    """A unit of work whose errors scripts know, and which writes to the caches of scripts."""

    @property
    def _shown(self) -> Session:
        shown: Session = self.session.shown
        return shown

    def load(self, entity: Entity, name: str) -> Any:
        """Return a wire value that is not here yet."""
        with known_errors():
            return super().load(entity, name)

    def load_all(self, entity: Entity) -> None:
        """Load every attribute of one entity that is not here yet."""
        with known_errors():
            super().load_all(entity)

    def populate(self, entities: Any, projections: str) -> None:
        """Load attributes for entities."""
        with known_errors():
            super().populate(self.ours(entities), projections)

    def delete(self, entity: Entity) -> None:
        """Delete an entity with the next commit."""
        with known_errors():
            super().delete(self.ours(entity))

    def ours(self, value: Any) -> Any:
        """Return *value* with entities of other sessions on this server as those of this one.

        One that is new there is left as it is, and refused where it is used.
        """
        if isinstance(value, (list, tuple)):
            return [self.ours(one) for one in value]
        if not isinstance(value, KernelEntity) or belongs_to(self, value):
            return value
        theirs = session_of(value)
        is_here = theirs.server_url == self.session.server_url
        return self.session.merge(value) if is_here and not is_new(value) else value

    def create(self, entity_type: str, data: Mapping[str, Any]) -> Entity:
        """Create an entity here."""
        with known_errors():
            values = {name: self.ours(value) for name, value in data.items()}
            entity = super().create(entity_type, values)
        self._keep_for_scripts(entity)
        return entity

    def record_update(self, entity: Entity, name: str, value: Any) -> None:
        """Note that an attribute was assigned a value."""
        with known_errors():
            super().record_update(entity, name, self.ours(value))
        self._keep_for_scripts(entity)

    def record_mapped(self, entity: Entity, name: str, key: str, value: Any) -> None:
        """Note that a key of a mapped attribute was assigned a value, or removed."""
        with known_errors():
            super().record_mapped(entity, name, key, value)
        self._keep_for_scripts(entity)

    def _keep_for_scripts(self, entity: Entity) -> None:
        layers = further_layers(self._shown)
        if layers:
            keep(self._shown, entity, layers)


class KernelSession(ftrack_core.Session):
    """A session of the kernel that belongs to one of this package.

    Handlers are given that one, entities are of its classes, and it says when it is ready.
    """

    unit_of_work = _Unit

    def __init__(self, shown: Session, **arguments: Any) -> None:
        self._shown = shown
        self._skin = _Skin(shown)
        self._of_thread = local()
        arguments["cache"] = self._rows
        super().__init__(**arguments, plugins=[self._skin], block=["entities"])

    @property
    def shown(self) -> Any:
        """The session that scripts hold."""
        return self._shown

    @property
    def wire_schemas(self) -> list[dict[str, Any]]:
        """The schemas as the server sends them."""
        self.reach(Phase.SERVER_KNOWN)
        found: list[dict[str, Any]] = self._wire_schemas
        return found

    @property
    def entity_classes(self) -> Mapping[str, type]:
        """The entity classes, while locations are not set yet and handlers know nothing."""
        self.reach(Phase.TYPES_READY)
        return self._work.store.types

    def kernel_mixins(self) -> Mapping[str, list[type]]:
        """Return nothing: the classes of this package hold the kernel's."""
        return {}

    def make_log(self) -> ChangeLog:
        """Return the log of the session's operations."""
        log: ChangeLog = self._shown.recorded_operations.log
        return log

    def make_types(self) -> None:
        """Make the entity classes."""
        super().make_types()
        self._skin.use(self._work.store.types)

    def set_locations(self) -> None:
        """Set the built-in locations up, then bind those that plugins offer."""
        set_up_locations(self._shown)
        super().set_locations()

    def _rows(self, session: ftrack_core.Session) -> EntityRows:
        """Return the cache of rows: the usual one, and the caches that scripts add."""
        usual = self.plugins.hooks.ftrack_create_cache(self.context, DEFAULT_CACHE)
        return EntityRows(self._shown, usual)

    def make_ready(self) -> None:
        """Tell plugins; the session that scripts hold tells handlers."""
        self.plugins.hooks.ftrack_session_started(self)

    def verify(self) -> dict[str, Any]:
        """Ask the server who it is and whether it accepts the user; return what it says."""
        self.reach(Phase.SERVER_KNOWN)
        self._server.verify()
        return self.server_information

    @property
    def is_relaying(self) -> bool:
        """Whether this thread is sending a batch through the ``call`` of a script."""
        return bool(getattr(self._of_thread, "relays", False))

    @contextmanager
    def relaying(self) -> Iterator[None]:
        """Send, for the length of a block and in this thread, past the ``call`` of a script."""
        self._of_thread.relays = True
        try:
            yield
        finally:
            self._of_thread.relays = False

    def commit_now(self) -> None:
        """Carry out the commit that waits for a script's own ``commit``, else one of everything."""
        waiting = self._waiting_log()
        if waiting is not None:
            super()._commit(waiting)
            return
        with self._letting_pass(self.work.main_log):
            self.commit()

    def _commit(self, log: ChangeLog) -> None:
        """Let commits go through ``commit`` where a script has its own, say to do nothing."""
        if not self._shown.has_own_commit or self._waiting_log() is not None:
            super()._commit(log)
            return
        with self._letting_pass(log):
            self._shown.commit()

    def _waiting_log(self) -> ChangeLog | None:
        return getattr(self._of_thread, "log", None)

    @contextmanager
    def _letting_pass(self, log: ChangeLog) -> Iterator[None]:
        self._of_thread.log = log
        try:
            yield
        finally:
            self._of_thread.log = None

    def carry(self, batch: Batch) -> list[Any]:
        """Hand a batch to the transport and return the answers as they come."""
        return self._connection.carry(batch)


class _Skin:
    """The hooks through which the kernel makes what scripts know."""

    def __init__(self, shown: Session) -> None:
        self._shown = shown
        self._schemas: dict[str, EntitySchema] = {}
        self._types: Mapping[str, Any] = {}

    def use(self, types: Mapping[str, Any]) -> None:
        """Say which entity classes there are: plugins change what theirs select."""
        self._types = types

    @hookimpl
    def ftrack_entity_base(self, entity_type: str, schema: EntitySchema) -> type:
        """Give the entity classes of this package, which have what scripts know."""
        self._schemas[entity_type] = schema
        return StandardFactory().create(schema.wire)

    @hookimpl
    def ftrack_attribute_codec(self, entity_type: str, attribute: str) -> Any:
        """Show moments as Arrow objects."""
        return codec_for(self._schemas, entity_type, attribute)

    @hookimpl
    def ftrack_execute_batch(self, session: KernelSession, batch: Batch) -> list[Any] | None:
        """Let batches go through ``call`` where a script has one of its own, say to try again."""
        if not self._shown.has_own_call or session.is_relaying:
            return None
        with session.relaying():
            return self._shown.call(batch)

    @hookimpl(wrapper=True)
    def ftrack_create_event_hub(self, context: Any, credentials: Any) -> Any:
        """Let what goes out and comes in pass the session's hub, which scripts subclass."""
        del context, credentials
        connection = yield
        return connection and self._shown.event_hub.through(connection)

    @hookimpl
    def ftrack_default_projections(self, entity_type: str, schema: EntitySchema) -> Any:
        """Select what the entity class says."""
        del schema
        return list(self._types[entity_type].default_projections)
