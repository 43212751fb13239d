"""The port of the connection to an event server.

Matching, order and replies are the kernel's router; a hub only carries events away and brings
them in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable

    from .event import Event, Subscription

__all__ = ["EventHub"]


@runtime_checkable
class EventHub(Protocol):
    """Carries events between sessions."""

    @property
    def connected(self) -> bool:
        """Whether events go out and come in at this moment."""

    def connect(self, receive: Callable[[Event], None]) -> None:
        """Open the connection; *receive* is called for each event that comes in.

        It is called on a thread of the hub and returns at once. An event that this session sent
        comes back to it if one of its subscriptions asks for it, as the event server does.
        """

    def subscribe(self, subscription: Subscription) -> None:
        """Ask the server for the events of a subscription; before `connect` it is remembered.

        It takes the place of one with the same id.
        """

    def unsubscribe(self, subscription_id: str) -> None:
        """Ask for them no longer; an unknown id is no error."""

    def send(self, event: Event) -> None:
        """Publish an event.

        While a lost connection is being made again it waits for that. Raises `EventError` where
        there is no connection and none is coming, where too many events wait for one, and for data
        that is no JSON; `QuerySyntaxError` for a target that does not parse.
        """

    def close(self) -> None:
        """Send what was published, and disconnect; calling it again does nothing."""
