"""Who asks for events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .subscription import Subscription

if TYPE_CHECKING:
    from collections.abc import Callable

    from .base import Event

__all__ = ["Subscriber"]


class Subscriber:
    """A handler, the events it asks for, and the *metadata* by which targets mean it.

    Raises `ParseError` for a *subscription* that does not parse.
    """

    def __init__(
        self,
        subscription: str,
        callback: Callable[[Event], Any],
        metadata: dict[str, Any],
        priority: int,
    ) -> None:
        self.subscription = Subscription(subscription)
        self.callback = callback
        self.metadata = metadata
        self.priority = priority

    def __str__(self) -> str:
        name = type(self).__name__
        return f'<{name} metadata={self.metadata} subscription="{self.subscription}">'

    def interested_in(self, event: Event) -> bool:
        """Whether it asks for *event*."""
        return self.subscription.includes(event)
