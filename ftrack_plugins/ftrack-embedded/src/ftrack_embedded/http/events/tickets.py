"""The ids that handshakes give out: whoever brings one back has shown a key before."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftrack_embedded.engine.caller import Caller

__all__ = ["Tickets", "Visitor"]


@dataclass(frozen=True)
class Visitor:
    """Who has shown a key: what stands in the source of the events that they publish."""

    caller: Caller
    user_id: str | None

    @property
    def signature(self) -> dict[str, str | None]:
        """The user as events name one."""
        return {"id": self.user_id, "username": self.caller.username}


class Tickets:
    """Each is good for one visit within *seconds*; beyond *most* the oldest are forgotten."""

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds = seconds
        self._most = most
        self._out: dict[str, tuple[float, Visitor]] = {}

    def __len__(self) -> int:
        return len(self._out)

    def give(self, visitor: Visitor) -> str:
        """Return a new id, which nobody can guess."""
        self._forget(self._most - 1)
        ticket = secrets.token_hex(16)
        self._out[ticket] = (monotonic() + self._seconds, visitor)
        return ticket

    def take(self, ticket: str) -> Visitor | None:
        """Return who was given this id, once."""
        self._forget(self._most)
        _, visitor = self._out.pop(ticket, (0.0, None))
        return visitor

    def _forget(self, most: int) -> None:
        """Forget what is too old, and the oldest beyond *most*."""
        now = monotonic()
        for ticket, (until, _) in [*self._out.items()]:
            if until > now and len(self._out) <= most:
                break
            del self._out[ticket]
