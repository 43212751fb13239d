"""The options of this transport: ``Session(..., plugin_arguments={"transport": {...}})``."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import ConfigurationError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TransportOptions"]


@dataclass(frozen=True)
class TransportOptions:
    """How many connections are kept, and how a read is tried again.

    *attempts* counts the first one. The delay before a further attempt begins at *first_delay*
    seconds and doubles; none is longer than *longest_delay* seconds, and a server that asks for a
    longer one is not asked again.
    """

    attempts: int = 3
    first_delay: float = 0.5
    longest_delay: float = 30.0
    pool_size: int = 32

    @classmethod
    def read(cls, given: Mapping[str, Any] | None) -> TransportOptions:
        """Return the options *given* to a session, or the defaults."""
        known = [field.name for field in fields(cls)]
        for name in given or {}:
            if name not in known:
                hint = did_you_mean(name, known)
                raise ConfigurationError(f"the transport has no option {name!r}.{hint}")
        return cls(**(given or {}))
