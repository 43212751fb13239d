"""After a commit: what was assigned here is now what the server has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.changes import Create, Delete, Update
from ftrack_core.entity import NOT_SET, Entity
from ftrack_core.entity.entity import set_local
from ftrack_core.entity.rows import SERIALS, TYPE, serial_of_row
from ftrack_core.store.merging import identifier_of, serial_of, set_value
from ftrack_core.wire import encode

from .inverses import forget_inverses

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ftrack_core.changes import Change, ChangeLog, Identity, MappedItem, Snapshot
    from ftrack_core.store.cohort import Arrival, Page

    from .unit import UnitOfWork

__all__ = ["settle"]


def settle(
    work: UnitOfWork,
    log: ChangeLog,
    snapshot: Snapshot,
    results: list[Any],
) -> None:
    """Take the answers in and let go of the values of *snapshot* that they confirm."""
    answers = [answer.get("data") for answer in results if isinstance(answer, dict)]
    rows = [row for row in answers if isinstance(row, dict) and TYPE in row]
    # Who merges an answer holds the lock of the store: nobody is to do both to one row at a time.
    with work.lock, work.store.lock:
        # An answer's serial is taken when it returns: the values are those after the commit.
        serial = work.store.next_serial()
        page = work.store.absorb(rows, serial, adopt=False, compact=False)
        rest = _without_usual_creates(snapshot, page.arrival)
        _confirm(rest, page.arrival)
        deleted = _deleted(snapshot)
        creates = [change for change in snapshot if isinstance(change, Create)]
        forget_inverses(work, [one for one in creates if one.identity not in deleted], serial)
        _remember(work, page, rest)
        work.settle_created({change.identity for change in creates})
        for identity in deleted:
            work.settle_deleted(identity, serial)
        log.discard(snapshot)
        work.show_pending(log)
        work.drop_unrecorded()


def _deleted(snapshot: Snapshot) -> set[Identity]:
    """Return what is not there any more in the end, on the server or only here."""
    last = {one.identity: one for one in snapshot if not isinstance(one, Update)}
    return {identity for identity, change in last.items() if isinstance(change, Delete)}


def _remember(work: UnitOfWork, page: Page, changes: Iterable[Change]) -> None:
    """Keep what is known now of *changes*, and not what was answered.

    The cache may hold copies, and no question that is under way brings back what was. Of all others
    the page holds what is known.
    """
    store = work.store
    if store.cache is None and not store.questions.under_way():
        return
    for change in changes:
        if change.mapped is None:
            entity, (entity_type, key) = change.entity, change.identity
        else:
            entity, (entity_type, key) = change.mapped.owner, change.mapped.identity
        if entity is not None and change.action != "delete":
            page.index.setdefault(entity_type, {})[key] = entity._row  # noqa: SLF001
    store.remember(page)


def _confirm(changes: Iterable[Change], answer: Arrival) -> None:
    """Let go of what was assigned last; what that has superseded may have been assigned again."""
    later: set[tuple[Any, ...]] = set()
    place: tuple[Any, ...]
    for change in reversed(list(changes)):
        if change.mapped is not None:
            item = change.mapped
            place = (item.identity, item.attribute, item.key)
            if place not in later:
                later.add(place)
                _confirm_mapped(item, change, answer.serial)
        elif isinstance(change, Update):
            place = (change.identity, change.attribute)
            if place not in later:
                later.add(place)
                _confirm_update(change, answer)
        elif isinstance(change, Create) and change.entity is not None:
            given, identity = change.given, change.identity
            last = {name: given[name] for name in given if (identity, name) not in later}
            _confirm_values(change.entity, last, answer)


def _confirm_update(change: Update, answer: Arrival) -> None:
    entity = change.entity
    if entity is not None and not _confirm_said(entity, change, answer.serial):
        _confirm_values(entity, {change.attribute: change.new}, answer)


def _without_usual_creates(snapshot: Snapshot, answer: Arrival) -> list[Change]:
    """Confirm what was created, answered in full and not assigned to since; return the rest.

    That is nearly all of what a script creates, and it takes no call for each.
    """
    rest: list[Change] = []
    stamps = answer.stamps
    for change in snapshot:
        entity = change.entity
        if isinstance(change, Create) and entity is not None and entity._local is change.given:  # noqa: SLF001
            row = entity._row  # noqa: SLF001
            stamp = row[TYPE]
            is_as_answered = stamps.get(stamp) is stamp and SERIALS not in row
            if is_as_answered and row.keys() >= change.given.keys():
                set_local(entity, None)
                continue
        rest.append(change)
    return rest


def _confirm_said(entity: Entity, change: Update, serial: int) -> bool:
    """Let go of one assigned value if the answer said what became of it, and say whether it did."""
    local, name = entity._local, change.attribute  # noqa: SLF001
    serials = entity._row.get(SERIALS)  # noqa: SLF001
    if not local or not serials or serials.get(name) != serial or name in entity.schema.twins:
        return False
    if name in local and local[name] is change.new:
        left = dict(local)
        del left[name]
        set_local(entity, left or None)
    return True


def _confirm_values(entity: Entity, values: Mapping[str, Any], answer: Arrival) -> None:
    """Make *values* what the server has, and let go of those that are still assigned."""
    twins, follows = entity.schema.twins, entity.schema.follows
    row = entity._row  # noqa: SLF001
    serials = row.get(SERIALS) or {}
    is_answered = not serials and serial_of_row(row) == answer.serial
    left = dict(entity._local or {})  # noqa: SLF001 -- the unit of work is the other half of it
    for name, value in values.items():
        if value is NOT_SET:
            continue  # an assignment that was taken back
        twin = twins.get(name)
        if twin is not None and twin in follows:  # it is no part of the key
            _forget_what_contradicts(value, row, twin, answer.serial)
        if name in left and left[name] is value:
            del left[name]
        if is_answered:
            if name not in row:
                row[name] = _row_value(entity, value)
        elif serials.get(name, -1) < answer.serial:  # the answer did not say it, nor a later one
            set_value(row, name, _row_value(entity, value), answer.serial)
    set_local(entity, left or None)


def _forget_what_contradicts(value: Any, row: dict[str, Any], twin: str, serial: int) -> None:
    """Forget what a row says as the *twin* of *value*, if it belonged to another one before.

    It is loaded when somebody looks. What came later than the answer of *serial* is known better.
    """
    if twin not in row or serial_of(row, twin) > serial:
        return
    identifier = value.key if isinstance(value, Entity) else identifier_of(value)
    if identifier_of(row[twin]) != identifier:
        del row[twin]


def _row_value(entity: Entity, value: Any) -> Any:
    """Return what a row holds for *value*; what is gone was not sent."""
    if isinstance(value, Entity):
        return value._row  # noqa: SLF001
    if isinstance(value, list):
        left = entity._work.without_gone(value)  # noqa: SLF001
        return [_row_value(entity, one) for one in left]
    return encode(value)


def _confirm_mapped(item: MappedItem, change: Change, serial: int) -> None:
    """Make a key what the server has, whatever was assigned to it since."""
    _let_go_of_key(item)
    row = item.owner._row  # noqa: SLF001
    rows = row.get(item.attribute)
    if rows is not None:
        set_value(row, item.attribute, _changed_rows(rows, item, change), serial)


def _let_go_of_key(item: MappedItem) -> None:
    owner = item.owner
    local = dict(owner._local or {})  # noqa: SLF001
    overlay = local.get(item.attribute)
    if overlay is None or overlay.get(item.key, owner) is not item.value:
        return
    remaining = {key: value for key, value in overlay.items() if key != item.key}
    if remaining:
        local[item.attribute] = type(overlay)(remaining)
    else:
        del local[item.attribute]
    set_local(owner, local or None)


def _changed_rows(rows: list[Any], item: MappedItem, change: Change) -> list[Any]:
    if isinstance(change, Delete) or item.value is NOT_SET:
        return [row for row in rows if row.get("key") != item.key]
    value = encode(item.value)
    found = [row for row in rows if row.get("key") == item.key]
    for row in found:
        row["value"] = value
    if found:
        return rows
    added = dict(change.data) if isinstance(change, Create) else {}
    return [*rows, {TYPE: change.entity_type, **added, "key": item.key, "value": value}]
