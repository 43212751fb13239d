"""Jobs, logged time, timers and review sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine import failures

from .stamps import fill

if TYPE_CHECKING:
    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = [
    "complete_job",
    "complete_review_object",
    "complete_review_session",
    "complete_timelog",
    "complete_timer",
    "finish_job",
]

_FINISHED: Final = ("done", "failed")
_STATUSES: Final = ("queued", "running", "done", "failed")


def complete_job(tx: Transaction, _: str, row: Row) -> None:
    """Give a new job its owner and its dates."""
    fill(row, "created_at", tx.now)
    fill(row, "user_id", tx.user_id)
    finish_job(tx, "Job", row, row)


def finish_job(tx: Transaction, _: str, __: Row, values: dict[str, Any]) -> None:
    """Note when a job was finished, and refuse a status that does not exist."""
    status = values.get("status")
    if status is not None and status not in _STATUSES:
        allowed = ", ".join(_STATUSES)
        raise failures.invalid(f"The status of a Job is one of {allowed}, not {status!r}.")
    if status in _FINISHED:
        fill(values, "finished_at", tx.now)


def complete_timelog(tx: Transaction, _: str, row: Row) -> None:
    """Give logged time its user and start."""
    fill(row, "user_id", tx.user_id)
    fill(row, "start", tx.now)
    fill(row, "duration", 0.0)


def complete_timer(tx: Transaction, _: str, row: Row) -> None:
    """Give a timer its user and start; a user has one timer at most."""
    fill(row, "user_id", tx.user_id)
    fill(row, "start", tx.now)
    if tx.rows.find("Timer", user_id=row["user_id"]):
        raise failures.duplicate("The user has a timer already. Stop it before starting another.")


def complete_review_session(tx: Transaction, _: str, row: Row) -> None:
    """Give a review session a beginning and an end."""
    fill(row, "start_date", tx.now)
    fill(row, "end_date", f"{int(tx.now[:4]) + 1}{tx.now[4:].replace('-02-29', '-02-28')}")


def complete_review_object(tx: Transaction, _: str, row: Row) -> None:
    """Put a new object at the end of its review session."""
    if row.get("sort_order") is None:
        others = tx.rows.find("ReviewSessionObject", review_session_id=row.get("review_session_id"))
        row["sort_order"] = max((other["sort_order"] or 0.0 for other in others), default=-1.0) + 1
