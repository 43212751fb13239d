"""What a committed batch has changed, for those who listen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .caller import Caller

__all__ = ["ChangeRecord", "EntityChange", "Listener"]


@dataclass(frozen=True)
class EntityChange:
    """One row that was added, updated or removed.

    *action* is ``add``, ``update`` or ``remove``; *key* the primary key in the order of the type's
    declaration. *changes* maps each changed attribute to its ``(old, new)`` wire values.
    """

    action: str
    entity_type: str
    key: tuple[Any, ...]
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class ChangeRecord:
    """All changes of one batch, in the order in which they were made."""

    caller: Caller
    entities: tuple[EntityChange, ...]


Listener = Callable[[ChangeRecord], None]
"""Called after the commit, on the thread that executed the batch."""
