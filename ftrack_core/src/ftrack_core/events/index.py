"""Finding the subscriptions of an event without looking at all of them."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from .compiled import event_facts
from .expression import compile_expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ftrack_core.ports import Event

    from .compiled import CompiledSubscription
    from .expression import Expression

    Line = tuple[CompiledSubscription, ...]

__all__ = ["SubscriptionIndex"]

_order = attrgetter("order")


class SubscriptionIndex:
    """An immutable set of subscriptions, indexed by the topics that they name.

    Adding or removing one returns another index; whoever holds the former one keeps seeing exactly
    what was in it. What an event costs depends on how many subscriptions name its topic, or name
    none, and not on how many there are.
    """

    __slots__ = ("_anywhere", "_by_id", "_by_topic")

    def __init__(
        self,
        by_id: Mapping[str, CompiledSubscription] | None = None,
        by_topic: Mapping[str, Line] | None = None,
        anywhere: Line = (),
    ) -> None:
        self._by_id = by_id or {}
        self._by_topic = by_topic or {}
        self._anywhere = anywhere

    @classmethod
    def of(cls, entries: Iterable[CompiledSubscription]) -> SubscriptionIndex:
        """Return the index of these, whose ids differ."""
        by_topic: dict[str, list[CompiledSubscription]] = {}
        anywhere: list[CompiledSubscription] = []
        by_id = {entry.subscription.id: entry for entry in entries}
        for entry in sorted(by_id.values(), key=_order):
            for topic in entry.expression.topics or ():
                by_topic.setdefault(topic, []).append(entry)
            if entry.expression.topics is None:
                anywhere.append(entry)
        lines = {topic: tuple(line) for topic, line in by_topic.items()}
        return cls(by_id, lines, tuple(anywhere))

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[CompiledSubscription]:
        return iter(self._by_id.values())

    def __contains__(self, subscription_id: object) -> bool:
        return subscription_id in self._by_id

    def get(self, subscription_id: str) -> CompiledSubscription | None:
        """Return the subscription with this id, or None."""
        return self._by_id.get(subscription_id)

    def interested(self, event: Event) -> Line:
        """Return who wants *event*, in the order of priority.

        Raises `QuerySyntaxError` where the event's target does not parse.
        """
        candidates = self._candidates(event.topic)
        if not candidates:
            return ()
        facts = event_facts(event)
        target = compile_expression(event.target) if event.target else None
        return tuple(entry for entry in candidates if entry.wants(facts, target))

    def wants(self, topic: str, facts: Mapping[str, Any], target: Expression | None) -> bool:
        """Whether anybody wants the event with these facts and this target.

        For whoever asks many indexes about one event, and makes *facts* and *target* once.
        """
        return any(entry.wants(facts, target) for entry in self._candidates(topic))

    def may_want(self, topic: str) -> bool:
        """Whether there is anybody who might want an event of this topic."""
        return bool(self._anywhere) or topic in self._by_topic

    def with_entry(self, entry: CompiledSubscription) -> SubscriptionIndex:
        """Return this index and *entry*, in the stead of the one with its id if there is one."""
        subscription_id = entry.subscription.id
        if subscription_id in self._by_id:
            return self.without(subscription_id).with_entry(entry)
        by_topic = dict(self._by_topic)
        for topic in entry.expression.topics or ():
            by_topic[topic] = _inserted(by_topic.get(topic, ()), entry)
        anywhere = self._anywhere
        if entry.expression.topics is None:
            anywhere = _inserted(anywhere, entry)
        return SubscriptionIndex({**self._by_id, subscription_id: entry}, by_topic, anywhere)

    def without(self, subscription_id: str) -> SubscriptionIndex:
        """Return this index less the subscription with this id, which is in it."""
        by_id = dict(self._by_id)
        entry = by_id.pop(subscription_id)
        by_topic = dict(self._by_topic)
        for topic in entry.expression.topics or ():
            line = _removed(by_topic.pop(topic), entry)
            by_topic.update({topic: line} if line else {})
        return SubscriptionIndex(by_id, by_topic, _removed(self._anywhere, entry))

    def _candidates(self, topic: str) -> Line:
        named = self._by_topic.get(topic, ())
        if not (named and self._anywhere):
            return named or self._anywhere
        return tuple(sorted(named + self._anywhere, key=_order))


def _inserted(line: Line, entry: CompiledSubscription) -> Line:
    return tuple(sorted((*line, entry), key=_order))


def _removed(line: Line, entry: CompiledSubscription) -> Line:
    return tuple(one for one in line if one is not entry)
