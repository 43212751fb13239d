"""A small studio's entity types, in the form in which a server answers ``query_schemas``.

Written as a few lines for each type and expanded when asked for; it holds what most programs touch
and has the names and kinds of the real ones. ``MemoryTransport`` uses it unless it is given others.

One line declares one attribute::

    name: string = ""          a scalar, here with a default (the default is JSON)
    status: Status             a reference, and the foreign key status_id beside it
    author: User by user_id    a reference with a key of another name
    children: [Context]        a collection
    metadata: {Metadata}       a mapped collection of key and value

``!`` behind the kind marks an immutable attribute, ``?`` a computed one.
"""

from __future__ import annotations

import json
from typing import Any

__all__ = ["memory_schemas"]

_CONTEXT = """
    id: uid!
    context_type: string
    name: string = ""
    created_at: datetime!
    created_by: User!
    parent: Context
    thumbnail: Component
    thumbnail_url: object?
    link: variable?
    children: [Context]
    assets: [Asset]
    notes: [Note]
    scopes: [Scope]
    assignments: [Appointment]
    appointments: [Appointment]
    timelogs: [Timelog]
    custom_attributes: {ContextCustomAttributeValue}
"""

_TYPED_CONTEXT = """
    project: Project
    object_type: ObjectType!
    status: Status
    type: Type
    priority: Priority
    description: string
    bid: number
    sort: number
    start_date: datetime
    end_date: datetime
    time_logged: number?
    ancestors: [TypedContext]
    descendants: [TypedContext]
    metadata: {Metadata}
"""

_COMPONENT = """
    id: uid!
    name: string = "main"
    system_type: string
    file_type: string
    size: number = 0
    version: AssetVersion
    container: ContainerComponent
    component_locations: [ComponentLocation]
    metadata: {Metadata}
"""

_DECLARED: dict[str, tuple[str | None, str]] = {
    "Context": (None, _CONTEXT),
    "Project": (
        "Context",
        """
        full_name: string
        status: string = "active"
        is_global: boolean = false
        is_private: boolean = false
        project_schema: ProjectSchema
        start_date: datetime
        end_date: datetime
        descendants: [TypedContext]
        metadata: {Metadata}
        """,
    ),
    "TypedContext": ("Context", _TYPED_CONTEXT),
    "Task": ("TypedContext", 'object_type_id: key! = "11c137c0-ee7e-4f9c-91c5-8c77cec22b2c"'),
    "Shot": ("TypedContext", 'object_type_id: key! = "bad911de-3bd6-47b9-8b46-3476e237cb36"'),
    "Sequence": ("TypedContext", 'object_type_id: key! = "e5139355-61da-4c8f-9db4-3abc870166bc"'),
    "Folder": ("TypedContext", 'object_type_id: key! = "3c133785-51cb-11e3-980a-20c9d0831e59"'),
    "AssetBuild": ("TypedContext", 'object_type_id: key! = "4be63b64-5010-42fb-bf1f-428af9d638f0"'),
    "ObjectType": (
        None,
        """
        id: uid!
        name: string
        sort: integer = 0
        """,
    ),
    "Status": (
        None,
        """
        id: uid!
        name: string
        color: string
        is_active: boolean
        sort: number = 0
        state: State
        tasks: [Task]
        """,
    ),
    "State": (
        None,
        """
        id: uid!
        name: string
        short: string
        """,
    ),
    "Type": (
        None,
        """
        id: uid!
        name: string
        color: string = "#510100"
        is_billable: boolean = true
        sort: number = 0
        tasks: [Task]
        """,
    ),
    "Priority": (
        None,
        """
        id: uid!
        name: string
        color: string
        sort: number = 0
        value: number = 0
        tasks: [Task]
        """,
    ),
    "ProjectSchema": (
        None,
        """
        id: uid!
        name: string
        """,
    ),
    "Scope": (
        None,
        """
        id: uid!
        name: string
        """,
    ),
    "Resource": (
        None,
        """
        id: uid!
        resource_type: string
        assignments: [Appointment]
        """,
    ),
    "User": (
        "Resource",
        """
        resource_type: string! = "user"
        username: string
        first_name: string
        last_name: string
        email: string
        is_active: boolean
        thumbnail: Component
        thumbnail_url: object?
        timelogs: [Timelog]
        metadata: {Metadata}
        custom_attributes: {UserCustomAttributeValue}
        """,
    ),
    "Appointment": (
        None,
        """
        id: uid!
        type: string
        context: Context
        resource: Resource
        """,
    ),
    "Timelog": (
        None,
        """
        id: uid!
        name: string
        comment: string = ""
        duration: number
        start: datetime
        context: Context
        user: User
        """,
    ),
    "Asset": (
        None,
        """
        id: uid!
        name: string
        type: AssetType
        parent: Context by context_id
        versions: [AssetVersion]
        latest_version: AssetVersion?
        metadata: {Metadata}
        custom_attributes: {AssetCustomAttributeValue}
        """,
    ),
    "AssetType": (
        None,
        """
        id: uid!
        name: string
        short: string
        component: string = "main"
        assets: [Asset]
        """,
    ),
    "AssetVersion": (
        None,
        """
        id: uid!
        version: integer
        comment: string = ""
        date: datetime
        is_published: boolean = true
        is_latest_version: boolean!
        asset: Asset
        status: Status
        task: Task
        user: User
        thumbnail: Component
        thumbnail_url: object?
        link: variable!
        components: [Component]
        notes: [Note]
        uses_versions: [AssetVersion]
        metadata: {Metadata}
        custom_attributes: {AssetVersionCustomAttributeValue}
        """,
    ),
    "Component": (None, _COMPONENT),
    "FileComponent": ("Component", ""),
    "ContainerComponent": ("Component", "members: [Component]"),
    "SequenceComponent": ("ContainerComponent", "padding: integer = 0"),
    "ComponentLocation": (
        None,
        """
        id: uid!
        resource_identifier: string
        url: object?
        component: Component
        location: Location
        """,
    ),
    "Location": (
        None,
        """
        id: uid!
        name: string
        label: string
        description: string
        location_components: [ComponentLocation]
        """,
    ),
    "Note": (
        None,
        """
        id: uid!
        content: string
        date: datetime
        is_todo: boolean = false
        completed_at: datetime
        thread_activity: datetime
        parent_id: key
        parent_type: string
        author: User by user_id
        in_reply_to: Note
        replies: [Note]
        metadata: {Metadata}
        """,
    ),
    "Metadata": (
        None,
        """
        parent_id: string!
        key: string!
        value: string
        parent_type: string
        """,
    ),
    "CustomAttributeConfiguration": (
        None,
        """
        id: uid!
        key: string
        label: string
        entity_type: string
        object_type_id: key
        project_id: key
        config: string
        default: variable = ""
        is_hierarchical: boolean = false
        sort: number = 0
        type: CustomAttributeType
        """,
    ),
    "CustomAttributeType": (
        None,
        """
        id: uid!
        name: string
        """,
    ),
}

_VALUE_TYPES = (
    "ContextCustomAttributeValue",
    "UserCustomAttributeValue",
    "AssetCustomAttributeValue",
    "AssetVersionCustomAttributeValue",
)
_VALUE = """
    configuration: CustomAttributeConfiguration!
    entity_id: key!
    key: string
    value: variable
"""

_PRIMARY_KEYS = {
    "Metadata": ["parent_id", "key"],
    **{name: ["configuration_id", "entity_id"] for name in _VALUE_TYPES},
}
_DEFAULT_PROJECTIONS = {
    "Context": ["context_type", "id", "name"],
    "Component": ["id", "system_type"],
    "Metadata": ["parent_id", "key", "value", "parent_type"],
    **{name: ["configuration_id", "entity_id", "key"] for name in _VALUE_TYPES},
}
_SYSTEM_PROJECTIONS = {
    "Context": ["context_type"],
    "TypedContext": ["showid", "context_type", "object_typeid"],
    "Component": ["system_type", "version_id"],
    "Resource": ["resource_type"],
    "Asset": ["context_id"],
    "AssetVersion": ["assetid"],
    "ComponentLocation": ["location_id", "component_id"],
    "Timelog": ["user_id", "context_id"],
    **{name: ["entity_id", "key"] for name in _VALUE_TYPES},
}
_ALIASES = {"project_id": "showid", "object_type_id": "object_typeid", "asset_id": "assetid"}


def memory_schemas() -> list[dict[str, Any]]:
    """Return the entity types as a server sends them: a fresh list that the caller may change."""
    declared = _DECLARED | dict.fromkeys(_VALUE_TYPES, (None, _VALUE))
    return [_schema(name, declared) for name in declared]


def _schema(name: str, declared: dict[str, tuple[str | None, str]]) -> dict[str, Any]:
    chain = _chain(name, declared)
    properties: dict[str, dict[str, Any]] = {}
    marks: dict[str, str] = {}
    for ancestor in reversed(chain):
        for line in declared[ancestor][1].split("\n"):
            if line.strip():
                _declare(line.strip(), properties, marks)
    key = _nearest(_PRIMARY_KEYS, chain, ["id"])
    schema: dict[str, Any] = {
        "id": name,
        "type": "object",
        "properties": properties,
        "primary_key": key,
        "default_projections": _nearest(_DEFAULT_PROJECTIONS, chain, key),
        "system_projections": _nearest(_SYSTEM_PROJECTIONS, chain, []),
        "required": list(key),
        "immutable": sorted(one for one, mark in marks.items() if mark),
        "computed": sorted(one for one, mark in marks.items() if mark == "?"),
    }
    if len(chain) > 1:
        schema["$mixin"] = {"$ref": chain[1]}
    return schema


def _chain(name: str, declared: dict[str, tuple[str | None, str]]) -> list[str]:
    chain = [name]
    while (base := declared[chain[-1]][0]) is not None:
        chain.append(base)
    return chain


def _nearest(table: dict[str, list[str]], chain: list[str], otherwise: list[str]) -> list[str]:
    return list(next((table[name] for name in chain if name in table), otherwise))


def _declare(line: str, properties: dict[str, dict[str, Any]], marks: dict[str, str]) -> None:
    declaration, _, default = line.partition(" = ")
    name, _, kind = declaration.partition(": ")
    mark = kind[-1] if kind[-1] in "!?" else ""
    kind, _, key = kind.rstrip("!?").partition(" by ")
    is_reference = kind[0].isupper()
    if is_reference and mark != "?":
        key = key or f"{name}_id"
        properties[key] = _property(key, "key")
        marks[key] = mark
    properties[name] = _property(name, kind)
    if default:
        properties[name]["default"] = json.loads(default)
    marks[name] = mark


def _property(name: str, kind: str) -> dict[str, Any]:
    alias = {"alias_for": _ALIASES[name]} if name in _ALIASES else {}
    if kind == "uid":
        return {"type": "string", "default": "{uid}"}
    if kind == "key":
        return {"type": "string", "format": "foreign_key", **alias}
    if kind == "datetime":
        return {"type": "string", "format": "date-time"}
    if kind[0] == "[":
        return {"type": "array", "items": {"$ref": kind[1:-1]}}
    if kind[0] == "{":
        key_value = {"key": "key", "value": "value"}
        items = {"$ref": kind[1:-1]}
        return {"type": "mapped_array", "items": items, "key_value_attributes": key_value}
    return {"$ref": kind} if kind[0].isupper() else {"type": kind}
