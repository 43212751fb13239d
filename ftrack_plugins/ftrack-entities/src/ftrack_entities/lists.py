"""Lists of tasks, shots or versions in a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.entity import session_of

from .assignments import AllocationHelpers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_core import Entity

__all__ = ["ProjectHelpers"]


class ProjectHelpers(AllocationHelpers):
    """Mixed into ``Project``."""

    __slots__ = ()

    def create_list(
        self,
        name: str,
        items: Iterable[Entity] = (),
        category: Entity | None = None,
        owner: Entity | None = None,
    ) -> Any:
        """Create a list in this project and return it; it is sent with the next commit.

        It is a list of versions where *items* are versions, else of tasks, shots and the like.
        *category* is a list category, by default the first there is; *owner* a user, by default who
        the server takes for it. Change its content through ``["items"]``.
        """
        session, entities = session_of(self), list(items)
        versions = bool(entities) and entities[0].entity_type == "AssetVersion"
        data: dict[str, Any] = {
            "name": name,
            "project": self,
            "category": category or session.query("ListCategory").first(),
        }
        if owner is not None:
            data["owner"] = owner
        made = session.create("AssetVersionList" if versions else "TypedContextList", data)
        if entities:
            made["items"] = entities
        return made
