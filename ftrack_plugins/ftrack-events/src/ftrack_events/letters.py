"""What a hub writes to an event server, each as the data of a packet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.events import SUBSCRIBE_TOPIC, UNSUBSCRIBE_TOPIC, event_data
from ftrack_core.ports import Event

from .outbox import Letter

if TYPE_CHECKING:
    from ftrack_core.ports import Subscription

__all__ = ["announcement", "letter_of", "withdrawal"]


def letter_of(event: Event) -> Letter:
    """Return the letter that carries *event*. Raises `EventError` for what JSON cannot hold."""
    return Letter(event_data(event.to_wire()), event.topic)


def announcement(subscription: Subscription) -> Letter:
    """Return the letter that asks for the events of *subscription*; raises as `letter_of` does."""
    data = {"subscriber": _subscriber(subscription), "subscription": subscription.expression}
    return _meta(SUBSCRIBE_TOPIC, data, subscription)


def withdrawal(subscription: Subscription) -> Letter:
    """Return the letter that asks for them no longer; raises as `letter_of` does."""
    return _meta(UNSUBSCRIBE_TOPIC, {"subscriber": _subscriber(subscription)}, subscription)


def _subscriber(subscription: Subscription) -> dict[str, Any]:
    return {**subscription.metadata, "id": subscription.id}


def _meta(topic: str, data: dict[str, Any], subscription: Subscription) -> Letter:
    source = {"id": subscription.id}
    written = event_data(Event(topic, data, source=source).to_wire())
    return Letter(written, f"subscription {subscription.id!r}", announces=True)
