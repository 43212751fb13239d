"""What ``session.events`` is: subscribing, publishing and waiting."""

from __future__ import annotations

import logging
import platform
import uuid
from dataclasses import replace
from threading import RLock
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ftrack_core.errors import EventError, EventsClosedError, QuerySyntaxError
from ftrack_core.ports import Event, EventCallback, EventHub, Subscription

from .expression import compile_expression
from .inbox import Inbox
from .recent import Recent
from .reply import REPLY_TOPIC, reply_to
from .router import Router

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from .router import Call, Failed

__all__ = ["Events"]

_Handler = TypeVar("_Handler", bound=EventCallback)

_logger = logging.getLogger(__name__)
_REMEMBERED = 10_000


def _no_hub() -> EventHub | None:
    return None


class Events:
    """The events of one session.

    Events that are published go to the handlers of this session and, while it is connected, to
    those of others. A handler runs on the thread that calls `wait`, unless it was subscribed with
    ``worker=True``; only events published with ``synchronous=True`` are handled at once, on the
    thread that publishes, and these never leave the session. Each handler gets an event once, also
    where the event server sends it back to the session that published it. All methods may be called
    from any thread.

    *call* and *failed* are handed to the `Router`; *make_hub* is asked for a hub by the first
    `connect`; *user* is the login name that events carry as their source. At most *limit* events
    wait for a call of `wait`; beyond it the oldest are dropped.
    """

    def __init__(
        self,
        call: Call,
        failed: Failed,
        make_hub: Callable[[], EventHub | None] = _no_hub,
        *,
        user: str = "",
        limit: int = 100_000,
    ) -> None:
        self.id = uuid.uuid4().hex
        self._router = Router(call, failed)
        self._make_hub = make_hub
        self._user = user
        self._inbox = Inbox(limit)
        self._sent: Recent[bool] = Recent(_REMEMBERED)
        self._expected: Recent[EventCallback] = Recent(_REMEMBERED)
        self._changing = RLock()
        self._hub: EventHub | None = None
        self._closed = False
        self._router.subscribe(Subscription(f"topic={REPLY_TOPIC}", self._take_reply, id=self.id))

    def __repr__(self) -> str:
        state = "connected" if self.connected else "not connected"
        return f"<Events: {len(self.subscriptions)} subscriptions, {state}>"

    # --- subscribing -----------------------------------------------------------------------------

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """The subscriptions there are, less the one by which replies come back."""
        return tuple(one for one in self._router.subscriptions if one.id != self.id)

    @overload
    def subscribe(
        self,
        expression: str,
        callback: None = None,
        priority: int = 100,
        id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        worker: bool = False,
    ) -> Callable[[_Handler], _Handler]: ...

    @overload
    def subscribe(
        self,
        expression: str,
        callback: EventCallback,
        priority: int = 100,
        id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        worker: bool = False,
    ) -> str: ...

    def subscribe(
        self,
        expression: str,
        callback: EventCallback | None = None,
        priority: int = 100,
        id: str | None = None,  # noqa: A002 -- the field's own word
        metadata: Mapping[str, Any] | None = None,
        worker: bool = False,
    ) -> str | Callable[[_Handler], _Handler]:
        """Call *callback* with each event that matches *expression*; return the subscription's id.

        Handlers of a lower *priority* number run first. *metadata* is what the targets of events
        are matched against; the id is in it always. With *worker* the handler gets a thread of its
        own. Without *callback* this is a decorator. Raises `QuerySyntaxError` for an expression
        that does not parse and `EventError` for an id in use, or metadata that cannot be told to
        the server.

        Example::

            @session.events.subscribe("topic=ftrack.update")
            def on_update(event):
                print(event.data["entities"])
        """
        details = dict(metadata or {})
        chosen = id or str(details.get("id") or uuid.uuid4().hex)

        def enter(handler: EventCallback) -> str:
            return self.add(Subscription(expression, handler, priority, chosen, details, worker))

        def decorate(handler: _Handler) -> _Handler:
            enter(handler)
            return handler

        return decorate if callback is None else enter(callback)

    def add(self, subscription: Subscription) -> str:
        """Add a subscription that is made already and return its id; raises as `subscribe` does."""
        with self._changing:
            self._require_open()
            self._router.subscribe(subscription)
            if self._hub is not None:
                self._tell_hub(self._hub, subscription)
        return subscription.id

    def _tell_hub(self, hub: EventHub, subscription: Subscription) -> None:
        try:
            hub.subscribe(subscription)
        except EventError:
            self._router.unsubscribe(subscription.id)  # what is refused is not there
            raise

    def unsubscribe(self, subscription_id: str) -> None:
        """End a subscription, from the next event on. Raises `EventError` for an unknown id."""
        with self._changing:
            self._router.unsubscribe(subscription_id)
            if self._hub is not None:
                self._hub.unsubscribe(subscription_id)

    def replace(self, plugin_subscriptions: Iterable[Subscription]) -> None:
        """Swap the subscriptions that come from plugins for these, in one step.

        What was subscribed otherwise stays. Ids tell what is the same as before: its place, its
        waiting events and its subscription on the server stay. Raises as `Router.replace` does, and
        then nothing has changed.
        """
        with self._changing:
            swap = self._router.replace(plugin_subscriptions)
            if self._hub is None:
                return
            for subscription in swap.entered:
                self._hub.subscribe(subscription)
            for subscription_id in swap.left:
                self._hub.unsubscribe(subscription_id)

    def check(self, plugin_subscriptions: Iterable[Subscription]) -> None:
        """Raise as `replace` would for these, and change nothing."""
        self._router.check(plugin_subscriptions)

    # --- publishing ------------------------------------------------------------------------------

    def publish(
        self,
        event_or_topic: Event | str,
        data: Mapping[str, Any] | None = None,
        *,
        synchronous: bool = False,
        on_reply: EventCallback | None = None,
        target: str = "",
    ) -> list[Any]:
        """Publish an event, or one made of a topic with *data* and *target*.

        With *synchronous* the handlers of this session run now, and what they returned is returned
        in their order, None included, those that raised left out. Otherwise returns an empty list:
        the event is handled when somebody waits, and *on_reply* is called by `wait` with each
        reply, an event whose ``data`` is what a handler returned.

        An event without a handler in this session is not kept. Raises `QuerySyntaxError` for a
        target that does not parse and `EventError` where the hub cannot send; nobody has got the
        event then.
        """
        event = self._complete(_event(event_or_topic, data, target))
        self._require_open()
        if synchronous:
            return self._router.dispatch(event)
        if on_reply is not None:
            self._expected.remember(event.id, on_reply)
        try:
            self._send(event)
        except EventError:
            self._expected.forget(event.id)
            raise
        return []

    def tell(self, topic: str, data: Mapping[str, Any], among: Collection[str]) -> list[Any]:
        """Publish an event to those subscriptions only whose ids are *among* these, and now.

        Returns what `publish` with *synchronous* does.
        """
        return self._router.dispatch(self._complete(Event(topic, dict(data))), among=among)

    def _send(self, event: Event) -> None:
        hub = self._hub
        if event.target:
            compile_expression(event.target)  # a fault is the publisher's, and told before sending
        if hub is not None:
            # Remembered before it is sent: the hub may bring it back while this thread is here.
            self._sent.remember(event.id, True)
            hub.send(event)
        if self._router.wants(event):
            self._inbox.put(event)

    def _complete(self, event: Event) -> Event:
        source = dict(event.source)
        source.setdefault("id", self.id)
        if self._user:
            source.setdefault("user", {"username": self._user})
        source.setdefault("host", platform.node())
        return replace(event, source=source)

    # --- handling --------------------------------------------------------------------------------

    def wait(self, duration: float | None = None) -> int:
        """Handle events on this thread for *duration* seconds; return how many there were.

        None waits until `stop_waiting` or `close`. What waits already when this is called is
        handled in any case, so that ``wait(0)`` handles it and returns. Where several threads wait
        each event is handled by one of them.
        """
        ticket, due, handled = self._inbox.ticket, len(self._inbox), 0
        until = None if duration is None else monotonic() + duration
        while True:
            left = None if until is None else max(0.0, until - monotonic())
            if left == 0 and handled >= due:
                return handled
            event = self._inbox.take(left, ticket)
            if event is None:
                return handled
            self._handle(event)
            handled += 1

    def stop_waiting(self) -> None:
        """Let every `wait` that is going on return, after the event it has in hand.

        It may be called from a handler, from another thread and from a signal handler.
        """
        self._inbox.release()

    def _handle(self, event: Event) -> None:
        try:
            self._router.dispatch(event, self._answer)
        except QuerySyntaxError as error:
            _logger.warning("an event %s was passed over: its target: %s", event.topic, error)

    def _answer(self, event: Event, subscription: Subscription, result: Any) -> None:
        reply = reply_to(event, subscription, result)
        if reply is None:
            return
        try:
            self.publish(reply)
        except EventError as error:
            _logger.warning("the reply of %s was not sent: %s", subscription.id, error)

    def _take_reply(self, reply: Event) -> None:
        expecting = self._expected.recall(reply.in_reply_to_event or "")
        if expecting is not None:
            expecting(reply)

    # --- the hub ---------------------------------------------------------------------------------

    @property
    def connected(self) -> bool:
        """Whether events go to other sessions and come from them at this moment."""
        hub = self._hub
        return hub is not None and hub.connected

    def connect(self) -> None:
        """Open the connection to other sessions; where it is open already this does nothing.

        Raises `EventError` where no plugin makes a hub for this server, or the hub cannot connect.
        """
        with self._changing:
            if self.connected:
                return
            self._require_open()
            self._disconnect()
            hub = self._make()
            for subscription in self._router.subscriptions:
                hub.subscribe(subscription)
            try:
                hub.connect(self._receive)
            except BaseException:
                hub.close()
                raise
            self._hub = hub

    def close(self) -> None:
        """End every `wait`, let workers finish, disconnect; calling it again does nothing."""
        self._inbox.close()
        self._router.close()  # still connected, so that the workers' last replies go out
        self._closed = True
        with self._changing:
            self._disconnect()

    def _require_open(self) -> None:
        if self._closed:
            raise EventsClosedError

    def _make(self) -> EventHub:
        hub = self._make_hub()
        if hub is None:
            raise EventError(
                "no plugin makes an event hub for this server; install ftrack-events, or a plugin "
                "with the hook ftrack_create_event_hub"
            )
        return hub

    def _disconnect(self) -> None:
        hub, self._hub = self._hub, None
        if hub is not None:
            hub.close()

    def _receive(self, event: Event) -> None:
        if event.id not in self._sent:
            self._inbox.put(event)


def _event(event_or_topic: Event | str, data: Mapping[str, Any] | None, target: str) -> Event:
    if isinstance(event_or_topic, str):
        return Event(event_or_topic, dict(data or {}), target=target)
    if data is not None or target:
        raise EventError("an event holds its data and target itself; give them with a topic only")
    return event_or_topic
