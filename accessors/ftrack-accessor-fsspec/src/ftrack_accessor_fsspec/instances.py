"""Instances of a file system, lent to one user at a time where they cannot be shared."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .backends import Backend, FileSystem, backend_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .addresses import Address

__all__ = ["Instance", "Instances"]


@dataclass(frozen=True)
class Instance:
    """A connected file system and the path of the root in it."""

    files: FileSystem
    root: str


class Instances:
    """Makes instances when they are needed and keeps them for the next user.

    SFTP and FTP hang when two threads use one instance: each is lent to one user, who holds it
    until a stream is closed. There are never more than were in use at once. Of any other kind
    there is one for all.
    """

    def __init__(self, address: Address) -> None:
        self.backend: Backend = backend_of(address.protocol)
        self._address = address
        self._lock = threading.Lock()
        self._idle: list[Instance] = []

    @contextmanager
    def one(self) -> Iterator[Instance]:
        """Lend an instance for the time of the block."""
        instance = self.take()
        try:
            yield instance
        finally:
            self.give_back(instance)

    def take(self) -> Instance:
        """Lend an instance; a new one connects here."""
        with self._lock:
            if self.backend.exclusive:
                if self._idle:
                    return self._idle.pop()
            else:
                if not self._idle:
                    self._idle.append(self._make())
                return self._idle[0]
        return self._make()

    def give_back(self, instance: Instance) -> None:
        """Take an instance back."""
        if self.backend.exclusive:
            with self._lock:
                self._idle.append(instance)

    def close(self) -> None:
        """Close the connections that are not in use."""
        with self._lock:
            idle, self._idle = self._idle, []
        for instance in idle:
            close = getattr(getattr(instance.files, "client", None), "close", None)
            if close is not None:
                close()

    def _make(self) -> Instance:
        return Instance(*self.backend.make(self._address))
