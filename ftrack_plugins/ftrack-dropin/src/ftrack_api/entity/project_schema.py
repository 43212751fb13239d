"""Project schemas: which statuses and types a project allows."""

from __future__ import annotations

from typing import Any

from ftrack_core.errors import EntityError, SchemaError
from ftrack_entities import ProjectSchemaHelpers

from ftrack_api._translation import translating

from .base import Entity

__all__ = ["ProjectSchema"]


@translating("get_statuses", "get_types")
class ProjectSchema(ProjectSchemaHelpers, Entity):
    """A project schema."""

    __slots__ = ()

    def get_statuses(self, schema: str, type_id: str | None = None) -> list[Any]:
        """Return the statuses for entities of type *schema*; ValueError where there are none."""
        try:
            return super().get_statuses(schema, type_id)
        except (EntityError, SchemaError) as error:
            raise ValueError(str(error)) from error

    def get_types(self, schema: str) -> list[Any]:
        """Return the types for entities of type *schema*; ValueError where there are none."""
        try:
            return super().get_types(schema)
        except (EntityError, SchemaError) as error:
            raise ValueError(str(error)) from error
