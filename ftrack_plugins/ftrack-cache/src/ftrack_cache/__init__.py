"""Caches for the ftrack client: of values by key, and of rows.

Names are imported when they are first used: a session that asks for no cache loads none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.lazy import names_from

if TYPE_CHECKING:
    from .base import Cache
    from .errors import CacheError, CacheFileError, CacheKeyError, CacheValueError
    from .file import FileCache
    from .keys import KeyMaker, ObjectKeyMaker, StringKeyMaker
    from .layered import LayeredCache
    from .memoiser import Memoiser, memoise, memoise_decorator
    from .memory import MemoryCache
    from .proxy import ProxyCache
    from .rows.keyed import KeyedRows
    from .rows.memory import MemoryRows
    from .serialised import SerialisedCache

__all__ = [
    "Cache",
    "CacheError",
    "CacheFileError",
    "CacheKeyError",
    "CacheValueError",
    "FileCache",
    "KeyMaker",
    "KeyedRows",
    "LayeredCache",
    "Memoiser",
    "MemoryCache",
    "MemoryRows",
    "ObjectKeyMaker",
    "ProxyCache",
    "SerialisedCache",
    "StringKeyMaker",
    "memoise",
    "memoise_decorator",
]

__getattr__ = names_from(
    __name__,
    {
        "Cache": "base",
        "CacheError": "errors",
        "CacheFileError": "errors",
        "CacheKeyError": "errors",
        "CacheValueError": "errors",
        "FileCache": "file",
        "KeyMaker": "keys",
        "KeyedRows": "rows.keyed",
        "LayeredCache": "layered",
        "Memoiser": "memoiser",
        "MemoryCache": "memory",
        "MemoryRows": "rows.memory",
        "ObjectKeyMaker": "keys",
        "ProxyCache": "proxy",
        "SerialisedCache": "serialised",
        "StringKeyMaker": "keys",
        "memoise": "memoiser",
        "memoise_decorator": "memoiser",
    },
)
