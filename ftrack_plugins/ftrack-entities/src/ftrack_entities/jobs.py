"""Jobs: what a user sees of work that goes on somewhere."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ftrack_core.entity import session_of

from .helper import Helper

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ftrack_core import Entity

__all__ = ["JobHelpers", "JobOwnerHelpers"]


class JobOwnerHelpers(Helper):
    """Mixed into ``User``: whoever starts jobs."""

    __slots__ = ()

    def create_job(
        self, description: str, status: str = "running", data: Mapping[str, Any] | None = None
    ) -> Any:
        """Create a job of this user and return it; it is sent with the next commit.

        *status* is ``queued``, ``running``, ``done`` or ``failed``. *data* goes into the job's JSON
        text beside the description.
        """
        text = json.dumps({**(data or {}), "description": description})
        return session_of(self).create("Job", {"user": self, "status": status, "data": text})

    @contextmanager
    def job(self, description: str, data: Mapping[str, Any] | None = None) -> Iterator[Any]:
        """Show the ``with`` block as a running job, then as done, or as failed where it raises.

        Each of the two states is committed by itself, apart from what else is pending.

        Example::

            with user.job("Publishing sh010"):
                publish()
        """
        with session_of(self).transaction():
            job = self.create_job(description, data=data)
        try:
            yield job
        except BaseException:
            self._end(job, "failed")
            raise
        self._end(job, "done")

    def _end(self, job: Any, status: str) -> None:
        with session_of(self).transaction():
            job["status"] = status


class JobHelpers(Helper):
    """Mixed into ``Job``."""

    __slots__ = ()

    @property
    def details(self) -> dict[str, Any]:
        """What the job's JSON text holds; empty where it is no JSON object."""
        try:
            found = json.loads(self["data"] or "{}")
        except (TypeError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def description(self) -> str:
        """What people read about the job."""
        return str(self.details.get("description") or "")

    def describe(self, description: str) -> None:
        """Change what people read about the job, for instance how far it has come."""
        self["data"] = json.dumps({**self.details, "description": description})

    def attach(self, component: Entity) -> Any:
        """Attach a component to this job and return the link; it is sent with the next commit."""
        keys = {"job_id": self["id"], "component_id": component["id"]}
        return session_of(self).create("JobComponent", keys)
