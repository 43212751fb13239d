"""What is published and handled."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, MutableMapping
from typing import Any

__all__ = ["Event"]


class Event(MutableMapping[str, Any]):
    """Something that happened, as a mapping.

    Its keys are ``id``, ``topic``, ``data``, ``source`` (who published it), ``target`` (an
    expression on the metadata of subscribers; empty means everybody), ``sent`` (the server fills it
    in) and ``in_reply_to_event`` (the id of the event that this one answers).
    """

    def __init__(
        self,
        topic: str,
        id: str | None = None,  # noqa: A002 -- the name it has always had
        data: Any = None,
        sent: Any = None,
        source: Any = None,
        target: str = "",
        in_reply_to_event: str | None = None,
    ) -> None:
        self._data: dict[str, Any] = {
            "id": id or uuid.uuid4().hex,
            "data": {} if data is None else data,
            "topic": topic,
            "sent": sent,
            "source": {} if source is None else source,
            "target": target,
            "in_reply_to_event": in_reply_to_event,
        }
        self._stopped = False

    def stop(self) -> None:
        """Keep the handlers that come after this one from being called."""
        self._stopped = True

    def is_stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stopped

    def __str__(self) -> str:
        return f"<{type(self).__name__} {self._data}>"

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._data[key] = value

    def __delitem__(self, key: str) -> None:
        del self._data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)
