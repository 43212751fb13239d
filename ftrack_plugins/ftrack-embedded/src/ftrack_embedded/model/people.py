"""Users, groups and what each of them may do."""

from __future__ import annotations

from .attributes import (
    boolean,
    collection,
    custom_attribute_links,
    custom_attributes,
    foreign_key,
    key,
    metadata,
    moment,
    reference,
    text,
    through,
    thumbnail,
)
from .declaration import entity

__all__ = ["DECLARATIONS"]

RESOURCE = entity(
    "Resource",
    key(),
    text("resource_type", required=True),
    collection("appointments", "Appointment", by="resource_id", alias="resource_appointments"),
    collection(
        "assignments",
        "Appointment",
        by="resource_id",
        where=(("type", "assignment"),),
        alias="resource_assignments",
    ),
    collection(
        "allocations",
        "Appointment",
        by="resource_id",
        where=(("type", "allocation"),),
        alias="resource_allocations",
    ),
    collection("dashboard_resources", "DashboardResource", by="resource_id"),
    table="resource",
    system="resource_type",
)

# Older servers know no type between Resource and User.
BASE_USER = entity(
    "BaseUser",
    text("first_name", alias="firstname"),
    text("last_name", alias="lastname"),
    text("email"),
    thumbnail(),
    base="Resource",
    generation="newer",
)

COLLABORATOR = entity(
    "Collaborator",
    text("created_from_shared_url"),
    base="BaseUser",
    rows={"resource_type": "collaborator"},
    generation="newer",
)

USER = entity(
    "User",
    text("resource_type", default="user", required=True, immutable=True),
    text("username", required=True),
    boolean("is_active", alias="isactive", required=True),
    boolean("is_otp_enabled", alias="otp_enabled"),
    boolean("is_totp_enabled", alias="totp_enabled"),
    boolean("require_details_update"),
    reference("user_type", "UserType", alias="type", key_alias="typeid"),
    collection("memberships", "Membership", by="user_id", alias="user_memberships"),
    collection("timelogs", "Timelog", by="user_id"),
    collection("user_security_roles", "UserSecurityRole", by="user_id", alias="userRoles"),
    custom_attributes("UserCustomAttributeValue"),
    custom_attribute_links(),
    metadata(),
    base="BaseUser",
    rows={"resource_type": "user"},
)

USER_TYPE = entity("UserType", key("typeid"), text("name", immutable=True), table="user_type")

GROUP = entity(
    "Group",
    text("resource_type", default="group", required=True, immutable=True),
    text("name", default="", required=True),
    boolean("local", required=True),
    text("link", alias="api_link", rule="group_link", immutable=True),
    reference("parent", "Group", key_alias="group_id"),
    collection("children", "Group", by="parent_id"),
    collection("memberships", "Membership", by="group_id", alias="group_memberships"),
    custom_attribute_links(),
    base="Resource",
    rows={"resource_type": "group"},
)

MEMBERSHIP = entity(
    "Membership",
    key(),
    reference("user", "User", alias="membership_user", shows="User.id", required=True),
    reference("group", "Group", alias="membership_group", required=True),
    table="membership",
)

SECURITY_ROLE = entity(
    "SecurityRole",
    key("roleid"),
    text("name"),
    # The schema calls it a foreign key of a type that it does not have: PROJECT, API, ASSIGNED.
    text(
        "type",
        alias="typeid",
        description="Foreign key(s): SecurityRoleType.id",
        wire={"format": "foreign_key"},
    ),
    collection("user_security_roles", "UserSecurityRole", by="security_role_id", alias="userRoles"),
    table="security_role",
    projections="id name",
    alias="Auth_Role",
)

USER_SECURITY_ROLE = entity(
    "UserSecurityRole",
    key(),
    boolean("is_all_open_projects", alias="isallprojects"),
    boolean(
        "is_all_projects",
        alias="isallprojects",
        column="is_all_open_projects",
        description=(
            "This attribute has been deprecated, use `is_all_open_projects` attribute instead."
        ),
    ),
    reference("user", "User", key_alias="userid", shows="User.id"),
    reference("security_role", "SecurityRole", alias="role", key_alias="roleid"),
    collection(
        "user_security_role_projects",
        "UserSecurityRoleProject",
        by="user_security_role_id",
        alias="user_role_projects",
    ),
    table="user_security_role",
    projections="id user_id security_role_id",
    alias="Auth_UserRole",
)

USER_SECURITY_ROLE_PROJECT = entity(
    "UserSecurityRoleProject",
    key(),
    reference("project", "Project"),
    reference(
        "user_security_role", "UserSecurityRole", alias="user_role", key_alias="user_role_id"
    ),
    table="user_security_role_project",
    projections="id user_security_role_id project_id",
    alias="UserRoleProject",
)

MANAGER = entity(
    "Manager",
    key("managerid"),
    reference("context", "Context"),
    reference("type", "ManagerType", key_alias="typeid"),
    reference("user", "User", key_alias="userid", shows="User.id"),
    table="manager",
)

MANAGER_TYPE = entity("ManagerType", key("typeid"), text("name"), table="manager_type")

USER_APPLICATION_STATE = entity(
    "UserApplicationState",
    foreign_key("user_id", "User", alias="userid", shows="User.id", required=True, immutable=True),
    text("key", required=True, immutable=True),
    text("value", required=True),
    table="user_application_state",
    key="user_id key",
    projections="user_id key value",
    alias="UserSetting",
)

# The keys that users sign in with are kept elsewhere and are never shown: this stays empty.
API_KEY = entity(
    "ApiKey",
    key(),
    text("identifier"),
    foreign_key("resource_id", "Resource"),
    text("prefix"),
    table="access_key",
    system="identifier resource_id prefix",
    alias="AccessKey",
    generation="newer",
)

USER_SESSION = entity(
    "UserSession",
    key(),
    reference("user", "User", shows="User.id"),
    moment("accessed_time"),
    moment("creation_time"),
    table="user_session",
    system="user_id",
    generation="newer",
)

USER_VIEW = entity(
    "UserView",
    key("viewid"),
    text("name"),
    boolean("global", alias="isglobal", column="is_global"),
    reference("user", "User", key_alias="userid", shows="User.id"),
    through(
        "shared_with",
        "Resource",
        "user_view_share",
        near="view_id",
        far="resource_id",
        alias="sharedviews",
    ),
    table="user_view",
    generation="newer",
)

DECLARATIONS = (
    RESOURCE,
    BASE_USER,
    COLLABORATOR,
    USER,
    USER_TYPE,
    GROUP,
    MEMBERSHIP,
    SECURITY_ROLE,
    USER_SECURITY_ROLE,
    USER_SECURITY_ROLE_PROJECT,
    MANAGER,
    MANAGER_TYPE,
    USER_APPLICATION_STATE,
    API_KEY,
    USER_SESSION,
    USER_VIEW,
)
