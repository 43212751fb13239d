"""How much of a component is where."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from .records import find_records, has_members, with_members

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ftrack_core.entity import Entity
    from ftrack_core.session import Session

    from .location import Location

__all__ = ["availabilities"]


def availabilities(
    session: Session, components: Sequence[Entity], locations: Sequence[Location]
) -> list[dict[str, float]]:
    """Return for each component, by location id, how many per cent of it are there.

    Of a container with members it is the mean of theirs. What is known in this session only (its
    origin) does not count.
    """
    ids = [str(one.key) for one in with_members(components)]
    present: dict[str, set[str]] = defaultdict(set)
    for record in find_records(session, ids, [str(one.key) for one in locations]):
        present[record.location_id].add(record.component_id)
    keys = [str(one.key) for one in locations]
    return [{key: _availability(one, present, key) for key in keys} for one in components]


def _availability(component: Entity, present: Mapping[str, set[str]], location_id: str) -> float:
    members = list(component["members"]) if has_members(component) else []
    if members:
        total = sum(_availability(one, present, location_id) for one in members)
        return min(100.0, round(total / len(members), 9))
    return 100.0 if component.key in present.get(location_id, ()) else 0.0
