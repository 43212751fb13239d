"""The way of a batch from the session to the server."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any, NamedTuple

from ftrack_core.errors import (
    AuthenticationError,
    ConfigurationError,
    ServerError,
    SessionClosedError,
    TransportError,
)
from ftrack_core.plugins import Leased, unclaimed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ftrack_core.plugins import Hooks, Registry
    from ftrack_core.ports import Batch, Context, Credentials, Operation, Transport

__all__ = ["Connection", "with_added_headers"]

_READING = frozenset({"query", "query_schemas", "query_server_information", "search"})


class _Waiting(NamedTuple):
    """An operation that travels with the next batch, and who hears its answer."""

    operation: Operation
    hear: Callable[[Any], object]


class Connection:
    """Holds the transport of a session; makes it when it is first needed."""

    def __init__(
        self,
        context: Context,
        credentials: Credentials | None,
        plugins: Registry,
        relay: Callable[[Batch], list[Any]],
    ) -> None:
        self._context = context
        self._given = credentials
        self._plugins = plugins
        self._relay = relay
        self._leased: Leased[Transport] | None = None
        self._making = Lock()
        self._waiting: _Waiting | None = None
        self._with_first = RLock()
        self.request_count = 0
        self.observers: list[Callable[[Batch], object]] = []
        self.closed = False

    def credentials(self) -> Credentials:
        """Return who connects; a plugin is asked where neither argument nor environment says."""
        if self._given is None:
            from ftrack_core.ports import Credentials

            found = self._plugins.hooks.ftrack_credentials(self._context)
            self._given = found or Credentials(self._context.user, "")
        return self._given

    @contextmanager
    def transport(self) -> Iterator[Transport]:
        """Lend the transport for a ``with`` block, also where another one replaces it meanwhile.

        Raises `ConfigurationError` where no plugin claims the URL's scheme.
        """
        self._require_open()
        with self._making:
            if self._leased is None:
                self._leased = Leased(self._make(), lambda transport: transport.close())
            lease = self._leased.use()
            transport = lease.__enter__()
        try:
            yield transport
        finally:
            lease.__exit__(None, None, None)

    def renew(self) -> None:
        """Let the next request make a new transport; the old one closes when its work is done."""
        with self._making:
            leased, self._leased = self._leased, None
        if leased is not None:
            leased.retire()

    def execute(self, batch: Batch) -> list[Any]:
        """Send a batch through the hook, where wrappers stand around it."""
        self._require_open()
        if isinstance(batch, Mapping):
            raise TypeError("operations are sent as a list, also one alone: session.call([{...}])")
        if self._waiting is None:
            return self.send_now(batch)
        with self._with_first:  # who comes meanwhile waits: the answer may change the schemas
            return self._send_with_waiting(batch)

    def send_along(self, operation: Operation, hear: Callable[[Any], object]) -> None:
        """Send *operation* in front of the next batch that only reads; *hear* gets its answer.

        Before one that writes it is sent by itself.
        """
        self._waiting = _Waiting(operation, hear)

    def send_what_waits(self) -> None:
        """Send by itself what waits for a batch to travel with, if anything does."""
        with self._with_first:
            if self._waiting is not None:
                self._send_with_waiting(())

    def _send_with_waiting(self, batch: Batch) -> list[Any]:
        waiting = self._waiting
        if waiting is None:
            return self.send_now(batch)
        if not batch or not all(one.get("action") in _READING for one in batch):
            self._hear_alone(waiting)
            return self.send_now(batch) if batch else []
        try:
            first, *answers = self.send_now([waiting.operation, *batch])
        except AuthenticationError:
            raise
        except ServerError as error:
            if error.operation is not None:  # its place in the batch that the caller gave, if any
                error.operation = error.operation - 1 if error.operation else None
            self._hear_alone(waiting)  # what was wrong may come of what was believed here
            raise
        waiting.hear(first)
        self._waiting = None
        return answers

    def _hear_alone(self, waiting: _Waiting) -> None:
        (answer,) = self.send_now([waiting.operation])
        waiting.hear(answer)
        self._waiting = None

    def send_now(self, batch: Batch) -> list[Any]:
        """Send *batch* alone, whatever waits to travel with one."""
        self.request_count += 1
        for observer in tuple(self.observers):
            observer(batch)
        answers = self._relay(batch)
        if not isinstance(answers, list) or len(answers) != len(batch):
            raise TransportError(self._miscounted(len(batch)))
        return answers

    def _miscounted(self, sent: int) -> str:
        """Say whose answer may hold too much or too little: a plugin's or the transport's."""
        around = [one.name for one in self._plugins.infos if "ftrack_execute_batch" in one.hooks]
        whose = f"plugin {' or '.join(map(repr, around))} in ftrack_execute_batch" if around else ""
        return (
            f"{sent} operation(s) were sent and the answer is no list of as many; does "
            f"{whose or 'the transport'} return what it got?"
        )

    def carry(self, batch: Batch) -> list[Any]:
        """Hand a batch to the transport: what the hook does by itself."""
        with self.transport() as transport:
            return transport.execute(batch)

    def close(self) -> None:
        """Give up the transport."""
        self.closed = True
        self.renew()

    def _require_open(self) -> None:
        if self.closed:
            raise SessionClosedError

    def _make(self) -> Transport:
        context = self._with_policy(with_added_headers(self._context, self._plugins.hooks))
        made = self._plugins.hooks.ftrack_create_transport(context, self.credentials())
        if made is None:
            hook = "ftrack_create_transport"
            known = self._plugins.hooks.providers(hook)
            raise ConfigurationError(unclaimed(hook, self._context.scheme, known))
        return made

    def _with_policy(self, context: Context) -> Context:
        """Add how reads are tried again, as a plugin says it unless the session's settings do."""
        if context.settings.retry is not None:
            return context
        from dataclasses import replace

        from ftrack_core.ports import RetryPolicy

        said = self._plugins.hooks.ftrack_retry_policy(context)
        settings = replace(context.settings, retry=said or RetryPolicy())
        return replace(context, settings=settings)


def with_added_headers(context: Context, hooks: Hooks) -> Context:
    """Add the headers that plugins give; those of the session's own settings win."""
    added = hooks.ftrack_request_headers(context)
    if not added:
        return context
    from dataclasses import replace

    settings = replace(context.settings, headers={**added, **context.settings.headers})
    return replace(context, settings=settings)
