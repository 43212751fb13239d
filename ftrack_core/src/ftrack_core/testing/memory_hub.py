"""An event server in one object, for tests of what needs a hub and nothing else."""

from __future__ import annotations

import threading
from copy import deepcopy
from dataclasses import replace
from queue import SimpleQueue
from typing import TYPE_CHECKING

from ftrack_core.errors import EventError
from ftrack_core.events import (
    compile_expression,
    compile_subscription,
    event_data,
    event_facts,
    wire_time,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ftrack_core.events import CompiledSubscription
    from ftrack_core.ports import Event, Subscription

    Receive = Callable[[Event], None]

__all__ = ["MemoryEventServer", "MemoryHub"]


class MemoryEventServer:
    """Where hubs meet: each event is offered to all that are connected, in one order.

    Attribute: *sent*, all events that came in, for tests that look at what went out.
    """

    def __init__(self) -> None:
        self.sent: list[Event] = []
        self._hubs: list[MemoryHub] = []
        self._lock = threading.Lock()

    def hub(self) -> MemoryHub:
        """Return a new hub that is not connected."""
        return MemoryHub(self)

    def join(self, hub: MemoryHub) -> None:
        """Let *hub* have events from now on."""
        with self._lock:
            self._hubs.append(hub)

    def leave(self, hub: MemoryHub) -> None:
        """Let *hub* have none any more."""
        with self._lock:
            self._hubs.remove(hub)

    def carry(self, event: Event) -> None:
        """Offer *event* to every hub, its sender too."""
        with self._lock:
            self.sent.append(event)
            for hub in self._hubs:
                hub.offer(event)


class MemoryHub:
    """Carries events to the other hubs of one `MemoryEventServer`, and from them."""

    def __init__(self, server: MemoryEventServer) -> None:
        self._server = server
        self._asked: dict[str, CompiledSubscription] = {}
        self._incoming: SimpleQueue[Event | None] = SimpleQueue()
        self._reader: threading.Thread | None = None

    @property
    def connected(self) -> bool:
        """Whether events go out and come in at this moment."""
        return self._reader is not None

    def connect(self, receive: Receive) -> None:
        """Join the server; *receive* is called for each event, on a thread of this hub."""
        self._incoming = SimpleQueue()
        self._reader = threading.Thread(
            target=self._read, args=(self._incoming, receive), name="memory-hub", daemon=True
        )
        self._reader.start()
        self._server.join(self)

    def subscribe(self, subscription: Subscription) -> None:
        """Ask for the events of *subscription*, in the stead of one with the same id."""
        self._asked = {**self._asked, subscription.id: compile_subscription(subscription)}

    def unsubscribe(self, subscription_id: str) -> None:
        """Ask for them no longer; an unknown id is no error."""
        self._asked = {key: one for key, one in self._asked.items() if key != subscription_id}

    def send(self, event: Event) -> None:
        """Publish *event*.

        Raises `EventError` where there is no connection or the event's data is no JSON, and
        `QuerySyntaxError` for a target that does not parse.
        """
        if not self.connected:
            raise EventError(f"{event.topic} was not sent: the event hub is not connected")
        compile_expression(event.target)
        event_data(event.to_wire())
        self._server.carry(replace(event, sent=wire_time()))

    def offer(self, event: Event) -> None:
        """Take a copy of *event* if a subscription asks for it; the server calls this."""
        if self.wants(event):
            self.take(replace(event, data=deepcopy(event.data), _stopped=threading.Event()))

    def wants(self, event: Event) -> bool:
        """Whether a subscription of this hub asks for *event* and its target is meant."""
        target = compile_expression(event.target) if event.target else None
        facts = event_facts(event)
        return any(one.wants(facts, target) for one in self._asked.values())

    def take(self, event: Event) -> None:
        """Queue *event* for the receiver."""
        self._incoming.put(event)

    def close(self) -> None:
        """Leave the server; calling it again does nothing."""
        reader, self._reader = self._reader, None
        if reader is None:
            return
        self._server.leave(self)
        self._incoming.put(None)
        if reader is not threading.current_thread():
            reader.join(2.0)

    def _read(self, incoming: SimpleQueue[Event | None], receive: Receive) -> None:
        while (event := incoming.get()) is not None:
            if self._reader is not threading.current_thread():
                return  # closed meanwhile
            try:
                receive(event)
            except Exception:  # noqa: BLE001, S112 -- what a test's receiver raises is its own affair
                continue
