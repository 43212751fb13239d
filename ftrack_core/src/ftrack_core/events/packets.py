"""The packets of an event server's socket: socket.io 0.9, as far as events need it.

A packet is ``kind:id:endpoint:data``. The data of an event is JSON and may hold colons itself.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NoReturn

from ftrack_core.errors import EventError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "SUBSCRIBE_TOPIC",
    "UNSUBSCRIBE_TOPIC",
    "Acknowledgement",
    "Packet",
    "PacketKind",
    "acknowledge",
    "event_data",
    "event_in",
    "read_acknowledgement",
    "read_packet",
    "to_json",
]

SUBSCRIBE_TOPIC = "ftrack.meta.subscribe"
"""Of the event that asks a server for events."""
UNSUBSCRIBE_TOPIC = "ftrack.meta.unsubscribe"
"""Of the one that asks for them no longer."""
_NAME = "ftrack.event"
_PACKET = re.compile(r"([0-8])(?::(?:([0-9]{1,18})(\+)?)?:[^:]*(?::(.*))?)?", re.ASCII | re.DOTALL)
_ACKNOWLEDGED = re.compile(r"([0-9]{1,18})(?:\+(.*))?", re.ASCII | re.DOTALL)


class PacketKind(IntEnum):
    """What a packet is."""

    DISCONNECT = 0
    CONNECT = 1
    HEARTBEAT = 2
    MESSAGE = 3
    JSON = 4
    EVENT = 5
    ACKNOWLEDGE = 6
    ERROR = 7
    NOOP = 8


@dataclass(frozen=True)
class Packet:
    """One packet; with *wants_ack* the other end is to say what became of it, by its *number*."""

    kind: PacketKind
    data: str = ""
    number: int | None = None
    wants_ack: bool = False

    def __str__(self) -> str:
        number = "" if self.number is None else str(self.number)
        head = f"{self.kind.value}:{number}{'+' * self.wants_ack}:"
        return f"{head}:{self.data}" if self.data else head


@dataclass(frozen=True)
class Acknowledgement:
    """What became of the packet with this *number*; *message* says why it was refused."""

    number: int
    success: bool = True
    message: str = ""


def read_packet(text: str) -> Packet:
    """Return the packet that *text* is. Raises `EventError` for what is none."""
    found = _PACKET.fullmatch(text)
    if found is None:
        raise EventError("a packet is kind:id:endpoint:data, its kind a digit from 0 to 8")
    kind, number, plus, data = found.groups()
    sent_as = int(number) if number else None
    return Packet(PacketKind(int(kind)), data or "", sent_as, bool(plus))


def event_data(event: Mapping[str, Any]) -> str:
    """Return the data of a packet that carries *event*, which is as `Event.to_wire` writes it.

    Raises `EventError` where the event holds what JSON cannot.
    """
    return to_json({"name": _NAME, "args": [event]}, str(event.get("topic")))


def to_json(value: Any, topic: str) -> str:
    """Return *value* as JSON. Raises `EventError` about the event *topic* where it cannot be."""
    try:
        return json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise EventError(
            f"{topic} was not sent: its data must be what JSON can hold ({error})"
        ) from error


def event_in(packet: Packet) -> Mapping[str, Any]:
    """Return the event that a packet carries. Raises `EventError` where it carries none."""
    value = _json(packet.data)
    arguments = value.get("args") if isinstance(value, dict) else None
    if not isinstance(arguments, list) or value.get("name") != _NAME:
        raise EventError(f'the data of an event is {{"name": "{_NAME}", "args": [event]}}')
    if len(arguments) != 1 or not isinstance(arguments[0], dict):
        raise EventError("a packet carries one event, which is an object")
    return arguments[0]


def acknowledge(answer: Acknowledgement) -> str:
    """Return the packet that tells the other end what became of one of its packets."""
    told: dict[str, Any] = {"success": answer.success}
    if not answer.success:
        told["message"] = answer.message
    told_json = json.dumps([told], separators=(",", ":"))
    return str(Packet(PacketKind.ACKNOWLEDGE, f"{answer.number}+{told_json}"))


def read_acknowledgement(packet: Packet) -> Acknowledgement:
    """Return what an acknowledgement says; one that says nothing means success.

    Raises `EventError` where it does not say of which packet.
    """
    found = _ACKNOWLEDGED.fullmatch(packet.data)
    if found is None:
        raise EventError("an acknowledgement names the packet that it is about")
    told = _json(found[2]) if found[2] else []
    first = told[0] if isinstance(told, list) and told else None
    if not isinstance(first, dict):
        return Acknowledgement(int(found[1]))
    success = bool(first.get("success", True))
    return Acknowledgement(int(found[1]), success, "" if success else str(first.get("message", "")))


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise EventError(f"the data of a packet is no JSON ({_reason(error)})") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _reason(error: Exception) -> str:
    return "nested too deep" if isinstance(error, RecursionError) else str(error)
