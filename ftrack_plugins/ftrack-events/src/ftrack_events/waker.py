"""Waking a thread that waits for a socket."""

from __future__ import annotations

import socket

__all__ = ["Waker"]


class Waker:
    """A pair of sockets: what is written to one end can be waited for at the other."""

    def __init__(self) -> None:
        self._near, self._far = socket.socketpair()
        self._near.setblocking(False)
        self._far.setblocking(False)

    def fileno(self) -> int:
        """What a selector waits for."""
        return self._near.fileno()

    def wake(self) -> None:
        """Let the thread go on; from any thread, also when it does not wait yet."""
        try:
            self._far.send(b"!")
        except OSError:  # full: it will go on anyway; or closed: nobody waits any more
            return

    def clear(self) -> None:
        """Forget that it was called."""
        try:
            while self._near.recv(4096):
                pass
        except OSError:
            return

    def close(self) -> None:
        """Give the sockets back."""
        self._near.close()
        self._far.close()
