"""The texts by which a session asks for a cache: ``memory:``, ``file:/path``."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from ftrack_core.errors import ConfigurationError
from ftrack_core.ports import require_known_options

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["FileSpec", "MemorySpec"]

FILE_NAME: Final = "ftrack-cache.db"


@dataclass(frozen=True)
class MemorySpec:
    """``memory:?rows=5000&seconds=60``: how many rows are kept, and how long, None for ever."""

    rows: int = 10_000
    seconds: float | None = None

    @classmethod
    def read(cls, spec: str) -> MemorySpec:
        """Read *spec*; raise `ConfigurationError` that says what is wrong with it."""
        parts = _split(spec)
        if parts.netloc or parts.path:
            raise ConfigurationError(
                f"the cache {spec!r} names a place, but memory has none; write memory:"
            )
        given = _options(spec, parts.query, ("rows", "seconds"))
        rows = _whole(spec, "rows", given.get("rows", str(cls.rows)))
        return cls(rows, _seconds(spec, given["seconds"]) if "seconds" in given else cls.seconds)


@dataclass(frozen=True)
class FileSpec:
    """``file:/path?rows=100000&seconds=3600&megabytes=256``: where, how many, how long, how much.

    *path* None stands for a file in the session's folder for caches; *seconds* None for ever.
    """

    path: Path | None
    rows: int = 100_000
    seconds: float | None = 3600.0
    megabytes: float = 256.0

    @classmethod
    def read(cls, spec: str) -> FileSpec:
        """Read *spec*; raise `ConfigurationError` that says what is wrong with it."""
        parts = _split(spec)
        if parts.netloc:
            raise ConfigurationError(
                f"the cache {spec!r} names a host, {parts.netloc!r}: write file:/path for a file "
                "of this machine"
            )
        given = _options(spec, parts.query, ("rows", "seconds", "megabytes"))
        return cls(
            _path(parts.path),
            _whole(spec, "rows", given.get("rows", str(cls.rows))),
            _seconds(spec, given["seconds"]) if "seconds" in given else cls.seconds,
            _positive(spec, "megabytes", given.get("megabytes", str(cls.megabytes))),
        )

    def file(self, folder: Path | None) -> Path:
        """Return the file; *folder* is the session's folder for caches, if it has one."""
        path = self.path or folder
        if path is None:
            raise ConfigurationError(
                "the cache file: says no file; write file:/path, or give the session a cache_folder"
            )
        return path / FILE_NAME if path is folder or path.is_dir() else path


def _split(spec: str) -> SplitResult:
    if "#" in spec:
        raise ConfigurationError(f"the cache {spec!r} holds a #; write %23 for it")
    return urlsplit(spec)


def _path(text: str) -> Path | None:
    if not text:
        return None
    name = unquote(text)
    if name[2:3] == ":" and name[:1] == "/":
        name = name[1:]  # file:///C:/rows.db
    path = Path(name).expanduser()
    return path / FILE_NAME if name.endswith(("/", os.sep)) else path


def _options(spec: str, query: str, known: Collection[str]) -> dict[str, str]:
    given = dict(parse_qsl(query, keep_blank_values=True))
    require_known_options(f"the cache {spec!r}", given, known)
    return given


def _whole(spec: str, name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ConfigurationError(f"the cache {spec!r} wants {name} to be a number above nought")
    return int(text)


def _seconds(spec: str, text: str) -> float | None:
    """Return a time; None for ``inf``, which is no limit."""
    seconds = _positive(spec, "seconds", text)
    return None if math.isinf(seconds) else seconds


def _positive(spec: str, name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not value > 0:
        raise ConfigurationError(f"the cache {spec!r} wants {name} to be a number above nought")
    return value
