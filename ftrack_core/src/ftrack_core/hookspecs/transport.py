"""Hooks of the connection to the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_core.ports import Batch, Context, Credentials, RetryPolicy, Transport
    from ftrack_core.session import Session


@hookspec(firstresult=True)
def ftrack_credentials(context: Context) -> Credentials | None:
    """Say who connects, where neither the arguments of the session nor the environment do.

    The first answer that is not None counts. Asked once, before the transport is made.

    Default: none; arguments and environment come first, and only a studio knows its vault.

    Example::

        @hookimpl
        def ftrack_credentials(context):
            user, key = studio_vault.lookup(context.server_url)
            return Credentials(user, key)
    """


@hookspec(firstresult=True)
def ftrack_create_transport(context: Context, credentials: Credentials) -> Transport | None:
    """Make the transport for the scheme of ``context.server_url``, or return None.

    The first answer that is not None counts. Making a transport sends nothing; what is heavy is
    imported here and not with the plugin. State the schemes with ``provides``.

    Default: ftrack-transport-requests (http, https) and ftrack-embedded (embedded).

    Example::

        @provides("http", "https")
        @hookimpl
        def ftrack_create_transport(context, credentials):
            if context.scheme not in ("http", "https"):
                return None
            from ._client import StudioTransport
            return StudioTransport(context, credentials)
    """


@hookspec
def ftrack_request_headers(context: Context) -> Mapping[str, str] | None:
    """Add headers to every request of the session.

    All answers are merged; two plugins that give one header different values are an error naming
    both. Asked once, when the transport is made.

    Default: none; the protocol's own headers are the transport's.

    Example::

        @hookimpl
        def ftrack_request_headers(context):
            return {"X-Studio-Site": "vancouver"}
    """


@hookspec(firstresult=True)
def ftrack_retry_policy(context: Context) -> RetryPolicy | None:
    """Say how often, and after which waits, a request that only reads is tried again.

    The first answer that is not None counts; ``ConnectionSettings(retry=...)`` of the session wins.
    The transport finds it in ``context.settings.retry`` and is the one to heed it. A request that
    writes is never sent twice. Asked once, when the transport is made.

    Default: none; ``RetryPolicy()``, which is three attempts within a few seconds.

    Example::

        @hookimpl
        def ftrack_retry_policy(context):
            return RetryPolicy(attempts=10, longest_delay=120) if on_the_farm() else None
    """


@hookspec(firstresult=True)
def ftrack_execute_batch(  # type: ignore[empty-body]  # a specification has no body
    session: Session, batch: Batch
) -> list[Any]:
    """Carry one batch of operations to the server and return its answers.

    The kernel's own implementation hands the batch to the transport; it is there for wrappers,
    which see every read and every commit: to log, to refuse, to measure, to try again.

    Default: the kernel hands the batch to the transport.

    Example::

        @hookimpl(wrapper=True)
        def ftrack_execute_batch(session, batch):
            if any(operation["action"] == "delete" for operation in batch):
                raise PermissionError("this tool deletes nothing")
            return (yield)
    """
