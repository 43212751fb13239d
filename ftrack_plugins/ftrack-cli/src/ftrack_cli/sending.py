"""What is pending: shown as it would be sent, or sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.changes import squash
from ftrack_core.work.commit import operation_of

from .failures import show_problem
from .progress import waiting
from .writers import show_json

if TYPE_CHECKING:
    from ftrack_core import Session

__all__ = ["send"]


def send(session: Session, *, dry_run: bool) -> bool:
    """Commit, or only write down what a commit would send; return whether it was sent."""
    if dry_run:
        show_json(_operations(session))
        show_problem("nothing was sent", label="dry run")
        return False
    with waiting("sending"):
        session.commit()
    return True


def _operations(session: Session) -> list[dict[str, Any]]:
    return [operation_of(payload) for payload in squash(session.work.main_log.snapshot())]
