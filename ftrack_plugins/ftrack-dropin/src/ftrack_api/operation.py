"""What is recorded and not committed, as scripts know it: a view of the kernel's change log."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ftrack_core.changes import ChangeLog, Create, Delete, Update
from ftrack_core.entity import NOT_SET, session_of
from ftrack_core.entity.rows import key_of_parts, key_parts

if TYPE_CHECKING:
    from ftrack_core.changes import Change

__all__ = [
    "CreateEntityOperation",
    "DeleteEntityOperation",
    "Operation",
    "Operations",
    "UpdateEntityOperation",
]


class Operation:
    """Something to do with the next commit."""


class CreateEntityOperation(Operation):
    """Create an entity.

    *entity_key* maps the names of the primary key to its parts, in their order; *entity_data* holds
    the values.
    """

    def __init__(
        self, entity_type: str, entity_key: Mapping[str, Any], entity_data: Mapping[str, Any]
    ) -> None:
        self.entity_type = entity_type
        self.entity_key = entity_key
        self.entity_data = {name: copy.copy(value) for name, value in entity_data.items()}


class UpdateEntityOperation(Operation):
    """Assign *new_value* to an attribute of an entity that had *old_value*."""

    def __init__(
        self,
        entity_type: str,
        entity_key: Mapping[str, Any],
        attribute_name: str,
        old_value: Any,
        new_value: Any,
    ) -> None:
        self.entity_type = entity_type
        self.entity_key = entity_key
        self.attribute_name = attribute_name
        self.old_value = copy.copy(old_value)
        self.new_value = copy.copy(new_value)


class DeleteEntityOperation(Operation):
    """Delete an entity."""

    def __init__(self, entity_type: str, entity_key: Mapping[str, Any]) -> None:
        self.entity_type = entity_type
        self.entity_key = entity_key


class Operations:
    """What will be committed, in order. Its *log* is the kernel's."""

    def __init__(self) -> None:
        self.log = ChangeLog()
        self._shown: dict[Change, Operation] = {}

    def clear(self) -> None:
        """Forget everything; what entities were assigned goes with the next commit or rollback."""
        snapshot = self.log.snapshot()
        self.log.discard(snapshot)
        for change in snapshot:
            owner = change.entity if change.mapped is None else change.mapped.owner
            if owner is not None:
                session_of(owner).work.hold_unrecorded(owner)

    def push(self, operation: Operation) -> None:
        """Record *operation*. Raises ValueError for what is none of the three kinds."""
        self.log.append(_change(operation))

    def pop(self) -> Operation:
        """Take the last operation out and return it. Raises IndexError where there is none."""
        last = self._all()[-1]
        self.log.discard(self.log.snapshot()[-1:])
        return last

    def __len__(self) -> int:
        return len(self.log)

    def __iter__(self) -> Iterator[Operation]:
        return iter(self._all())

    def _all(self) -> list[Operation]:
        """Return the operations; of one change it is the same object each time."""
        known, changes = self._shown, self.log.snapshot()
        self._shown = {change: known.get(change) or _operation(change) for change in changes}
        return list(self._shown.values())


# --- operations and changes ----------------------------------------------------------------------


class _Pushed:
    """A change that remembers the operation it was made from."""

    operation: Operation


class _PushedCreate(Create, _Pushed):
    pass


class _PushedUpdate(Update, _Pushed):
    pass


class _PushedDelete(Delete, _Pushed):
    pass


def _change(operation: Operation) -> Change:
    """Return the change that an operation stands for."""
    change: _PushedCreate | _PushedUpdate | _PushedDelete
    if isinstance(operation, CreateEntityOperation):
        key = _key(operation.entity_key)
        data = {**operation.entity_key, **operation.entity_data}
        sent = {name: value for name, value in data.items() if value is not NOT_SET}
        change = _PushedCreate(operation.entity_type, key, sent)
    elif isinstance(operation, UpdateEntityOperation):
        key = _key(operation.entity_key)
        name, value = operation.attribute_name, operation.new_value
        change = _PushedUpdate(operation.entity_type, key, name, value)
    elif isinstance(operation, DeleteEntityOperation):
        change = _PushedDelete(operation.entity_type, _key(operation.entity_key))
    else:
        raise ValueError(
            f"{operation!r} is no operation; push a CreateEntityOperation, UpdateEntityOperation "
            "or DeleteEntityOperation"
        )
    change.operation = operation
    return change


def _key(parts: Mapping[str, Any] | Any) -> Any:
    return key_of_parts(parts.values() if isinstance(parts, Mapping) else parts)


def _operation(change: Change) -> Operation:
    """Return the operation that a change stands for."""
    if isinstance(change, _Pushed):
        return change.operation
    key = _named_key(change)
    if isinstance(change, Create):
        return CreateEntityOperation(change.entity_type, key, change.data)
    if isinstance(change, Update):
        before = change.before
        if before is NOT_SET and change.entity is not None:
            before = change.entity.known(change.attribute)
        return UpdateEntityOperation(change.entity_type, key, change.attribute, before, change.new)
    return DeleteEntityOperation(change.entity_type, key)


def _named_key(change: Change) -> dict[str, str]:
    """Return the primary key of what a change is about, with the names of its parts."""
    owner = change.entity if change.mapped is None else change.mapped.owner
    names = session_of(owner).schemas[change.entity_type].primary_key
    return dict(zip(names, key_parts(change.key), strict=True))
