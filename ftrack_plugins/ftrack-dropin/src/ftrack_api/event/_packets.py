"""The steps between a hub and its socket, as subclasses know them.

The plugin for the connection reads and writes packets by itself. What a subclass replaces of the
steps here is called all the same, with the events that come in and go out; steps for which there
is nothing of the kind say what to use instead.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ftrack_api.exception import EventHubConnectionError, EventHubPacketError

from ._lazy import Lazily
from ._passage import CONNECTED, DISCONNECTED
from ._queues import Limited
from .base import Event

if TYPE_CHECKING:
    import logging
    import queue

    from ._passage import Passage
    from .subscriber import Subscriber

    Callback = Callable[..., Any]

__all__ = ["Packets"]

_KINDS = ("disconnect", "connect", "heartbeat", "message", "json", "event", "acknowledge", "error")
_KEYS = ("topic", "id", "data", "sent", "source", "target", "in_reply_to_event")


class Packets:
    """What an event hub does with packets."""

    if TYPE_CHECKING:
        logger: logging.Logger
        _event_queue: queue.Queue[Event]
        _passage: Passage | None

        def _prepare_event(self, event: Event) -> None: ...

    _event_namespace = "ftrack.event"
    _connection: Any = None
    _unique_packet_id = 0

    @Lazily
    def _code_name_mapping(self) -> dict[str, str]:
        """The names of the kinds of packets by their codes, and the codes by their names."""
        codes = {str(number): name for number, name in enumerate(_KINDS)}
        return {**codes, **{name: code for code, name in codes.items()}}

    @Lazily
    def _packet_callbacks(self) -> dict[int, Callback]:
        return Limited()

    # --- coming in -------------------------------------------------------------------------------

    def _take_packet(self, name: str, event: Event | None = None) -> None:
        """Hand on a packet that came in, with the event that it carries."""
        data = ""
        if event is not None:
            data = self._encode({"name": self._event_namespace, "args": [event]})
        self._handle_packet(self._code_name_mapping[name], "", "", data)

    def _handle_packet(self, code: str, packet_identifier: str, path: str, data: str) -> None:
        """Act on a packet; one of an unknown kind is passed over."""
        del packet_identifier, path
        name = self._code_name_mapping.get(code, "unknown")
        if name == "event":
            self._queue_event(data)
        elif name == "connect":
            self._queue_notice(CONNECTED)
        elif name == "disconnect" and self._passage is None:
            self._queue_notice(DISCONNECTED)
        elif name == "heartbeat":
            self._send_packet(self._code_name_mapping["heartbeat"])
        elif name == "acknowledge":
            self._hear_acknowledgement(data)
        elif name == "error":
            self.logger.error("The event server reports: %.200s", data or "an error")
        else:
            self.logger.debug("Passed over a packet: %s (%s)", name, code)

    def _queue_event(self, data: str) -> None:
        payload = self._decode(data)
        arguments = payload.get("args") if isinstance(payload, Mapping) else None
        if not isinstance(arguments, list) or len(arguments) != 1:
            self.logger.warning("Passed over a packet: it carries one event, or it is none.")
        elif not isinstance(arguments[0], Mapping) or not arguments[0].get("topic"):
            self.logger.warning("Passed over an event without a topic.")
        else:
            known = {key: arguments[0][key] for key in _KEYS if key in arguments[0]}
            self._event_queue.put(Event(**known))

    def _queue_notice(self, topic: str) -> None:
        event = Event(topic)
        self._prepare_event(event)
        self._event_queue.put(event)

    def _hear_acknowledgement(self, data: str) -> None:
        number, _, told = data.partition("+")
        callback = self._packet_callbacks.pop(int(number), None) if number.isdigit() else None
        if callback is not None:
            callback(*(self._decode(told) if told else ()))

    def _receive_packet(self) -> tuple[str, str, str, str]:
        """Refuse: packets are read elsewhere."""
        raise EventHubConnectionError(
            "packets are read by the plugin for the connection; replace _handle_packet to see the "
            "events that come in"
        )

    def _acknowledge_packet(self, packet_identifier: str, *args: Any) -> None:
        """Refuse: events that came in are acknowledged already."""
        del packet_identifier, args
        raise EventHubPacketError(
            "the plugin for the connection acknowledges what comes in; remove the call of "
            "_acknowledge_packet"
        )

    # --- going out -------------------------------------------------------------------------------

    def _emit_event_packet(self, namespace: str, event: Event, callback: Callback | None) -> None:
        """Send an event."""
        data = self._encode({"name": namespace, "args": [event]})
        self._send_packet(self._code_name_mapping["event"], data, callback)

    def _send_packet(self, code: str, data: str = "", callback: Callback | None = None) -> None:
        """Send a packet that carries an event; heartbeats are answered already.

        *callback* is told at once that the connection has taken it: ``{"success": True}``.
        """
        name = self._code_name_mapping.get(code)
        if name == "heartbeat":
            return
        if name != "event":
            raise EventHubPacketError(
                f"only events are sent through the plugin for the connection, not {name or code!r}"
                " packets; use publish, or disconnect"
            )
        if self._passage is None:
            raise EventHubConnectionError
        self._passage.send_out(Event(**self._decode(data)["args"][0]))
        if callback is not None:
            callback({"success": True})

    def _get_socket_io_session(self) -> Any:
        """Refuse: the plugin for the connection greets the server."""
        raise EventHubConnectionError(
            "the plugin for the connection greets the server; make another with the hook "
            "ftrack_create_event_hub to connect in another way"
        )

    # --- answers ---------------------------------------------------------------------------------

    def _add_packet_callback(self, callback: Callback) -> str:
        """Keep *callback* until its packet is acknowledged; return how the packet is marked."""
        self._unique_packet_id += 1
        self._packet_callbacks[self._unique_packet_id] = callback
        return f"{self._unique_packet_id}+"

    def _pop_packet_callback(self, packet_identifier: int) -> Callback:
        """Return the callback of a packet, once. Raises KeyError."""
        return self._packet_callbacks.pop(packet_identifier)

    def _on_published(self, event: Event, response: Mapping[str, Any]) -> None:
        """Hear what became of an event that was sent."""
        if not response.get("success", False):
            self.logger.error("The server has refused %s: %s", event, response.get("message"))

    def _on_subscribed(self, subscriber: Subscriber, response: Mapping[str, Any]) -> None:
        """Hear what became of a subscription that was announced."""
        self._warn_unless(response, "announced", subscriber)

    def _on_unsubscribed(self, subscriber: Subscriber, response: Mapping[str, Any]) -> None:
        """Hear what became of a subscription that was withdrawn."""
        self._warn_unless(response, "withdrawn", subscriber)

    def _warn_unless(self, response: Mapping[str, Any], done: str, subscriber: Subscriber) -> None:
        if not response.get("success", False):
            message = response.get("message")
            self.logger.warning("%s could not be %s: %s", subscriber, done, message)

    # --- text ------------------------------------------------------------------------------------

    def _encode(self, data: Any) -> str:
        """Return *data*, events in it included, as JSON."""
        return json.dumps(data, default=self._encode_object_hook, ensure_ascii=False)

    def _encode_object_hook(self, item: Any) -> Any:
        """Return an event as the event server writes it. Raises TypeError for anything else."""
        if not isinstance(item, Event):
            raise TypeError(f"{type(item).__name__} cannot be sent: it is not JSON serialisable")
        return {_written(key): value for key, value in item.items()}

    def _decode(self, string: str) -> Any:
        """Return what JSON stands for; keys in the data of an event stay as they are."""
        found = json.loads(string)
        if isinstance(found, dict) and isinstance(found.get("args"), list):
            arguments = [self._decode_object_hook(one) for one in found["args"]]
            return {**found, "args": arguments}
        return self._decode_object_hook(found)

    def _decode_object_hook(self, item: Any) -> Any:
        """Return an event with the keys that handlers know."""
        if not isinstance(item, dict):
            return item
        renamed = {"inReplyToEvent": "in_reply_to_event"}
        return {renamed.get(key, key): value for key, value in item.items()}


def _written(key: str) -> str:
    return "inReplyToEvent" if key == "in_reply_to_event" else key
