"""An open websocket, read and written by one thread. Importing this imports websocket-client."""

from __future__ import annotations

import selectors
import ssl
from typing import TYPE_CHECKING, Any

import websocket
from ftrack_core.ports import added_headers

from .errors import LineLostError
from .faults import reason_of, refused, told
from .handshake import host_of, shake_hands
from .route import open_stream

if TYPE_CHECKING:
    import socket

    from ftrack_core.errors import FtrackError
    from ftrack_core.ports import ConnectionSettings, Credentials, ServerAddress

    from .waker import Waker

__all__ = ["Line", "open_line"]

_FAREWELL = 2.0
"""In seconds: how long the end of a connection may take to be agreed on."""
_NOT_YET = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
_FAULTS = (OSError, ValueError, websocket.WebSocketException)


def open_line(
    address: ServerAddress, settings: ConnectionSettings, credentials: Credentials
) -> Line:
    """Connect to the event server. Raises as `shake_hands` does."""
    session_id = shake_hands(address, settings, credentials)
    headers = {name: _text(value) for name, value in added_headers(settings).items()}
    host, cookie = headers.pop("host", host_of(address)), headers.pop("cookie", None)
    stream = open_stream(address, settings)
    opened: Any = websocket.WebSocket(skip_utf8_validation=True, enable_multithread=False)
    fault: FtrackError
    try:
        opened.connect(
            address.socket(session_id),
            socket=stream,
            header=headers,
            host=host,
            cookie=cookie,
            suppress_origin=True,
            redirect_limit=0,
            timeout=settings.timeout,
        )
        status = opened.getstatus()
    except websocket.WebSocketBadStatusException as error:
        fault = refused(error.status_code, address.origin)
    except _FAULTS as error:
        fault = told(_beneath(error), address.origin)
    else:
        if status == 101:
            return Line(opened, stream, settings.timeout)
        fault = refused(status or 0, address.origin)
    stream.close()
    raise fault


class Line:
    """A websocket over *stream*; *timeout* is how long writing may take, in seconds.

    *opened* is a WebSocket of websocket-client, whose types say little.
    """

    def __init__(self, opened: Any, stream: socket.socket, timeout: float) -> None:
        self._socket = opened
        self._stream = stream
        self._timeout = timeout
        self._pieces: list[bytes] = []
        self._end: str | None = None

    def send(self, text: str) -> None:
        """Write one message. Raises `LineLostError`."""
        self._write(text, websocket.ABNF.OPCODE_TEXT)

    def read(self, most: int = 100) -> list[str]:
        """Return what has arrived, at most so many messages, without waiting for more.

        Raises `LineLostError` at the end of the connection, when all that came before it was read.
        """
        found: list[str] = []
        try:
            while self._end is None and len(found) < most:
                frame = self._frame()
                if frame is None:
                    return found
                message = self._message(frame)
                if message is not None:
                    found.append(message)
        except LineLostError as lost:
            self._end = str(lost)
        if self._end is not None and not found:
            raise LineLostError(self._end)
        return found

    def wait(self, waker: Waker, timeout: float) -> None:
        """Wait until something arrives or the *waker* is called, at most *timeout* seconds."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._stream, selectors.EVENT_READ)
            selector.register(waker, selectors.EVENT_READ)
            selector.select(timeout)
        waker.clear()

    def hurry(self, timeout: float) -> None:
        """Let writing take no longer than *timeout* seconds from now on."""
        self._timeout = min(self._timeout, timeout)

    def close(self) -> None:
        """Take leave, so that the server has read all that was written; then it is over."""
        self._socket.settimeout(min(self._timeout, _FAREWELL))
        self._socket.close(timeout=_FAREWELL)

    def abandon(self) -> None:
        """Let it go without a word."""
        self._socket.shutdown()

    def _frame(self) -> Any:
        """Return the next frame, None where it is not whole yet; a further call reads on."""
        try:
            self._socket.settimeout(0)
            return self._socket.recv_frame()
        except _NOT_YET:
            return None
        except _FAULTS as error:
            raise LineLostError(f"it broke{_reason(error)}") from None

    def _message(self, frame: Any) -> str | None:
        if frame.opcode == websocket.ABNF.OPCODE_CLOSE:
            raise LineLostError(f"the server closed it{_closing_words(frame.data)}")
        if frame.opcode == websocket.ABNF.OPCODE_PING:
            self._write(frame.data, websocket.ABNF.OPCODE_PONG)
        if frame.opcode not in _CARRIERS:
            return None
        self._pieces.append(frame.data)
        if not frame.fin:
            return None
        whole, self._pieces = b"".join(self._pieces), []
        return whole.decode("utf-8", "replace")

    def _write(self, data: Any, opcode: int) -> None:
        try:
            self._socket.settimeout(self._timeout)
            self._socket.send(data, opcode)
        except _FAULTS as error:
            raise LineLostError(f"writing failed{_reason(error)}") from None


_CARRIERS = (
    websocket.ABNF.OPCODE_TEXT,
    websocket.ABNF.OPCODE_BINARY,
    websocket.ABNF.OPCODE_CONT,
)


def _beneath(error: Exception) -> Exception:
    """Return what websocket-client has met, where it says so: a time-out is the system's."""
    if isinstance(error, websocket.WebSocketTimeoutException):
        return TimeoutError()
    if isinstance(error, websocket.WebSocketException):
        return ConnectionError()
    return error


def _reason(error: Exception) -> str:
    if isinstance(error, websocket.WebSocketTimeoutException):
        return " (the server reads nothing)"
    return reason_of(error)


def _closing_words(data: bytes) -> str:
    code = int.from_bytes(data[:2], "big") if len(data) >= 2 else 0
    return f" (code {code})" if code else ""


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode()
