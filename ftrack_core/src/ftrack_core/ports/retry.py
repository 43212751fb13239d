"""How a request is tried again, as a plain value."""

from __future__ import annotations

from dataclasses import dataclass, fields

from ftrack_core.errors import ConfigurationError

__all__ = ["RetryPolicy"]


@dataclass(frozen=True)
class RetryPolicy:
    """How requests that only read are tried again; one that writes is never sent twice.

    *attempts* counts the first one, so that 1 means never again. The wait before a further attempt
    begins at *first_delay* seconds, grows by *factor* each time and is never longer than
    *longest_delay* seconds. *jitter* is the part of it that is left to chance (0.0 none, 1.0 all),
    so that many clients do not return at once. *statuses* are the HTTP statuses with which a server
    says: not now. With *respect_retry_after* the wait that a server asks for is kept; one beyond
    *longest_delay* ends the attempts.

    Raises `ConfigurationError` for numbers that make no sense.
    """

    attempts: int = 3
    first_delay: float = 0.5
    longest_delay: float = 30.0
    factor: float = 2.0
    jitter: float = 0.5
    statuses: frozenset[int] = frozenset({429, 502, 503, 504})
    respect_retry_after: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "statuses", frozenset(self.statuses))
        for name, least in (("attempts", 1), ("first_delay", 0), ("longest_delay", 0)):
            self._require(name, least)
        self._require("factor", 1)
        self._require("jitter", 0, 1)

    def _require(self, name: str, least: float, most: float = float("inf")) -> None:
        value = getattr(self, name)
        kinds = int if name == "attempts" else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds) or not least <= value <= most:
            known = next(one.default for one in fields(self) if one.name == name)
            upper = "" if most == float("inf") else f" to {most:g}"
            raise ConfigurationError(
                f"the retry policy's {name} is a number from {least:g}{upper}, such as {known}, "
                f"not {value!r}"
            )
