"""Events and subscriptions as plain values."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event as Flag
from typing import Any

__all__ = ["Event", "EventCallback", "Subscription"]


def _new_id() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True, eq=False)
class Event:
    """Something that happened.

    *topic* names its kind; *data* is free; *source* says who published it; *target* is an
    expression over the subscriber's metadata (empty: everybody); *sent* is filled in by the server;
    *in_reply_to_event* is the id of the event that this one answers.
    """

    topic: str
    data: Mapping[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=_new_id)
    source: Mapping[str, Any] = field(default_factory=dict)
    target: str = ""
    sent: Any = None
    in_reply_to_event: str | None = None
    _stopped: Flag = field(default_factory=Flag, repr=False)

    def stop(self) -> None:
        """Keep the handlers of lower priority from being called for this event."""
        self._stopped.set()

    @property
    def is_stopped(self) -> bool:
        """Whether a handler has called `stop`."""
        return self._stopped.is_set()

    def to_wire(self) -> dict[str, Any]:
        """Return the event as the event server carries it."""
        return {
            "id": self.id,
            "topic": self.topic,
            "data": self.data,
            "source": dict(self.source),
            "target": self.target,
            "sent": self.sent,
            "inReplyToEvent": self.in_reply_to_event,
        }

    def __getitem__(self, name: str) -> Any:
        """Read a member by name, as handlers written for the official client do."""
        if name not in ("id", "topic", "data", "source", "target", "sent", "in_reply_to_event"):
            raise KeyError(name)
        return getattr(self, name)


EventCallback = Callable[[Event], Any]


@dataclass(frozen=True)
class Subscription:
    """A handler and the events it asks for.

    *expression* is an event expression (``topic=ftrack.update``). Handlers of a lower *priority*
    number run first. *id* is stable: a plugin that is reloaded and offers the same id keeps its
    place. *metadata* is what targets are matched against. With *worker* the handler gets a thread
    of its own: its events stay in order and it cannot stop others.
    """

    expression: str
    callback: EventCallback
    priority: int = 100
    id: str = field(default_factory=_new_id)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    worker: bool = False
    plugin: str = ""
