"""The unit of work: what was changed here and not yet committed."""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from threading import RLock
from threading import local as thread_local
from typing import TYPE_CHECKING, Any

from ftrack_core.changes import ChangeLog, Create, Delete, MappedItem, Update, Yield
from ftrack_core.entity.entity import Entity, make_entity, set_local, set_row
from ftrack_core.entity.mapped import Overlay
from ftrack_core.entity.rows import STAMPS, TYPE, key_of
from ftrack_core.entity.symbols import NOT_SET
from ftrack_core.errors import CommitError, EntityError, SessionClosedError
from ftrack_core.schema import AttributeKind

from .checks import PLAIN, require_assignable, require_ours
from .configurations import Configurations
from .creating import default_of, new_values, plan_of, usual_values
from .identifiers import Identifiers
from .mapped import known_configuration, metadata_change, value_change
from .transaction import Transaction, Transactions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ftrack_core.changes import Change, Identity
    from ftrack_core.entity.rows import Key
    from ftrack_core.store import Store

__all__ = ["UnitOfWork"]

_MAPPED = AttributeKind.MAPPED
_SCALAR = AttributeKind.SCALAR


class UnitOfWork:
    """Records changes and answers what entities ask.

    *log* may be any object with the methods of `ChangeLog`. With *auto_populate* off, reading what
    is not here gives `NOT_SET` and sends nothing.
    """

    def __init__(
        self,
        session: Any,
        store: Store,
        *,
        log: ChangeLog | None = None,
        auto_populate: bool = True,
    ) -> None:
        self.session = session
        self.store = store
        self.main_log: ChangeLog = log if log is not None else ChangeLog()
        self.transactions = Transactions()
        self.identifiers = Identifiers()
        self.auto_populate = auto_populate
        self._of_thread = thread_local()
        self.lock = RLock()
        self.commit_lock = RLock()
        self._kept: dict[int, Entity] = {}
        self._unrecorded: dict[int, Entity] = {}
        self._was_told = False
        self._new: set[Identity] = set()
        self._gone = store.gone
        self._is_committing = False
        self.entity_of = store.entity_of  # each reference that is read asks for it
        self._configurations = Configurations(store)
        self.plan_of = lru_cache(maxsize=500)(plan_of)  # a loop creates from the same names
        store.bind(self)

    @property
    def log(self) -> ChangeLog:
        """Where the calling thread records: its transaction's log, or the session's."""
        current = self.transactions.current
        return self.main_log if current is None else current.log

    def changes_of(self, identity: Identity) -> list[Change]:
        """Return the pending changes of one entity that the calling thread can see, in order."""
        logs = [self.main_log, *self.transactions.logs()]
        return [change for log in logs for change in log.of(identity)]

    def changed_entities(self) -> list[Entity]:
        """Return the entities with pending changes that the calling thread can see, each once."""
        logs = [self.main_log, *self.transactions.logs()]
        owners = (
            change.entity if change.mapped is None else change.mapped.owner
            for log in logs
            for change in log
        )
        return list(dict.fromkeys(one for one in owners if one is not None))

    @property
    def populates(self) -> bool:
        """Whether reading asks the server, in this thread."""
        wanted: bool = getattr(self._of_thread, "populates", self.auto_populate)
        return wanted

    @populates.setter
    def populates(self, wanted: bool) -> None:
        self._of_thread.populates = wanted

    @contextmanager
    def populating(self, wanted: bool) -> Iterator[None]:
        """Say for the length of a block, and for this thread, whether reading asks the server."""
        before, self.populates = self.populates, wanted
        try:
            yield
        finally:
            self.populates = before

    @property
    def records(self) -> bool:
        """Whether what is created and assigned in this thread is recorded, to be committed.

        What is not recorded stays here until the next commit or rollback of the session.
        """
        # Asking a thread for what it was never given is slow, and nearly no session is ever told.
        return not self._was_told or bool(getattr(self._of_thread, "records", True))

    @records.setter
    def records(self, wanted: bool) -> None:
        self._was_told = True
        self._of_thread.records = wanted

    # --- what entities ask ---------------------------------------------------------------------

    def load(self, entity: Entity, name: str) -> Any:
        """Return the wire value of an attribute that is not here yet."""
        self._require_open()
        self._require_there(entity)
        if self.is_new(entity):
            return default_of(entity.schema.attribute(name))
        return self.store.loader.load(entity, name) if self.populates else NOT_SET

    def load_all(self, entity: Entity) -> None:
        """Load every attribute of one entity that is not here yet, in one request."""
        self._require_open()
        row, is_local = entity._row, entity._is_local  # noqa: SLF001
        missing = [name for name in entity if name not in row and not is_local(name)]
        if missing and self.populates and not self.is_new(entity):
            self.store.loader.fetch(entity.schema, missing, [entity.key])

    def without_gone(self, content: list[Any]) -> list[Any]:
        """Return a list of rows, or of entities, without those that are known to be gone."""
        if not self._gone.is_any or not content:
            return content
        return self._gone.left_of(content, self.store.schemas)

    def find(self, entity_type: str, key: Key) -> Entity | None:
        """Return the entity of this type and key, or None."""
        return self.store.get(entity_type, key)

    def configuration_of(self, entity: Entity, key: str) -> str:
        """Return the id of what configures a custom attribute.

        Raises `UnknownCustomAttributeError` where the server has none of that key for the entity.
        """
        return self._configurations.find(entity, key)

    def is_new(self, entity: Entity) -> bool:
        """Whether the server does not know the entity yet."""
        return bool(self._new) and (entity.entity_type, entity.key) in self._new

    def keep(self, entity: Entity) -> None:
        """Hold an entity that carries values of its own."""
        self._kept[id(entity)] = entity

    def hold_unrecorded(self, entity: Entity) -> None:
        """Hold an entity with values that nobody will commit, until a commit or a rollback."""
        self._unrecorded[id(entity)] = entity

    def drop_unrecorded(self) -> None:
        """Let go of the values that were assigned and not recorded."""
        with self.lock:
            entities, self._unrecorded = self._unrecorded, {}
            for entity in entities.values():
                set_local(entity, self._recorded_values(entity) or None)

    def _recorded_values(self, entity: Entity) -> dict[str, Any]:
        """Return what the pending changes of *entity* have made of it."""
        identity = (entity.entity_type, entity.key)
        values: dict[str, Any] = {}
        for change in self.changes_of(identity):
            if change.mapped is None or change.mapped.identity == identity:
                _replay(values, change)
        return values

    def populate(self, entities: Entity | Iterable[Entity], projections: str) -> None:
        """Load attributes for entities, one request for each entity type among them."""
        wanted = [entities] if isinstance(entities, Entity) else list(entities)
        paths = [path.strip() for path in projections.split(",") if path.strip()]
        by_type: dict[str, list[Key]] = {}
        for entity in wanted:
            require_ours(self, entity)
            if not self.is_new(entity):
                by_type.setdefault(entity.entity_type, []).append(entity.key)
        for entity_type, keys in by_type.items():
            self.store.loader.ask_for(self.store.schemas[entity_type], paths, keys)

    # --- recording -----------------------------------------------------------------------------

    def create(self, entity_type: str, data: Mapping[str, Any]) -> Entity:
        """Create an entity here; the server hears of it with the next commit.

        Raises `UnknownEntityTypeError` and `UnknownAttributeError` with near names.
        """
        cls = self.store.types[entity_type]
        schema, data = cls.schema, cls.encoded_values(data)
        plan = self.plan_of(schema, tuple(data))
        local = usual_values(self, plan, data)
        if local is not None:
            made = self.identifiers.new()
            row = {TYPE: cls.entity_type, "id": made}
            return self._create(cls, made, row, local, plan.references)
        values = new_values(self, schema, data)
        key = key_of(schema, values.key)
        row = {TYPE: cls.entity_type, **values.key}
        if not values.mapped:
            return self._create(cls, key, row, values.local)
        # A key that the mapped attribute does not have must leave nothing of the entity behind.
        with self.transaction(lambda log: self._hand_over(log, self.log)):
            entity = self._create(cls, key, row, values.local)
            for name, value in values.mapped.items():
                entity[name].update(value)
        return entity

    def _create(
        self,
        cls: type[Entity],
        key: Key,
        row: dict[str, Any],
        local: dict[str, Any],
        references: tuple[str, ...] | None = None,
    ) -> Entity:
        entity_type = cls.entity_type
        entity = make_entity(cls, row, self, local=local)
        with self.lock:
            self.store.identity.put(entity_type, key, entity)
            if self._gone.is_any:
                self._gone.create_again((entity_type, key))
            if self.records:
                keys = cls.schema.primary_key
                change = Create(entity_type, key, local, entity, None, keys, references)
                self._new.add(change.identity)
                log = self.main_log if self.transactions.are_none else self.log
                log.append(change)
            else:
                self.hold_unrecorded(entity)
        return entity

    def delete(self, entity: Entity) -> None:
        """Delete an entity with the next commit."""
        require_ours(self, entity)
        self._require_there(entity)
        self.record(Delete(entity.entity_type, entity.key, entity))

    def record(self, change: Change) -> None:
        """Record a raw change, by key; there need be no loaded entity.

        Raises `ConflictError` where another open transaction has changed the same attribute.
        """
        if self.session.closed:
            raise SessionClosedError
        if not self.records:
            owner = change.entity if change.mapped is None else change.mapped.owner
            if owner is not None:
                self.hold_unrecorded(owner)
            return
        if self.transactions.are_none:
            self.main_log.append(change)
            return
        self.transactions.claim(change)
        self.log.append(change)

    def record_update(self, entity: Entity, name: str, value: Any) -> None:
        """Note that an attribute was assigned a value."""
        if self._gone.is_any:
            self._require_there(entity)
        schema = entity.schema
        if value.__class__ not in PLAIN or name not in schema.free_scalars:
            attribute = schema.attribute(name)
            kind = attribute.kind
            if kind is _MAPPED:
                self._take_back_mapped(entity, name)
                return
            if value is not NOT_SET and (kind is not _SCALAR or value.__class__ not in PLAIN):
                require_assignable(self, schema, attribute, value)
        twin = schema.twins.get(name)
        with self.lock:
            local = dict(entity._local or {})  # noqa: SLF001 -- readers hold the old one
            if twin is not None and twin in local:  # it follows from now on
                before = local.pop(twin)
                self.record(Yield(entity.entity_type, entity.key, twin, name, entity, before))
            before = local.get(name, NOT_SET)
            self.record(Update(entity.entity_type, entity.key, name, value, entity, before=before))
            _put(local, name, value)
            set_local(entity, local)

    def record_mapped(self, entity: Entity, name: str, key: str, value: Any) -> None:
        """Note that a key of a mapped attribute was assigned a value, or removed."""
        self._require_there(entity)
        before = (entity._local or {}).get(name, {}).get(key, NOT_SET)  # noqa: SLF001
        item = MappedItem(entity, name, key, value, before)
        target = entity.schema.attribute(name).target or ""
        configuration = None
        if target.endswith("CustomAttributeValue"):
            configuration = known_configuration(item) or self.configuration_of(entity, key)
        with self.lock:
            change = (
                metadata_change(target, item)
                if configuration is None
                else value_change(target, item, configuration)
            )
            self.record(change)
            local = dict(entity._local or {})  # noqa: SLF001
            _replay(local, change)
            set_local(entity, local)

    def _take_back_mapped(self, entity: Entity, name: str) -> None:
        """Undo what is pending of a mapped attribute: its keys are changes of their own."""
        with self.lock:
            ours = tuple(
                change
                for change in self.log.snapshot()
                if change.mapped is not None
                and change.mapped.owner is entity
                and change.mapped.attribute == name
            )
            for change in reversed(ours):
                self._revert(change, self.log)
            self.log.discard(ours)

    def mapped_key(self, owner: Entity, target: str, key: str) -> dict[str, str]:
        """Return the primary key of the row of *target* that holds *key* for *owner*."""
        if target.endswith("CustomAttributeValue"):
            configuration = self._configurations.find(owner, key)
            return {"configuration_id": configuration, "entity_id": str(owner.key)}
        return {"parent_id": str(owner.key), "key": key}

    def rollback(self) -> None:
        """Take back everything that the calling thread could commit and has not."""
        self.revert(self.log)
        self.drop_unrecorded()

    def revert(self, log: ChangeLog) -> None:
        """Take back the changes of one log, the last one first; what others changed stays."""
        with self.lock:
            for change in reversed(log.snapshot()):
                log.discard((change,))
                self._revert(change, log)

    def _revert(self, change: Change, log: ChangeLog) -> None:
        if change.mapped is not None:
            _revert_mapped(change.mapped, self._before_item(change.mapped, log))
        elif isinstance(change, Update) and change.entity is not None:
            _revert_value(change.entity, change, self._before(change, log))
        elif isinstance(change, Create):
            self._new.discard(change.identity)
            self.store.identity.drop(*change.identity)  # what it was given can still be read
            self._gone.roll_back(change.identity)

    def _before(self, change: Update, log: ChangeLog) -> Any:
        """Return what had been assigned before *change*, if that is not committed meanwhile."""
        known = self._pending_in(log, change.identity)
        pending = [one for one in known if one.identity == change.identity]
        is_pending = any(
            isinstance(one, Update)
            and one.attribute == change.attribute
            and one.new is change.before
            for one in pending
        )
        created = any(isinstance(one, Create) for one in pending)
        return change.before if is_pending or created else NOT_SET

    def _before_item(self, item: MappedItem, log: ChangeLog) -> Any:
        """Return the same for a key of a mapped attribute."""
        is_pending = any(
            one.mapped is not None
            and (one.mapped.attribute, one.mapped.key) == (item.attribute, item.key)
            and one.mapped.value is item.before
            for one in self._pending_in(log, item.identity)
        )
        return item.before if is_pending else NOT_SET

    def _pending_in(self, log: ChangeLog, identity: Identity) -> list[Change]:
        # The log of a transaction that has ended is not among those that the thread can see.
        return [*self.changes_of(identity), *log.of(identity)]

    @contextmanager
    def transaction(self, commit: Callable[[ChangeLog], None]) -> Iterator[Transaction]:
        """Record apart for the length of a block, then *commit* it; take all back if it fails.

        A transaction within another one becomes a part of it when its block ends well.
        """
        transaction = Transaction(self.transactions, self.transactions.current)
        try:
            with self.transactions.entered(transaction):
                yield transaction
            if transaction.parent is None:
                commit(transaction.log)
                self._supersede(transaction)
            else:
                self._hand_over(transaction.log, transaction.parent.log)
        except BaseException:
            self.revert(transaction.log)
            raise
        finally:
            if transaction.parent is None:
                self.transactions.release(transaction)

    @contextmanager
    def committing(self) -> Iterator[None]:
        """Mark the length of a commit; one that begins within it is refused."""
        if self._is_committing:
            raise CommitError("a commit is going on already: this is called from a hook in it")
        self._is_committing = True
        try:
            yield
        finally:
            self._is_committing = False

    def _hand_over(self, log: ChangeLog, parent: ChangeLog) -> None:
        snapshot = log.snapshot()
        for change in snapshot:
            parent.append(change)
        log.discard(snapshot)

    def _supersede(self, transaction: Transaction) -> None:
        """Forget older assignments of what a transaction has just committed."""
        claimed = self.transactions.claims_of(transaction)
        older = tuple(
            change
            for change in self.main_log.snapshot()
            if isinstance(change, Update) and (change.identity, change.attribute) in claimed
        )
        self.main_log.discard(older)

    def show_pending(self, log: ChangeLog) -> None:
        """Let entities show what was assigned during a commit, be it the very value it wrote."""
        for change in log:
            owner = change.entity if change.mapped is None else change.mapped.owner
            # What was created meanwhile shows what it was given: no commit has let go of it.
            if owner is not None and (change.mapped is not None or isinstance(change, Update)):
                local = dict(owner._local or {})  # noqa: SLF001 -- readers hold the old one
                _replay(local, change)
                set_local(owner, local or None)

    def settle_deleted(self, identity: Identity, serial: int) -> None:
        """Note that the server has an entity no more, as the answer of *serial* said."""
        self._gone.add(identity, serial)
        self.store.forget(*identity)

    def settle_created(self, identities: set[tuple[str, Key]]) -> None:
        """Note that the server knows these entities now."""
        self._new -= identities
        if self._gone.is_any:
            self._gone.discard(identities)

    # --- forgetting ----------------------------------------------------------------------------

    def refresh(self, entities: Iterable[Entity]) -> None:
        """Ask the server again for what is known of *entities*; local edits stay."""
        for entity in entities:
            require_ours(self, entity)
            names = [name for name in entity._row if name in entity.schema.attributes]  # noqa: SLF001
            if not self.is_new(entity):
                self.store.loader.fetch(entity.schema, names, [entity.key])

    def expire(self, entities: Iterable[Entity], names: Iterable[str] | None = None) -> None:
        """Forget what is known of *entities*, or these *names* of it, but their keys.

        Reading loads it again.
        """
        for entity in entities:
            require_ours(self, entity)
            with self.lock, self.store.lock:  # an answer that is taken in goes over the row as well
                expired = set(entity._row if names is None else names)  # noqa: SLF001
                expired -= {*STAMPS, *entity.schema.primary_key}
                self.store.forget_values(entity, expired, self.store.next_serial())

    def expunge(self, entities: Iterable[Entity]) -> None:
        """Let go of *entities*: the session makes new objects for their rows."""
        for entity in entities:
            require_ours(self, entity)
            self._kept.pop(id(entity), None)
            self.store.forget(entity.entity_type, entity.key)
            set_row(entity, dict(entity._row))  # noqa: SLF001 -- the row is a new object's

    def reset(self) -> None:
        """Take back what is pending and forget everything that is known."""
        self.revert(self.main_log)
        self._kept.clear()
        self.store.clear()

    def close(self) -> None:
        """End it, with its session: what is pending is taken back."""
        pending = len(self.main_log)
        if pending:
            import logging

            logging.getLogger(__name__).warning(
                "a session was closed with %d change(s) that were not committed", pending
            )
        self.revert(self.main_log)
        self._kept.clear()
        self.store.close()

    # --- checks --------------------------------------------------------------------------------

    def _require_open(self) -> None:
        if self.session.closed:
            raise SessionClosedError

    def _require_there(self, entity: Entity) -> None:
        if self._gone.is_any and self._gone.is_dead(entity):
            raise EntityError(
                f"{entity!r} is gone: it was deleted, or created and rolled back; create a new one"
            )


def _replay(local: dict[str, Any], change: Change) -> None:
    """Do to *local* what *change* did to the values of its entity."""
    item = change.mapped
    if item is not None:
        local[item.attribute] = Overlay({**local.get(item.attribute, {}), item.key: item.value})
    elif isinstance(change, Create):
        local.update(change.given)
    elif isinstance(change, Update):
        _put(local, change.attribute, change.new)


def _put(local: dict[str, Any], name: str, value: Any) -> None:
    if value is NOT_SET:
        local.pop(name, None)
    else:
        local[name] = value


def _revert_value(entity: Entity, change: Update, before: Any) -> None:
    """Put back what was assigned before, unless somebody has assigned something else since."""
    local = dict(entity._local or {})  # noqa: SLF001
    if local.get(change.attribute, NOT_SET) is not change.new:
        return
    _put(local, change.attribute, before)
    set_local(entity, local or None)


def _revert_mapped(item: MappedItem, before: Any) -> None:
    local = dict(item.owner._local or {})  # noqa: SLF001
    overlay = local.get(item.attribute)
    if overlay is None or overlay.get(item.key, item) is not item.value:
        return
    remaining = Overlay({key: value for key, value in overlay.items() if key != item.key})
    if before is not NOT_SET:
        remaining[item.key] = before
    _put(local, item.attribute, remaining or NOT_SET)
    set_local(item.owner, local or None)
