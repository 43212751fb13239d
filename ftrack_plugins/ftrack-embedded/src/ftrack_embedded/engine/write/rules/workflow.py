"""The legal types and statuses of a project schema, of which a new entity gets the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, select

if TYPE_CHECKING:
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["first_status", "first_type", "first_version_status"]


def first_type(tx: Transaction, project_id: str | None, object_type_id: str) -> str | None:
    """Return the first legal type, or None for an object type without types."""
    memo = ("first type", project_id, object_type_id)
    if memo not in tx.memo:
        tx.memo[memo] = _find_type(tx, project_id, object_type_id)
    found: str | None = tx.memo[memo]
    return found


def first_status(
    tx: Transaction, project_id: str | None, object_type_id: str, type_id: str | None
) -> str | None:
    """Return the first status of the workflow, or None for an object type without statuses."""
    memo = ("first status", project_id, object_type_id, type_id)
    if memo not in tx.memo:
        tx.memo[memo] = _find_status(tx, project_id, object_type_id, type_id)
    found: str | None = tx.memo[memo]
    return found


def first_version_status(tx: Transaction, project_id: str | None) -> str | None:
    """Return the first status of the workflow for asset versions."""
    memo = ("first version status", project_id)
    if memo not in tx.memo:
        schema = _project_schema(tx, project_id)
        workflow = schema["asset_version_workflow_schema_id"] if schema else None
        tx.memo[memo] = _first_of_workflow(tx, workflow) or _any_status(tx)
    found: str | None = tx.memo[memo]
    return found


def _find_type(tx: Transaction, project_id: str | None, object_type_id: str) -> str | None:
    if not _can(tx, object_type_id, "is_typeable"):
        return None
    schema = _project_schema(tx, project_id)
    if schema is None:
        return None
    own, kind = tx.catalogue.table("Schema"), tx.catalogue.table("SchemaType")
    by_object_type = (
        select(kind.c.type_id)
        .join(own, own.c.id == kind.c.schema_id)
        .where(*_is_schema(own, schema["id"], object_type_id))
        .order_by(kind.c.sort)
    )
    return _first(tx, by_object_type) or _first(tx, _task_types(tx, schema))


def _task_types(tx: Transaction, schema: dict[str, Any]) -> Select[Any]:
    link, kind = tx.catalogue.table("TaskTypeSchemaType"), tx.catalogue.table("Type")
    return (
        select(kind.c.id)
        .join(link, link.c.type_id == kind.c.id)
        .where(link.c.task_type_schema_id == schema["task_type_schema_id"])
        .order_by(kind.c.sort)
    )


def _find_status(
    tx: Transaction, project_id: str | None, object_type_id: str, type_id: str | None
) -> str | None:
    if not _can(tx, object_type_id, "is_statusable"):
        return None
    schema = _project_schema(tx, project_id)
    if schema is None:
        return _any_status(tx)
    own, status = tx.catalogue.table("Schema"), tx.catalogue.table("SchemaStatus")
    by_object_type = (
        select(status.c.status_id)
        .join(own, own.c.id == status.c.schema_id)
        .where(*_is_schema(own, schema["id"], object_type_id))
        .order_by(status.c.sort)
    )
    return (
        _first(tx, by_object_type)
        or _first_of_workflow(tx, _override(tx, schema["id"], type_id))
        or _first_of_workflow(tx, schema["task_workflow_schema_id"])
        or _any_status(tx)
    )


def _override(tx: Transaction, schema_id: str, type_id: str | None) -> str | None:
    found = tx.rows.find("ProjectSchemaOverride", project_schema_id=schema_id, type_id=type_id)
    return found[0]["workflow_schema_id"] if found and type_id else None


def _first_of_workflow(tx: Transaction, workflow_id: str | None) -> str | None:
    link, status = tx.catalogue.table("WorkflowSchemaStatus"), tx.catalogue.table("Status")
    return _first(
        tx,
        select(status.c.id)
        .join(link, link.c.status_id == status.c.id)
        .where(link.c.workflow_schema_id == workflow_id)
        .order_by(status.c.sort),
    )


def _any_status(tx: Transaction) -> str | None:
    status = tx.catalogue.table("Status")
    return _first(tx, select(status.c.id).order_by(status.c.sort))


def _is_schema(own: Any, schema_id: str, object_type_id: str) -> list[ColumnElement[bool]]:
    return [own.c.project_schema_id == schema_id, own.c.object_type_id == object_type_id]


def _project_schema(tx: Transaction, project_id: str | None) -> dict[str, Any] | None:
    memo = ("project schema", project_id)
    if memo not in tx.memo:
        project = tx.rows.get("Project", (project_id,))
        found = project and tx.rows.get("ProjectSchema", (project["project_schema_id"],))
        tx.memo[memo] = found or None
    schema: dict[str, Any] | None = tx.memo[memo]
    return schema


def _can(tx: Transaction, object_type_id: str, ability: str) -> bool:
    object_type = tx.rows.get("ObjectType", (object_type_id,))
    return object_type is not None and bool(object_type[ability])


def _first(tx: Transaction, statement: Select[Any]) -> str | None:
    found: str | None = tx.connection.execute(statement.limit(1)).scalar()
    return found
