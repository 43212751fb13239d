"""Where components are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.entity import session_of

from .helper import Helper

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ComponentHelpers"]


class ComponentHelpers(Helper):
    """Mixed into every type of component."""

    __slots__ = ()

    def get_availability(self, locations: Iterable[Any] | None = None) -> dict[str, float]:
        """Return how much of this component is where: location id to 0.0 .. 100.0.

        *locations* are those that are set up in this session, unless given.
        """
        chosen = None if locations is None else list(locations)
        component: Any = self
        found: list[dict[str, float]] = session_of(self).locations.availabilities(
            [component], chosen
        )
        return found[0]
