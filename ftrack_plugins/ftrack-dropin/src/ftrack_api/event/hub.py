"""The event hub: publishing, subscribing and waiting."""

from __future__ import annotations

import logging
import platform
import queue
from threading import RLock
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import EventError
from ftrack_core.events import REPLY_TOPIC, Events
from ftrack_core.events.reply import target_of

from ftrack_api._opening import checked_mapping
from ftrack_api._replacing import replaces
from ftrack_api._translation import known_errors
from ftrack_api.exception import Error, EventHubConnectionError, EventHubError, ParseError
from ftrack_api.logging import LazyLogMessage as L
from ftrack_core import ports

from ._carried import carry, shown
from ._details import ServerDetails, SocketIoSession, details_of
from ._lazy import Lazily
from ._packets import Packets
from ._passage import DISCONNECTED, Passage
from ._queues import EventQueue, Limited, OutgoingQueue
from ._subscribing import Subscribing, _SubscriptionContext
from ._thread import _ProcessorThread
from .base import Event
from .expression import Parser

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ._packets import Callback

__all__ = [
    "EventHub",
    "L",
    "ServerDetails",
    "SocketIoSession",
    "_ProcessorThread",
    "_SubscriptionContext",
]

_SLICE = 0.1
"""In seconds: how long nobody who waits looks up."""


class EventHub(Packets, Subscribing):
    """Publishes events, and calls handlers for those that come in.

    Handlers run on the thread that calls `wait`; those of events published with
    ``synchronous=True`` run at once, on the thread that publishes. The kernel's events do the
    work, and it is they that a session shares with this hub.

    Raises ValueError for a *server_url* without scheme or host, TypeError for *headers* and
    *cookies* that are no mappings.
    """

    _wait_timeout = 4
    _auto_reconnect_attempts = 30
    _auto_reconnect_delay = 10
    _connection_initialised = False
    _intentional_disconnect = False
    _server_url = ""
    _api_user = ""
    _api_key = ""
    _passage: Passage | None = None
    _is_lost = False
    _is_trying = False
    _fault = ""

    @Lazily
    def logger(self) -> logging.Logger:
        """Where the hub writes."""
        return logging.getLogger(f"{__name__}.{type(self).__name__}")

    @Lazily
    def id(self) -> str:
        """What replies to events of this hub are addressed to."""
        return self._events.id

    @Lazily
    def server(self) -> ServerDetails:
        """Where the server is."""
        return details_of(self._server_url)

    @Lazily
    def _lock(self) -> Any:
        return RLock()

    @Lazily
    def _headers(self) -> dict[str, str]:
        return {}

    @Lazily
    def _cookies(self) -> dict[str, str]:
        return {}

    @Lazily
    def _expression_parser(self) -> Parser:
        return Parser()

    @Lazily
    def _reply_callbacks(self) -> dict[str, Callable[[Event], Any]]:
        return Limited()

    @Lazily
    def _event_queue(self) -> queue.Queue[Event]:
        return EventQueue(lambda: self._events.wait(0))

    @Lazily
    def _event_send_queue(self) -> OutgoingQueue:
        return OutgoingQueue(self._warn_of_drops)

    @Lazily
    def _events(self) -> Events:
        return self._make_events()

    def __init__(
        self,
        server_url: str,
        api_user: str,
        api_key: str,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
    ) -> None:
        self._server_url = server_url
        self._api_user = api_user
        self._api_key = api_key
        self.server = details_of(server_url)
        self._headers = checked_mapping("headers", headers)
        self._cookies = checked_mapping("cookies", cookies)

    # --- the kernel's events ---------------------------------------------------------------------

    def bind(self, events: Events) -> None:
        """Work with *events* from now on, those of a session; what is subscribed comes along.

        For `disconnect`, and for subclasses that replace steps, the session makes its connections
        with `through`.
        """
        if self.__dict__.get("_events") is events:
            return
        self.__dict__["_events"] = events
        self._answer_to_own_id(events)
        for subscriber in self._subscribers:
            events.add(self._for_kernel(subscriber))

    def through(self, connection: ports.EventHub) -> ports.EventHub:
        """Return *connection* such that this hub sees what passes; for whoever makes `bind`'s."""
        return Passage(self, connection)

    def _make_events(self) -> Events:
        """Return events for a hub that belongs to no session."""
        events = Events(
            lambda event, subscription: subscription.callback(event),
            self._report_failure,
            self._make_connection,
            user=self._api_user,
        )
        self._answer_to_own_id(events)
        return events

    def _make_connection(self) -> ports.EventHub | None:
        """Ask the plugins for a connection to the server."""
        from ftrack_core.plugins import Registry

        settings = ports.ConnectionSettings(headers=self._headers, cookies=self._cookies)
        context = ports.Context(self._server_url.rstrip("/"), self._api_user, settings)
        plugins = Registry(context, on_plugin_error="skip")
        plugins.load()
        credentials = ports.Credentials(self._api_user, self._api_key)
        connection = plugins.hooks.ftrack_create_event_hub(context, credentials)
        return None if connection is None else self.through(connection)

    def _answer_to_own_id(self, events: Events) -> None:
        """Take replies also where a subclass has chosen another id than that of *events*."""
        own = self.__dict__.get("id", events.id)
        if own != events.id:
            reply = ports.Subscription(f"topic={REPLY_TOPIC}", self._hear_reply, id=own)
            events.add(reply)

    def _report_failure(
        self, event: ports.Event, subscription: ports.Subscription, error: Exception
    ) -> None:
        self.logger.error(
            "The handler %s raised for %s.", subscription.id, event.topic, exc_info=error
        )

    def _replaces(self, *steps: str) -> bool:
        """Whether a subclass, or somebody on this object, has replaced one of the *steps*."""
        return replaces(self, EventHub, *steps)

    def _entered(self, passage: Passage) -> None:
        """Take note of a connection that was made."""
        self._passage = passage
        self._connection_initialised = True
        self._intentional_disconnect = self._is_lost = False
        self._fault = ""
        self._take_packet("connect")

    def _left(self, passage: Passage) -> None:
        """Take note of a connection that was closed."""
        if self._passage is passage:
            self._passage = None

    # --- the server ------------------------------------------------------------------------------

    @property
    def secure(self) -> bool:
        """Whether the connection is encrypted."""
        return bool(self.server.scheme == "https")

    @property
    def connected(self) -> bool:
        """Whether events go out and come in at this moment."""
        return self._events.connected

    def get_server_url(self) -> str:
        """Return the URL of the event server: scheme, host and port."""
        return f"{self.server.scheme}://{self.get_network_location()}"

    def get_network_location(self) -> str:
        """Return host and port."""
        host = self.server.hostname or ""
        shown_host = f"[{host}]" if ":" in host else host
        return shown_host if self.server.port is None else f"{shown_host}:{self.server.port}"

    def init_connection(self) -> None:
        """Announce that `connect` will be called: until then, what is published waits."""
        self._connection_initialised = True

    def connect(self) -> None:
        """Connect to the event server, announce what is subscribed, send what has waited.

        Raises `EventHubConnectionError` where it is connected already, or cannot be.
        """
        if self.connected:
            raise EventHubConnectionError("The event hub is connected already.")
        self.init_connection()
        try:
            self._events.connect()
        except Exception as error:
            self._fault = "" if self._is_trying else str(error)
            raise EventHubConnectionError(
                "No connection to the event server at {server_url}: {error}",
                {"error": str(error), "server_url": self.get_server_url()},
            ) from error
        self._send_what_waits()

    def disconnect(self, unsubscribe: bool = True, reconnect: bool = False) -> None:
        """End the connection, and all subscriptions unless *unsubscribe* is false.

        With *reconnect* what is published from now on waits for the next connection. Raises
        `EventHubConnectionError` where there is none.
        """
        if not self._is_attached:
            raise EventHubConnectionError("There is no connection that could be ended.")
        self._intentional_disconnect = True
        if unsubscribe:
            for subscriber in list(self._subscribers):
                self.unsubscribe(subscriber.metadata["id"])
        self._connection_initialised = reconnect
        if self._passage is not None:
            self._passage.close()

    def reconnect(self, attempts: int = 10, delay: float = 5) -> None:
        """Connect anew, with all subscriptions; try it *attempts* times, *delay* seconds apart.

        Raises `EventHubConnectionError` where none succeeds.
        """
        if self._is_attached:
            self.disconnect(unsubscribe=False, reconnect=True)
        self._is_trying = True
        try:
            for attempt in range(attempts):
                sleep(delay if attempt else 0)
                try:
                    return self.connect()
                except EventHubConnectionError as error:
                    self.logger.debug("Attempt %d failed: %s", attempt + 1, error)
        finally:
            self._is_trying = False
        raise EventHubConnectionError(
            f"No connection to the event server at {self.get_server_url()} after {attempts} "
            "attempts; the log says more at level DEBUG."
        )

    @property
    def _is_attached(self) -> bool:
        """Whether there is a connection, be it one that was lost and is being made again."""
        return self._passage is not None or self.connected

    @property
    def _is_expecting(self) -> bool:
        """Whether there is a connection, or one was announced."""
        return self._connection_initialised or self._is_attached

    # --- publishing ------------------------------------------------------------------------------

    def publish(
        self,
        event: Event,
        synchronous: bool = False,
        on_reply: Callable[[Event], Any] | None = None,
        on_error: str = "raise",
    ) -> Any:
        """Publish *event*; its ``source`` is filled in where it says nothing.

        With *synchronous* the handlers here run now, and what they returned is returned in their
        order, None included, those that raised left out; the event goes nowhere else. Otherwise it
        is sent, and *on_reply* is called by `wait` with each reply. Returns True where it waits for
        a connection that was announced, else None.

        Raises `EventHubConnectionError` where there is no connection and none was announced,
        `EventHubError` for data that cannot be sent, `ParseError` for a target; nothing of these
        with *on_error* ``"ignore"``.
        """
        try:
            return self._publish(event, synchronous=synchronous, on_reply=on_reply)
        except (EventHubError, ParseError) as error:
            if on_error != "ignore":
                raise
            self.logger.debug("%s was not published: %s", event.get("topic"), error)
            return None

    def publish_reply(
        self, source_event: Event, data: Any, source: Mapping[str, Any] | None = None
    ) -> Any:
        """Answer *source_event* with *data*. Raises KeyError where it does not say whose it is."""
        reply = Event(REPLY_TOPIC, data=data)
        self._prepare_reply_event(reply, source_event, source=source)
        return self.publish(reply)

    def _publish(
        self,
        event: Event,
        synchronous: bool = False,
        callback: Callback | None = None,
        on_reply: Callable[[Event], Any] | None = None,
    ) -> Any:
        """Publish *event*; *callback* is told when the connection has taken it."""
        self._prepare_event(event)
        if synchronous:
            return self._handle(event, synchronous=True)
        with self._lock:
            if not self._is_attached and self._connection_initialised:
                self._event_send_queue.keep((event, synchronous, callback, on_reply))
                return True
        if not self._is_attached:
            raise EventHubConnectionError(
                "The event was not published: there is no connection to the event server. Call "
                "connect() on the event hub first, or make the session with "
                "auto_connect_event_hub=True."
            )
        self._send_what_waits()
        self._send(event, callback, on_reply)
        return None

    def _send(
        self,
        event: Event,
        callback: Callback | None,
        on_reply: Callable[[Event], Any] | None,
    ) -> None:
        if on_reply is not None:
            self._reply_callbacks[event["id"]] = on_reply
        try:
            with known_errors():
                hears = self._hear_reply if on_reply is not None else None
                self._events.publish(carry(event), on_reply=hears)
        except Error as error:
            self._reply_callbacks.pop(event["id"], None)
            if isinstance(error, EventHubError) and not self.connected:
                raise EventHubConnectionError(str(error)) from error
            raise
        response = {"success": True}
        self._on_published(event, response)
        if callback is not None:
            callback(response)

    def _send_what_waits(self) -> None:
        """Send what was published before there was a connection, in order."""
        with self._lock:
            while self._is_attached and not self._event_send_queue.empty():
                event, _, callback, on_reply = self._event_send_queue.get_nowait()
                try:
                    self._send(event, callback, on_reply)
                except Error as error:
                    self.logger.error("%s was not published: %s", event.get("topic"), error)

    def _warn_of_drops(self) -> None:
        self.logger.warning(
            "Too many events wait for the connection to the event server: the oldest is dropped."
        )

    def _prepare_event(self, event: Event) -> None:
        """Say in the event where it comes from, where it does not say so itself."""
        source = event.setdefault("source", {})
        source.setdefault("id", self.id)
        source.setdefault("user", {"username": self._api_user})
        source.setdefault("host", platform.node())

    def _prepare_reply_event(
        self, event: Event, source_event: Event, source: Mapping[str, Any] | None = None
    ) -> None:
        """Address a reply to whoever published *source_event*."""
        event["target"] = target_of(str(source_event["source"]["id"]))
        event["in_reply_to_event"] = source_event["id"]
        if source is not None:
            event["source"] = dict(source)

    # --- handling --------------------------------------------------------------------------------

    def wait(self, duration: float | None = None) -> None:
        """Handle events on this thread for *duration* seconds, or for ever.

        Returns earlier when the connection is ended, or is lost and not tried any more. Raises
        `EventHubConnectionError` where there is no connection and none was announced; waiting for
        ever also where the connection that was announced has failed.
        """
        if self._is_lost:
            raise EventHubConnectionError(
                "The connection was lost and is not tried any more. Call reconnect() on the event "
                "hub to begin anew."
            )
        if not self._is_expecting:
            raise EventHubConnectionError(
                "Only events from this session can be handled: there is no connection to the event "
                "server. Call connect() on the event hub first, or make the session with "
                "auto_connect_event_hub=True."
            )
        until = None if duration is None else monotonic() + duration
        while True:
            left = _SLICE if until is None else min(_SLICE, until - monotonic())
            is_over = self._handle_what_comes(max(0.0, left))
            if is_over or (until is not None and monotonic() >= until):
                return
            if until is None and self._fault and not self._is_attached:
                raise EventHubConnectionError(
                    f"Nothing will come: the event server was not reached ({self._fault}). Call "
                    "reconnect() on the event hub to try again."
                )

    def _handle_what_comes(self, seconds: float) -> bool:
        """Handle events for so long; say whether there is a reason to wait no longer."""
        ends_at, is_released, patience = monotonic() + seconds, False, seconds
        if not self._replaces("_handle", "_handle_packet"):
            self._events.wait(seconds)
            is_released, patience = monotonic() < ends_at, 0.0
        try:
            event = self._event_queue.get(timeout=patience)
        except queue.Empty:
            return is_released or self._is_lost or not self._is_expecting
        self._handle(event)
        return bool(event["topic"] == DISCONNECTED)

    def _handle(self, event: Event, synchronous: bool = False) -> Any:
        """Call the handlers of *event* on this thread; *synchronous* returns their results.

        Otherwise results are sent as replies, by the kernel, and None is returned.
        """
        if synchronous:
            carried = carry(event)
            with known_errors():
                results = self._events.publish(carried, synchronous=True)
            if carried.is_stopped:
                event.stop()
            return results
        self._take_in(event)
        self._events.wait(0)
        return None

    def _take_in(self, event: Event) -> None:
        """Let the kernel handle an event, without sending it anywhere."""
        if self._passage is not None:
            self._passage.take_in(event)
            return
        try:
            self._events.publish(carry(event), synchronous=self.connected)
        except EventError as error:
            self.logger.warning("%s was passed over: %s", event.get("topic"), error)

    def _hear_reply(self, reply: ports.Event) -> None:
        self._handle_reply(shown(reply))

    def _handle_reply(self, event: Event) -> None:
        """Call who waits for this reply."""
        callback = self._reply_callbacks.get(event["in_reply_to_event"])
        if callback is not None:
            callback(event)
