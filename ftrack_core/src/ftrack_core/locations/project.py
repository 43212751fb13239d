"""From a component to the project it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.entity import session_of
from ftrack_core.errors import EntityError

if TYPE_CHECKING:
    from ftrack_core.entity import Entity

__all__ = ["project_of"]

_MEMO = 1000


def project_of(component: Entity) -> Entity:
    """Return the Project that *component* belongs to; an asset, a version or a task will do too.

    Members of a sequence have a container and no version, so containers are followed first. What
    was found for a version is remembered, so that a thousand frames cost no more than one.

    Raises:
        EntityError: it belongs to none, as a thumbnail does.
    """
    owner = _version_of(component) if "system_type" in component.schema.attributes else component
    session = session_of(component)
    memo: dict[Any, Entity] = session.locations.projects
    found = memo.get(owner.key)
    if found is None:
        found = _entity_project(owner)
        if len(memo) >= _MEMO:
            memo.clear()
        memo[owner.key] = found
    return found


def _version_of(component: Entity) -> Entity:
    outermost = component
    while (container := _referenced(outermost, "container", "Component")) is not None:
        outermost = container
    version = _referenced(outermost, "version", "AssetVersion")
    if version is None:
        raise EntityError(
            f"{component!r} belongs to no project: it has no version; give version_id or version "
            "when the component is created"
        )
    return version


def _entity_project(entity: Entity) -> Entity:
    if entity.entity_type == "Project":
        return entity
    project = _by_id(entity, entity_type="Project", key=_project_id(entity))
    if project is not None:
        return project
    for name, entity_type in (("project", "Project"), ("asset", "Asset"), ("parent", "Context")):
        owner = _referenced(entity, name, entity_type)
        if owner is not None:
            return _entity_project(owner)
    raise EntityError(f"{entity!r} belongs to no project: nothing leads from it to one")


def _project_id(entity: Entity) -> str | None:
    """Return the project's id where the entity tells it: its link begins with the project."""
    attributes = entity.schema.attributes
    if "project_id" in attributes and (found := entity["project_id"]):
        return str(found)
    link = entity["link"] if "link" in attributes else None
    first = link[0] if link else None
    return str(first["id"]) if isinstance(first, dict) and first.get("type") == "Project" else None


def _referenced(entity: Entity, name: str, entity_type: str) -> Entity | None:
    """Return what a reference leads to; for a new entity the foreign key alone will do."""
    if name not in entity.schema.attributes:
        return None
    found: Entity | None = entity[name] or None
    if found is None and session_of(entity).work.is_new(entity):
        return _by_id(entity, entity_type, _foreign_key(entity, name))
    return found


def _foreign_key(entity: Entity, name: str) -> str | None:
    for column in (f"{name}_id", "context_id" if name == "parent" else name):
        if column in entity.schema.attributes and isinstance(key := entity[column], str):
            return key
    return None


def _by_id(entity: Entity, entity_type: str, key: str | None) -> Entity | None:
    found: Entity | None = session_of(entity).get(entity_type, key) if key else None
    return found
