"""How a session makes its registry, and what follows when plugins change."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from ftrack_core.plugins import Hooks, Registry

from .bridge import Bridge
from .connection import with_added_headers
from .phases import Phase
from .rows import RowRules

if TYPE_CHECKING:
    from collections.abc import Callable

    from ftrack_core.events import Events
    from ftrack_core.plugins import Generation
    from ftrack_core.ports import (
        Batch,
        Credentials,
        Event,
        EventHub,
        PluginChange,
        Subscription,
    )

    from .session import Session
    from .settings import Settings

__all__ = ["load_registry", "make_events", "report_failed_handler", "take_change", "try_generation"]

_SLOT = "ftrack-core"
_RENEWING = {
    "ftrack_create_transport": "ftrack_create_transport",
    "ftrack_request_headers": "ftrack_create_transport",
    "ftrack_retry_policy": "ftrack_create_transport",
    "ftrack_create_cache": "ftrack_create_cache",
}
"""Hooks that are asked when something is made, and the hook through which that is made."""

_logger = logging.getLogger("ftrack_core.events")


def load_registry(
    settings: Settings,
    attempt: partial[None],
    changed: Callable[[PluginChange], None],
) -> Registry:
    """Return the registry for a session; nothing is loaded yet.

    *attempt* is `try_generation` and *changed* `take_change`, each for that session.
    """
    from ftrack_core.publish import kernel_defaults

    bridge = Bridge(attempt.args[0])
    registry = Registry(
        settings.context,
        plugins=settings.plugins,
        folders=settings.plugin_folders,
        block=settings.block,
        use=settings.use,
        installed=settings.installed,
        on_plugin_error=settings.on_plugin_error,
        defaults={
            "ftrack_execute_batch": _carry,
            "ftrack_handle_event": _call_handler,
            **kernel_defaults(),
        },
        bridge=bridge.implementations(),
        trial=attempt,
        notify=changed,
        trace=settings.trace_hooks,
    )
    registry.slot(_SLOT)["bridge"] = bridge
    return registry


def _carry(session: Session, batch: Batch) -> list[Any]:
    return session._connection.carry(batch)  # noqa: SLF001 -- the other half of it


def _call_handler(session: Session, event: Event, subscription: Subscription) -> Any:
    del session
    return subscription.callback(event)


def make_events(session: Session, credentials: Callable[[], Credentials]) -> Events:
    """Return the events of a session; the hooks say how handlers are called and what connects."""
    from ftrack_core.events import Events

    return Events(
        lambda event, subscription: session.plugins.hooks.ftrack_handle_event(
            session, event, subscription
        ),
        partial(report_failed_handler, session),
        lambda: _make_hub(session, credentials()),
        user=session.user,
    )


def _make_hub(session: Session, credentials: Credentials) -> EventHub | None:
    hooks = session.plugins.hooks
    return hooks.ftrack_create_event_hub(with_added_headers(session.context, hooks), credentials)


def report_failed_handler(
    session: Session, event: Event, subscription: Subscription, error: Exception
) -> None:
    """Log a handler that raised, and tell the plugins."""
    whose = f" of plugin {subscription.plugin!r}" if subscription.plugin else ""
    _logger.error(
        "the handler %s%s raised for %s", subscription.id, whose, event.topic, exc_info=error
    )
    session.plugins.hooks.ftrack_event_failed(session, event, subscription, error)


def try_generation(session: Session, generation: Generation) -> None:
    """Refuse a generation by raising if its handlers or the entity classes cannot be taken.

    The handlers are kept until `take_change`, so that each plugin is asked for them once.
    """
    hooks = Hooks(generation)
    handlers = hooks.ftrack_event_handlers(session)
    known = {(one.plugin, one.id) for one in session.events.subscriptions}
    # Of two with one id the later is refused, and whoever is here already is never the later.
    admitted = [*handlers][::-1]
    session.events.check(sorted(admitted, key=lambda one: (one.plugin, one.id) not in known))
    if session.phase >= Phase.TYPES_READY:
        rules = RowRules(session.context, lambda: hooks, session.schemas)
        session.types.attempt(partial(rules.mixins, session.kernel_mixins()))
    session.slot(_SLOT)["tried"] = (generation, handlers)


def take_change(session: Session, change: PluginChange) -> None:
    """Bring what was made from plugins in step with a new generation, then tell the plugins."""
    hooks = session.plugins.hooks
    generation, handlers = session.slot(_SLOT).pop("tried", (None, ()))
    if generation is hooks.generation:
        session.events.replace(handlers)
        if session.phase >= Phase.TYPES_READY:
            session.types.refresh()
            session.work.store.forget_seen()
        if session.phase >= Phase.LOCATIONS_SET:
            session.slot(_SLOT)["bridge"].configure_locations()
        _renew_what_changed(session, change)
    hooks.ftrack_plugins_changed(session, change)


def _renew_what_changed(session: Session, change: PluginChange) -> None:
    """Renew what a plugin made that is new, gone or another one now."""
    touched = {*change.added, *change.removed, *change.reloaded}
    known = session.slot(_SLOT)
    renewed = set()
    for hook, made_by in _RENEWING.items():
        before: frozenset[str] = known.get(hook, frozenset())
        makers = frozenset(one.name for one in session.plugins.infos if hook in one.hooks)
        known[hook] = makers
        if change.generation > 1 and touched & (before | makers):
            renewed.add(made_by)
    for hook in sorted(renewed):
        session.renew(hook)
