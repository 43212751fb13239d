"""What a committed batch has changed, for those who listen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .caller import Caller

__all__ = ["Above", "ActingUser", "ChangeRecord", "EntityChange", "Listener"]


@dataclass(frozen=True)
class Above:
    """One link of the chain from an entity up to its project; *parent_id* names the next one."""

    entity_type: str
    id: str
    parent_id: str | None


@dataclass(frozen=True)
class EntityChange:
    """One row that was added, updated or removed.

    *action* is ``add``, ``update``, ``move`` (an update of a context's parent) or ``remove``; *key*
    the primary key in the order of the type's declaration. *changes* maps each changed attribute to
    its ``(old, new)`` wire values. *parents* leads from the entity itself to its project; something
    between two entities has the parents of both. Rows that hang on others (metadata, custom
    attribute values) begin with those others, and what belongs to no project has only itself.
    """

    action: str
    entity_type: str
    key: tuple[Any, ...]
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    parents: tuple[Above, ...] = ()
    object_type_id: str | None = None

    @property
    def parent_id(self) -> str | None:
        """The id of what the entity belongs to."""
        return self.parents[0].parent_id if self.parents else None


@dataclass(frozen=True)
class ActingUser:
    """Who has carried out a batch; *id* is None in a studio without users."""

    id: str | None
    username: str
    name: str


@dataclass(frozen=True)
class ChangeRecord:
    """All changes of one batch, in the order in which they were made.

    The tokens by which a client knows its own changes again are in *caller*.
    """

    caller: Caller
    entities: tuple[EntityChange, ...]
    user: ActingUser | None = None

    @property
    def parents(self) -> frozenset[str]:
        """The ids in the chains of all entities, for a quick test whether a change matters."""
        return frozenset(one.id for entity in self.entities for one in entity.parents)


Listener = Callable[[ChangeRecord], None]
"""Called after the commit, on the thread that executed the batch."""
