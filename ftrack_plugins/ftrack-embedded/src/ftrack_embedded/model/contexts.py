"""Projects and everything inside them: sequences, shots, asset builds, tasks and their links."""

from __future__ import annotations

from .attributes import (
    boolean,
    collection,
    computed_collection,
    created_by,
    custom_attribute_links,
    custom_attributes,
    foreign_key,
    identifier,
    key,
    lone_reference,
    metadata,
    moment,
    newer,
    number,
    reference,
    text,
    threads,
    through,
    thumbnail,
    type_name,
)
from .declaration import Declaration, entity

__all__ = ["DECLARATIONS", "DEFAULT_PRIORITY", "typed_context"]

DEFAULT_PRIORITY = "9661b320-3a0c-11e2-81c1-0800200c9a66"

_DEPRECATED_LINK = "This attribute has been deprecated, use `link` attribute instead."


def typed_context(
    name: str,
    object_type: str,
    *,
    typeable: bool = True,
    statusable: bool = True,
    prioritizable: bool = True,
    splittable: bool = False,
    fixed_dates: str = "bid start_date end_date",
) -> Declaration:
    """Declare the type of one object type: what it is not able to do cannot be changed."""
    fixed = ["object_type", "object_type_id", fixed_dates]
    fixed += [] if typeable else ["type", "type_id"]
    fixed += [] if statusable else ["status", "status_id"]
    fixed += [] if prioritizable else ["priority", "priority_id"]
    fixed += [] if splittable else ["split_parts"]
    return entity(
        name,
        foreign_key(
            "object_type_id",
            "ObjectType",
            alias="object_typeid",
            default=object_type,
            required=True,
        ),
        foreign_key(
            "priority_id",
            "Priority",
            alias="priorityid",
            default=DEFAULT_PRIORITY if prioritizable else None,
            required=True,
        ),
        base="TypedContext",
        alias="Task",
        rows={"object_type_id": object_type},
        immutable=" ".join(fixed),
    )


CONTEXT = entity(
    "Context",
    key(),
    text("name", default="", required=True),
    text("context_type", required=True),
    reference("parent", "Context"),
    foreign_key("project_id", "Project"),
    text("link", alias="_api_link", rule="context_link", immutable=True),
    text(
        "_link",
        alias="_api_link",
        rule="context_link",
        description=_DEPRECATED_LINK,
        immutable=True,
    ),
    moment("created_at", immutable=True),
    created_by(immutable=True),
    thumbnail(),
    collection("children", "Context", by="parent_id"),
    collection("assets", "Asset", by="context_id"),
    threads(),
    collection("timelogs", "Timelog", by="context_id"),
    collection("managers", "Manager", by="context_id"),
    collection("appointments", "Appointment", by="context_id", alias="context_appointments"),
    collection(
        "assignments",
        "Appointment",
        by="context_id",
        where=(("type", "assignment"),),
        alias="context_assignments",
    ),
    collection(
        "allocations",
        "Appointment",
        by="context_id",
        where=(("type", "allocation"),),
        alias="context_allocations",
    ),
    through("scopes", "Scope", "context_scope", near="context_id", far="scope_id"),
    custom_attributes("ContextCustomAttributeValue"),
    custom_attribute_links(),
    table="context",
    projections="context_type id name",
    system="context_type",
    group_by=True,
)

PROJECT = entity(
    "Project",
    text("full_name", alias="fullname"),
    text("status", required=True),
    text("root"),
    text("color"),
    boolean("is_global", alias="isglobal", default=False, required=True),
    boolean("is_private", alias="private", default=False),
    moment("start_date", alias="startdate"),
    moment("end_date", alias="enddate"),
    reference("disk", "Disk", key_alias="diskid"),
    reference(
        "project_schema",
        "ProjectSchema",
        alias="projectscheme",
        key_alias="projectschemeid",
        required=True,
    ),
    collection("calendar_events", "CalendarEvent", by="project_id"),
    collection("review_sessions", "ReviewSession", by="project_id", alias="reviewSessions"),
    newer(collection("review_session_folders", "ReviewSessionFolder", by="project_id")),
    collection(
        "user_security_role_projects",
        "UserSecurityRoleProject",
        by="project_id",
        alias="user_role_projects",
    ),
    computed_collection("descendants", "TypedContext", "descendants"),
    metadata(),
    base="Context",
    alias="Show",
    rows={"context_type": "show"},
)

TYPED_CONTEXT = entity(
    "TypedContext",
    text("description"),
    number("sort", required=True),
    number("bid", required=True),
    moment("start_date", alias="startdate"),
    moment("end_date", alias="enddate"),
    number("time_logged", rule="time_logged", computed=True, immutable=True),
    number(
        "bid_time_logged_difference",
        rule="bid_time_logged_difference",
        computed=True,
        immutable=True,
    ),
    newer(
        foreign_key(
            "thumbnail_source_id",
            "Context",
            rule="thumbnail_source",
            computed=True,
            immutable=True,
        )
    ),
    lone_reference("project", "Project", "project_id", alias="show"),
    foreign_key("project_id", "Project", alias="showid"),
    reference(
        "object_type",
        "ObjectType",
        alias="objectType",
        key_alias="object_typeid",
        required=True,
    ),
    reference("type", "Type", key_alias="typeid", required=True),
    reference("status", "Status", key_alias="statusid", required=True),
    reference("priority", "Priority", key_alias="priorityid", required=True),
    collection("status_changes", "StatusChange", by="parent_id"),
    newer(collection("split_parts", "SplitTaskPart", by="task_id")),
    collection("incoming_links", "TypedContextLink", by="to_id", alias="predecessors"),
    collection("outgoing_links", "TypedContextLink", by="from_id", alias="successors"),
    through(
        "lists", "TypedContextList", "ListObject", near="entity_id", far="list_id", alias="_lists"
    ),
    computed_collection("ancestors", "TypedContext", "ancestors"),
    computed_collection("descendants", "TypedContext", "descendants"),
    metadata(),
    base="Context",
    alias="Task",
    system="showid context_type",
    rows={"context_type": "task"},
)

TASK = typed_context(
    "Task", "11c137c0-ee7e-4f9c-91c5-8c77cec22b2c", splittable=True, fixed_dates=""
)
MILESTONE = typed_context(
    "Milestone", "01decdd1-51cb-11e3-9d5b-20c9d0831e59", fixed_dates="start_date"
)
FOLDER = typed_context(
    "Folder", "3c133785-51cb-11e3-980a-20c9d0831e59", typeable=False, statusable=False
)
ASSET_BUILD = typed_context("AssetBuild", "4be63b64-5010-42fb-bf1f-428af9d638f0")
EPISODE = typed_context("Episode", "22139355-61da-4c8f-9db4-3abc870166bc", typeable=False)
SEQUENCE = typed_context(
    "Sequence", "e5139355-61da-4c8f-9db4-3abc870166bc", typeable=False, statusable=False
)
SHOT = typed_context("Shot", "bad911de-3bd6-47b9-8b46-3476e237cb36", typeable=False)

TYPED_CONTEXT_LINK = entity(
    "TypedContextLink",
    key("dependencyid"),
    reference("from", "TypedContext", alias="fromTask", required=True),
    reference("to", "TypedContext", alias="toTask", required=True),
    newer(number("lag", alias="lag")),
    newer(
        text(
            "type",
            default="end_to_start",
            wire={"enum": ["start_to_start", "start_to_end", "end_to_start", "end_to_end"]},
        )
    ),
    metadata(),
    table="typed_context_link",
    projections="id from_id to_id",
    alias="Dependency",
)

SCOPE = entity("Scope", key(), text("name", required=True), table="scope")

METADATA = entity(
    "Metadata",
    identifier("parent_id", alias="meta_id"),
    identifier("key", alias="variable"),
    text("value", required=True),
    type_name("parent_type", alias="meta_type", required=True),
    table="metadata",
    key="parent_id key",
    projections="parent_id key value parent_type",
    alias="Meta",
)

STATUS_CHANGE = entity(
    "StatusChange",
    text("id", alias="tracid", required=True, immutable=True),
    moment("date"),
    text("parent_id"),
    text("parent_type"),
    reference("status", "Status"),
    reference("from_status", "Status"),
    reference("user", "User", key_alias="userid"),
    table="status_change",
    alias="Trac",
)

TYPED_CONTEXT_STATUS_CHANGE = entity(
    "TypedContextStatusChange",
    lone_reference("parent", "TypedContext", "parent_id"),
    base="StatusChange",
    rows={"parent_type": "task"},
    keeps_alias=True,
)

DECLARATIONS = (
    CONTEXT,
    PROJECT,
    TYPED_CONTEXT,
    TASK,
    MILESTONE,
    FOLDER,
    ASSET_BUILD,
    EPISODE,
    SEQUENCE,
    SHOT,
    TYPED_CONTEXT_LINK,
    SCOPE,
    METADATA,
    STATUS_CHANGE,
    TYPED_CONTEXT_STATUS_CHANGE,
)
