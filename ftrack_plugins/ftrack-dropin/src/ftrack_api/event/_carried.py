"""One event in two shapes: the kernel's, which is routed, and the mapping that handlers know."""

from __future__ import annotations

from dataclasses import dataclass, field

from ftrack_core import ports

from .base import Event

__all__ = ["CarriedEvent", "carry", "shown"]


@dataclass(frozen=True, eq=False)
class CarriedEvent(ports.Event):
    """An event of the kernel that handlers see as *shape*: all of them see the same object."""

    shape: Event | None = field(default=None, repr=False)


def carry(event: Event) -> CarriedEvent:
    """Return *event* for the kernel; its data is the same object, not a copy."""
    return CarriedEvent(
        event["topic"],
        event.get("data"),  # type: ignore[arg-type]  # a reply's data is whatever was returned
        event["id"],
        event.get("source") or {},
        event.get("target") or "",
        event.get("sent"),
        event.get("in_reply_to_event"),
        shape=event,
    )


def shown(event: ports.Event) -> Event:
    """Return the mapping that handlers are given for an event of the kernel."""
    if isinstance(event, CarriedEvent) and event.shape is not None:
        return event.shape
    return Event(
        event.topic,
        event.id,
        event.data,
        event.sent,
        dict(event.source),
        event.target,
        event.in_reply_to_event,
    )
