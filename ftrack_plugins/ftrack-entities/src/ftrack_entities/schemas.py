"""What a project schema allows: statuses and types."""

from __future__ import annotations

from typing import Any

from ftrack_core.entity import session_of
from ftrack_core.errors import EntityError

from .helper import Helper

__all__ = ["ProjectSchemaHelpers"]


class ProjectSchemaHelpers(Helper):
    """Mixed into ``ProjectSchema``."""

    __slots__ = ()

    def get_statuses(self, schema: str, type_id: str | None = None) -> list[Any]:
        """Return the statuses that entities of type *schema* may have in this project schema.

        *type_id* restricts a ``Task`` to the workflow that its type has been given, if any. Raises
        `UnknownEntityTypeError` for a type that does not exist, with near names, and `EntityError`
        for one that has no statuses here.
        """
        if schema == "Task":
            override = self._override(type_id)
            return list((override or self["_task_workflow"])["statuses"])
        if schema == "AssetVersion":
            return list(self["_version_workflow"]["statuses"])
        rows = self._schema_of(schema)["statuses"]
        return [row["task_status"] for row in sorted(rows, key=_order)]

    def get_types(self, schema: str) -> list[Any]:
        """Return the types that entities of type *schema* may have in this project schema.

        Raises as `get_statuses` does.
        """
        if schema == "Task":
            return list(self["_task_type_schema"]["types"])
        rows = self._schema_of(schema)["types"]
        return [row["task_type"] for row in sorted(rows, key=_order)]

    def _override(self, type_id: str | None) -> Any | None:
        if type_id is None:
            return None
        found = (one for one in self["_overrides"] if one["type_id"] == type_id)
        override = next(found, None)
        return None if override is None else override["workflow_schema"]

    def _schema_of(self, schema: str) -> Any:
        by_type = {one["type_id"]: one for one in self["_schemas"]}
        found = by_type.get(self._object_type_of(schema))
        if found is None:
            able = [
                name for name in session_of(self).schemas if self._object_type_of(name) in by_type
            ]
            raise EntityError(
                f"project schema {self['name']!r} says nothing of {schema}; it does of "
                f"{', '.join(sorted({*able, 'AssetVersion', 'Task'}))}"
            )
        return found

    def _object_type_of(self, schema: str) -> str | None:
        """Return the id of the object type that entities of type *schema* are made with."""
        attribute = session_of(self).schemas[schema].attributes.get("object_type_id")
        return None if attribute is None else attribute.default


def _order(row: Any) -> float:
    return row["sort"] or 0
