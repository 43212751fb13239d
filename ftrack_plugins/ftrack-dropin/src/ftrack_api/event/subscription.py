"""The events that somebody asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .expression import Parser

if TYPE_CHECKING:
    from .base import Event

__all__ = ["Subscription"]


class Subscription:
    """An expression on events, such as ``topic=ftrack.update``. Raises `ParseError`."""

    parser = Parser()

    def __init__(self, subscription: str) -> None:
        self._subscription = subscription
        self._expression = self.parser.parse(subscription)

    def __str__(self) -> str:
        return self._subscription

    def includes(self, event: Event) -> bool:
        """Whether *event* is asked for."""
        return self._expression.match(event)
