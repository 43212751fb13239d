"""The text by which a session asks for a cache in memory."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from ftrack_core.errors import ConfigurationError, did_you_mean

__all__ = ["MemorySpec"]


@dataclass(frozen=True)
class MemorySpec:
    """``memory:?rows=5000&seconds=60``: how many rows are kept, and how long, None for ever."""

    rows: int = 10_000
    seconds: float | None = None

    @classmethod
    def read(cls, spec: str) -> MemorySpec:
        """Read *spec*; raise `ConfigurationError` that says what is wrong with it."""
        parts = urlsplit(spec)
        if parts.netloc or parts.path:
            raise ConfigurationError(
                f"the cache {spec!r} names a place, but memory has none; write memory:"
            )
        given = dict(parse_qsl(parts.query, keep_blank_values=True))
        known = ("rows", "seconds")
        for name in given:
            if name not in known:
                hint = did_you_mean(name, known)
                raise ConfigurationError(f"the cache {spec!r} has no option {name!r}.{hint}")
        rows = int(_positive(spec, "rows", given.get("rows", str(cls.rows))))
        seconds = _positive(spec, "seconds", given["seconds"]) if "seconds" in given else None
        return cls(rows, seconds)


def _positive(spec: str, name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not value >= 1 and not (name == "seconds" and value > 0):
        raise ConfigurationError(f"the cache {spec!r} wants {name} to be a number above nought")
    return value
