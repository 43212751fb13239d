"""The hook of this plugin: a hub over the event server, or one in the process without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.hookspecs import hookimpl

if TYPE_CHECKING:
    from ftrack_core.ports import Context, Credentials, EventHub

__all__ = ["ftrack_create_event_hub"]


@hookimpl(trylast=True)
def ftrack_create_event_hub(context: Context, credentials: Credentials) -> EventHub | None:
    """Make a hub over the server's event socket.

    A studio in this process has none: its sessions meet on a bus in the process.
    """
    if context.scheme in ("http", "https"):
        from .socket_hub import SocketHub

        return SocketHub(context, credentials)
    from .hub import ProcessHub
    from .meeting import bus_of

    return ProcessHub(bus_of(context.server_url), credentials.user)
