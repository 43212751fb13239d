"""How long to wait before something is tried again."""

from __future__ import annotations

import random
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .retry import RetryPolicy

__all__ = ["growing_delays", "requested_delay", "retry_delays"]


def growing_delays(
    first: float, longest: float, *, factor: float = 2.0, jitter: float = 0.5
) -> Iterator[float]:
    """Yield, without end, seconds to wait: *first*, then *factor* times as long up to *longest*.

    Each is drawn from the upper part of its span, so that many clients do not return at once;
    *jitter* is the part that is left to chance (0.0 none, 1.0 all).
    """
    span = min(first, longest)
    while True:
        yield span * random.uniform(1 - jitter, 1)  # noqa: S311 -- spreads load, no secret
        span = min(span * factor, longest)


def retry_delays(policy: RetryPolicy) -> Iterator[float]:
    """Yield the seconds to wait before each further attempt that *policy* allows."""
    growing = growing_delays(
        policy.first_delay, policy.longest_delay, factor=policy.factor, jitter=policy.jitter
    )
    return islice(growing, policy.attempts - 1)


def requested_delay(header: str | None) -> float:
    """Return the seconds that a ``Retry-After`` header asks for, 0 where it asks for nothing."""
    if not header:
        return 0.0
    if header.strip().isdecimal():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0.0, (moment - datetime.now(timezone.utc)).total_seconds())
