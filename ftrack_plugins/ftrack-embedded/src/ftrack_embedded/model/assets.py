"""Assets, their versions, the components of a version and where each component is stored."""

from __future__ import annotations

from .attributes import (
    boolean,
    collection,
    computed_collection,
    computed_reference,
    custom_attribute_links,
    custom_attributes,
    foreign_key,
    integer,
    key,
    lone_reference,
    metadata,
    moment,
    newer,
    reference,
    text,
    threads,
    through,
    thumbnail,
    url,
)
from .declaration import entity

__all__ = ["DECLARATIONS"]

_DEPRECATED_LINK = "This attribute has been deprecated, use `link` attribute instead."

ASSET = entity(
    "Asset",
    key("assetid"),
    text("name"),
    lone_reference("parent", "Context", "context_id"),
    foreign_key("context_id", "Context"),
    newer(foreign_key("project_id", "Project", rule="project_of_asset")),
    newer(computed_collection("ancestors", "TypedContext", "ancestors_of_asset")),
    reference("type", "AssetType", key_alias="typeid"),
    computed_reference("latest_version", "AssetVersion", "latest_version", listed=True),
    collection("versions", "AssetVersion", by="asset_id"),
    custom_attributes("AssetCustomAttributeValue"),
    custom_attribute_links(),
    metadata(),
    table="asset",
    system="context_id",
    group_by=True,
)

ASSET_TYPE = entity(
    "AssetType",
    key("typeid"),
    text("name", required=True),
    text("short", required=True),
    text("component", default="main"),
    collection("assets", "Asset", by="type_id"),
    table="asset_type",
)

ASSET_VERSION = entity(
    "AssetVersion",
    key("versionid"),
    integer("version"),
    text("comment", default=""),
    moment("date"),
    boolean("is_published", alias="ispublished", default=True, required=True),
    boolean("is_latest_version", rule="is_latest_version", immutable=True),
    text("link", alias="_api_link", rule="version_link", immutable=True),
    text(
        "_link",
        alias="_api_link",
        rule="version_link",
        description=_DEPRECATED_LINK,
        immutable=True,
    ),
    reference("asset", "Asset", key_alias="assetid"),
    reference("status", "Status", key_alias="statusid", required=True),
    reference("task", "Task", key_alias="taskid", rows="TypedContext"),
    reference("user", "User", key_alias="userid"),
    newer(foreign_key("project_id", "Project", rule="project_of_version")),
    thumbnail(),
    collection("components", "Component", by="version_id"),
    threads(),
    collection("status_changes", "StatusChange", by="parent_id"),
    collection(
        "review_session_objects",
        "ReviewSessionObject",
        by="version_id",
        alias="reviewSessionObjects",
    ),
    collection("incoming_links", "AssetVersionLink", by="to_id", alias="incoming_links"),
    collection("outgoing_links", "AssetVersionLink", by="from_id", alias="outgoing_links"),
    through(
        "uses_versions",
        "AssetVersion",
        "AssetVersionLink",
        near="to_id",
        far="from_id",
        alias="usesversions",
    ),
    through(
        "used_in_versions",
        "AssetVersion",
        "AssetVersionLink",
        near="from_id",
        far="to_id",
        alias="usedinversions",
    ),
    through(
        "lists", "AssetVersionList", "ListObject", near="entity_id", far="list_id", alias="_lists"
    ),
    custom_attributes("AssetVersionCustomAttributeValue"),
    custom_attribute_links(),
    metadata(),
    table="asset_version",
    system="assetid",
    group_by=True,
)

ASSET_VERSION_LINK = entity(
    "AssetVersionLink",
    key(),
    reference(
        "from", "AssetVersion", alias="linked_version", key_alias="linkedversionid", required=True
    ),
    reference("to", "AssetVersion", alias="version", key_alias="versionid", required=True),
    metadata(),
    table="asset_version_link",
    projections="id from_id to_id",
)

ASSET_VERSION_STATUS_CHANGE = entity(
    "AssetVersionStatusChange",
    lone_reference("parent", "AssetVersion", "parent_id"),
    base="StatusChange",
    rows={"parent_type": "asset_version"},
    keeps_alias=True,
)

COMPONENT = entity(
    "Component",
    key(),
    text("name", default="main", required=True),
    text("file_type", alias="filetype"),
    integer("size", default=0),
    text("system_type", required=True),
    reference("version", "AssetVersion"),
    reference("container", "ContainerComponent"),
    collection("component_locations", "ComponentLocation", by="component_id"),
    custom_attribute_links(),
    metadata(),
    table="component",
    projections="id system_type",
    system="system_type version_id container_id",
    group_by=True,
)

FILE_COMPONENT = entity(
    "FileComponent",
    foreign_key("id", "Component", default="{uid}", required=True, immutable=True),
    base="Component",
    rows={"system_type": "file"},
)

CONTAINER_COMPONENT = entity(
    "ContainerComponent",
    foreign_key("id", "Component", default="{uid}", required=True, immutable=True),
    collection("members", "Component", by="container_id"),
    base="Component",
    rows={"system_type": "container"},
)

SEQUENCE_COMPONENT = entity(
    "SequenceComponent",
    integer("padding", default=0, required=True),
    base="ContainerComponent",
    rows={"system_type": "sequence"},
)

COMPONENT_LOCATION = entity(
    "ComponentLocation",
    key(),
    text("resource_identifier", alias="resourceIdentifier"),
    url("url", "location_url"),
    reference("component", "Component"),
    reference("location", "Location"),
    table="component_location",
    system="location_id component_id",
    group_by=True,
)

LOCATION = entity(
    "Location",
    key(),
    text("name", required=True),
    text("label"),
    text("description"),
    collection("location_components", "ComponentLocation", by="location_id"),
    table="location",
)

DISK = entity(
    "Disk",
    key("diskid"),
    text("name", required=True),
    text("unix"),
    text("windows"),
    collection("projects", "Project", by="disk_id", alias="shows"),
    table="disk",
)

DECLARATIONS = (
    ASSET,
    ASSET_TYPE,
    ASSET_VERSION,
    ASSET_VERSION_LINK,
    ASSET_VERSION_STATUS_CHANGE,
    COMPONENT,
    FILE_COMPONENT,
    CONTAINER_COMPONENT,
    SEQUENCE_COMPONENT,
    COMPONENT_LOCATION,
    LOCATION,
    DISK,
)
