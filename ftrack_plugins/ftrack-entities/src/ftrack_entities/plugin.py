"""The hook through which the helpers reach the entity classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core import hookimpl

from . import AssetVersionHelpers, NoteHelpers, NotesHelpers, ProjectSchemaHelpers

if TYPE_CHECKING:
    from ftrack_core.schema import EntitySchema

_BY_TYPE: dict[str, type] = {
    "AssetVersion": AssetVersionHelpers,
    "Note": NoteHelpers,
    "ProjectSchema": ProjectSchemaHelpers,
}


@hookimpl(trylast=True)
def ftrack_entity_mixins(entity_type: str, schema: EntitySchema) -> list[type]:
    """Give the helpers of a type, and those for notes to every type that has some."""
    helpers = [_BY_TYPE[entity_type]] if entity_type in _BY_TYPE else []
    return [*helpers, NotesHelpers] if "notes" in schema.attributes else helpers
