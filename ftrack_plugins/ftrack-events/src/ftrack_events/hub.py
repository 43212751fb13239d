"""The hub of one session."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from queue import SimpleQueue
from threading import RLock, Thread, current_thread
from typing import TYPE_CHECKING

from ftrack_core.errors import EventError
from ftrack_core.events import (
    SubscriptionIndex,
    compile_expression,
    compile_subscription,
    event_from_wire,
    wire_time,
)
from ftrack_core.events.packets import to_json

if TYPE_CHECKING:
    from ftrack_core.ports import Event, Subscription

    from .bus import Bus

__all__ = ["ProcessHub"]

Receive = Callable[["Event"], None]

_logger = logging.getLogger(__name__)
_JOIN = 2.0  # seconds; a receiver that hangs must not keep a session from closing


class ProcessHub:
    """Carries events between the sessions of this process, as an event server does it.

    An event travels as JSON, so that each receiver has one of its own and data that a real server
    could not carry is refused here too. The bus says when it was sent and who the sender is, and
    lets a hub have what its subscriptions ask for. One thread of the hub hands on what has come in.

    *user* is the login name of the session.
    """

    def __init__(self, bus: Bus, user: str) -> None:
        self._bus = bus
        self._user = user
        self._changing = RLock()
        self._asked = SubscriptionIndex()
        self._incoming: SimpleQueue[str | None] = SimpleQueue()
        self._reader: Thread | None = None

    @property
    def connected(self) -> bool:
        """Whether events go out and come in at this moment."""
        return self._reader is not None

    def connect(self, receive: Receive) -> None:
        """Join the bus; *receive* is called for each event, on a thread of this hub.

        Raises `EventError` where it is connected already.
        """
        with self._changing:
            if self._reader is not None:
                raise EventError("the event hub is connected already")
            self._incoming = SimpleQueue()
            self._reader = Thread(
                target=self._read, args=(self._incoming, receive), name="ftrack-hub", daemon=True
            )
            self._reader.start()
            self._bus.join(self)

    def subscribe(self, subscription: Subscription) -> None:
        """Ask for the events of *subscription*, in the stead of one with the same id.

        Raises `QuerySyntaxError` for an expression that does not parse.
        """
        entry = compile_subscription(subscription)
        with self._changing:
            self._asked = self._asked.with_entry(entry)

    def unsubscribe(self, subscription_id: str) -> None:
        """Ask for them no longer; an unknown id is no error."""
        with self._changing:
            if subscription_id in self._asked:
                self._asked = self._asked.without(subscription_id)

    def send(self, event: Event) -> None:
        """Publish *event*.

        Raises `EventError` where there is no connection or the event's data is no JSON, and
        `QuerySyntaxError` for a target that does not parse.
        """
        if not self.connected:
            raise EventError(f"{event.topic} was not sent: the event hub is not connected")
        compile_expression(event.target)  # a fault is told to the sender, whoever listens
        stamped = replace(event, source=self._signed(event), sent=wire_time())
        self._bus.carry(stamped, to_json(stamped.to_wire(), event.topic))

    def close(self) -> None:
        """Leave the bus; calling it again does nothing."""
        with self._changing:
            reader, self._reader = self._reader, None
        if reader is None:
            return
        self._bus.leave(self)
        self._incoming.put(None)
        if reader is not current_thread():
            reader.join(_JOIN)

    def offer(self, event: Event, message: str) -> None:
        """Queue *message* if a subscription asks for *event*; the bus calls this."""
        if self._asked.interested(event):
            self._incoming.put(message)

    def _signed(self, event: Event) -> dict[str, object]:
        user = event.source.get("user")
        known = user if isinstance(user, dict) else {}
        return {**event.source, "user": {**known, "username": self._user}}

    def _read(self, incoming: SimpleQueue[str | None], receive: Receive) -> None:
        while (message := incoming.get()) is not None:
            if self._reader is not current_thread():
                return  # closed meanwhile: what is still queued is nobody's any more
            try:
                receive(event_from_wire(json.loads(message)))
            except Exception:
                _logger.exception("an event was received and could not be queued")
