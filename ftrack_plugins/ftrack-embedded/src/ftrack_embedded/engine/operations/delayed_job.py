"""``delayed_job``: a job that waits for somebody to do it."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.errors import did_you_mean

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.answers import entity_answer
from ftrack_embedded.engine.members import text
from ftrack_embedded.engine.permissions.check import check_may_administer
from ftrack_embedded.engine.write.create import create_entity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["MEMBERS", "WRITES", "delayed_job"]

WRITES: Final = True
_TOLD: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "ICONIK_SYNC_STRUCTURE": (
            "context_id",
            "include_children",
            "task_placeholder",
            "include_tasks",
        ),
        "SYNC_USERS_LDAP": (),
    }
)
"""The types of jobs, and what is told of each beside its type."""
MEMBERS: Final = ("job_type", *(name for names in _TOLD.values() for name in names))


def delayed_job(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the queued Job; what it is to do is in its data. An unknown type is an error."""
    job_type = text(operation, "job_type")
    if job_type not in _TOLD:
        raise failures.invalid(
            f"There is no job type {job_type!r:.40}; there are {', '.join(sorted(_TOLD))}."
            f"{did_you_mean(job_type, _TOLD)}"
        )
    check_may_administer(tx, f"start the job {job_type}")
    told = {name: operation[name] for name in _TOLD[job_type] if name in operation}
    data = {"status": "queued", "data": json.dumps({"job_type": job_type, **told})}
    made = create_entity(tx, tx.catalogue.types["Job"], data)
    answer = entity_answer(tx, made.entity_type, made.row, made.row, made.incoming)
    return {"action": "delayed_job", "data": answer}
