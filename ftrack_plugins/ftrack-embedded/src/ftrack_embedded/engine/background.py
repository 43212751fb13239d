"""Work that a studio does beside its requests, in threads that end when it is closed."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Background"]

_LOGGER: Final = logging.getLogger(__name__)


class Background:
    """Threads of one studio; what takes long looks at `ending` from time to time."""

    def __init__(self) -> None:
        self.ending = threading.Event()
        """Set when the studio closes and waits for the work to end."""
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    def start(self, work: Callable[[], object]) -> None:
        """Do *work* in a thread of its own; a failure is logged. Nothing starts while closing."""
        with self._lock:
            if self.ending.is_set():
                return
            self._threads = [one for one in self._threads if one.is_alive()]
            thread = threading.Thread(
                target=_logged, args=(work,), name="ftrack-background", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def wait(self) -> None:
        """Wait until all work that was started has ended."""
        for thread in tuple(self._threads):
            if thread is not threading.current_thread():
                thread.join()

    def close(self) -> None:
        """Tell the work to end, and wait for it."""
        with self._lock:
            self.ending.set()
        self.wait()


def _logged(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception:
        _LOGGER.exception("Work in the background failed.")
