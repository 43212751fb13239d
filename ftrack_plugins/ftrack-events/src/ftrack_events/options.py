"""The options of this plugin: ``Session(..., plugin_arguments={"events": {...}})``."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import islice
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import ConfigurationError
from ftrack_core.ports import growing_delays, require_known_options

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["HubOptions"]


@dataclass(frozen=True)
class HubOptions:
    """How a lost connection to the event server is made again; times are in seconds.

    *attempts* is how often it is tried in a row, None for ever. The wait before the first attempt
    is at most *first_delay*; it doubles each time and is never longer than *longest_delay*. At most
    *waiting* events wait for the connection. One on which nothing came for *silence* is lost.

    Raises `ConfigurationError` for numbers that make no sense.
    """

    attempts: int | None = None
    first_delay: float = 1.0
    longest_delay: float = 60.0
    waiting: int = 10_000
    silence: float = 60.0

    def __post_init__(self) -> None:
        if self.attempts is not None:
            self._require("attempts", int, 0)
        self._require("waiting", int, 1)
        for name in ("first_delay", "longest_delay", "silence"):
            self._require(name, (int, float), 0)

    @classmethod
    def read(cls, given: Mapping[str, Any] | None) -> HubOptions:
        """Return the options *given* to a session. Raises `ConfigurationError` for others."""
        options = given or {}
        require_known_options("the event hub", options, [one.name for one in fields(cls)])
        return cls(**options)

    def delays(self) -> Iterator[float]:
        """Yield the seconds to wait before each attempt."""
        return islice(growing_delays(self.first_delay, self.longest_delay), self.attempts)

    def _require(self, name: str, kinds: Any, least: int) -> None:
        value = getattr(self, name)
        if isinstance(value, bool) or not isinstance(value, kinds) or not value >= least:
            default = next(one.default for one in fields(self) if one.name == name)
            raise ConfigurationError(
                f"the event hub's {name} is a number from {least} on, such as {default or 30}, "
                f"not {value!r}"
            )
