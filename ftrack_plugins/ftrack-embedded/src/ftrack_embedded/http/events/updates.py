"""What a committed batch has changed, as the event ``ftrack.update`` tells it.

Attributes go by the names that the server has for them inside, entity types by those of their
tables: listeners have been written for these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.ports import Event
from sqlalchemy import select

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Connection

    from ftrack_embedded.engine.catalogue import Catalogue
    from ftrack_embedded.engine.changes import Above, ChangeRecord, EntityChange
    from ftrack_embedded.engine.permissions.rights import Rights

__all__ = ["TOPIC", "ToldEntity", "lost_projects", "told_entities", "update_event"]

TOPIC: Final = "ftrack.update"
_APPLICATION: Final = "ftrack.client.web"
"""Listeners tell their own changes from others by the user, not by the application."""
_VALUES: Final = "custom_attribute_value"
_FLAGS: Final[Mapping[Any, str]] = MappingProxyType({True: "1", False: "0", None: ""})


@dataclass
class ToldEntity:
    """One entity of an event, and what decides who may hear of it.

    *changes* maps internal names to old and new values. *custom* maps the names of custom
    attributes among them to the ids of their configurations.
    """

    action: str
    entity_type: str
    entity_id: Any
    parents: tuple[Above, ...]
    object_type_id: str | None = None
    changes: dict[str, dict[str, Any]] = field(default_factory=dict)
    custom: dict[str, str] = field(default_factory=dict)

    @property
    def projects(self) -> tuple[str, ...]:
        """The ids of the projects that it belongs to."""
        return tuple(one.id for one in self.parents if one.entity_type == "Project")

    @property
    def is_lost_public_project(self) -> bool:
        """Whether it is a project that goes with this batch and that everybody has seen."""
        is_lost = self.entity_type == "Project" and self.action == "remove"
        private = self.changes.get("private", {})
        return is_lost and not private.get("old")

    def is_seen_by(self, rights: Rights, lost: Collection[str]) -> bool:
        """Whether who has these rights may know of it; of *lost* projects only who sees all."""
        return rights.administers or all(
            rights.sees(one) and one not in lost for one in self.projects
        )

    def seen_changes(self, rights: Rights) -> dict[str, dict[str, Any]]:
        """Return the changes that who has these rights may know of."""
        return {
            name: change
            for name, change in self.changes.items()
            if name not in self.custom or self._is_value_seen(self.custom[name], rights)
        }

    def _is_value_seen(self, configuration: str, rights: Rights) -> bool:
        if configuration in rights.hidden_configurations:
            return False
        is_exception = any((configuration, one) in rights.exceptions for one in self.projects)
        return (configuration in rights.closed_configurations) == is_exception


def told_entities(
    connection: Connection, catalogue: Catalogue, record: ChangeRecord
) -> list[ToldEntity]:
    """Return what *record* has changed; values of custom attributes are those of their entity."""
    values = [one for one in record.entities if _is_value(catalogue, one)]
    told = {
        (one.entity_type, one.key): _told(catalogue, one)
        for one in record.entities
        if not _is_value(catalogue, one)
    }
    keys = _configuration_keys(connection, catalogue, values)
    for change in values:
        _tell_value(told, change, keys)
    return list(told.values())


def lost_projects(
    connection: Connection, catalogue: Catalogue, told: Sequence[ToldEntity]
) -> set[str]:
    """Return the projects that are gone by now and may have been private.

    They went with this batch or with one after it: nothing else says now who has seen them.
    """
    named = {project for one in told for project in one.projects}
    columns = catalogue.table("Project").c
    present = connection.execute(select(columns.id).where(columns.id.in_(named))) if named else ()
    public = {one.entity_id for one in told if one.is_lost_public_project}
    return named - {row.id for row in present} - public


def update_event(
    catalogue: Catalogue,
    record: ChangeRecord,
    told: Sequence[ToldEntity],
    rights: Rights,
    lost: Collection[str],
) -> Event | None:
    """Return the event for who has these *rights*; None where there is nothing to hear.

    Of *lost* projects only who sees everything hears.
    """
    entities = [
        _entity(catalogue, one, changes)
        for one in told
        if one.is_seen_by(rights, lost)
        for changes in [one.seen_changes(rights)]
        if changes or not one.custom
    ]
    if not entities:
        return None
    caller, user = record.caller, record.user
    data = {
        "entities": entities,
        "parents": sorted({one["entityId"] for entity in entities for one in entity["parents"]}),
        "user": {"userid": user.id, "name": user.name} if user else None,
        "clientToken": caller.client_token,
        "pushToken": caller.push_token,
    }
    source = {
        "applicationId": _APPLICATION,
        "id": caller.client_token,
        "user": {"id": user.id if user else None, "username": caller.username},
    }
    return Event(TOPIC, data, source=source)


def _told(catalogue: Catalogue, change: EntityChange) -> ToldEntity:
    one = ToldEntity(
        change.action,
        change.entity_type,
        change.key[0],  # of a part of something, such as metadata, the id of that
        change.parents,
        change.object_type_id,
    )
    attributes = catalogue.types[change.entity_type].attributes
    for name, (old, new) in change.changes.items():
        pair = {"old": _plain(old), "new": _plain(new)}
        for internal in _internal_names(one.entity_type, name, attributes[name].wire):
            one.changes[internal] = pair
    return one


def _internal_names(entity_type: str, name: str, wire: Mapping[str, Any]) -> Iterator[str]:
    alias = wire.get("alias_for")
    yield alias if isinstance(alias, str) else name
    if name == "id" and entity_type == "Task":
        yield "taskid"


def _tell_value(
    told: dict[tuple[str, Any], ToldEntity], change: EntityChange, keys: Mapping[Any, str]
) -> None:
    """Add the value of a custom attribute to what is told of its entity."""
    configuration, owner = change.key[0], next(iter(change.parents), None)
    if owner is None or configuration not in keys:
        return  # its entity or its attribute went in the same batch
    update = ToldEntity("update", owner.entity_type, owner.id, change.parents)
    one = told.setdefault((owner.entity_type, (owner.id,)), update)
    old, new = change.changes.get("value", (None, None))
    key = keys[configuration]
    one.changes[key] = {"old": _as_text(old), "new": _as_text(new)}
    one.custom[key] = configuration


def _is_value(catalogue: Catalogue, change: EntityChange) -> bool:
    return catalogue.types[change.entity_type].table == _VALUES


def _configuration_keys(
    connection: Connection, catalogue: Catalogue, values: Sequence[EntityChange]
) -> dict[Any, str]:
    """Return the names of the custom attributes whose values these are, by their configuration."""
    wanted = {change.key[0] for change in values}
    if not wanted:
        return {}
    columns = catalogue.table("CustomAttributeConfiguration").c
    found = connection.execute(select(columns.id, columns.key).where(columns.id.in_(wanted)))
    return {row.id: row.key for row in found}


def _entity(
    catalogue: Catalogue, one: ToldEntity, changes: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    entity = {
        "action": one.action,
        "entityType": _table_name(catalogue, one.entity_type),
        "entity_type": one.entity_type,
        "entityId": one.entity_id,
        "parentId": one.parents[0].parent_id if one.parents else None,
        "keys": list(changes),
        "changes": changes,
        "parents": [_parent(catalogue, above) for above in one.parents],
    }
    if one.object_type_id is not None:
        entity["objectTypeId"] = one.object_type_id
    return entity


def _parent(catalogue: Catalogue, above: Above) -> dict[str, Any]:
    return {
        "entityType": _table_name(catalogue, above.entity_type),
        "entity_type": above.entity_type,
        "entityId": above.id,
        "parentId": above.parent_id,
    }


def _table_name(catalogue: Catalogue, entity_type: str) -> str:
    if catalogue.is_a(entity_type, "Component"):
        return "component"
    return (catalogue.types[entity_type].alias or entity_type).lower()


def _plain(value: Any) -> Any:
    """Return a wire value as events have it: a time is its text."""
    if isinstance(value, Mapping) and "__type__" in value:
        return value.get("value")
    return value


def _as_text(value: Any) -> str:
    """Return the value of a custom attribute, which events have as text."""
    plain = _plain(value)
    if plain is None or isinstance(plain, bool):
        return _FLAGS[plain]
    if isinstance(plain, list):
        return ",".join(map(_as_text, plain))
    return str(plain)
