"""The options of this transport: ``Session(..., plugin_arguments={"transport": {...}})``."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import ConfigurationError
from ftrack_core.ports import RetryPolicy, require_known_options

if TYPE_CHECKING:
    from collections.abc import Mapping

_RETRY = ("attempts", "first_delay", "longest_delay")

__all__ = ["TransportOptions"]


@dataclass(frozen=True)
class TransportOptions:
    """How many connections are kept, and how a read is tried again."""

    retry: RetryPolicy = field(default_factory=RetryPolicy)
    pool_size: int = 32

    @classmethod
    def read(
        cls, given: Mapping[str, Any] | None, policy: RetryPolicy | None = None
    ) -> TransportOptions:
        """Return the options *given* to a session; what they do not say of retries *policy* does.

        Raises `ConfigurationError` for an unknown option or a senseless number.
        """
        options, known = dict(given or {}), (*_RETRY, "pool_size")
        require_known_options("the transport", options, known)
        _require_pool(options.get("pool_size", cls.pool_size))
        changed = {name: options.pop(name) for name in _RETRY if name in options}
        return cls(retry=replace(policy or RetryPolicy(), **changed), **options)


def _require_pool(size: Any) -> None:
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise ConfigurationError(f"pool_size is a number of connections from 1 on, not {size!r}")
