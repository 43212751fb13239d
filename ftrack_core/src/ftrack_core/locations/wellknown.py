"""The locations that every server has, under the same ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

__all__ = [
    "CONNECT",
    "ORIGIN",
    "REVIEW",
    "SERVER",
    "UNMANAGED",
    "WELL_KNOWN",
    "WellKnown",
    "keeps_paths",
]


@dataclass(frozen=True)
class WellKnown:
    """A location with a constant id.

    Where it *keeps_paths* a component's resource identifier is the path it came from and no data
    is moved. The lowest *priority* is picked first.
    """

    id: str
    name: str
    priority: int
    keeps_paths: bool = False


ORIGIN: Final = WellKnown("ce9b348f-8809-11e3-821c-20c9d081909b", "ftrack.origin", 100, True)
"""Where a file came from: known in this session only."""

UNMANAGED: Final = WellKnown("cb268ecc-8809-11e3-a7e2-20c9d081909b", "ftrack.unmanaged", 90, True)
"""Files that are left where they are."""

REVIEW: Final = WellKnown("cd41be70-8809-11e3-b98a-20c9d081909b", "ftrack.review", 110, True)
"""The older store of review media."""

CONNECT: Final = WellKnown("07b82a97-8cf9-11e3-9383-20c9d081909b", "ftrack.connect", 95)
"""The location of the desktop application."""

SERVER: Final = WellKnown("3a372bde-05bc-11e4-8908-20c9d081909b", "ftrack.server", 150)
"""The server's own storage; a component's resource identifier there is its id."""

WELL_KNOWN: Final = (ORIGIN, UNMANAGED, REVIEW, CONNECT, SERVER)
"""All of them."""


def keeps_paths(location: Any) -> bool:
    """Whether components of *location* stay where they are and are recorded by their path.

    A class mixed into a location says it with ``keeps_paths = True``.
    """
    known = any(one.keeps_paths for one in WELL_KNOWN if one.id == location.key)
    return known or bool(getattr(location, "keeps_paths", False))
