"""The unit of work: what was changed here and not yet committed."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any

from ftrack_core.changes import ChangeLog, Create, Delete, MappedItem, Update
from ftrack_core.entity.entity import Entity, make_entity, set_local
from ftrack_core.entity.mapped import Overlay
from ftrack_core.entity.rows import SERIALS, STAMPS, TYPE, key_of
from ftrack_core.entity.symbols import NOT_SET
from ftrack_core.errors import EntityError
from ftrack_core.schema import UID, AttributeKind

from .mapped import metadata_change, value_change
from .transaction import Transaction, Transactions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ftrack_core.changes import Change, Identity
    from ftrack_core.entity.rows import Key
    from ftrack_core.schema import AttributeSchema, EntitySchema
    from ftrack_core.store import Store

__all__ = ["UnitOfWork"]


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
        self.auto_populate = auto_populate
        self.lock = RLock()
        self.commit_lock = RLock()
        self._kept: dict[int, Entity] = {}
        self._new: set[tuple[str, Key]] = set()
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

    def pending(self) -> dict[Identity, list[Change]]:
        """Return the entities that have pending changes, with these."""
        logs = [self.main_log, *self.transactions.logs()]
        found = dict.fromkeys(one for log in logs for one in log.identities())
        return {identity: self.changes_of(identity) for identity in found}

    # --- what entities ask ---------------------------------------------------------------------

    def load(self, entity: Entity, name: str) -> Any:
        """Return the wire value of an attribute that is not here yet."""
        if self.is_new(entity) or not self.auto_populate:
            return NOT_SET
        return self.store.loader.load(entity, name)

    def entity_of(self, row: dict[str, Any]) -> Entity:
        """Return the one entity of this unit of work that *row* speaks of."""
        return self.store.entity_of(row)

    def is_new(self, entity: Entity) -> bool:
        """Whether the server does not know the entity yet."""
        return bool(self._new) and (entity.entity_type, entity.key) in self._new

    def keep(self, entity: Entity) -> None:
        """Hold an entity that carries values of its own."""
        self._kept[id(entity)] = entity

    def populate(self, entities: Entity | Iterable[Entity], projections: str) -> None:
        """Load attributes for entities, one request for each entity type among them."""
        wanted = [entities] if isinstance(entities, Entity) else list(entities)
        paths = [path.strip() for path in projections.split(",") if path.strip()]
        by_type: dict[str, list[Key]] = {}
        for entity in wanted:
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
        values = self._checked(cls.schema, data)
        row = {TYPE: entity_type, **self._new_key(cls.schema, values)}
        key = key_of(cls.schema, row)
        with self.lock:
            entity = make_entity(cls, row, self)
            set_local(entity, _plain_values(cls.schema, values))
            self.store.identity.put(entity_type, key, entity)
            self._new.add((entity_type, key))
            payload = {**row, **(entity._local or {})}  # noqa: SLF001 -- made here
            payload.pop(TYPE)
            self.log.append(Create(entity_type, key, payload, entity))
        for name, value in values.items():
            if cls.schema.attribute(name).kind is AttributeKind.MAPPED:
                entity[name].update(value)
        return entity

    def delete(self, entity: Entity) -> None:
        """Delete an entity with the next commit."""
        self._require_ours(entity)
        self.record(Delete(entity.entity_type, entity.key, entity))

    def record(self, change: Change) -> None:
        """Record a raw change, by key; there need be no loaded entity.

        Raises `ConflictError` where another open transaction has changed the same attribute.
        """
        self.transactions.claim(change)
        self.log.append(change)

    def record_update(self, entity: Entity, name: str, value: Any) -> None:
        """Note that an attribute was assigned a value."""
        with self.lock:
            local = dict(entity._local or {})  # noqa: SLF001 -- readers hold the old one
            before = local.get(name, NOT_SET)
            self.record(Update(entity.entity_type, entity.key, name, value, entity, before=before))
            _put(local, name, value)
            set_local(entity, local)

    def record_mapped(self, entity: Entity, name: str, key: str, value: Any) -> None:
        """Note that a key of a mapped attribute was assigned a value, or removed."""
        before = (entity._local or {}).get(name, {}).get(key, NOT_SET)  # noqa: SLF001
        item = MappedItem(entity, name, key, value, before)
        target = entity.schema.attribute(name).target or ""
        make = value_change if target.endswith("CustomAttributeValue") else metadata_change
        with self.lock:
            self.record(make(self.store, target, item))
            local = dict(entity._local or {})  # noqa: SLF001
            local[name] = Overlay({**local.get(name, {}), key: value})
            set_local(entity, local)

    def rollback(self) -> None:
        """Take back everything that the calling thread could commit and has not."""
        self.revert(self.log)

    def revert(self, log: ChangeLog) -> None:
        """Take back the changes of one log, the last one first; what others changed stays."""
        with self.lock:
            snapshot = log.snapshot()
            for _, change in reversed(snapshot):
                self._revert(change)
            log.discard(snapshot)

    def _revert(self, change: Change) -> None:
        if change.mapped is not None:
            _revert_mapped(change.mapped)
        elif isinstance(change, Update) and change.entity is not None:
            _revert_value(change.entity, change)
        elif isinstance(change, Create):
            self._new.discard(change.identity)
            self.store.identity.drop(*change.identity)
            if change.entity is not None:
                set_local(change.entity, None)

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
            else:
                self._hand_over(transaction.log, transaction.parent.log)
        except BaseException:
            self.revert(transaction.log)
            raise
        finally:
            if transaction.parent is None:
                self.transactions.release(transaction)

    def _hand_over(self, log: ChangeLog, parent: ChangeLog) -> None:
        snapshot = log.snapshot()
        for _, change in snapshot:
            parent.append(change)
        log.discard(snapshot)

    def settle_created(self, identities: set[tuple[str, Key]]) -> None:
        """Note that the server knows these entities now."""
        self._new -= identities

    # --- forgetting ----------------------------------------------------------------------------

    def refresh(self, entities: Iterable[Entity]) -> None:
        """Ask the server again for what is known of *entities*; local edits stay."""
        for entity in entities:
            names = [name for name in entity._row if name in entity.schema.attributes]  # noqa: SLF001
            if not self.is_new(entity):
                self.store.loader.fetch(entity.schema, names, [entity.key])

    def expire(self, entities: Iterable[Entity]) -> None:
        """Forget what is known of *entities* but their keys; reading loads it again."""
        for entity in entities:
            keep = {*STAMPS, *entity.schema.primary_key} - {SERIALS}
            with self.lock:
                for name in [name for name in entity._row if name not in keep]:  # noqa: SLF001
                    del entity._row[name]  # noqa: SLF001

    def expunge(self, entities: Iterable[Entity]) -> None:
        """Let go of *entities*: the session makes new objects for their rows."""
        for entity in entities:
            self._kept.pop(id(entity), None)
            self.store.forget(entity.entity_type, entity.key)

    def reset(self) -> None:
        """Take back what is pending and forget everything that is known."""
        self.revert(self.main_log)
        self._kept.clear()
        self.store.clear()

    # --- checks --------------------------------------------------------------------------------

    def _require_ours(self, entity: Entity) -> None:
        if entity._work is not self:  # noqa: SLF001 -- the unit of work is the other half of it
            raise EntityError(
                f"{entity!r} belongs to another session; get it from this one by its key first"
            )

    def _checked(self, schema: EntitySchema, data: Mapping[str, Any]) -> dict[str, Any]:
        values = {name: value for name, value in data.items() if name != TYPE}
        for name in values:
            schema.attribute(name)
        return values

    def _new_key(self, schema: EntitySchema, values: Mapping[str, Any]) -> dict[str, str]:
        return {name: self._key_part(schema.attribute(name), values) for name in schema.primary_key}

    def _key_part(self, attribute: AttributeSchema, values: Mapping[str, Any]) -> str:
        if values.get(attribute.name) is not None:
            return str(values[attribute.name])
        referenced = values.get(attribute.name.removesuffix("_id"))
        if referenced is not None and attribute.name.endswith("_id"):
            return str(referenced["id"])
        if attribute.default == UID or attribute.name == "id":
            return str(uuid.uuid4())
        raise EntityError(f"{attribute.name!r} is part of the primary key: give it a value")


def _plain_values(schema: EntitySchema, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the create itself carries: all but the key and the mapped attributes."""
    kinds = {name: schema.attribute(name).kind for name in values}
    return {
        name: list(value or ()) if kinds[name] is AttributeKind.COLLECTION else value
        for name, value in values.items()
        if kinds[name] is not AttributeKind.MAPPED and name not in schema.primary_key
    }


def _put(local: dict[str, Any], name: str, value: Any) -> None:
    if value is NOT_SET:
        local.pop(name, None)
    else:
        local[name] = value


def _revert_value(entity: Entity, change: Update) -> None:
    """Put back what was assigned before, unless somebody has assigned something else since."""
    local = dict(entity._local or {})  # noqa: SLF001
    if local.get(change.attribute, NOT_SET) is change.new:
        _put(local, change.attribute, change.before)
        set_local(entity, local or None)


def _revert_mapped(item: MappedItem) -> None:
    local = dict(item.owner._local or {})  # noqa: SLF001
    overlay = local.get(item.attribute)
    if overlay is None or overlay.get(item.key, item) is not item.value:
        return
    remaining = Overlay({key: value for key, value in overlay.items() if key != item.key})
    if item.before is not NOT_SET:
        remaining[item.key] = item.before
    _put(local, item.attribute, remaining or NOT_SET)
    set_local(item.owner, local or None)
