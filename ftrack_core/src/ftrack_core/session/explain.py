"""Tells which lines of the caller's code caused which requests."""

from __future__ import annotations

import inspect
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from ftrack_core.ports import Batch, Operation

    from .connection import Connection

__all__ = ["Explanation", "Request", "explained"]

_OURS = ("ftrack_", "pluggy", "contextlib", "functools", "concurrent.", "threading")


@dataclass(frozen=True)
class Request:
    """One request: the line that caused it and what was asked, in short."""

    place: str
    what: str


@dataclass
class Explanation:
    """The requests of a block, in order; as text a table by line, the most requests first."""

    requests: list[Request] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.requests)

    def __str__(self) -> str:
        counts = Counter(request.place for request in self.requests)
        lines = [f"{len(self)} request(s)"]
        for place, count in counts.most_common():
            examples = [one.what for one in self.requests if one.place == place]
            lines.append(f"{count:6}  {place}  {examples[0]}")
        return "\n".join(lines)


@contextmanager
def explained(connection: Connection) -> Iterator[Explanation]:
    """Collect the requests that go over *connection* while the block runs."""
    explanation = Explanation()

    def note(batch: Batch) -> None:
        explanation.requests.append(Request(_place(inspect.currentframe()), _what(batch)))

    connection.observers.append(note)
    try:
        yield explanation
    finally:
        connection.observers.remove(note)


def _place(frame: FrameType | None) -> str:
    """Return the innermost line that is none of ours."""
    while frame is not None:
        if not frame.f_globals.get("__name__", "").startswith(_OURS):
            return f"{frame.f_code.co_filename}:{frame.f_lineno}"
        frame = frame.f_back
    return "(in the background)"


def _what(batch: Batch) -> str:
    shown = _operation(batch[0]) if batch else "nothing"
    return shown if len(batch) == 1 else f"{shown} and {len(batch) - 1} more"


def _operation(operation: Operation) -> str:
    action = str(operation.get("action"))
    if action == "query":
        text = str(operation.get("expression", ""))
        return text if len(text) <= 100 else f"{text[:97]}..."
    return f"{action} {operation.get('entity_type', '')}".rstrip()
