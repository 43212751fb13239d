"""Jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_entities import JobHelpers

from .base import Entity

if TYPE_CHECKING:
    from collections.abc import Mapping


__all__ = ["Job"]

_API_JOB = "api_job"


class Job(JobHelpers, Entity):
    """What a user sees of work that goes on somewhere."""

    __slots__ = ()

    @classmethod
    def encoded_values(cls, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return *values* for a new job. Raises ValueError for a type that scripts cannot make."""
        kind = values.get("type")
        if kind not in (None, _API_JOB):
            raise ValueError(f"a job made here is of type {_API_JOB!r} or of none, not {kind!r}")
        return super().encoded_values(values)
