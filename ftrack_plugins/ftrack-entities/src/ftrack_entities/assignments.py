"""Who works on what."""

from __future__ import annotations

from typing import Any

from ftrack_core.entity import Entity, session_of
from ftrack_core.errors import EntityError
from ftrack_core.query import quote

from .helper import Helper

__all__ = ["AllocationHelpers", "AssignmentHelpers"]


class AssignmentHelpers(Helper):
    """Mixed into every context that people can be assigned to."""

    __slots__ = ()

    @property
    def assignees(self) -> list[Any]:
        """The users and groups that the server has assigned here. One request."""
        return _resources(self, "assignment")

    def assign(self, *resources: Entity) -> list[Any]:
        """Assign users or groups with the next commit; return the new appointments.

        Whoever is assigned already is not assigned twice.
        """
        return _appoint(self, resources, "assignment")

    def unassign(self, *resources: Entity) -> None:
        """End the assignment of users or groups with the next commit; others are no error."""
        _dismiss(self, resources, "assignment")


class AllocationHelpers(Helper):
    """Mixed into ``Project``: who is on the team."""

    __slots__ = ()

    @property
    def team(self) -> list[Any]:
        """The users and groups that the server has allocated to the project. One request."""
        return _resources(self, "allocation")

    def allocate(self, *resources: Entity) -> list[Any]:
        """Put users or groups on the team with the next commit; return the new appointments."""
        return _appoint(self, resources, "allocation")

    def deallocate(self, *resources: Entity) -> None:
        """Take users or groups off the team with the next commit; others are no error."""
        _dismiss(self, resources, "allocation")


def _appointments(context: Helper, kind: str) -> list[Any]:
    criteria = f"context_id is {quote(context['id'])} and type is {kind}"
    found: list[Any] = (
        session_of(context)
        .query(f"select resource_id, resource.id from Appointment where {criteria}")
        .all()
    )
    return found


def _resources(context: Helper, kind: str) -> list[Any]:
    return [one["resource"] for one in _appointments(context, kind)]


def _appoint(context: Helper, resources: tuple[Entity, ...], kind: str) -> list[Any]:
    wanted = _keys(resources)
    here = {one["resource_id"] for one in _appointments(context, kind)}
    keys = [key for key in wanted if key not in here]
    shared = {"context_id": context["id"], "type": kind}
    create = session_of(context).create
    return [create("Appointment", {**shared, "resource_id": key}) for key in keys]


def _dismiss(context: Helper, resources: tuple[Entity, ...], kind: str) -> None:
    keys = _keys(resources)
    for appointment in _appointments(context, kind):
        if appointment["resource_id"] in keys:
            session_of(context).delete(appointment)


def _keys(resources: tuple[Entity, ...]) -> dict[str, None]:
    """Return the keys of users or groups, each once. Raises `EntityError` for anything else."""
    for one in resources:
        if not isinstance(one, Entity):
            raise EntityError(
                f"a user or a group is due, not {one!r}: look it up, for example with "
                'session.query("User where username is :name", name=...).one()'
            )
    return dict.fromkeys(one["id"] for one in resources)
