"""Which requests may be sent again, and when."""

from __future__ import annotations

import random
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from ftrack_core.errors import ConnectionLostError, TransportTimeoutError

from .errors import UntrustedServerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ftrack_core.ports import Batch, RetryPolicy

__all__ = ["delays", "is_read_only", "is_transient", "requested_delay"]


def is_read_only(batch: Batch) -> bool:
    """Whether carrying out *batch* twice changes nothing."""
    return all(
        str(operation.get("action", "")).startswith("query") or operation.get("action") == "search"
        for operation in batch
    )


def is_transient(error: Exception) -> bool:
    """Whether another attempt may fare better.

    Not after waiting for an answer in vain: the server may still be working on it.
    """
    if isinstance(error, UntrustedServerError):
        return False
    if isinstance(error, TransportTimeoutError):
        return not error.sent
    return isinstance(error, ConnectionLostError)


def delays(policy: RetryPolicy) -> Iterator[float]:
    """Yield the seconds to wait before each further attempt.

    Each is drawn from the upper part of its span, so that many clients do not return at once.
    """
    span = min(policy.first_delay, policy.longest_delay)
    for _ in range(policy.attempts - 1):
        yield span * random.uniform(1 - policy.jitter, 1)  # noqa: S311 - spreads load, no secret
        span = min(span * policy.factor, policy.longest_delay)


def requested_delay(header: str | None) -> float:
    """Return the seconds that a ``Retry-After`` header asks for, 0 where it asks for nothing."""
    if not header:
        return 0.0
    if header.strip().isdigit():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0.0, (moment - datetime.now(timezone.utc)).total_seconds())
