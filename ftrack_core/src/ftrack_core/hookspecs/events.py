"""Hooks of event handling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_core.ports import Context, Credentials, Event, EventHub, Subscription
    from ftrack_core.session import Session


@hookspec(firstresult=True)
def ftrack_create_event_hub(context: Context, credentials: Credentials) -> EventHub | None:
    """Make the connection to the event server, or return None.

    The first answer that is not None counts; without one events stay within the session. Making a
    hub opens nothing.

    Default: ftrack-events.

    Example::

        @hookimpl
        def ftrack_create_event_hub(context, credentials):
            return StudioBus(context.server_url) if context.scheme == "https" else None
    """


@hookspec
def ftrack_event_handlers(session: Session) -> Iterable[Subscription] | None:
    """Subscribe handlers for as long as the plugin is loaded.

    All answers are used. Give each a stable *id*: a reload then swaps the callback in place and no
    event is lost or handled twice.

    Default: none; handlers are what plugins are for.

    Example::

        @hookimpl
        def ftrack_event_handlers(session):
            return [Subscription("topic=ftrack.update", on_update, id="farm.on-update")]
    """


@hookspec(firstresult=True)
def ftrack_handle_event(session: Session, event: Event, subscription: Subscription) -> Any:
    """Call the handler of *subscription* for *event* and return its reply, or None.

    The kernel's own implementation calls it; it is there for wrappers: to trace, to measure, to
    move the call to an application's main thread.

    Default: the kernel calls the handler.

    Example::

        @hookimpl(wrapper=True)
        def ftrack_handle_event(event, subscription):
            with tracer.span(event.topic, subscription.id):
                return (yield)
    """


@hookspec
def ftrack_event_failed(
    session: Session, event: Event, subscription: Subscription, error: Exception
) -> None:
    """Hear of a handler that raised; the next handler runs all the same.

    Every implementation is called, each on its own.

    Default: none; the kernel logs the failure in any case.

    Example::

        @hookimpl
        def ftrack_event_failed(event, subscription, error):
            sentry.capture(error, topic=event.topic, handler=subscription.id)
    """
