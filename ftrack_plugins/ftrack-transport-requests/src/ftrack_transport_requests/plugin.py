"""The hooks of this distribution. It imports nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.hookspecs import hookimpl, provides

if TYPE_CHECKING:
    from ftrack_core.ports import Context, Credentials, Transport

__all__ = ["ftrack_create_transport"]


@provides("http", "https")
@hookimpl(trylast=True)
def ftrack_create_transport(context: Context, credentials: Credentials) -> Transport | None:
    """Make the transport for a server that is reached over HTTP."""
    if context.scheme not in ("http", "https"):
        return None
    from .transport import RequestsTransport

    return RequestsTransport(context, credentials)
