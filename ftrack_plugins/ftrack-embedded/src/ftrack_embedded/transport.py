"""The transport of a session to a studio in the same process."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from ftrack_core.errors import ConfigurationError, did_you_mean

from .engine.studio import Studio
from .engine.users import admit
from .streamed import stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_core.ports import Batch, Body, StreamResponse

    from .engine.caller import Caller

__all__ = ["EmbeddedTransport", "open_studio"]

_SIZES: Final = ("random", "sequences", "shots", "tasks", "users")


class EmbeddedTransport:
    """Carries batches to a *studio* without a network.

    *username* is who acts; a login name that the studio does not know is added as a user, nobody is
    asked for a key. *owns* says that closing the transport closes the studio; *strict* asks for the
    strict form of the protocol, which knows ``group by``.
    """

    def __init__(
        self, studio: Studio, username: str = "", *, owns: bool = True, strict: bool = True
    ) -> None:
        self.studio = studio
        self._strict = strict
        self._username = username
        self._owns = owns
        self._caller: Caller | None = None
        self._lock = threading.Lock()

    @classmethod
    def from_url(cls, url: str, username: str = "", *, strict: bool = True) -> EmbeddedTransport:
        """Open the studio that an ``embedded:`` URL names and return a transport to it."""
        return cls(open_studio(url), username, strict=strict)

    def execute(self, batch: Batch) -> list[Any]:
        """Carry out *batch*; see `Studio.execute`."""
        return self.studio.execute(batch, caller=self._acting())

    def stream(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: Body = None,
    ) -> StreamResponse:
        """Answer the paths of files as the server does over HTTP; nobody is asked for a key."""
        return stream(self.studio, self._acting(), method, url, headers, body)

    def close(self) -> None:
        """Close the studio if it was opened for this transport."""
        if self._owns:
            self.studio.close()

    def _acting(self) -> Caller:
        if self._caller is None:
            with self._lock:
                if self._caller is None:
                    admitted = admit(self.studio, self._username)
                    self._caller = replace(admitted, strict=self._strict)
        return self._caller

    def __repr__(self) -> str:
        return f"<EmbeddedTransport to {self.studio!r}>"


def open_studio(url: str) -> Studio:
    """Open what an ``embedded:`` URL names.

    ``embedded:`` is a fresh private studio, ``embedded:///path/studio.db`` a file that stays. The
    query may say ``seed=empty``, ``default`` or ``demo``, and for the demo how much of it
    (``tasks=500``; also sequences, shots, users) and which one: each number ``random=7`` makes
    another show, and always the same. Raises ConfigurationError.
    """
    parts = urlsplit(url)
    if parts.netloc:
        raise ConfigurationError(
            f"embedded: takes no host, but {parts.netloc!r} stands where one would: write "
            "embedded:///path/studio.db, with three slashes"
        )
    options = {name: given[-1] for name, given in parse_qs(parts.query).items()}
    path = Path(_without_drive_slash(unquote(parts.path))) if parts.path else None
    seed = options.pop("seed", "default")
    return Studio(path, seed=seed, demo=_sizes(options))


def _without_drive_slash(path: str) -> str:
    """Return ``C:/studio.db`` for the ``/C:/studio.db`` that a URL makes of it."""
    return path[1:] if path[2:3] == ":" and path[:1] == "/" else path


def _sizes(options: Mapping[str, str]) -> dict[str, int]:
    sizes = {}
    for name, text in options.items():
        if name not in _SIZES or not text.isdecimal():
            raise ConfigurationError(
                f"embedded: has no option {name}={text}; there are seed and, as numbers, "
                f"{', '.join(_SIZES)}.{did_you_mean(name, _SIZES)}"
            )
        sizes["seed" if name == "random" else name] = int(text)
    return sizes
