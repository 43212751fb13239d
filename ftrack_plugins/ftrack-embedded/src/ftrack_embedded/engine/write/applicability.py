"""Custom attribute values are stored only for entities that their configuration applies to.

A batch may name an entity that a later operation creates or moves; so this is looked at in the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.chunks import chunks
from ftrack_embedded.engine.compile.dense import OWNERS, applying, owner_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_core.errors import ServerError

    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.rows import Rows

__all__ = ["check_values"]

_VALUES: Final = "CustomAttributeValue"


def check_values(rows: Rows) -> None:
    """Raise for the first value that was stored where its attribute does not exist."""
    written: dict[str, dict[str, int]] = {}
    for change in rows.changes:
        if change.entity_type == _VALUES and change.action == "add":
            configuration_id, entity_id = change.key
            written.setdefault(configuration_id, {}).setdefault(entity_id, change.operation)
    for configuration_id, operations in written.items():
        _check(rows, configuration_id, operations)


def _check(rows: Rows, configuration_id: str, operations: Mapping[str, int]) -> None:
    configuration = rows.get("CustomAttributeConfiguration", (configuration_id,))
    if configuration is None:
        return  # it has gone, and its values with it
    for entities in chunks(operations):
        stray = _stray(rows, configuration, entities)
        if stray:
            first = min(stray, key=operations.__getitem__)
            error = _refused(rows, configuration, first)
            error.operation = operations[first]
            raise error


def _stray(rows: Rows, configuration: Row, entities: list[str]) -> set[str]:
    """Return those of some entities that have a value although the attribute is not theirs."""
    value = rows.catalogue.table(_VALUES)
    is_stored = (value.c.configuration_id == configuration["id"], value.c.entity_id.in_(entities))
    stored = set(rows.connection.scalars(select(value.c.entity_id).where(*is_stored)))
    found = _applying(rows, owner_of(configuration["entity_type"]), entities)
    return stored - {entity for one, _, entity in found if one == configuration["id"]}


def _applying(rows: Rows, owner: str | None, entities: list[str]) -> list[tuple[str, str, str]]:
    if owner is None:
        return []
    statement = applying(rows.catalogue, owner, entities)
    return [tuple(row) for row in rows.connection.execute(statement)]


def _refused(rows: Rows, configuration: Row, entity_id: str) -> ServerError:
    key = configuration["key"]
    others = [
        one
        for owner in OWNERS
        for one, same, _ in _applying(rows, owner, [entity_id])
        if same == key
    ]
    hint = f" Did you mean the configuration {others[0]}, which has the same key?" if others else ""
    return failures.invalid(
        f'The custom attribute "{key}" of the configuration {configuration["id"]} does not apply '
        f"to {_named(rows, entity_id)}: it is for {_described(rows, configuration)}.{hint}"
    )


def _named(rows: Rows, entity_id: str) -> str:
    for family in OWNERS:
        row = rows.get(family, (entity_id,))
        if row is not None:
            return f"{rows.catalogue.concrete(family, row)} {entity_id}"
    return entity_id


def _described(rows: Rows, configuration: Row) -> str:
    """Return what an attribute is for, as in: Shot in the project orbit."""
    owner = owner_of(configuration["entity_type"]) or str(configuration["entity_type"])
    name = owner
    if owner == "Context":
        object_type = rows.get("ObjectType", (configuration["object_type_id"],))
        is_project = configuration["entity_type"] == "show"
        name = "Project" if is_project else object_type["name"] if object_type else "TypedContext"
        if configuration["is_hierarchical"]:
            name = "projects and all contexts"
    project = rows.get("Project", (configuration["project_id"],))
    return f"{name} in the project {project['name']}" if project else name
