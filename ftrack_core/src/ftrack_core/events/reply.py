"""The answer of a handler, as an event."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ftrack_core.ports import Event

if TYPE_CHECKING:
    from ftrack_core.ports import Subscription

__all__ = ["REPLY_TOPIC", "reply_to", "target_of"]

REPLY_TOPIC = "ftrack.meta.reply"

_BARE = re.compile(r"[A-Za-z0-9_\-,./@+]+")


def target_of(source_id: str) -> str:
    """Return the target expression that means the session with this id and nobody else."""
    if _BARE.fullmatch(source_id):
        return f"id={source_id}"
    quote = "'" if '"' in source_id else '"'
    return f"id={quote}{source_id}{quote}"


def reply_to(event: Event, subscription: Subscription, result: Any) -> Event | None:
    """Return the event that carries *result* back, or None where nobody waits for it.

    There is none to a reply, so that two sessions cannot answer each other for ever, and none to an
    event that does not say where it came from.
    """
    source_id = event.source.get("id")
    if not source_id or event.topic == REPLY_TOPIC:
        return None
    return Event(
        REPLY_TOPIC,
        result,
        source={**subscription.metadata, "id": subscription.id},
        target=target_of(str(source_id)),
        in_reply_to_event=event.id,
    )
