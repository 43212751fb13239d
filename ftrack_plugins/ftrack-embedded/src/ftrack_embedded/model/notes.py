"""Notes with their labels and recipients, and client review sessions."""

from __future__ import annotations

from .attributes import (
    boolean,
    collection,
    computed_reference,
    created_by,
    foreign_key,
    integer,
    key,
    lone_reference,
    metadata,
    moment,
    newer,
    number,
    older,
    reference,
    text,
    threads,
    type_name,
    url,
    variable,
)
from .declaration import entity

__all__ = ["DECLARATIONS"]

NOTE = entity(
    "Note",
    key("noteid"),
    text("content", alias="text"),
    moment("date"),
    moment("thread_activity", alias="triggerdate"),
    text("parent_id"),
    type_name("parent_type"),
    boolean("is_todo", default=False),
    moment("completed_at"),
    reference("completed_by", "User"),
    lone_reference("author", "BaseUser", "user_id", alias="user"),
    foreign_key("user_id", "BaseUser", alias="userid", required=True),
    newer(integer("frame_number")),
    newer(reference("project", "Project", shows="Project.project_id")),
    reference("category", "NoteCategory", key_alias="categoryid"),
    reference("in_reply_to", "Note", alias="noteparent", key_alias="noteparentid"),
    collection("replies", "Note", by="in_reply_to_id", alias="notes"),
    collection("recipients", "Recipient", by="note_id", alias="note_recipients"),
    collection("note_components", "NoteComponent", by="note_id"),
    collection("note_label_links", "NoteLabelLink", by="note_id"),
    metadata(),
    table="note",
    system="project_id",
    group_by=True,
)

NOTE_LABEL = entity(
    "NoteLabel",
    key("categoryid"),
    text("name"),
    text("color"),
    integer("sort", default=0),
    table="note_label",
    alias="NoteCategory",
)

# One table and no column that tells them apart: every label is read as a category.
NOTE_CATEGORY = entity("NoteCategory", base="NoteLabel", alias="NoteCategory")

NOTE_LABEL_LINK = entity(
    "NoteLabelLink",
    reference("note", "Note"),
    reference("label", "NoteLabel"),
    table="note_label_link",
    key="note_id label_id",
    required="note_id label_id",
    immutable="note_id label_id",
)

NOTE_COMPONENT = entity(
    "NoteComponent",
    reference("component", "Component"),
    reference("note", "Note"),
    url("url", "component_url", immutable=True),
    url("thumbnail_url", "component_thumbnail_url", immutable=True),
    table="note_component",
    key="component_id note_id",
    system="note_component_type",
    required="component_id note_id",
    immutable="component_id note_id",
)

NOTE_ANNOTATION_COMPONENT = entity(
    "NoteAnnotationComponent",
    variable("data", wire={"type": "object"}),
    base="NoteComponent",
    rows={"note_component_type": "annotation"},
    generation="newer",
)

RECIPIENT = entity(
    "Recipient",
    reference("note", "Note", alias="recipient_note"),
    lone_reference("recipient", "Resource", "resource_id", alias="recipient_resource"),
    lone_reference("user", "User", "resource_id"),
    foreign_key("resource_id", "Resource"),
    text("text_mentioned"),
    table="recipient",
    key="note_id resource_id",
    required="note_id resource_id",
    immutable="note_id resource_id",
)

REVIEW_SESSION = entity(
    "ReviewSession",
    key(),
    text("name", default="New review session", required=True),
    text("description", default="", required=True),
    text("availability"),
    text("passphrase"),
    boolean("passphrase_enabled"),
    boolean("shareable_url_enabled"),
    boolean("is_moderated"),
    boolean("is_open", rule="is_open", computed=True, immutable=True),
    moment("start_date", alias="start", required=True),
    moment("end_date", alias="end", required=True),
    moment("created_at", required=True),
    created_by(required=True),
    reference("project", "Project", shows="Project.project_id", required=True),
    newer(
        reference(
            "review_session_folder",
            "ReviewSessionFolder",
            shows="ReviewSessionFolder.review_session_folder_id",
        )
    ),
    older(computed_reference("thumbnail", "Component", "review_thumbnail")),
    newer(foreign_key("thumbnail_source_id", "AssetVersion", rule="shown_version")),
    foreign_key(
        "thumbnail_id",
        "Component",
        alias="thumbid",
        rule="review_thumbnail_id",
        computed=True,
        immutable=True,
    ),
    url("thumbnail_url", "thumbnail_url", immutable=True),
    collection(
        "review_session_invitees",
        "ReviewSessionInvitee",
        by="review_session_id",
        alias="reviewSessionInvitees",
    ),
    collection(
        "review_session_objects",
        "ReviewSessionObject",
        by="review_session_id",
        alias="reviewSessionObjects",
    ),
    collection("settings", "EntitySetting", by="parent_id", alias="settingOverrides"),
    table="review_session",
)

REVIEW_SESSION_FOLDER = entity(
    "ReviewSessionFolder",
    key(),
    text("name", default="New review session", required=True),
    reference("project", "Project", shows="Project.project_id"),
    collection(
        "review_sessions", "ReviewSession", by="review_session_folder_id", alias="review_sessions"
    ),
    table="review_session_folder",
    generation="newer",
)

REVIEW_SESSION_INVITEE = entity(
    "ReviewSessionInvitee",
    key(),
    text("name", required=True),
    text("email", required=True),
    boolean("created_from_shared_url", immutable=True),
    moment("last_sent_at"),
    moment("created_at", required=True),
    created_by(required=True),
    reference("review_session", "ReviewSession", alias="reviewSession", required=True),
    newer(reference("resource", "Resource")),
    collection("statuses", "ReviewSessionObjectStatus", by="review_session_invitee_id"),
    table="review_session_invitee",
    system="review_session_id",
)

REVIEW_SESSION_OBJECT = entity(
    "ReviewSessionObject",
    key(),
    text("name", default="", required=True),
    text("description", default="", required=True),
    text("version", default="", required=True),
    number("sort_order", required=True),
    moment("created_at", required=True),
    reference(
        "asset_version", "AssetVersion", alias="assetVersion", key="version_id", required=True
    ),
    reference("review_session", "ReviewSession", alias="reviewSession", required=True),
    threads(),
    collection("statuses", "ReviewSessionObjectStatus", by="review_session_object_id"),
    newer(
        collection("annotations", "ReviewSessionObjectAnnotation", by="review_session_object_id")
    ),
    table="review_session_object",
    system="review_session_id",
)

REVIEW_SESSION_OBJECT_STATUS = entity(
    "ReviewSessionObjectStatus",
    key(),
    text("status"),
    moment("created_at", required=True),
    reference("invitee", "ReviewSessionInvitee", key="review_session_invitee_id"),
    reference("review_session_object", "ReviewSessionObject", alias="reviewSessionObject"),
    newer(reference("resource", "Resource")),
    table="review_session_object_status",
    system="review_session_object_id",
)

REVIEW_SESSION_OBJECT_ANNOTATION = entity(
    "ReviewSessionObjectAnnotation",
    key(),
    text("data"),
    integer("frame_number", required=True),
    moment("created_at", required=True),
    moment("updated_at"),
    reference("review_session_object", "ReviewSessionObject", alias="reviewSessionObject"),
    table="review_session_object_annotation",
    system="review_session_object_id",
    # Newer servers require it of an attribute that they do not declare.
    required="review_session_id",
    generation="newer",
)

REVIEW_SESSION_OBJECT_ANNOTATION_COMPONENT = entity(
    "ReviewSessionObjectAnnotationComponent",
    reference("component", "Component"),
    text("frame_number", wire={"format": "integer"}),
    reference("review_session_object", "ReviewSessionObject", alias="reviewSessionObject"),
    url("url", "component_url", immutable=True),
    url("thumbnail_url", "component_thumbnail_url", immutable=True),
    table="review_annotation_component",
    key="component_id review_session_object_id",
    projections="component_id frame_number review_session_object_id",
    system="review_session_object_id",
    required="component_id frame_number review_session_object_id",
    immutable="component_id frame_number review_session_object_id",
    generation="newer",
)

DECLARATIONS = (
    NOTE,
    NOTE_CATEGORY,
    NOTE_LABEL,
    NOTE_LABEL_LINK,
    NOTE_COMPONENT,
    NOTE_ANNOTATION_COMPONENT,
    RECIPIENT,
    REVIEW_SESSION,
    REVIEW_SESSION_FOLDER,
    REVIEW_SESSION_INVITEE,
    REVIEW_SESSION_OBJECT,
    REVIEW_SESSION_OBJECT_STATUS,
    REVIEW_SESSION_OBJECT_ANNOTATION,
    REVIEW_SESSION_OBJECT_ANNOTATION_COMPONENT,
)
