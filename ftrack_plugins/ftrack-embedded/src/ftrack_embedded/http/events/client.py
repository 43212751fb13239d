"""One client of the event server: what it asks for, and what waits to be sent to it."""

from __future__ import annotations

import asyncio
from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import EventError
from ftrack_core.events import SubscriptionIndex, compile_subscription
from ftrack_core.ports import Subscription

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ftrack_core.ports import Event

    from .limits import EventLimits
    from .tickets import Visitor

__all__ = ["Client"]


class Client:
    """A connection, seen from the exchange; used in one event loop only.

    *drop* ends the connection at once, without waiting for the other end.
    """

    def __init__(self, visitor: Visitor, limits: EventLimits, drop: Callable[[], None]) -> None:
        self.visitor = visitor
        self.heard_at = monotonic()
        self._limits = limits
        self._drop = drop
        self._asked = SubscriptionIndex()
        self._waiting: deque[str] = deque()
        self._size = 0
        self._changed = asyncio.Event()
        self.is_dropped = False

    # --- what it asks for ------------------------------------------------------------------------

    def wants(self, topic: str, facts: Mapping[str, Any], target: Any) -> bool:
        """Whether one of its subscriptions asks for an event and is meant by its target."""
        return not self.is_dropped and self._asked.wants(topic, facts, target)

    def may_want(self, topic: str) -> bool:
        """Whether one of its subscriptions might ask for an event of this topic."""
        return not self.is_dropped and self._asked.may_want(topic)

    def subscribe(self, event: Event) -> None:
        """Take the subscription that *event* asks for, in the stead of one with the same id.

        Raises `EventError` for an event that asks for none, `QuerySyntaxError` for an expression
        that does not parse.
        """
        subscriber = _subscriber(event)
        expression = event.data.get("subscription", "")
        if not isinstance(expression, str):
            raise EventError("a subscription is the text of an expression")
        if len(expression) > self._limits.expression_length:
            raise EventError(
                f"the expression is beyond {self._limits.expression_length} characters"
            )
        named = str(subscriber["id"])
        if len(self._asked) >= self._limits.subscriptions and named not in self._asked:
            raise EventError(f"a client may have {self._limits.subscriptions} subscriptions")
        wanted = Subscription(expression, _nothing, id=named, metadata=subscriber)
        self._asked = self._asked.with_entry(compile_subscription(wanted))

    def unsubscribe(self, event: Event) -> None:
        """End the subscription that *event* names; one that there is not is no error."""
        named = str(_subscriber(event)["id"])
        if named in self._asked:
            self._asked = self._asked.without(named)

    # --- what waits ------------------------------------------------------------------------------

    def offer(self, packet: str) -> None:
        """Let *packet* be sent; drop the client where too much waits for it already."""
        if self.is_dropped:
            return
        full = len(self._waiting) >= self._limits.waiting
        if full or self._size + len(packet) > max(self._limits.waiting_size, len(packet)):
            self.drop()
            return
        self._waiting.append(packet)
        self._size += len(packet)
        self._changed.set()

    async def next(self) -> str:
        """Return what is to be sent next, when there is something."""
        while not self._waiting:
            self._changed.clear()
            await self._changed.wait()
        packet = self._waiting.popleft()
        self._size -= len(packet)
        return packet

    def heard(self) -> None:
        """Note that something came from it."""
        self.heard_at = monotonic()

    def is_silent(self) -> bool:
        """Whether nothing came from it for too long."""
        return monotonic() - self.heard_at > self._limits.silence

    def drop(self) -> None:
        """End the connection and forget what waits."""
        self.is_dropped = True
        self._waiting.clear()
        self._size = 0
        self._drop()


def _subscriber(event: Event) -> Mapping[str, Any]:
    data = event.data if isinstance(event.data, dict) else {}
    subscriber = data.get("subscriber")
    if not isinstance(subscriber, dict) or not subscriber.get("id"):
        raise EventError(f"{event.topic} needs a subscriber with an id in its data")
    return subscriber


def _nothing(_: Event) -> None:
    """Stand in for the handler, which is at the other end."""
