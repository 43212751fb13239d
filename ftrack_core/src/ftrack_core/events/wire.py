"""Events as event servers send them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from ftrack_core.errors import EventError
from ftrack_core.ports import Event

__all__ = ["event_from_wire", "wire_time"]


def event_from_wire(value: Mapping[str, Any]) -> Event:
    """Return the event that `Event.to_wire` or an event server has written.

    Members that are not known are passed over and missing ones take their defaults. Raises
    `EventError` for what has no topic.
    """
    topic = value.get("topic") if isinstance(value, Mapping) else None
    if not isinstance(topic, str) or not topic:
        raise EventError("an event without a topic came in")
    event = Event(topic)
    data, source, target = value.get("data"), value.get("source"), value.get("target")
    return replace(
        event,
        data=event.data if data is None else data,
        id=str(value.get("id") or event.id),
        source=source if isinstance(source, Mapping) else {},
        target=target if isinstance(target, str) else "",
        sent=value.get("sent"),
        in_reply_to_event=value.get("inReplyToEvent") or value.get("in_reply_to_event"),
    )


def wire_time() -> str:
    """Return the time it is, as events tell it: ISO 8601 in UTC, to the millisecond."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")
