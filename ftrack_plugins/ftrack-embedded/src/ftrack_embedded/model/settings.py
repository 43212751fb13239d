"""Settings of the studio and of single entities, and dashboards."""

from __future__ import annotations

from .attributes import (
    Part,
    boolean,
    collection,
    computed_reference,
    identifier,
    key,
    number,
    older,
    reference,
    text,
    type_name,
    url,
)
from .declaration import entity

__all__ = ["DECLARATIONS"]


def _part_of_setting(name: str) -> Part:
    """Declare one half of a setting's key; neither refers to a setting alone."""
    shown = f"Foreign key(s): Setting.{name}"
    return text(name, description=shown, wire={"format": "foreign_key"})


SETTING = entity(
    "Setting",
    identifier("name", default="default"),
    identifier("group", default="default"),
    text("value", default="default"),
    table="setting",
    key="name group",
)

SETTING_COMPONENT = entity(
    "SettingComponent",
    reference("component", "Component"),
    _part_of_setting("name"),
    _part_of_setting("group"),
    computed_reference("setting", "Setting", "setting"),
    url("url", "component_url", immutable=True),
    url("thumbnail_url", "component_thumbnail_url", immutable=True),
    table="setting_component",
    key="component_id name group",
    required="component_id name group",
    immutable="component_id name group",
)

ENTITY_SETTING = entity(
    "EntitySetting",
    identifier("parent_id"),
    identifier("group"),
    identifier("name"),
    text("value", required=True),
    type_name("parent_type", required=True),
    table="entity_setting",
    key="parent_id group name",
    projections="parent_id group name value parent_type",
    alias="SettingOverride",
)

DASHBOARD = entity(
    "Dashboard",
    key("dashboardid"),
    text("name"),
    boolean("is_shared_with_everyone", alias="isglobal", default=False),
    reference("created_by", "User", alias="user", key_alias="userid"),
    collection("widgets", "DashboardWidget", by="dashboard_id"),
    collection("dashboard_resources", "DashboardResource", by="dashboard_id"),
    table="dashboard",
    system="typeid",
)

DASHBOARD_WIDGET = entity(
    "DashboardWidget",
    key("widgetid"),
    text("type", alias="widget_typeid"),
    text("config", description="JSON blob of relevant widget options."),
    number("sort"),
    reference("dashboard", "Dashboard", key_alias="dashboardid"),
    table="dashboard_widget",
)

DASHBOARD_RESOURCE = entity(
    "DashboardResource",
    reference("dashboard", "Dashboard"),
    reference("resource", "Resource"),
    older(boolean("is_shared_with_everyone", alias="isglobal", default=False)),
    table="dashboard_resource",
    key="dashboard_id resource_id",
    system="dashboard_id resource_id",
    required="dashboard_id resource_id",
    immutable="dashboard_id resource_id",
    alias="LinkDashboardResource",
)

DECLARATIONS = (
    SETTING,
    SETTING_COMPONENT,
    ENTITY_SETTING,
    DASHBOARD,
    DASHBOARD_WIDGET,
    DASHBOARD_RESOURCE,
)
