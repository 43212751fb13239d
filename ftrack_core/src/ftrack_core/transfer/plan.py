"""What is to be moved, from where to where. Nothing here touches a storage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftrack_core.errors import TransferError

if TYPE_CHECKING:
    from ftrack_core.ports import Accessor

__all__ = ["TransferItem", "TransferPlan"]


@dataclass(frozen=True)
class TransferItem:
    """One resource: the data of one component. *size* is in bytes, 0 where it is not known."""

    component_id: str
    source: Accessor
    source_identifier: str
    target_identifier: str
    size: int = 0


@dataclass(frozen=True)
class TransferPlan:
    """The resources that go into one location together; a sequence is one plan.

    Raises `TransferError` where two items have one target: one would replace the other.
    """

    target: Accessor
    items: tuple[TransferItem, ...]
    location_id: str = ""
    location_name: str = ""

    def __post_init__(self) -> None:
        seen: dict[str, TransferItem] = {}
        for item in self.items:
            other = seen.setdefault(item.target_identifier, item)
            if other is not item:
                raise TransferError(
                    f"{other.source_identifier} and {item.source_identifier} would both be kept "
                    f"under {item.target_identifier!r} in {self.label}; the structure has to tell "
                    "them apart"
                )

    @property
    def label(self) -> str:
        """How errors name the target."""
        return f"location {self.location_name!r}" if self.location_name else "the target"

    @property
    def size(self) -> int:
        """How many bytes there are to move, as far as it is known."""
        return sum(item.size for item in self.items)
