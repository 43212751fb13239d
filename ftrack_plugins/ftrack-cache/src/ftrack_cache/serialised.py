"""A cache that keeps values as text, in one that keeps texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.wire import dumps, loads

from .errors import CacheValueError
from .proxy import ProxyCache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["SerialisedCache"]


class SerialisedCache(ProxyCache):
    """Encodes each value before *proxied* keeps it, and decodes it afterwards.

    Without functions of one's own values become JSON text: texts, numbers, dates as tagged
    mappings, lists, mappings with texts as keys. Nothing is ever unpickled, since whoever can write
    the file could then run code here; who trusts it may give ``pickle.dumps`` and ``pickle.loads``.

    Raises `CacheValueError` for a value that has no JSON text, and for a text that is no JSON.
    """

    def __init__(
        self,
        proxied: Any,
        encode: Callable[[Any], Any] | None = None,
        decode: Callable[[Any], Any] | None = None,
    ) -> None:
        super().__init__(proxied)
        self.encode = _to_json if encode is None else encode
        self.decode = _from_json if decode is None else decode

    def get(self, key: Any) -> Any:
        """Return the value kept for *key*, decoded; raise KeyError where there is none."""
        return self.decode(super().get(key))

    def set(self, key: Any, value: Any) -> None:
        """Keep *value* for *key*, encoded."""
        super().set(key, self.encode(value))

    def get_all(self, keys: Iterable[Any]) -> dict[Any, Any]:
        """Return the values that are kept for *keys*, decoded."""
        if not self._may_skip(SerialisedCache, "get"):
            return super().get_all(keys)
        return {key: self.decode(text) for key, text in self.proxied.get_all(keys).items()}

    def set_all(self, values: Mapping[Any, Any], seconds: float | None = None) -> None:
        """Keep *values* by key, encoded."""
        if not self._may_skip(SerialisedCache, "set"):
            super().set_all(values, seconds)
            return
        encode = self.encode
        self.proxied.set_all({key: encode(value) for key, value in values.items()}, seconds)


def _to_json(value: Any) -> str:
    try:
        return dumps(value).decode()
    except (TypeError, ValueError) as error:
        raise CacheValueError(
            f"{type(value).__name__} has no JSON text ({error}); give SerialisedCache an encode "
            "and a decode of your own"
        ) from error


def _from_json(text: str | bytes) -> Any:
    try:
        return loads(text)
    except (TypeError, ValueError) as error:
        raise CacheValueError(
            f"what was kept is no JSON text ({error}); give SerialisedCache the decode that "
            "belongs to it, or clear the cache"
        ) from error
