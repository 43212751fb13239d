"""Who is subscribed to what."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import EventError

from ftrack_api._translation import known_errors
from ftrack_api.exception import NotFoundError, NotUniqueError
from ftrack_core import ports

from ._carried import shown
from ._lazy import Lazily
from .subscriber import Subscriber

if TYPE_CHECKING:
    from collections.abc import Callable

    from ftrack_core.events import Events

    from .base import Event

__all__ = ["Subscribing"]


class Subscribing:
    """Enters subscriptions into the kernel's events."""

    if TYPE_CHECKING:
        _events: Events

    @Lazily
    def _subscribers(self) -> list[Subscriber]:
        return []

    def subscribe(
        self,
        subscription: str,
        callback: Callable[[Event], Any],
        subscriber: dict[str, Any] | None = None,
        priority: int = 100,
    ) -> str:
        """Call *callback* with each event that *subscription*, an expression, asks for.

        *subscriber* is the metadata by which the targets of events mean it; an ``id`` is added
        where it has none, and returned. Handlers of a lower *priority* number run first. Raises
        `NotUniqueError` for an id in use and `ParseError`.
        """
        added = self._add_subscriber(subscription, callback, subscriber, priority)
        self._notify_server_about_subscriber(added)
        identifier: str = added.metadata["id"]
        return identifier

    def subscription(
        self,
        subscription: str,
        callback: Callable[[Event], Any],
        subscriber: dict[str, Any] | None = None,
        priority: int = 100,
    ) -> _SubscriptionContext:
        """Subscribe for the length of a ``with`` block."""
        return _SubscriptionContext(self, subscription, callback, subscriber, priority)

    def unsubscribe(self, subscriber_identifier: str) -> None:
        """End a subscription. Raises `NotFoundError` for an id that nobody has."""
        subscriber = self.get_subscriber_by_identifier(subscriber_identifier)
        if subscriber is not None:
            self._subscribers.remove(subscriber)
        try:
            self._events.unsubscribe(str(subscriber_identifier))
        except EventError as error:
            raise NotFoundError(str(error)) from error

    def get_subscriber_by_identifier(self, identifier: str) -> Subscriber | None:
        """Return the subscriber with this id, or None."""
        found = (one for one in list(self._subscribers) if one.metadata.get("id") == identifier)
        return next(found, None)

    def _add_subscriber(
        self,
        subscription: str,
        callback: Callable[[Event], Any],
        subscriber: dict[str, Any] | None = None,
        priority: int = 100,
    ) -> Subscriber:
        """Enter a subscription here and in the kernel, which tells the server."""
        metadata = {} if subscriber is None else subscriber
        made = Subscriber(subscription, callback, metadata, priority)
        entry = self._for_kernel(made)
        if entry.id in {one.id for one in self._events.subscriptions}:
            raise NotUniqueError(
                f"A subscriber has the id {entry.id!r} already; unsubscribe it first, or leave the "
                "id out to be given a new one."
            )
        with known_errors():
            self._events.add(entry)
        self._subscribers.append(made)
        return made

    def _for_kernel(self, subscriber: Subscriber) -> ports.Subscription:
        metadata = subscriber.metadata
        metadata.setdefault("id", uuid.uuid4().hex)
        return ports.Subscription(
            str(subscriber.subscription),
            partial(_call, subscriber),
            subscriber.priority,
            str(metadata["id"]),
            metadata,
        )

    def _notify_server_about_subscriber(self, subscriber: Subscriber) -> None:
        """Do nothing: the kernel has told the server. It is called for each that is added."""


class _SubscriptionContext:
    """A subscription for the length of a ``with`` block."""

    def __init__(
        self,
        hub: Subscribing,
        subscription: str,
        callback: Callable[[Event], Any],
        subscriber: dict[str, Any] | None,
        priority: int,
    ) -> None:
        self._hub = hub
        self._subscription = subscription
        self._callback = callback
        self._subscriber = subscriber
        self._priority = priority
        self._subscriberIdentifier: str | None = None

    def __enter__(self) -> None:
        self._subscriberIdentifier = self._hub.subscribe(
            self._subscription, self._callback, self._subscriber, self._priority
        )

    def __exit__(self, exception_type: Any, exception_value: Any, traceback: Any) -> None:
        if self._subscriberIdentifier is not None:
            self._hub.unsubscribe(self._subscriberIdentifier)


def _call(subscriber: Subscriber, event: ports.Event) -> Any:
    """Call a handler with the mapping that it knows, and take over what it did to the event."""
    shape = shown(event)
    try:
        return subscriber.callback(shape)
    finally:
        if shape.is_stopped():
            event.stop()
