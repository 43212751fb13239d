"""How long the event server waits, and how much it keeps."""

from __future__ import annotations

from dataclasses import dataclass

from ftrack_core.errors import ConfigurationError

__all__ = ["EventLimits"]

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class EventLimits:
    """The measures of an event server; times are in seconds, sizes in bytes.

    A client hears a heartbeat every *heartbeat* and is dropped when nothing came from it for
    *silence*. At most *waiting* packets, and *waiting_size* in all, wait for a client that reads
    slowly; with more it is dropped. A packet is at most *packet_size* long, an expression
    *expression_length* characters, and a client has at most *subscriptions*. The id that a
    handshake gives out is good for *ticket*; at most *tickets* are out at a time.

    Raises `ConfigurationError` for a measure that is not above 0.
    """

    heartbeat: float = 5.0
    silence: float = 60.0
    waiting: int = 10_000
    waiting_size: int = 64 * _MEGABYTE
    packet_size: int = 32 * _MEGABYTE
    expression_length: int = 16_384
    subscriptions: int = 1_000
    ticket: float = 60.0
    tickets: int = 10_000

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not value > 0:
                raise ConfigurationError(f"{name} of the event server is above 0, not {value!r}")
