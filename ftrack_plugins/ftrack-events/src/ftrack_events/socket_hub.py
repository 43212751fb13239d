"""The hub of one session that works with an event server."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import RLock
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import EventError
from ftrack_core.events import SubscriptionIndex, compile_expression, compile_subscription
from ftrack_core.ports import Event, ServerAddress

from .keeper import Keeper
from .letters import announcement, letter_of, withdrawal
from .options import HubOptions
from .outbox import Letter, Outbox

if TYPE_CHECKING:
    from ftrack_core.events import CompiledSubscription
    from ftrack_core.ports import Context, Credentials, Subscription

    from .line import Line

__all__ = ["SocketHub"]

Receive = Callable[[Event], None]

_logger = logging.getLogger(__name__)


class SocketHub:
    """Carries events between a session and the event server of an ftrack server.

    Nothing is opened, and websocket-client is not imported, before `connect`. A connection that is
    lost is made again: subscriptions are announced anew, and events that were published meanwhile
    are sent then. The key goes into one request for the server itself and nowhere else.

    Handlers of ``ftrack.meta.connected`` hear of each connection that is made, those of
    ``ftrack.meta.disconnected`` when none is tried any more.
    """

    def __init__(self, context: Context, credentials: Credentials) -> None:
        self._address = ServerAddress(context.server_url)
        self._settings = context.settings
        self._credentials = credentials
        self._options = HubOptions.read(context.plugin_arguments.get("events"))
        self._changing = RLock()
        self._asked = SubscriptionIndex()
        self._outbox = Outbox(self._options.waiting)
        self._keeper: Keeper | None = None
        self._receive: Receive = _nobody

    def __repr__(self) -> str:
        state = "connected" if self.connected else "not connected"
        return f"<SocketHub to {self._address.origin}, {state}>"

    @property
    def connected(self) -> bool:
        """Whether events go out and come in at this moment."""
        keeper = self._keeper
        return keeper is not None and keeper.connected

    def connect(self, receive: Receive) -> None:
        """Open the connection; *receive* is called for each event, on a thread of this hub.

        When it returns the server knows of all subscriptions; one that says nothing to them is
        waited for a few seconds.

        Raises:
            EventCredentialsError: the server does not accept user or key.
            EventError: it cannot be reached or is no event server, or this is connected already.
            ConfigurationError: settings with which no connection can be made.
        """
        with self._changing:
            if self._keeper is not None and not self._keeper.end:
                raise EventError("the event hub is connected already")
            self._receive = receive
            self._outbox = Outbox(self._options.waiting)
            keeper = Keeper(self._open, self, self._outbox, self._options, self._address.origin)
            keeper.start()
            self._keeper = keeper
        keeper.wait()  # not under the lock, which a receiver may need

    def subscribe(self, subscription: Subscription) -> None:
        """Ask for the events of *subscription*, in the stead of one with the same id.

        Raises `QuerySyntaxError` for an expression that does not parse and `EventError` for
        metadata that JSON cannot hold.
        """
        entry, letter = compile_subscription(subscription), announcement(subscription)
        with self._changing:
            former = self._asked.get(subscription.id)
            self._asked = self._asked.with_entry(entry)
            if former is None:
                self._tell(letter)
            elif _request(former) != _request(entry):
                self._tell(withdrawal(former.subscription), letter)

    def unsubscribe(self, subscription_id: str) -> None:
        """Ask for them no longer; an unknown id is no error."""
        with self._changing:
            entry = self._asked.get(subscription_id)
            if entry is not None:
                self._asked = self._asked.without(subscription_id)
                self._tell(withdrawal(entry.subscription))

    def send(self, event: Event) -> None:
        """Publish *event*, now or when a connection that was lost is there again.

        Raises `EventError` where there is no connection and none is tried, where too many events
        wait for one, or the event's data is no JSON, and `QuerySyntaxError` for a target that does
        not parse.
        """
        compile_expression(event.target)  # a fault is told to the sender, whoever listens
        letter = letter_of(event)
        with self._changing:
            keeper = self._keeper
            if keeper is None or keeper.end:
                reason = f" ({keeper.end})" if keeper is not None else ""
                raise EventError(
                    f"{event.topic} was not sent: the event hub is not connected{reason}"
                )
            self._outbox.put(letter)
            keeper.wake()

    def close(self) -> None:
        """Send what waits, and disconnect; calling it again does nothing."""
        with self._changing:
            keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.close()

    # --- for the keeper --------------------------------------------------------------------------

    def begin(self, again: list[Letter]) -> None:
        """Fill the outbox for a new connection: all subscriptions, then what is sent *again*."""
        with self._changing:
            asked = [announcement(entry.subscription) for entry in self._asked]
            self._outbox.begin_anew([*asked, *again])

    def receive(self, event: Event) -> None:
        """Hand on an event that came in."""
        try:
            self._receive(event)
        except Exception:
            _logger.exception("an event was received and could not be queued")

    def notice(self, topic: str, data: dict[str, Any]) -> None:
        """Hand on what happened to the connection, if a subscription asks for it."""
        source = {"user": {"username": self._credentials.user}}
        event = Event(topic, data, source=source)
        if self._asked.interested(event):
            self.receive(event)

    def _open(self) -> Line:
        from .line import open_line

        return open_line(self._address, self._settings, self._credentials)

    def _tell(self, *letters: Letter) -> None:
        if self._keeper is not None:
            for letter in letters:
                self._outbox.put(letter)
            self._keeper.wake()


def _request(entry: CompiledSubscription) -> tuple[str, dict[str, Any]]:
    """Return what a server is asked for."""
    return entry.subscription.expression, dict(entry.metadata)


def _nobody(_: Event) -> None:
    """Stand in for the receiver until there is one."""
