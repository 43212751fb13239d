"""A studio behind HTTP: in a thread of its own, or as the whole of a process."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import threading
from typing import TYPE_CHECKING, Final

from ftrack_core.errors import ConfigurationError

from ftrack_embedded.engine.caller import ADMINISTRATOR

try:
    import aiohttp  # noqa: F401 - what follows needs it
except ImportError as error:  # pragma: no cover - depends on what is installed
    raise ImportError("serving over HTTP needs aiohttp: install ftrack-embedded[http]") from error

from .app import MAX_BODY, make_app
from .cors import Cors
from .serving import serving
from .threads import Threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from ftrack_embedded.engine.studio import Studio

    from .events.limits import EventLimits

__all__ = ["Server", "serve_forever"]

_GRACE: Final = 5.0
"""In seconds: how long requests in flight may take when the server ends."""
_BY_SIGNAL: Final = 128
"""With the number of the signal: the exit status of what was ended by one."""
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with only
"""What stands for all addresses of a machine, and where a client on it finds the server then."""


class Server:
    """Serves *studio* at ``http://host:port`` from a background thread.

    Port 0 takes a free one. *origins* are those whose pages may use the server, such as
    ``https://pipeline.example.com``; without them pages of any origin may. *events* holds the
    measures of the event server. The studio stays open when the server closes.
    """

    def __init__(
        self,
        studio: Studio,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        origins: Iterable[str] | None = None,
        max_body: int = MAX_BODY,
        events: EventLimits | None = None,
    ) -> None:
        self.studio = studio
        self._cors = Cors(origins)
        self._host = host
        self._port = port
        self._max_body = max_body
        self._events = events
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None

    @property
    def is_everywhere(self) -> bool:
        """Whether other machines reach it, too, at any address of this one."""
        return self._host in _EVERYWHERE

    @property
    def url(self) -> str:
        """The address clients are given, without a trailing slash."""
        reached = _EVERYWHERE.get(self._host, self._host)
        host = f"[{reached}]" if ":" in reached else reached
        return f"http://{host}:{self._port}"

    def start(self) -> Server:
        """Begin to serve; returns when connections are accepted. ConfigurationError if not."""
        self._thread = threading.Thread(target=self._run, name="ftrack-server", daemon=True)
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            self._thread.join()
            raise ConfigurationError(
                f"the server cannot listen on {self._host}:{self._port}: {self._failure}"
            ) from self._failure
        return self

    def close(self) -> None:
        """Stop serving; requests in flight are finished. Closing again does nothing."""
        thread, self._thread = self._thread, None
        if thread is None or self._loop is None or self._stop is None:
            return
        self._loop.call_soon_threadsafe(self._stop.set)
        thread.join()

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Server {self.url}>"

    def _run(self) -> None:
        try:
            asyncio.run(self._serve(self._ready.set))
        except OSError as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self, ready: Callable[[], None]) -> None:
        """Serve until `_stop` is set; *ready* is called when connections are accepted."""
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        with Threads() as threads:
            app = make_app(
                self.studio, threads, self._cors, max_body=self._max_body, events=self._events
            )
            async with serving(app, self._host, self._port, grace=_GRACE) as self._port:
                self.studio.public_url = self.url
                ready()
                await self._stop.wait()

    async def run_until_signal(self, ready: Callable[[], None]) -> None:
        """Serve until Ctrl-C or SIGTERM, in this thread; a second one waits for nothing."""
        loop = asyncio.get_running_loop()
        told = False

        def stop(number: int, _: object) -> None:
            nonlocal told
            if told:
                # Threads may wait for long, and cannot be ended; of no batch half is stored.
                os._exit(_BY_SIGNAL + number)
            told = True
            if self._stop is not None:
                loop.call_soon_threadsafe(self._stop.set)

        previous = {number: signal.signal(number, stop) for number in _signals()}
        try:
            await self._serve(ready)
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)


def _signals() -> tuple[signal.Signals, ...]:
    return (signal.SIGINT, signal.SIGTERM)


def serve_forever(
    studio: Studio,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    username: str = ADMINISTRATOR,
    api_key: str | None = None,
    origins: Iterable[str] | None = None,
    write: Callable[[str], None] | None = None,
) -> None:
    """Serve *studio* until Ctrl-C or SIGTERM.

    *write* gets the lines that tell where the server is and how to reach it: the address first,
    then three lines that a shell can evaluate; by default they go to standard output at once.
    Without an *api_key* a new one is made for *username*. *origins* are those of `Server`.
    """
    tell = write or _print
    if api_key:
        studio.register_api_key(username, api_key)
    key = api_key or studio.create_api_key(username)
    server = Server(studio, host, port, origins=origins)

    def ready() -> None:
        also = " and at every address of this machine" if server.is_everywhere else ""
        tell(f"ftrack server ready at {server.url}{also}")
        tell(f"export FTRACK_SERVER={server.url}")
        tell(f"export FTRACK_API_USER={shlex.quote(username)}")
        tell(f"export FTRACK_API_KEY={shlex.quote(key)}")

    asyncio.run(server.run_until_signal(ready))


def _print(line: str) -> None:
    print(line, flush=True)
