"""Turns a list of changes into the fewest operations that have the same effect. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ftrack_core.entity.symbols import NOT_SET

from .change import Create, Delete, Update

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_core.entity.rows import Key

    from .change import Change, Identity

__all__ = ["Payload", "squash"]


@dataclass
class Payload:
    """One operation to send; *data* holds Python values, *changes* what it was made from."""

    action: str
    entity_type: str
    key: Key
    data: dict[str, Any] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    @property
    def identity(self) -> Identity:
        """The entity this is about."""
        return (self.entity_type, self.key)


def squash(changes: Iterable[Change]) -> list[Payload]:
    """Return the operations for *changes*, in order.

    What was created and deleted again vanishes; of several updates of one attribute the last one
    counts, in its place; an update folds into the operation before it if that is about the same
    entity, and only then: anything between them may be what the update refers to.
    """
    return _fold(_without_the_superseded(changes))


class _Effective:
    """The changes that still count, by position; one that is superseded becomes None."""

    def __init__(self) -> None:
        self.kept: list[Change | None] = []
        self._creates: dict[Identity, int] = {}
        self._updates: dict[Identity, dict[str, int]] = {}

    def create(self, change: Create) -> None:
        self._creates[change.identity] = len(self.kept)
        self.kept.append(change)

    def update(self, change: Update) -> None:
        of_entity = self._updates.setdefault(change.identity, {})
        earlier = of_entity.get(change.attribute)
        if earlier is not None:
            self.kept[earlier] = None
        of_entity[change.attribute] = len(self.kept)
        self.kept.append(change)

    def delete(self, change: Delete) -> None:
        for position in self._updates.pop(change.identity, {}).values():
            self.kept[position] = None
        created = self._creates.pop(change.identity, None)
        if created is None:
            self.kept.append(change)
        else:
            self.kept[created] = None


def _without_the_superseded(changes: Iterable[Change]) -> list[Change]:
    effective = _Effective()
    for change in changes:
        if isinstance(change, Update):
            effective.update(change)
        elif isinstance(change, Create):
            effective.create(change)
        else:
            effective.delete(change)
    return [change for change in effective.kept if change is not None]


def _fold(changes: list[Change]) -> list[Payload]:
    payloads: list[Payload] = []
    for change in changes:
        last = payloads[-1] if payloads else None
        if isinstance(change, Update) and last is not None and _takes(last, change):
            last.data[change.attribute] = change.new
            last.changes.append(change)
        else:
            payloads.append(_payload(change))
    for payload in payloads:
        payload.data = {name: new for name, new in payload.data.items() if new is not NOT_SET}
    return [one for one in payloads if one.action != "update" or one.data]


def _takes(payload: Payload, change: Update) -> bool:
    return payload.action != "delete" and payload.identity == change.identity


def _payload(change: Change) -> Payload:
    if isinstance(change, Update):
        data = {change.attribute: change.new}
        return Payload("update", change.entity_type, change.key, data, [change])
    if isinstance(change, Create):
        return Payload("create", change.entity_type, change.key, dict(change.data), [change])
    return Payload("delete", change.entity_type, change.key, {}, [change])
