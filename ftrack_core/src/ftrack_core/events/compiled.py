"""A subscription made ready for matching."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .expression import compile_expression

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_core.ports import Event, Subscription

    from .expression import Expression
    from .worker import Worker

__all__ = ["CompiledSubscription", "compile_subscription", "event_facts"]


@dataclass(frozen=True, eq=False)
class CompiledSubscription:
    """A subscription, its expression, what targets are matched against, and its place in line."""

    subscription: Subscription
    expression: Expression
    metadata: Mapping[str, Any]
    place: int = 0
    worker: Worker | None = field(default=None, repr=False)

    @property
    def order(self) -> tuple[int, int]:
        """What handlers are sorted by: the priority, then who came first."""
        return (self.subscription.priority, self.place)

    def wants(self, facts: Mapping[str, Any], target: Expression | None) -> bool:
        """Whether it asks for the event with these facts and is meant by its *target*."""
        if target is not None and not target.matches(self.metadata):
            return False
        return self.expression.matches(facts)


def compile_subscription(
    subscription: Subscription, place: int = 0, worker: Worker | None = None
) -> CompiledSubscription:
    """Return *subscription* ready for matching. Raises `QuerySyntaxError`."""
    return CompiledSubscription(
        subscription,
        compile_expression(subscription.expression),
        {**subscription.metadata, "id": subscription.id},
        place,
        worker,
    )


def event_facts(event: Event) -> dict[str, Any]:
    """Return what the expressions of subscriptions are matched against."""
    return {**event.to_wire(), "in_reply_to_event": event.in_reply_to_event}
