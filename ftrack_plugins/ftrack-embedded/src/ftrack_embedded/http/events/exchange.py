"""Who gets which event: the clients that are connected, and the packets that they send."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.errors import EventError, QuerySyntaxError
from ftrack_core.events import (
    SUBSCRIBE_TOPIC,
    UNSUBSCRIBE_TOPIC,
    Acknowledgement,
    Packet,
    PacketKind,
    acknowledge,
    compile_expression,
    event_data,
    event_facts,
    event_from_wire,
    event_in,
    wire_time,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ftrack_core.ports import Event

    from .client import Client
    from .limits import EventLimits

__all__ = ["Exchange", "Outgoing", "outgoing", "read_event", "refuse"]

_CONSUMED: Final = frozenset({SUBSCRIBE_TOPIC, UNSUBSCRIBE_TOPIC})
_LOGGER: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outgoing:
    """An event and the packet that carries it, written once however many clients get it."""

    event: Event
    packet: str


def outgoing(event: Event) -> Outgoing:
    """Return *event* with the time of sending, and its packet. EventError for what is no JSON."""
    stamped = replace(event, sent=wire_time())
    return Outgoing(stamped, str(Packet(PacketKind.EVENT, event_data(stamped.to_wire()))))


class Exchange:
    """The clients that are connected; used in one event loop only.

    *changed* is called when somebody has come or gone or asks for something else.
    """

    def __init__(self, limits: EventLimits, changed: Callable[[], None]) -> None:
        self._limits = limits
        self._changed = changed
        self._clients: dict[int, Client] = {}

    @property
    def clients(self) -> tuple[Client, ...]:
        """All that are connected."""
        return tuple(self._clients.values())

    def join(self, client: Client) -> None:
        """Let *client* have events from now on."""
        self._clients[id(client)] = client

    def leave(self, client: Client) -> None:
        """Let it have none any more."""
        if self._clients.pop(id(client), None) is not None:
            self._changed()

    def wanting(self, topic: str) -> list[Client]:
        """Return who might want an event of *topic*."""
        return [client for client in self.clients if client.may_want(topic)]

    def carry(self, sent: Outgoing, among: Iterable[Client] | None = None) -> None:
        """Offer an event to all who want it, or to those *among* these.

        Raises `QuerySyntaxError` where its target does not parse.
        """
        event = sent.event
        target = compile_expression(event.target) if event.target else None
        facts = event_facts(event)
        for client in self.clients if among is None else among:
            if client.wants(event.topic, facts, target):
                client.offer(sent.packet)

    def take(self, client: Client, packet: Packet, sent: Outgoing) -> None:
        """Act on an event of *client* and tell it what became of it, if it wants to know."""
        try:
            self._check(sent.event)
            if sent.event.topic in _CONSUMED:
                self._enter(client, sent.event)
        except (EventError, QuerySyntaxError) as error:
            refuse(client, packet, str(error))
            return
        if packet.number is not None:
            client.offer(acknowledge(Acknowledgement(packet.number)))
        if sent.event.topic not in _CONSUMED:
            self.carry(sent)

    def _check(self, event: Event) -> None:
        if len(event.target) > self._limits.expression_length:
            raise EventError(f"the target is beyond {self._limits.expression_length} characters")
        compile_expression(event.target)

    def _enter(self, client: Client, event: Event) -> None:
        if event.topic == SUBSCRIBE_TOPIC:
            client.subscribe(event)
        else:
            client.unsubscribe(event)
        self._changed()


def refuse(client: Client, packet: Packet, reason: str) -> None:
    """Tell *client* that a packet was refused, if it wants to know of it."""
    _LOGGER.info("an event of %s was refused: %s", client.visitor.caller.username, reason)
    if packet.number is not None:
        client.offer(acknowledge(Acknowledgement(packet.number, success=False, message=reason)))


def read_event(client: Client, packet: Packet) -> Outgoing:
    """Return the event of a packet, signed with the user who has sent it.

    Raises `EventError` where the packet carries none.
    """
    event = event_from_wire(event_in(packet))
    user = event.source.get("user")
    known: dict[str, Any] = user if isinstance(user, dict) else {}
    signed = {**event.source, "user": {**known, **client.visitor.signature}}
    return outgoing(replace(event, source=signed))
