"""Several caches as one: the quick ones above, the lasting ones below."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from .base import Cache
from .proxy import ProxyCache

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["LayeredCache"]


class LayeredCache(Cache):
    """Asks *caches* from the first to the last, and gives the upper ones what a lower one had.

    A value is kept in all of them, the lowest first: where that fails, none above says otherwise.
    What the first layer has is answered without waiting for anybody. What another process writes
    into a shared lower layer is seen when the upper ones have forgotten: give them *seconds*.

    Attribute: *caches*, the layers.
    """

    def __init__(self, caches: Iterable[Any]) -> None:
        self.caches = list(caches)
        # Filling up with what was read before must not overtake a newer value on its way down.
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return f"<LayeredCache of {', '.join(map(repr, self.caches))}>"

    def get(self, key: Any) -> Any:
        """Return the value of the first layer that has one; raise KeyError where none has."""
        layers = self._layers()
        try:
            if layers:
                return layers[0].get(key)
        except KeyError:
            pass
        with self._lock:
            for number, layer in enumerate(layers):
                try:
                    value = layer.get(key)
                except KeyError:
                    continue
                for upper in layers[:number]:
                    upper.set(key, value)
                return value
        raise KeyError(key)

    def set(self, key: Any, value: Any) -> None:
        """Keep *value* in every layer."""
        with self._lock:
            for layer in reversed(self._layers()):
                layer.set(key, value)

    def remove(self, key: Any) -> None:
        """Forget *key* in every layer; raise KeyError where none has it."""
        known = False
        with self._lock:
            for layer in reversed(self._layers()):
                try:
                    layer.remove(key)
                    known = True
                except KeyError:
                    continue
        if not known:
            raise KeyError(key)

    def keys(self) -> list[Any]:
        """Return the keys of all layers, each once."""
        return list(dict.fromkeys(key for layer in self._layers() for key in layer.keys()))  # noqa: SIM118 -- a cache is no dict

    def clear(self, pattern: str | None = None) -> None:
        """Forget everything, or the keys in which *pattern* is found, in every layer."""
        with self._lock:
            for layer in reversed(self._layers()):
                layer.clear(pattern)

    def get_all(self, keys: Iterable[Any]) -> dict[Any, Any]:
        """Return the values that are kept for *keys*, each from the first layer that has it."""
        missing = list(keys)
        found: dict[Any, Any] = {}
        with self._lock:
            layers = self._layers()
            for number, layer in enumerate(layers):
                answer = layer.get_all(missing) if missing else {}
                for upper in layers[:number] if answer else ():
                    upper.set_all(answer)
                found.update(answer)
                missing = [key for key in missing if key not in answer]
        return found

    def set_all(self, values: Mapping[Any, Any], seconds: float | None = None) -> None:
        """Keep *values* in every layer."""
        with self._lock:
            for layer in reversed(self._layers()):
                layer.set_all(values, seconds)

    def remove_all(self, keys: Iterable[Any]) -> None:
        """Forget *keys* in every layer."""
        unwanted = list(keys)
        with self._lock:
            for layer in reversed(self._layers()):
                layer.remove_all(unwanted)

    def close(self) -> None:
        """Close every layer."""
        for layer in self._layers():
            layer.close()

    def _layers(self) -> list[Cache]:
        """Return the layers; one that has only the documented methods gets the others."""
        return [one if isinstance(one, Cache) else ProxyCache(one) for one in self.caches]
