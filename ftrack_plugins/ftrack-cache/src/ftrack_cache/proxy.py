"""A cache that passes on to another one: the base of those that change what goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .base import Cache

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["ProxyCache"]


class ProxyCache(Cache):
    """Passes everything on to *proxied*; a subclass changes what it likes.

    *proxied* is any object with ``get``, ``set``, ``remove`` and ``keys``. Many keys at once reach
    it in one step only as long as no subclass does something of its own with each.
    """

    def __init__(self, proxied: Any) -> None:
        self.proxied = proxied

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.proxied!r}>"

    def get(self, key: Any) -> Any:
        """Return the value kept for *key*; raise KeyError where there is none."""
        return self.proxied.get(key)

    def set(self, key: Any, value: Any) -> None:
        """Keep *value* for *key*."""
        self.proxied.set(key, value)

    def remove(self, key: Any) -> None:
        """Forget *key*; raise KeyError where nothing is kept for it."""
        self.proxied.remove(key)

    def keys(self) -> list[Any]:
        """Return the keys at this moment."""
        return list(self.proxied.keys())

    def clear(self, pattern: str | None = None) -> None:
        """Forget everything, or the keys in which *pattern* is found."""
        if self._may_skip(ProxyCache, "keys", "remove"):
            self.proxied.clear(pattern)
        else:
            super().clear(pattern)

    def get_all(self, keys: Iterable[Any]) -> dict[Any, Any]:
        """Return the values that are kept for *keys*."""
        if self._may_skip(ProxyCache, "get"):
            found: dict[Any, Any] = self.proxied.get_all(keys)
            return found
        return super().get_all(keys)

    def set_all(self, values: Mapping[Any, Any], seconds: float | None = None) -> None:
        """Keep *values* by key."""
        if self._may_skip(ProxyCache, "set"):
            self.proxied.set_all(values, seconds)
        else:
            super().set_all(values, seconds)

    def remove_all(self, keys: Iterable[Any]) -> None:
        """Forget *keys*."""
        if self._may_skip(ProxyCache, "remove"):
            self.proxied.remove_all(keys)
        else:
            super().remove_all(keys)

    def close(self) -> None:
        """Give up files and connections."""
        if isinstance(self.proxied, Cache):
            self.proxied.close()

    def _may_skip(self, home: type, *methods: str) -> bool:
        """Whether many keys may go on at once: each *method* is *home*'s and does no more."""
        ours = (getattr(type(self), name) is getattr(home, name) for name in methods)
        return isinstance(self.proxied, Cache) and all(ours)
