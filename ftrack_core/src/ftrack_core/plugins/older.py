"""Older plugin files: those that subscribe their handlers in ``register(session, **arguments)``.

What such a function subscribes becomes the event handlers of an ordinary plugin: they enter with a
generation, or not at all, and leave with it.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ftrack_core.hookspecs import hookimpl
from ftrack_core.ports import Subscription

from .source import load_error

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from ftrack_core.ports import EventCallback
    from ftrack_core.session import Session

__all__ = ["OlderPlugin", "accepted_arguments", "older_plugin"]

Register = Callable[..., object]


def older_plugin(module: ModuleType, name: str, path: Path) -> OlderPlugin | None:
    """Return the plugin that the ``register`` of *module* makes, or None where it has none."""
    register = getattr(module, "register", None)
    if not callable(register) or inspect.isbuiltin(register) or inspect.isclass(register):
        return None
    return OlderPlugin(register, name, path)


class OlderPlugin:
    """Calls *register* when its handlers are asked for, once; *name* and *path* are for errors."""

    def __init__(self, register: Register, name: str, path: Path) -> None:
        self._register = register
        self._name = name
        self._path = path
        self._handlers: tuple[Subscription, ...] | None = None

    @hookimpl
    def ftrack_event_handlers(self, session: Session) -> tuple[Subscription, ...]:
        """Return what ``register`` subscribes.

        Raises:
            PluginError: it raised, with file and line; nothing of it is kept.
        """
        if self._handlers is None:
            self._handlers = self._collect(session)
        return self._handlers

    def _collect(self, session: Session) -> tuple[Subscription, ...]:
        collected = _Collected(session, self._name)
        given = (_SessionView(session, collected),)
        arguments = session.context.plugin_arguments
        try:
            positional, named = accepted_arguments(self._register, given, arguments)
            self._register(*positional, **named)
        except (Exception, SystemExit) as error:
            raise load_error(self._name, self._path, error, hook="register") from error
        return collected.finish()


def accepted_arguments(
    function: Callable[..., object], positional: tuple[Any, ...], named: Mapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return those of the arguments that *function* takes, in the way in which it takes them."""
    parameters = list(inspect.signature(function).parameters.values())
    kinds = {one.kind for one in parameters}
    places = [one for one in parameters if one.kind in _PLACES]
    taken = positional
    if inspect.Parameter.VAR_POSITIONAL not in kinds:
        taken = positional[: len(places)]
    filled = {one.name for one in places[: len(taken)]}
    if inspect.Parameter.VAR_KEYWORD in kinds:
        return taken, {name: value for name, value in named.items() if name not in filled}
    able = {one.name for one in parameters if one.kind in _NAMED} - filled
    return taken, {name: value for name, value in named.items() if name in able}


_PLACES = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


class _Collected:
    """The subscriptions made while ``register`` runs; later ones go to the session at once."""

    def __init__(self, session: Session, plugin: str) -> None:
        self.session = session
        self._plugin = plugin
        self._subscriptions: dict[str, Subscription] = {}
        self._counts: Counter[str] = Counter()
        self._running = True

    def add(self, expression: str, callback: EventCallback, **details: Any) -> str:
        """Take a subscription and return its id. Raises `QuerySyntaxError`, `EventError`."""
        details["id"] = str(details.get("id") or self._stable_id(expression))
        subscription = Subscription(expression, callback, **details)
        if not self._running:
            return self.session.events.add(subscription)
        self.session.events.check([*self._subscriptions.values(), subscription])
        self._subscriptions[subscription.id] = subscription
        return subscription.id

    def unsubscribe(self, subscription_id: str) -> None:
        """Take a subscription back."""
        if self._subscriptions.pop(subscription_id, None) is None or not self._running:
            self.session.events.unsubscribe(subscription_id)

    def finish(self) -> tuple[Subscription, ...]:
        """Return what was collected, and let go of it."""
        self._running = False
        return tuple(self._subscriptions.values())

    def _stable_id(self, expression: str) -> str:
        # The same after a reload: a handler keeps its place and the events that wait for it.
        self._counts[expression] += 1
        return f"{self._plugin}: {expression} ({self._counts[expression]})"


class _View:
    """Everything of something else, but for what is defined here."""

    _seen: Any
    _collected: _Collected

    def __init__(self, seen: Any, collected: _Collected) -> None:
        object.__setattr__(self, "_seen", seen)
        object.__setattr__(self, "_collected", collected)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._seen, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._seen, name, value)

    def __eq__(self, other: object) -> bool:
        return bool(self._seen == (other._seen if isinstance(other, _View) else other))

    def __hash__(self) -> int:
        return hash(self._seen)

    def __repr__(self) -> str:
        return repr(self._seen)

    @property  # type: ignore[misc]  # object's can be assigned, this one need not be
    def __class__(self) -> Any:
        # Older files ask isinstance(session, Session) before they do anything.
        return self._seen.__class__


class _SessionView(_View):
    """The session as ``register`` is given it."""

    @property
    def events(self) -> _EventsView:
        return _EventsView(self._seen.events, self._collected)

    @property
    def event_hub(self) -> _HubView:
        return _HubView(self._seen.events, self._collected)


class _EventsView(_View):
    """``session.events`` while ``register`` runs."""

    def subscribe(
        self,
        expression: str,
        callback: EventCallback | None = None,
        priority: int = 100,
        id: str | None = None,  # noqa: A002 -- the field's own word
        metadata: Mapping[str, Any] | None = None,
        worker: bool = False,
    ) -> Any:
        def enter(handler: EventCallback) -> str:
            details = {"priority": priority, "metadata": dict(metadata or {}), "worker": worker}
            chosen = id or (metadata or {}).get("id")
            added: str = self._collected.add(expression, handler, id=chosen, **details)
            return added

        def decorate(handler: EventCallback) -> EventCallback:
            enter(handler)
            return handler

        return decorate if callback is None else enter(callback)

    def unsubscribe(self, subscription_id: str) -> None:
        self._collected.unsubscribe(subscription_id)


class _HubView(_View):
    """``session.event_hub``, the older name of the events, with its own order of arguments."""

    def subscribe(
        self,
        subscription: str,
        callback: EventCallback,
        subscriber: Mapping[str, Any] | None = None,
        priority: int = 100,
    ) -> str:
        metadata = dict(subscriber or {})
        added: str = self._collected.add(
            subscription, callback, id=metadata.get("id"), metadata=metadata, priority=priority
        )
        return added

    def unsubscribe(self, subscriber_identifier: str) -> None:
        self._collected.unsubscribe(subscriber_identifier)
