"""Lists of typed contexts and of asset versions."""

from __future__ import annotations

from .attributes import (
    boolean,
    collection,
    custom_attribute_links,
    custom_attributes,
    foreign_key,
    key,
    lone_reference,
    moment,
    reference,
    text,
    through,
)
from .declaration import entity

__all__ = ["DECLARATIONS"]

_ACCEPTED = "Defines the type of the items this list accepts."

LIST = entity(
    "List",
    key("listid"),
    text("name", default=""),
    moment("date"),
    boolean("is_open", alias="isopen", default=True, required=True),
    text("system_type", alias="entity", default="task", description=_ACCEPTED),
    lone_reference("owner", "User", "user_id", alias="user"),
    foreign_key("user_id", "User", alias="userid"),
    reference("category", "ListCategory", alias="type", key_alias="typeid", required=True),
    reference("project", "Project", alias="show", key_alias="showid", required=True),
    custom_attributes("ListCustomAttributeValue"),
    custom_attribute_links(),
    table="list",
    system="showid",
    group_by=True,
)

TYPED_CONTEXT_LIST = entity(
    "TypedContextList",
    through(
        "items",
        "Task",
        "ListObject",
        near="list_id",
        far="entity_id",
        rows="TypedContext",
        alias="_task_items",
    ),
    base="List",
    alias="List",
    rows={"system_type": "task"},
    immutable="type",
)

ASSET_VERSION_LIST = entity(
    "AssetVersionList",
    text("system_type", alias="entity", default="assetversion", description=_ACCEPTED),
    through(
        "items",
        "AssetVersion",
        "ListObject",
        near="list_id",
        far="entity_id",
        alias="_asset_version_items",
    ),
    base="List",
    alias="List",
    rows={"system_type": "assetversion"},
    immutable="type",
)

LIST_CATEGORY = entity(
    "ListCategory",
    key("typeid"),
    text("name"),
    collection("lists", "List", by="category_id"),
    table="list_category",
    alias="ListType",
)

LIST_OBJECT = entity(
    "ListObject",
    key(),
    text("entity_id", alias="entityid", required=True),
    reference("list", "List", key_alias="listid", required=True),
    custom_attributes("ListObjectCustomAttributeValue"),
    table="list_object",
    projections="id entity_id list_id",
)

DECLARATIONS = (LIST, TYPED_CONTEXT_LIST, ASSET_VERSION_LIST, LIST_CATEGORY, LIST_OBJECT)
