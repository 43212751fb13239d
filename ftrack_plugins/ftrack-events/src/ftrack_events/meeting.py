"""Where sessions of one process find the bus of their server.

Two sessions that know nothing of each other can only meet at a place that belongs to the process.
Such a place is state of a module, which this library avoids everywhere else. The alternatives are
worse: a loopback socket opens a port that others may find, a socket file needs a folder and
somebody to clear it up, and both would still have to be found by name. So there is one registry
here, `_MEETING_PLACE`, and it is made so that nothing leaks through it: it is asked by the address
of a server only, it holds its buses weakly, so that the last hub takes its bus along, and a private
studio never enters it.
"""

from __future__ import annotations

import os
from threading import Lock
from typing import Final
from urllib.parse import unquote, urlsplit
from weakref import WeakValueDictionary

from .bus import Bus

__all__ = ["address_of", "bus_of"]

_PORTS = {"http": 80, "https": 443}


class _MeetingPlace:
    """The buses in use, by the address of their server."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._buses: WeakValueDictionary[str, Bus] = WeakValueDictionary()

    def __len__(self) -> int:
        return len(self._buses)

    def bus(self, address: str) -> Bus:
        """Return the bus of *address*, a new one where nobody holds one."""
        with self._lock:
            bus = self._buses.get(address)
            if bus is None:
                bus = self._buses[address] = Bus()
            return bus


_MEETING_PLACE: Final = _MeetingPlace()


def bus_of(server_url: str) -> Bus:
    """Return the bus of the sessions that work with *server_url*.

    A private studio (``embedded:`` without a path) has nobody to share it with and gets a bus of
    its own each time.
    """
    address = address_of(server_url)
    return Bus() if address is None else _MEETING_PLACE.bus(address)


def address_of(server_url: str) -> str | None:
    """Return one spelling for all URLs of a server, or None for a private studio."""
    parts = urlsplit(server_url)
    scheme = parts.scheme.lower()
    if scheme == "embedded":
        path = unquote(parts.path) if not parts.netloc else parts.netloc + parts.path
        return f"embedded:{_file(path)}" if path.strip("/") else None
    port = parts.port or _PORTS.get(scheme, 0)
    return f"{scheme}://{(parts.hostname or '').lower()}:{port}/{parts.path.strip('/')}"


def _file(path: str) -> str:
    is_database_url = "://" in path
    return path if is_database_url else os.path.normcase(os.path.realpath(path))
