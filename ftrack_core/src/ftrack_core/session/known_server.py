"""What a session knows of its server, learned in as few requests as can be.

Without a memory of the schemas one request asks for everything. With one the session begins with
what the server had the last time, and the question whether that is so still travels with the first
request that reads anything.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import IncompatibleServerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ftrack_core.ports import Context

    from .connection import Connection
    from .schema_memory import SchemaMemory

__all__ = ["KnownServer", "supported"]

_INFORMATION = {"action": "query_server_information"}
_SCHEMAS = {"action": "query_schemas"}
_OLDEST = (3, 3, 11)
"""The oldest server whose protocol this is."""

Wire = list[dict[str, Any]]


class KnownServer:
    """The information and the schemas of a server; *renew* is given schemas that have changed."""

    def __init__(
        self, context: Context, connection: Connection, renew: Callable[[Wire], object]
    ) -> None:
        self._connection = connection
        self._memory = _memory_for(context)
        self._renew = renew
        self._information: dict[str, Any] | None = None
        self._schema_hash = ""

    @property
    def information(self) -> dict[str, Any]:
        """What the server says of itself; it is asked if it was not yet."""
        if self._information is None:
            self.verify()
        return dict(self._information or {})

    def learn(self) -> Wire:
        """Return the schemas: those that are remembered, or the server's."""
        remembered = None if self._memory is None else self._memory.read()
        if remembered is None:
            information, schemas = self._connection.execute([_INFORMATION, _SCHEMAS])
            self._information = supported(information)
            self._keep(information, schemas)
            found: Wire = schemas
            return found
        self._schema_hash = remembered.schema_hash
        self._connection.send_along(_INFORMATION, self._hear)
        return remembered.schemas

    def verify(self) -> None:
        """Ask what has not been asked yet; afterwards the server is known to be there."""
        self._connection.send_what_waits()

    def _hear(self, information: dict[str, Any]) -> None:
        self._information = supported(information)
        if information.get("schema_hash") != self._schema_hash:
            (schemas,) = self._connection.send_now([_SCHEMAS])
            self._keep(information, schemas)
            self._renew(schemas)

    def _keep(self, information: dict[str, Any], schemas: Wire) -> None:
        self._schema_hash = str(information.get("schema_hash") or "")
        if self._memory is not None and self._schema_hash:
            self._memory.write(self._schema_hash, schemas)


def supported(information: Any) -> dict[str, Any]:
    """Return *information* if the server is new enough. A version in another form is let through.

    Raises `IncompatibleServerError`.
    """
    version = information.get("version") if isinstance(information, dict) else None
    if version is None:
        raise IncompatibleServerError(None, _text(_OLDEST))
    parts = re.match(r"(\d+)\.(\d+)\.(\d+)", str(version))
    if parts is not None and tuple(map(int, parts.groups())) < _OLDEST:
        raise IncompatibleServerError(str(version), _text(_OLDEST))
    known: dict[str, Any] = information
    return known


def _text(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _memory_for(context: Context) -> SchemaMemory | None:
    if context.cache_folder is None:
        return None
    from .schema_memory import SchemaMemory

    return SchemaMemory(context.cache_folder, context.server_url)
