"""Trying again what does no harm when it is done twice."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, TypeVar

from ftrack_core.errors import ConnectionLostError
from ftrack_core.ports import RetryPolicy, retry_delays

from .failures import StatusError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ftrack_core.session import Session

__all__ = ["retried"]

_PASSING = frozenset({408, 500})
"""Statuses of storages that pass by, besides those of the policy."""

_Result = TypeVar("_Result")


def retried(session: Session, attempt: Callable[[], _Result], stop: Event | None = None) -> _Result:
    """Return what *attempt* returns, after further ones where a fault may pass.

    How often and when is the retry policy of *session*. Setting *stop* ends the waiting: what went
    wrong last is raised then.
    """
    policy, stop = _policy_of(session), stop or Event()
    for delay in retry_delays(policy):
        try:
            return attempt()
        except (ConnectionLostError, StatusError) as error:
            wait = max(delay, _asked_by(error)) if policy.respect_retry_after else delay
            hopeless = not _may_pass(error, policy) or wait > policy.longest_delay
            if hopeless or stop.wait(wait):
                raise
    return attempt()


def _policy_of(session: Session) -> RetryPolicy:
    given = session.context.settings.retry
    return given or session.plugins.hooks.ftrack_retry_policy(session.context) or RetryPolicy()


def _may_pass(error: Exception, policy: RetryPolicy) -> bool:
    return not isinstance(error, StatusError) or error.status in policy.statuses | _PASSING


def _asked_by(error: Exception) -> float:
    return error.wait if isinstance(error, StatusError) else 0.0
