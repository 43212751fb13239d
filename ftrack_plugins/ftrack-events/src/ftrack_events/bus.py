"""What the hubs of one server meet on."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ftrack_core.ports import Event

__all__ = ["Bus", "Member"]


class Member(Protocol):
    """Who takes part in a bus."""

    def offer(self, event: Event, message: str) -> None:
        """Take *message*, which is *event* as JSON, if a subscription asks for it."""


class Bus:
    """Offers each event to all who take part, all of them in the same order."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._members: tuple[Member, ...] = ()

    def join(self, member: Member) -> None:
        """Let *member* have events from now on."""
        with self._lock:
            self._members = (*self._members, member)

    def leave(self, member: Member) -> None:
        """Let it have none any more; one that is not here is no error."""
        with self._lock:
            self._members = tuple(one for one in self._members if one is not member)

    def carry(self, event: Event, message: str) -> None:
        """Offer *event*, also to its sender. Whoever takes it only queues it."""
        with self._lock:
            for member in self._members:
                member.offer(event, message)
