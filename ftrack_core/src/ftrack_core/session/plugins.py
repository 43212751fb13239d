"""How a session makes its registry, and what follows when plugins change."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from ftrack_core.plugins import Hooks, Registry
from ftrack_core.publish import kernel_defaults, kernel_mixins

from .phases import Phase
from .rows import RowRules

if TYPE_CHECKING:
    from collections.abc import Callable

    from ftrack_core.plugins import Generation
    from ftrack_core.ports import Batch, Event, PluginChange, Subscription

    from .session import Session
    from .settings import Settings

__all__ = ["load_registry", "report_failed_handler", "take_change", "try_generation"]

_logger = logging.getLogger("ftrack_core.events")


def load_registry(
    settings: Settings,
    carry: Callable[[Session, Batch], list[Any]],
    attempt: Callable[[Generation], None],
    changed: Callable[[PluginChange], None],
) -> Registry:
    """Return the registry for a session; nothing is loaded yet."""
    return Registry(
        settings.context,
        plugins=settings.plugins,
        folders=settings.plugin_folders,
        block=settings.block,
        use=settings.use,
        installed=settings.installed,
        defaults={
            "ftrack_execute_batch": carry,
            "ftrack_handle_event": _call_handler,
            **kernel_defaults(),
        },
        trial=attempt,
        notify=changed,
    )


def _call_handler(session: Session, event: Event, subscription: Subscription) -> Any:
    del session
    return subscription.callback(event)


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
    """Refuse a generation by raising if the entity classes cannot be built with it."""
    if session.phase < Phase.TYPES_READY:
        return
    hooks = Hooks(generation)
    rules = RowRules(session.context, lambda: hooks, session.schemas)
    session.types.attempt(partial(rules.mixins, kernel_mixins()))


def take_change(session: Session, change: PluginChange) -> None:
    """Bring what was made from plugins in step with a new generation, then tell the plugins."""
    hooks = session.plugins.hooks
    session.events.replace(hooks.ftrack_event_handlers(session))
    if session.phase >= Phase.TYPES_READY:
        session.types.refresh()
    hooks.ftrack_plugins_changed(session, change)
