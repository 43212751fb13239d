"""The studio that every new database starts with."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from ftrack_embedded.model.tables import FORMAT_VERSION

from . import studio
from .rows import insert_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Table

    from ftrack_embedded.model import Model

__all__ = ["seed_default"]


def seed_default(connection: Connection, tables: Mapping[str, Table], model: Model) -> None:  # noqa: ARG001 - all seeds are called alike
    """Fill an empty database with the workflow, roles, locations, attributes and ``admin``.

    *tables* are those of the *model* by name. Nothing is committed.
    """
    for rows in studio.STUDIO:
        insert_rows(connection, tables, rows.table, rows.as_mappings())
    for table, links in _links().items():
        insert_rows(connection, tables, table, links)
    made = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    row = {"format_version": FORMAT_VERSION, "created_at": made, "seed": "default"}
    insert_rows(connection, tables, "studio", [row])


def _links() -> dict[str, list[dict[str, Any]]]:
    """Return the rows that tie the others together, by table."""
    project_schema = studio.PROJECT_SCHEMAS.as_mappings()[0]
    return {
        "task_type_schema_type": [
            {
                "task_type_schema_id": project_schema["task_type_schema_id"],
                "type_id": studio.TYPES.id_of(name),
            }
            for name in studio.TASK_TYPES
        ],
        "workflow_schema_status": _workflows(project_schema),
        "project_schema_object_type": [
            {"project_schema_id": project_schema["id"], "object_type_id": object_type}
            for object_type in studio.OBJECT_TYPES.ids()
        ],
        "task_template_item": _template_items(),
        "configuration_security_role": _permissions(),
        **_object_type_schemas(project_schema["id"]),
    }


def _workflows(project_schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    workflows = (
        (project_schema["task_workflow_schema_id"], studio.TASK_WORKFLOW),
        (project_schema["asset_version_workflow_schema_id"], studio.VERSION_WORKFLOW),
    )
    return [
        {"workflow_schema_id": workflow, "status_id": studio.STATUSES.id_of(name)}
        for workflow, names in workflows
        for name in names
    ]


def _template_items() -> list[dict[str, Any]]:
    template = studio.TEMPLATES.as_mappings()[0]
    return [
        {"id": item, "template_id": template["id"], "task_type_id": studio.TYPES.id_of(name)}
        for item, name in studio.TASK_TEMPLATE
    ]


def _permissions() -> list[dict[str, Any]]:
    """Let every role read, and all but one write, every custom attribute."""
    roles = studio.SECURITY_ROLES.ids()
    allowed = [(role, access) for role in roles for access in ("read", "write")]
    allowed.remove((studio.SECURITY_ROLES.id_of(studio.READ_ONLY), "write"))
    return [
        {"configuration_id": configuration, "security_role_id": role, "access": access}
        for configuration in studio.CONFIGURATIONS.ids()
        for role, access in allowed
    ]


def _object_type_schemas(project_schema: str) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {"schema": [], "schema_status": [], "schema_type": []}
    for schema, object_type, statuses, types in studio.OBJECT_TYPE_SCHEMAS:
        rows["schema"].append(
            {
                "id": schema,
                "project_schema_id": project_schema,
                "object_type_id": studio.OBJECT_TYPES.id_of(object_type),
            }
        )
        rows["schema_status"] += [
            {"schema_id": schema, "status_id": studio.STATUSES.id_of(name), "sort": sort}
            for sort, name in enumerate(statuses)
        ]
        rows["schema_type"] += [
            {"schema_id": schema, "type_id": studio.TYPES.id_of(name), "sort": sort}
            for sort, name in enumerate(types)
        ]
    return rows
