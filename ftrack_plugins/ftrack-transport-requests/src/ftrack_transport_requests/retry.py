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

    from ftrack_core.ports import Batch

    from .options import TransportOptions

__all__ = ["BUSY", "delays", "is_read_only", "is_transient", "requested_delay"]

BUSY = frozenset({429, 502, 503, 504})
"""The statuses with which a server or a gateway before it says: not now."""


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


def delays(options: TransportOptions) -> Iterator[float]:
    """Yield the seconds to wait before each further attempt.

    Each is drawn from the upper half of its span, so that many clients do not return at once.
    """
    for attempt in range(options.attempts - 1):
        span = min(options.first_delay * 2**attempt, options.longest_delay)
        yield span * random.uniform(0.5, 1)  # noqa: S311 - spreads load, keeps no secret


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
