"""Between the kernel's events and the connection to the server: what a hub hears and says there."""

# ruff: noqa: SLF001 -- a passage is the other half of its hub

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.ports import Subscription

from ._carried import carry, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from ftrack_core import ports

    from .base import Event
    from .hub import EventHub

__all__ = ["CONNECTED", "DISCONNECTED", "Passage"]

CONNECTED = "ftrack.meta.connected"
DISCONNECTED = "ftrack.meta.disconnected"


class Passage:
    """A connection to the server as the kernel knows one, with *hub* looking on.

    A hub whose class replaces steps (`EventHub._handle_packet`, `wait` and so on) is led through
    these; for any other, events go straight to the kernel.
    """

    def __init__(self, hub: EventHub, connection: ports.EventHub) -> None:
        self._hub = hub
        self._connection = connection
        self._receive: Callable[[ports.Event], None] = _nobody
        self._is_open = False

    @property
    def connected(self) -> bool:
        """Whether events go out and come in at this moment."""
        return self._is_open and self._connection.connected

    def connect(self, receive: Callable[[ports.Event], None]) -> None:
        """Open the connection; *receive* is called for each event that comes in."""
        self._receive = receive
        self._connection.subscribe(Subscription(f"topic={DISCONNECTED}", shown))
        self._connection.connect(self._come_in)
        self._is_open = True
        self._hub._entered(self)

    def subscribe(self, subscription: Subscription) -> None:
        """Ask the server for the events of a subscription."""
        self._connection.subscribe(subscription)

    def unsubscribe(self, subscription_id: str) -> None:
        """Ask for them no longer."""
        self._connection.unsubscribe(subscription_id)

    def send(self, event: ports.Event) -> None:
        """Publish an event. One that was closed on purpose is as good as none: nothing is sent."""
        if not self._is_open:
            return
        if self._hub._replaces("_emit_event_packet", "_send_packet"):
            self._hub._emit_event_packet(self._hub._event_namespace, shown(event), None)
        else:
            self._connection.send(event)

    def send_out(self, event: Event) -> None:
        """Send an event that the steps of the hub have let pass."""
        self._connection.send(carry(event))

    def take_in(self, event: Event) -> None:
        """Hand an event to the kernel, which handles it when somebody waits."""
        self._receive(carry(event))

    def close(self) -> None:
        """Disconnect; calling it again does nothing."""
        self._is_open = False
        self._connection.close()
        self._hub._left(self)

    def _come_in(self, event: ports.Event) -> None:
        """Take what the connection brings, on its thread."""
        if event.topic == DISCONNECTED:
            self._hear_of_the_end(shown(event))
        elif event.topic != CONNECTED or event.data:  # of the first time the hub tells itself
            self._lead(shown(event))

    def _hear_of_the_end(self, event: Event) -> None:
        """Take the notice that no connection is tried any more, which others may have forged."""
        if not self._connection.connected:
            self._hub._prepare_event(event)
            self._lead(event)
            self._hub._is_lost = True

    def _lead(self, event: Event) -> None:
        if not self._hub._replaces("wait", "_handle", "_handle_packet"):
            self.take_in(event)
        else:
            self._hub._take_packet("event", event)


def _nobody(_: ports.Event) -> None:
    """Stand in for the kernel until it is there."""
