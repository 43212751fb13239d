"""The hook of this plugin: the hub of the process, unless another plugin makes a better one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.hookspecs import hookimpl

if TYPE_CHECKING:
    from ftrack_core.ports import Context, Credentials, EventHub

__all__ = ["ftrack_create_event_hub"]


@hookimpl(trylast=True)
def ftrack_create_event_hub(context: Context, credentials: Credentials) -> EventHub | None:
    """Make a hub that reaches the sessions of this process which work with the same server."""
    from .hub import ProcessHub
    from .meeting import bus_of

    return ProcessHub(bus_of(context.server_url), credentials.user, remote=_is_remote(context))


def _is_remote(context: Context) -> bool:
    return context.scheme in ("http", "https")
