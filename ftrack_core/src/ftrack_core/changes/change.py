"""The changes a session records: create, update and delete, by entity type and key.

They name entities by key, so that a raw change needs no loaded entity; where there is one it is
held here, which keeps an entity with pending changes alive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ftrack_core.entity.symbols import NOT_SET

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_core.entity import Entity
    from ftrack_core.entity.rows import Key

__all__ = ["Change", "Create", "Delete", "Identity", "MappedItem", "Update"]

Identity = tuple[str, "Key"]
"""An entity type and a primary key."""


@dataclass(frozen=True, eq=False)
class MappedItem:
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


@dataclass(frozen=True, eq=False)
class Create:
    """An entity was created with *data*."""

    entity_type: str
    key: Key
    data: Mapping[str, Any]
    entity: Entity | None = field(default=None, repr=False)
    mapped: MappedItem | None = field(default=None, repr=False)

    @property
    def identity(self) -> Identity:
        """The entity this is about."""
        return (self.entity_type, self.key)


@dataclass(frozen=True, eq=False)
class Update:
    """*attribute* was assigned *new*; `NOT_SET` takes earlier assignments back.

    *before* is what had been assigned earlier and not committed, or `NOT_SET`.
    """

    entity_type: str
    key: Key
    attribute: str
    new: Any
    entity: Entity | None = field(default=None, repr=False)
    mapped: MappedItem | None = field(default=None, repr=False)
    before: Any = field(default=NOT_SET, repr=False)

    @property
    def identity(self) -> Identity:
        """The entity this is about."""
        return (self.entity_type, self.key)


@dataclass(frozen=True, eq=False)
class Delete:
    """An entity was deleted."""

    entity_type: str
    key: Key
    entity: Entity | None = field(default=None, repr=False)
    mapped: MappedItem | None = field(default=None, repr=False)

    @property
    def identity(self) -> Identity:
        """The entity this is about."""
        return (self.entity_type, self.key)


Change = Create | Update | Delete
