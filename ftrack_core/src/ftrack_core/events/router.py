"""Who gets which event, in which order."""

from __future__ import annotations

import itertools
import logging
from dataclasses import dataclass, replace
from threading import Event as Flag
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import (
    EventError,
    PluginConflictError,
    PluginError,
    QuerySyntaxError,
    did_you_mean,
)

from .compiled import CompiledSubscription, compile_subscription
from .index import SubscriptionIndex
from .worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from ftrack_core.ports import Event, Subscription

    Call = Callable[[Event, Subscription], Any]
    Failed = Callable[[Event, Subscription, Exception], object]
    Answered = Callable[[Event, Subscription, Any], object]

__all__ = ["Router", "Swap"]

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Swap:
    """What `Router.replace` changed, for whoever tells an event server.

    *entered* are the subscriptions that are new or ask for something else than before; *left* are
    the ids that are gone.
    """

    entered: tuple[Subscription, ...] = ()
    left: tuple[str, ...] = ()


class Router:
    """Takes events to the handlers that asked for them.

    *call* is given the event and the subscription, runs the handler and returns its reply; *failed*
    hears of a handler that raised, after which the next one runs. Subscriptions may come and go on
    any thread, also while events are handled: an event goes to those that were subscribed when its
    handling began.
    """

    def __init__(self, call: Call, failed: Failed) -> None:
        self._call = call
        self._failed = failed
        self._changing = Lock()
        self._places = itertools.count()
        self._index = SubscriptionIndex()
        self._plugin_ids: frozenset[str] = frozenset()

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """All subscriptions there are at this moment."""
        return tuple(entry.subscription for entry in self._index)

    def subscribe(self, subscription: Subscription) -> str:
        """Add a subscription and return its id.

        Raises `QuerySyntaxError` for an expression that does not parse and `EventError` for an id
        that is in use.
        """
        with self._changing:
            if subscription.id in self._index:
                raise EventError(
                    f"a subscription with the id {subscription.id!r} exists already; "
                    "unsubscribe it first, or leave the id out to be given a new one"
                )
            self._index = self._index.with_entry(self._entry(subscription))
        return subscription.id

    def unsubscribe(self, subscription_id: str) -> None:
        """Remove a subscription. Raises `EventError` for an id that is not known."""
        with self._changing:
            entry = self._index.get(subscription_id)
            if entry is None:
                raise EventError(self._unknown(subscription_id))
            self._index = self._index.without(subscription_id)
            self._plugin_ids -= {subscription_id}
        _retire(entry)

    def replace(self, plugin_subscriptions: Iterable[Subscription]) -> Swap:
        """Swap the subscriptions that come from plugins for these, in one step.

        One whose id and expression stay keeps its place among those of equal priority, and its
        worker with the events that wait there. Nothing changes where one of them cannot be taken:
        raises `PluginError` for an expression that does not parse, `PluginConflictError` for an id
        that occurs twice.
        """
        wanted = list(plugin_subscriptions)
        with self._changing:
            former = {entry.subscription.id: entry for entry in self._from_plugins()}
            self._refuse_duplicates(wanted, former.keys())
            entries = {one.id: self._renewed(one, former.get(one.id)) for one in wanted}
            others = [entry for entry in self._index if entry.subscription.id not in former]
            _pass_on_workers(entries.values())
            self._index = SubscriptionIndex.of([*others, *entries.values()])
            self._plugin_ids = frozenset(entries)
        return _swap(former, entries)

    def check(self, plugin_subscriptions: Iterable[Subscription]) -> None:
        """Raise as `replace` would for these, and change nothing."""
        wanted = list(plugin_subscriptions)
        self._refuse_duplicates(wanted, {one.subscription.id for one in self._from_plugins()})
        for subscription in wanted:
            _compiled(subscription)

    def wants(self, event: Event) -> bool:
        """Whether a handler asks for *event*. Raises `QuerySyntaxError` as `dispatch` does."""
        return bool(self._index.interested(event))

    def dispatch(
        self,
        event: Event,
        answered: Answered | None = None,
        among: Collection[str] | None = None,
    ) -> list[Any]:
        """Take *event* to its handlers and return what they returned, None included.

        Handlers run on this thread in the order of their priority (lower first), those of equal
        priority in the order of subscription, until one of them calls `Event.stop`. Those with a
        worker get a copy to handle on their own, whatever the others do; their results are not in
        the list. *answered* is called with each result that is not None, on the handler's thread.
        With *among* only subscriptions of these ids are looked at. Raises `QuerySyntaxError` where
        the event's target does not parse.
        """
        interested = self._index.interested(event)
        if among is not None:
            interested = tuple(one for one in interested if one.subscription.id in among)
        for entry in interested:
            if entry.worker is not None:
                entry.worker.hand_over(replace(event, _stopped=Flag()), answered)
        results: list[Any] = []
        for entry in interested:
            if event.is_stopped:
                break
            if entry.worker is None:
                results.extend(self._run(entry.subscription, event, answered))
        return results

    def close(self, timeout: float = 5.0) -> None:
        """Let workers finish what waits for them, for *timeout* seconds at most, then end them."""
        until = monotonic() + timeout
        workers = [entry.worker for entry in self._index if entry.worker is not None]
        for worker in workers:
            if not worker.finish(max(0.0, until - monotonic())):
                _logger.warning("events for a handler with a worker were dropped when closing")
            worker.retire()

    def _run(
        self, subscription: Subscription, event: Event, answered: Answered | None
    ) -> tuple[Any, ...]:
        """Return the handler's result, or nothing at all where it raised."""
        try:
            result = self._call(event, subscription)
            if result is not None and answered is not None:
                answered(event, subscription, result)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the next handler runs
            self._report(event, subscription, error)
            return ()
        return (result,)

    def _run_on_worker(
        self, subscription: Subscription, event: Event, answered: Answered | None
    ) -> None:
        try:
            self._run(subscription, event, answered)
        except SystemExit:
            # Otherwise it would end the thread without a word, and the events after this one.
            self._report(event, subscription, EventError("the handler asked the program to exit"))

    def _report(self, event: Event, subscription: Subscription, error: Exception) -> None:
        try:
            self._failed(event, subscription, error)
        except Exception:
            _logger.exception("the failure of an event handler could not be reported")

    def _entry(self, subscription: Subscription) -> CompiledSubscription:
        worker = Worker(subscription, self._run_on_worker) if subscription.worker else None
        return replace(_compiled(subscription), place=next(self._places), worker=worker)

    def _renewed(
        self, subscription: Subscription, former: CompiledSubscription | None
    ) -> CompiledSubscription:
        entry = self._entry(subscription)
        if former is None:
            return entry
        if subscription.expression == former.subscription.expression:
            entry = replace(entry, place=former.place)
        keeps_worker = subscription.worker and former.worker is not None
        return replace(entry, worker=former.worker) if keeps_worker else entry

    def _from_plugins(self) -> list[CompiledSubscription]:
        return [entry for entry in self._index if entry.subscription.id in self._plugin_ids]

    def _refuse_duplicates(self, wanted: list[Subscription], leaving: Collection[str]) -> None:
        others = (one.subscription for one in self._index if one.subscription.id not in leaving)
        seen = {one.id: one for one in others}
        for subscription in wanted:
            other = seen.setdefault(subscription.id, subscription)
            if other is not subscription:
                raise PluginConflictError(
                    f"the subscription id {subscription.id!r} is given by {_giver(other)} "
                    f"and by {_giver(subscription)}; one of them must choose another",
                    plugin=subscription.plugin,
                    hook="ftrack_event_handlers",
                )

    def _unknown(self, subscription_id: str) -> str:
        known = [entry.subscription.id for entry in self._index]
        return f"no subscription has the id {subscription_id!r}." + did_you_mean(
            subscription_id, known
        )


def _compiled(subscription: Subscription) -> CompiledSubscription:
    try:
        return compile_subscription(subscription)
    except QuerySyntaxError as error:
        if not subscription.plugin:
            raise
        raise PluginError(
            f"subscription {subscription.id!r}: {error}",
            plugin=subscription.plugin,
            hook="ftrack_event_handlers",
        ) from error


def _giver(subscription: Subscription) -> str:
    return f"plugin {subscription.plugin!r}" if subscription.plugin else "a handler of the session"


def _retire(entry: CompiledSubscription) -> None:
    if entry.worker is not None:
        entry.worker.retire()


def _pass_on_workers(entries: Iterable[CompiledSubscription]) -> None:
    for entry in entries:
        if entry.worker is not None:
            entry.worker.serve(entry.subscription)


def _swap(
    former: dict[str, CompiledSubscription], entries: dict[str, CompiledSubscription]
) -> Swap:
    for subscription_id, old in former.items():
        kept = entries.get(subscription_id)
        if kept is None or kept.worker is not old.worker:
            _retire(old)
    entered = (
        entry.subscription
        for subscription_id, entry in entries.items()
        if subscription_id not in former or _asks_anew(former[subscription_id], entry)
    )
    return Swap(tuple(entered), tuple(one for one in former if one not in entries))


def _asks_anew(former: CompiledSubscription, entry: CompiledSubscription) -> bool:
    asked = (former.subscription.expression, dict(former.metadata))
    return asked != (entry.subscription.expression, dict(entry.metadata))
