"""Turns a list of changes into the fewest operations that have the same effect. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from ftrack_core.entity import Entity
from ftrack_core.entity.rows import TYPE
from ftrack_core.entity.symbols import NOT_SET

from .change import About, Create, Update, Yield

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from ftrack_core.entity.rows import Key

    from .change import Action, Change, Delete, Identity

__all__ = ["Folded", "Payload", "squash"]


class Folded(About):
    """One operation to send, made from one or several *changes*; *data* holds Python values."""

    __slots__ = ("action", "changes", "data")

    references: ClassVar[None] = None  # nobody has looked at what was assigned

    def __init__(self, change: Change, data: Mapping[str, Any]) -> None:
        self.action: Action = change.action
        self.identity = change.identity
        self.data = data
        self.changes: list[Change] = [change]

    def __repr__(self) -> str:
        return f"<{self.action} of {self.entity_type} {self.key} with {', '.join(self.data)}>"

    def entity_data(self) -> dict[str, Any]:
        """Return the type and all values, as a dictionary of its own."""
        return {TYPE: self.entity_type, **self.data}

    def take(self, change: Update) -> None:
        """Make *change* a part of this operation."""
        self.data = {**self.data, change.attribute: change.new}
        self.changes.append(change)


Payload = Create | Folded
"""One operation to send. What was created is one by itself, where nothing else folds into it."""


def squash(
    changes: Iterable[Change], is_gone: Callable[[Entity], bool] | None = None
) -> list[Payload]:
    """Return the operations for *changes*, in order; *is_gone* says what is there no more.

    What was created and deleted again vanishes, and so does what was changed of anything that is
    deleted in the end, but for its collections: what was taken out of one does not go with it. No
    collection names what is deleted. Of several updates of one attribute the last one counts, in
    its place, unless something is deleted between them: what went before may have moved something
    out of the way. An update folds into the operation before it if that is about the same entity,
    and only then: anything between them may be what the update refers to. What was given to a
    create and taken back later is not sent, nor is what must not be written for a moment either: a
    collection that was replaced, and a reference to what is deleted.
    """
    changes = list(changes)
    if set(map(type, changes)) == {Create}:  # nothing is superseded, nothing folds
        creates = cast("list[Create]", changes)
        if is_gone is None or _name_no_lists(creates):
            return cast("list[Payload]", changes)
    effective = _effective(changes)
    payloads = _fold(effective.all())
    if effective.deleted or is_gone is not None:
        for payload in payloads:
            payload.data = _without_items(payload.data, effective.deleted, is_gone)
    return cast("list[Payload]", payloads)


def _name_no_lists(creates: Iterable[Create]) -> bool:
    return all(one.references is not None for one in creates)


class _Effective:
    """The changes that still count, by position; one that is superseded becomes None.

    *deleted* are the entities that are to be there no more.
    """

    def __init__(self) -> None:
        self.kept: list[Change | None] = []
        self.deleted: set[Identity] = set()
        self._creates: dict[Identity, int] = {}
        self._updates: dict[Identity, dict[str, int]] = {}
        # Updates that others came after, and a deletion in between.
        self._passed: dict[tuple[Identity, str], list[int]] = {}
        self._last_deletion = 0

    def create(self, change: Create) -> None:
        self.deleted.discard(change.identity)
        self._creates[change.identity] = len(self.kept)
        self.kept.append(change)

    def update(self, change: Update) -> None:
        if change.identity in self.deleted:
            return
        of_entity = self._updates.get(change.identity)
        if of_entity is None:
            of_entity = self._updates[change.identity] = {}
        elif (earlier := of_entity.get(change.attribute)) is not None:
            self._supersede(earlier, change)
        of_entity[change.attribute] = len(self.kept)
        self.kept.append(change)

    def _supersede(self, earlier: int, change: Update) -> None:
        place = (change.identity, change.attribute)
        if change.new is NOT_SET and not isinstance(change, Yield):  # all of it is taken back
            self._drop_passed(place)
        elif earlier < self._last_deletion:
            self._passed.setdefault(place, []).append(earlier)
            return
        self.kept[earlier] = None

    def _drop_passed(self, place: tuple[Identity, str]) -> None:
        for position in self._passed.pop(place, ()):
            self.kept[position] = None

    def delete(self, change: Delete) -> None:
        if change.identity in self.deleted:
            return
        self.deleted.add(change.identity)
        created = self._creates.pop(change.identity, None)
        for name, position in self._updates.pop(change.identity, {}).items():
            for one in (position, *self._passed.pop((change.identity, name), ())):
                if created is not None or not _is_of_collection(self.kept[one]):
                    self.kept[one] = None
        if created is None:
            self.kept.append(change)
            if change.mapped is None:  # a key of metadata takes nothing along
                self._last_deletion = len(self.kept)
        else:
            self.kept[created] = None

    def all(self) -> list[Change]:
        """Return the changes that count."""
        created = {identity[1]: position for identity, position in self._creates.items()}
        for identity in self._creates.keys() & self._updates.keys():
            self._amend(self._creates[identity], self._updates[identity], created)
        kept = [change for change in self.kept if change is not None]
        if not self.deleted:
            return kept
        # A key of metadata is a row of its own, which would be left without an owner.
        deleted = self.deleted
        return [one for one in kept if one.mapped is None or one.mapped.identity not in deleted]

    def _amend(self, position: int, updates: Mapping[str, int], created: Mapping[Key, int]) -> None:
        """Give to the create at *position* what is right in the end, where it would do harm.

        *created* says where each key is created.
        """
        create = cast("Create", self.kept[position])
        given = dict(create.given)
        for name in create.given.keys() & updates.keys():
            if self.kept[updates[name]] is None:
                continue  # its twin has been amended, and took this along
            last = self._last_said(updates, name)
            if last is None or isinstance(given[name], list):
                del given[name]
            elif _is_among(given[name], self.deleted) and _is_there(last.new, position, created):
                del given[name]
                given[last.attribute] = last.new
                self.kept[updates[last.attribute]] = None
                self._drop_passed((create.identity, name))
                self._drop_passed((create.identity, last.attribute))
        if given != create.given:
            self.kept[position] = create.with_other(given)

    def _last_said(self, updates: Mapping[str, int], name: str) -> Update | None:
        """Return the change that gave *name* or its twin a value last; None where that is gone."""
        change = self.kept[updates[name]]
        if isinstance(change, Yield) and change.to in updates:
            change = self.kept[updates[change.to]]
        return change if isinstance(change, Update) and change.new is not NOT_SET else None


def _is_there(value: Any, position: int, created: Mapping[Key, int]) -> bool:
    """Whether what *value* names, if anything, is not created after *position*."""
    key = value.key if isinstance(value, Entity) else value
    return not isinstance(key, (str, tuple)) or created.get(key, 0) <= position


def _is_of_collection(change: Change | None) -> bool:
    return isinstance(change, Update) and isinstance(change.new, list)


def _effective(changes: Iterable[Change]) -> _Effective:
    effective = _Effective()
    for change in changes:
        if isinstance(change, Update):
            effective.update(change)
        elif isinstance(change, Create):
            effective.create(change)
        else:
            effective.delete(change)
    return effective


def _without_items(
    data: Mapping[str, Any],
    deleted: AbstractSet[Identity],
    is_gone: Callable[[Entity], bool] | None,
) -> Mapping[str, Any]:
    """Return *data* with lists that name no entities which are *deleted* or gone."""
    lists = {}
    for name, value in data.items():
        if value.__class__ is list:
            left = [one for one in value if not _is_among(one, deleted)]
            if is_gone is not None:
                left = [one for one in left if not (isinstance(one, Entity) and is_gone(one))]
            lists[name] = left
    return {**data, **lists} if lists else data


def _is_among(item: Any, identities: AbstractSet[Identity]) -> bool:
    return isinstance(item, Entity) and (item.entity_type, item.key) in identities


def _fold(changes: Iterable[Change]) -> list[Folded]:
    payloads: list[Folded] = []
    with_nothing: list[Folded] = []
    last: Folded | None = None
    for change in changes:
        if not isinstance(change, Update):
            last = Folded(change, change.values)
            payloads.append(last)
            continue
        if last is not None and last.identity == change.identity and last.action != "delete":
            last.take(change)
        else:
            last = Folded(change, {change.attribute: change.new})
            payloads.append(last)
        if change.new is NOT_SET:
            with_nothing.append(last)
    for payload in with_nothing:
        payload.data = {name: new for name, new in payload.data.items() if new is not NOT_SET}
    return [one for one in payloads if one.action != "update" or one.data]
