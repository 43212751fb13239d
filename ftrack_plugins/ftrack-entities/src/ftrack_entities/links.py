"""Links: what comes before what, what was made from what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.entity import session_of

from .helper import Helper

if TYPE_CHECKING:
    from ftrack_core import Entity

__all__ = ["LinkHelpers"]


class LinkHelpers(Helper):
    """Mixed into every type that has ``outgoing_links``."""

    __slots__ = ()

    def link_to(self, other: Entity) -> Any:
        """Link this entity to *other* with the next commit and return the link.

        The link leads from this one, which comes first or was used, to the other.
        """
        link_type = self.schema.attribute("outgoing_links").target or ""
        return session_of(self).create(link_type, {"from_id": self["id"], "to_id": other["id"]})

    def unlink_from(self, other: Entity) -> None:
        """Delete the links that lead from this entity to *other*, with the next commit."""
        for link in self["outgoing_links"]:
            if link["to_id"] == other["id"]:
                session_of(self).delete(link)
