"""What every cache of values by key has: the documented methods, and some for many keys at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Cache"]


class Cache:
    """Values by key. A subclass has `get`, `set`, `remove` and `keys`; the rest follows from them.

    A cache may forget at any time. The methods that end in ``_all`` are for many keys at once:
    a cache in a file does them in one step.
    """

    def get(self, key: Any) -> Any:
        """Return the value kept for *key*; raise KeyError where there is none."""
        raise NotImplementedError(_missing(self, "get"))

    def set(self, key: Any, value: Any) -> None:
        """Keep *value* for *key*, in the place of an older one."""
        raise NotImplementedError(_missing(self, "set"))

    def remove(self, key: Any) -> None:
        """Forget *key*; raise KeyError where nothing is kept for it."""
        raise NotImplementedError(_missing(self, "remove"))

    def keys(self) -> list[Any]:
        """Return the keys at this moment."""
        raise NotImplementedError(_missing(self, "keys"))

    def values(self) -> list[Any]:
        """Return the values at this moment."""
        return list(self.get_all(self.keys()).values())

    def clear(self, pattern: str | None = None) -> None:
        """Forget everything, or the keys in which *pattern*, a regular expression, is found.

        A key that is no text is looked at as text.
        """
        keys = self.keys()
        if pattern is not None:
            search = re.compile(pattern).search
            keys = [key for key in keys if search(_text(key))]
        self.remove_all(keys)

    def get_all(self, keys: Iterable[Any]) -> dict[Any, Any]:
        """Return the values that are kept for *keys*; the others are left out."""
        found = {}
        for key in keys:
            try:
                found[key] = self.get(key)
            except KeyError:
                continue
        return found

    def set_all(self, values: Mapping[Any, Any], seconds: float | None = None) -> None:
        """Keep *values* by key, for *seconds* instead of this cache's own time where it has one."""
        del seconds  # only a cache that knows time can heed it
        for key, value in values.items():
            self.set(key, value)

    def remove_all(self, keys: Iterable[Any]) -> None:
        """Forget *keys*; unknown ones are no error."""
        for key in keys:
            try:
                self.remove(key)
            except KeyError:
                continue

    def close(self) -> None:
        """Give up files and connections; calling it again does nothing, and using it opens them."""


def _missing(cache: Cache, method: str) -> str:
    return f"{type(cache).__name__} is a Cache and has no {method}(): write one"


def _text(key: Any) -> str:
    return key.decode("latin-1") if isinstance(key, bytes) else str(key)
