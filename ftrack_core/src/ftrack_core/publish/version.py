"""Publishing a whole version: asset, version, components, thumbnail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.changes import Update
from ftrack_core.errors import EntityError, did_you_mean
from ftrack_core.locations import SERVER
from ftrack_core.query import quote

from .publication import Publication

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ftrack_core.entity import Entity
    from ftrack_core.locations import Location
    from ftrack_core.session import Session
    from ftrack_core.transfer import Progress

    from .components import Paths

__all__ = ["publish_version"]


def publish_version(
    session: Session,
    context: Entity,
    name: str = "",
    components: Mapping[str, Paths] | None = None,
    *,
    asset_type: str | Entity = "upload",
    data: Mapping[str, Any] | None = None,
    location: str | Location | None = "auto",
    thumbnail: Paths | None = None,
    progress: Callable[[Progress], object] | None = None,
) -> Any:
    """Publish a new version of an asset with its components; return the version.

    *context* is the asset, or the task or other context it belongs to: then the asset called
    *name* is looked for beside the task, or in the context, and created where there is none, with
    *asset_type* (an entity, or its name or short name). *components* are paths by component name,
    *data* further attributes of the version, such as ``comment``, ``status`` or ``metadata``.
    *thumbnail* is an image that is put into the server location.

    The version is committed first, since its number is part of the names of files; its components
    follow in one further commit. Where that fails the version is deleted again, and the asset if
    it is new. Raises as `publish_component` does, and `EntityError` where there is no such asset
    type.

    Example::

        publish_version(session, task, "plate", {"main": "/plates/plate.%04d.exr"})
    """
    with Publication(session) as publication:
        asset, task = _asset_and_task(session, publication, context, name, asset_type)
        values = {"asset": asset, **(data or {})}
        if task is not None:
            values.setdefault("task", task)
        version = publication.create("AssetVersion", values)
        publication.commit()
        for component_name, path in (components or {}).items():
            publication.add(path, {"name": component_name, "version": version}, location)
        if thumbnail is not None:
            image = publication.add(thumbnail, {"name": "thumbnail"}, SERVER.name)
            publication.record(Update("AssetVersion", version.key, "thumbnail_id", image.key))
        publication.publish(progress)
    return version


def _asset_and_task(
    session: Session,
    publication: Publication,
    context: Entity,
    name: str,
    asset_type: str | Entity,
) -> tuple[Entity, Entity | None]:
    if context.entity_type == "Asset":
        return context, None
    if not name:
        raise EntityError(f"the asset needs a name to be found or created in {context!r}")
    task = context if context.entity_type == "Task" else None
    parent = context if task is None else task["parent"]
    text = f"Asset where name is {quote(name)} and context_id is {quote(str(parent.key))}"
    asset = session.query(text).first()
    if asset is None:
        kind = _asset_type(session, asset_type)
        asset = publication.create("Asset", {"name": name, "type": kind, "parent": parent})
    return asset, task


def _asset_type(session: Session, asset_type: str | Entity) -> Entity:
    if not isinstance(asset_type, str):
        return asset_type
    known = session.query("select name, short from AssetType").all()
    wanted = asset_type.lower()
    for one in known:
        if wanted in ((one["short"] or "").lower(), (one["name"] or "").lower()):
            found: Entity = one
            return found
    names = [one["short"] or one["name"] for one in known]
    raise EntityError(
        f"there is no asset type {asset_type!r}.{did_you_mean(asset_type, names)} Give one of: "
        f"{', '.join(names) or 'none exist'}"
    )
