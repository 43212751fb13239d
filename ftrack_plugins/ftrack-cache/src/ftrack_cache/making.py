"""Making the row cache that a session asks for."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ftrack_core.errors import ConfigurationError
from ftrack_core.ports import Cache
from ftrack_core.wire import dump_wire

from .file import FileCache
from .hidden import digest
from .rows.keyed import KeyedRows
from .rows.layered import LayeredRows
from .rows.lent import LentRows
from .rows.memory import MemoryRows
from .serialised import SerialisedCache
from .spec import FileSpec, MemorySpec

if TYPE_CHECKING:
    from ftrack_core.ports import Context

__all__ = ["adapted", "in_file", "in_memory", "rows_on"]

_METHODS = ("get", "set", "remove", "keys")


def in_memory(spec: str) -> MemoryRows:
    """Return the cache for ``memory:``; raise `ConfigurationError` for a faulty *spec*."""
    wanted = MemorySpec.read(spec)
    return MemoryRows(wanted.rows, wanted.seconds)


def in_file(spec: str, context: Context) -> LayeredRows:
    """Return the cache for ``file:``: in memory, and below in a file that outlives the session.

    Rows are kept apart by server and user: not everybody may read everything. Raises
    `ConfigurationError` and `CacheFileError`.
    """
    wanted = FileSpec.read(spec)
    file = FileCache(
        wanted.file(context.cache_folder),
        entries=wanted.rows,
        seconds=wanted.seconds,
        megabytes=wanted.megabytes,
        scope=_scope(context),
    )
    return LayeredRows(MemoryRows(seconds=wanted.seconds), rows_on(file))


def rows_on(file: FileCache) -> KeyedRows:
    """Return a row cache that keeps its rows in *file*, and closes it."""
    return KeyedRows(SerialisedCache(file, encode=_text), owned=True)


def _text(row: Any) -> str:
    """Return a row, which is in wire form, as JSON text.

    The bytes that come first are larger than what is in them, and let go of at once.
    """
    return dump_wire(row).decode()


def adapted(given: Any) -> Cache:
    """Return the row cache for an object that was given to a session.

    A row cache is used as it is; a cache of values by key below one in memory. Neither is closed
    with the session. Raises `ConfigurationError` for anything else.
    """
    if isinstance(given, type):
        raise ConfigurationError(
            f"the class {given.__name__} was given as cache; give one of it: {given.__name__}(...)"
        )
    if isinstance(given, Cache):
        return LentRows(given)
    if all(callable(getattr(given, name, None)) for name in _METHODS):
        return LayeredRows(MemoryRows(), KeyedRows(given))
    raise ConfigurationError(
        f"a {type(given).__name__} is no cache: give a URL such as memory: or file:/path, an "
        f"object with {', '.join(_METHODS)}, or a row cache as ftrack_core.ports.Cache describes it"
    )


def _scope(context: Context) -> str:
    """Return what tells this server and user from others, without saying who they are."""
    place = urlsplit(context.server_url)
    is_private = not place.netloc and not place.path.strip("/")
    server = uuid.uuid4().hex if is_private else context.server_url
    return digest(f"{server}\0{context.user}".encode()).decode()
