"""The hook through which the helpers reach the entity classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core import hookimpl

from . import (
    AssetVersionHelpers,
    AssignmentHelpers,
    ComponentHelpers,
    InviteeHelpers,
    JobHelpers,
    LinkHelpers,
    NoteHelpers,
    NotesHelpers,
    ProjectHelpers,
    ProjectSchemaHelpers,
    ReviewSessionHelpers,
    ScopeHelpers,
    ThumbnailHelpers,
    UserHelpers,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ftrack_core.schema import EntitySchema

_BY_TYPE: dict[str, type] = {
    "AssetVersion": AssetVersionHelpers,
    "Job": JobHelpers,
    "Note": NoteHelpers,
    "Project": ProjectHelpers,
    "ProjectSchema": ProjectSchemaHelpers,
    "ReviewSession": ReviewSessionHelpers,
    "ReviewSessionInvitee": InviteeHelpers,
    "User": UserHelpers,
}
_BY_ATTRIBUTE: dict[str, type] = {
    "notes": NotesHelpers,
    "outgoing_links": LinkHelpers,
    "scopes": ScopeHelpers,
    "thumbnail_id": ThumbnailHelpers,
    "component_locations": ComponentHelpers,
}


@hookimpl(trylast=True)
def ftrack_entity_mixins(entity_type: str, schema: EntitySchema) -> list[type]:
    """Give the helpers of a type, and those for the attributes that it has."""
    return list(_helpers(entity_type, schema))


def _helpers(entity_type: str, schema: EntitySchema) -> Iterator[type]:
    if entity_type in _BY_TYPE:
        yield _BY_TYPE[entity_type]
    for name, helpers in _BY_ATTRIBUTE.items():
        if name in schema.attributes:
            yield helpers
    # Users and groups have assignments, too: seen from the other side.
    if "assignments" in schema.attributes and "project_id" in schema.attributes:
        yield AssignmentHelpers
