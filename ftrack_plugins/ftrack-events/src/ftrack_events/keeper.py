"""A connection that is kept: made again when it was lost, until it is closed."""

from __future__ import annotations

import logging
from dataclasses import replace
from threading import Event as Flag
from threading import Thread, current_thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

from ftrack_core.errors import EventError, FtrackError
from ftrack_core.events import (
    Packet,
    PacketKind,
    event_from_wire,
    event_in,
    read_acknowledgement,
    read_packet,
    wire_time,
)
from ftrack_core.events.recent import Recent

from .errors import EventCredentialsError, LineLostError
from .outbox import Letter, Outbox, Unanswered
from .waker import Waker

if TYPE_CHECKING:
    from collections.abc import Callable

    from ftrack_core.ports import Event

    from .line import Line
    from .options import HubOptions

__all__ = ["CONNECTED", "DISCONNECTED", "Correspondent", "Keeper"]

CONNECTED = "ftrack.meta.connected"
DISCONNECTED = "ftrack.meta.disconnected"

_logger = logging.getLogger(__name__)
_ROUND = 100
"""How many letters are written before it is looked whether something has come in."""
_FLUSH = 5.0
"""In seconds: how long closing may take to write what waits."""
_STEADY = 30.0
"""In seconds: a connection that has lasted so long is no reason to try the next one less often."""
_ANSWERS = 5.0
"""In seconds: how long a server may take to confirm the subscriptions of a new connection."""
_SEEN = 1_000
"""How many ids of events are remembered, to know one again that was sent twice."""


class Correspondent(Protocol):
    """Whose connection it is."""

    def begin(self, again: list[Letter]) -> None:
        """Fill the outbox for a new connection: what it asks for, then what is sent *again*."""

    def receive(self, event: Event) -> None:
        """Take an event that came in."""

    def notice(self, topic: str, data: dict[str, Any]) -> None:
        """Take what happened to the connection."""


class Keeper:
    """Owns the thread that reads and writes; everything on a line is done there.

    *open_line* connects and raises `FtrackError` where it cannot; *name* is what the log calls the
    server.
    """

    def __init__(
        self,
        open_line: Callable[[], Line],
        owner: Correspondent,
        outbox: Outbox,
        options: HubOptions,
        name: str,
    ) -> None:
        self._open_line = open_line
        self._owner = owner
        self._outbox = outbox
        self._options = options
        self._name = name
        self._waker = Waker()
        self._closing = Flag()
        self._thread: Thread | None = None
        self._delays = options.delays()
        self._unanswered = Unanswered(options.waiting)
        self._is_answering = False
        self._seen: Recent[bool] = Recent(_SEEN)
        self._heard_at = 0.0
        self._is_open = False
        self._news: dict[str, Any] | None = None
        self._news_by = 0.0
        self._settled = Flag()
        self._has_complained = False
        self.end = ""
        """Why there is no connection and none will come; empty while there is hope."""

    @property
    def connected(self) -> bool:
        """Whether letters go out at this moment, and all that was asked for comes in."""
        return self._is_open and not self._closing.is_set()

    def start(self) -> None:
        """Connect, and stay connected from now on. Raises `FtrackError` if the first time fails."""
        try:
            line = self._greeted(self._open_line())
        except BaseException:
            self._waker.close()
            raise
        self._enter({})
        self._thread = Thread(target=self._work, args=(line,), name="ftrack-hub", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Wait until the server has confirmed the first subscriptions, but not for ever."""
        if self._thread is not current_thread():
            self._settled.wait(2 * _ANSWERS)

    def wake(self) -> None:
        """Let the thread look at the outbox."""
        self._waker.wake()

    def close(self) -> None:
        """Write what waits, take leave and end the thread; it is waited for, not for ever."""
        self._closing.set()
        self._waker.wake()
        if self._thread is not None and self._thread is not current_thread():
            self._thread.join(2 * _FLUSH)

    # --- the thread ------------------------------------------------------------------------------

    def _work(self, first: Line) -> None:
        try:
            line: Line | None = first
            while line is not None:
                line = self._served(line)
        except Exception:
            _logger.exception("the event hub has failed")
            self._give_up("the event hub has failed; the log says more")
        finally:
            self._is_open = False
            self._settled.set()
            self._finish()

    def _served(self, line: Line) -> Line | None:
        """Use *line* to its end and return the one that takes its place, if any does."""
        opened_at = monotonic()
        try:
            while not self._closing.is_set():
                is_more_to_write = self._write(line)
                self._settle()
                if not self._read(line) and not is_more_to_write:
                    line.wait(self._waker, self._pause())
            self._take_leave(line)
        except LineLostError as lost:
            line.abandon()
            if not self._closing.is_set():
                return self._replaced(str(lost), monotonic() - opened_at)
        return None

    def _replaced(self, reason: str, lasted: float) -> Line | None:
        self._is_open = False
        self._settled.set()  # whoever waits for the first connection has had it
        since = wire_time()
        _logger.warning("the connection to %s was lost: %s; connecting again", self._name, reason)
        if lasted > _STEADY:
            self._delays = self._options.delays()
        line = self._opened_again(reason)
        if line is not None:
            self._enter({"disconnected_at": since})
        return line

    def _opened_again(self, reason: str) -> Line | None:
        for delay in self._delays:
            if self._closing.wait(delay):
                return None
            try:
                return self._greeted(self._open_line())
            except EventCredentialsError as error:
                reason = str(error)
                break
            except FtrackError as error:
                reason = str(error)
                _logger.info("%s is out of reach: %s", self._name, reason)
        if not self._closing.is_set():
            self._give_up(reason)
        return None

    def _greeted(self, line: Line) -> Line:
        """Return *line* when the server has said that it is connected."""
        until = monotonic() + self._options.silence
        try:
            while monotonic() < until and not self._closing.is_set():
                kinds = [_kind_of(text) for text in line.read(1)]
                if PacketKind.CONNECT in kinds:
                    return line
                if not kinds:
                    line.wait(self._waker, until - monotonic())
            reason = "it does not say that we are connected"
        except LineLostError as lost:
            reason = str(lost)
        line.abandon()
        raise EventError(f"no connection to the event server at {self._name}: {reason}")

    def _enter(self, news: dict[str, Any]) -> None:
        """Begin with a new line; *news* are told when what we ask for has reached the server."""
        again = self._left_over()
        self._unanswered = Unanswered(self._options.waiting)
        self._has_complained = False
        self._heard_at = monotonic()
        self._owner.begin(again)
        self._news, self._news_by = news, monotonic() + _ANSWERS

    def _settle(self) -> None:
        """Tell of a new line once all subscriptions are confirmed, or the server takes too long."""
        if self._news is None:
            return
        is_asking = self._outbox.announces or self._unanswered.announces
        if is_asking and monotonic() < self._news_by:
            return
        news, self._news = self._news, None
        self._is_open = True
        self._settled.set()
        if news:
            _logger.warning("the connection to %s is there again", self._name)
        self._owner.notice(CONNECTED, news)

    def _left_over(self) -> list[Letter]:
        """Return the events to send again: once, and if the server answers to events at all."""
        sent = self._unanswered.events
        again = [replace(one, again=True) for one in sent if self._is_answering and not one.again]
        if len(again) < len(sent):
            _logger.warning(
                "%d events were sent and %s has not confirmed them; they may not have arrived",
                len(sent) - len(again),
                self._name,
            )
        return again

    def _give_up(self, reason: str) -> None:
        self._is_open = False
        self.end = reason
        _logger.error(
            "no connection to %s, and none is tried any more: %s; session.events.connect() begins "
            "anew",
            self._name,
            reason,
        )
        self._owner.notice(DISCONNECTED, {"reason": reason})

    def _finish(self) -> None:
        self.end = self.end or "it was closed"
        if len(self._outbox):
            _logger.warning("%d events were not sent to %s", len(self._outbox), self._name)
        self._waker.close()

    # --- writing ---------------------------------------------------------------------------------

    def _write(self, line: Line) -> bool:
        """Write what waits, but not more than a round of it; say whether there may be more."""
        for _ in range(_ROUND):
            letter = self._outbox.take()
            if letter is None:
                return False
            line.send(self._unanswered.packet(letter))
        return True

    def _take_leave(self, line: Line) -> None:
        until = monotonic() + _FLUSH
        line.hurry(_FLUSH)
        while self._write(line) and monotonic() < until:
            line.read()
        line.close()

    # --- reading ---------------------------------------------------------------------------------

    def _pause(self) -> float:
        """Return how long it may be waited for something to come in, in seconds."""
        if self._news is None:
            return self._patience()
        return min(self._patience(), max(0.0, self._news_by - monotonic()))

    def _patience(self) -> float:
        until = self._heard_at + self._options.silence
        return max(0.0, until - monotonic())

    def _read(self, line: Line) -> bool:
        """Act on what has come in, and say whether anything has."""
        texts = line.read()
        if texts:
            self._heard_at = monotonic()
        elif not self._patience():
            raise LineLostError(f"nothing came for {self._options.silence:g} s")
        for text in texts:
            if not self._closing.is_set():
                self._take(line, text)
        return bool(texts)

    def _take(self, line: Line, text: str) -> None:
        try:
            self._act(line, read_packet(text))
        except EventError as error:
            level = logging.DEBUG if self._has_complained else logging.WARNING
            self._has_complained = True
            _logger.log(level, "a packet of %s was passed over: %s", self._name, error)

    def _act(self, line: Line, packet: Packet) -> None:
        if packet.kind is PacketKind.EVENT:
            self._hand_on(line, packet)
        elif packet.kind is PacketKind.HEARTBEAT:
            line.send(str(Packet(PacketKind.HEARTBEAT)))
        elif packet.kind is PacketKind.ACKNOWLEDGE:
            self._hear_answer(packet)
        elif packet.kind is PacketKind.DISCONNECT:
            raise LineLostError("the server ended it")
        elif packet.kind is PacketKind.ERROR:
            _logger.error("%s reports: %.200s", self._name, packet.data or "an error")

    def _hand_on(self, line: Line, packet: Packet) -> None:
        if packet.number is not None:
            line.send(str(Packet(PacketKind.ACKNOWLEDGE, str(packet.number))))
        event = event_from_wire(event_in(packet))
        if event.id not in self._seen:
            self._seen.remember(event.id, True)
            self._owner.receive(event)

    def _hear_answer(self, packet: Packet) -> None:
        self._is_answering = True
        answer = read_acknowledgement(packet)
        letter = self._unanswered.answered(answer)
        self._settle()  # before the events that come behind it
        if not answer.success and letter is not None:
            message = answer.message or "it gives no reason"
            _logger.error("%s has refused %s: %.200s", self._name, letter.about, message)


def _kind_of(text: str) -> PacketKind | None:
    try:
        packet = read_packet(text)
    except EventError:
        return None
    if packet.kind in (PacketKind.DISCONNECT, PacketKind.ERROR):
        raise LineLostError(packet.data or "the server ended it")
    return packet.kind
