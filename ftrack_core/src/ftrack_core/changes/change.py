"""The changes a session records: create, update and delete, by entity type and key.

They name entities by key, so that a raw change needs no loaded entity; where there is one it is
held here, which keeps an entity with pending changes alive. Nobody changes one after it is made;
they are no frozen dataclasses because thousands are made in a loop, and setting each field of those
costs a call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

from ftrack_core.entity.rows import TYPE, key_parts
from ftrack_core.entity.symbols import NOT_SET

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_core.entity import Entity
    from ftrack_core.entity.rows import Key

__all__ = [
    "About",
    "Action",
    "Change",
    "Create",
    "Delete",
    "Identity",
    "MappedItem",
    "Update",
    "Yield",
]

Identity = tuple[str, "Key"]
"""An entity type and a primary key."""

Action = Literal["create", "update", "delete"]


class MappedItem(NamedTuple):
    """Which key of which mapped attribute a change is about, for the entity that shows it.

    *before* is what was assigned to the key earlier and not committed, or `NOT_SET`.
    """

    owner: Entity
    attribute: str
    key: str
    value: Any
    before: Any = NOT_SET

    @property
    def identity(self) -> Identity:
        """The entity that shows the key."""
        return (self.owner.entity_type, self.owner.key)


class About:
    """What is about one entity, which *identity* names."""

    __slots__ = ("identity",)

    identity: Identity

    @property
    def entity_type(self) -> str:
        """The type of the entity this is about."""
        return self.identity[0]

    @property
    def key(self) -> Key:
        """The primary key of the entity this is about."""
        return self.identity[1]


class _Change(About):
    """What all changes have beside: the entity that is held for them, and whose key they are."""

    __slots__ = ("entity", "mapped")

    action: ClassVar[Action]

    entity: Entity | None
    mapped: MappedItem | None

    @property
    def values(self) -> Mapping[str, Any]:
        """What it assigns, by attribute."""
        return {}

    def __repr__(self) -> str:
        values = "".join(f", {name}={value!r}" for name, value in self.values.items())
        return f"<{self.action} of {self.entity_type} {self.key}{values}>"


class Create(_Change):
    """An entity was created with the values that were *given*.

    *key_names* are those of the primary key where it is not among them. *given* is what the entity
    holds, too: the very same object as long as nothing was assigned since.
    *references* names those of its values that are entities, where all others are sent as they are;
    None where nobody has looked.
    """

    __slots__ = ("given", "key_names", "references")

    action = "create"

    def __init__(
        self,
        entity_type: str,
        key: Key,
        given: Mapping[str, Any],
        entity: Entity | None = None,
        mapped: MappedItem | None = None,
        key_names: tuple[str, ...] = (),
        references: tuple[str, ...] | None = None,
    ) -> None:
        self.identity = (entity_type, key)
        self.given = given
        self.key_names = key_names
        self.references = references
        self.entity = entity
        self.mapped = mapped

    @property
    def values(self) -> Mapping[str, Any]:
        """What it assigns, by attribute."""
        return self.data

    @property
    def data(self) -> Mapping[str, Any]:
        """All values, those of the key among them; put together each time."""
        if not self.key_names:
            return self.given
        return {**dict(zip(self.key_names, key_parts(self.key), strict=True)), **self.given}

    def entity_data(self) -> dict[str, Any]:
        """Return the type and all values, as a dictionary of its own."""
        entity_type, key = self.identity
        if len(self.key_names) == 1:  # as nearly always, and a script creates thousands
            return {TYPE: entity_type, self.key_names[0]: key, **self.given}
        return {TYPE: entity_type, **self.data}

    def with_other(self, given: Mapping[str, Any]) -> Create:
        """Return the create of the same entity with other values."""
        return Create(*self.identity, given, self.entity, self.mapped, self.key_names)

    @property
    def changes(self) -> list[Change]:
        """What it was made from, as one operation to send: itself."""
        return [self]


class Update(_Change):
    """*attribute* was assigned *new*; `NOT_SET` takes earlier assignments back.

    *before* is what had been assigned earlier and not committed, or `NOT_SET`.
    """

    __slots__ = ("attribute", "before", "new")

    action = "update"

    def __init__(
        self,
        entity_type: str,
        key: Key,
        attribute: str,
        new: Any,
        entity: Entity | None = None,
        mapped: MappedItem | None = None,
        before: Any = NOT_SET,
    ) -> None:
        self.identity = (entity_type, key)
        self.attribute = attribute
        self.new = new
        self.entity = entity
        self.mapped = mapped
        self.before = before

    @property
    def values(self) -> Mapping[str, Any]:
        """What it assigns, by attribute."""
        return {self.attribute: self.new}


class Yield(Update):
    """*attribute* gives way to its twin *to*: a reference to its identifier, or the other way.

    What was assigned to it earlier counts no more as soon as the twin has a value.
    """

    __slots__ = ("to",)

    def __init__(
        self,
        entity_type: str,
        key: Key,
        attribute: str,
        to: str,
        entity: Entity | None = None,
        before: Any = NOT_SET,
    ) -> None:
        super().__init__(entity_type, key, attribute, NOT_SET, entity, before=before)
        self.to = to


class Delete(_Change):
    """An entity was deleted."""

    __slots__ = ()

    action = "delete"

    def __init__(
        self,
        entity_type: str,
        key: Key,
        entity: Entity | None = None,
        mapped: MappedItem | None = None,
    ) -> None:
        self.identity = (entity_type, key)
        self.entity = entity
        self.mapped = mapped


Change = Create | Update | Delete
