"""How a session makes its registry, and what follows when plugins change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.plugins import Registry

from .phases import Phase

if TYPE_CHECKING:
    from collections.abc import Callable

    from ftrack_core.ports import Batch, Event, PluginChange, Subscription

    from .session import Session
    from .settings import Settings

__all__ = ["load_registry", "take_change"]


def load_registry(
    settings: Settings,
    carry: Callable[[Session, Batch], list[Any]],
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
        defaults={"ftrack_execute_batch": carry, "ftrack_handle_event": _call_handler},
        notify=changed,
    )


def _call_handler(session: Session, event: Event, subscription: Subscription) -> Any:
    del session
    return subscription.callback(event)


def take_change(session: Session, change: PluginChange) -> None:
    """Bring what was made from plugins in step with a new generation, then tell the plugins."""
    hooks = session.plugins.hooks
    session.events.replace(hooks.ftrack_event_handlers(session))
    if session.phase >= Phase.TYPES_READY:
        session.types.refresh()
    hooks.ftrack_plugins_changed(session, change)
