"""Custom attributes: their configuration, their values, and the links between entities.

All values are in one table; each kind of entity reads them through a value type of its own. So are
all links: the ``...Link`` types read a link from the entity it leads out of, the ``...LinkFrom``
types read the same rows from the entity it leads to.
"""

from __future__ import annotations

from .attributes import (
    Part,
    boolean,
    collection,
    foreign_key,
    identifier,
    integer,
    key,
    lone_reference,
    newer,
    reference,
    text,
    through,
    type_name,
    variable,
)
from .declaration import Declaration, entity

__all__ = ["DECLARATIONS"]

_INTERNAL_OF_CONFIGURATION = "write_permissionid permissionid topid"
_INTERNAL_OF_VALUE = "entity_id key _casted_value"


def _roles(name: str, access: str, alias: str) -> Part:
    return through(
        name,
        "SecurityRole",
        "configuration_security_role",
        near="configuration_id",
        far="security_role_id",
        where=(("access", access),),
        alias=alias,
    )


def _value(owner: str, *, in_project: bool = True) -> Declaration:
    return entity(
        f"{owner}CustomAttributeValue",
        reference(
            "configuration",
            "CustomAttributeConfiguration",
            alias="register",
            key_alias="register_id",
        ),
        foreign_key("entity_id", owner, shows=f"{owner}.id"),
        text("key", rule="configuration_key"),
        variable("value", alias="casted_value"),
        table="custom_attribute_value",
        key="configuration_id entity_id",
        projections="configuration_id entity_id key",
        system=f"{_INTERNAL_OF_VALUE} project_id" if in_project else _INTERNAL_OF_VALUE,
        required="configuration_id entity_id",
        immutable="configuration_id entity_id",
        group_by=in_project,
    )


def _link(name: str, target: str) -> Declaration:
    return entity(
        f"{target}CustomAttributeLink",
        lone_reference(name, target, "to_id"),
        base="CustomAttributeLink",
        projections=_LINK_PROJECTIONS,
        required=_LINK_REQUIRED,
        rows={"to_entity_type": target},
    )


def _link_from(name: str, target: str) -> Declaration:
    return entity(
        f"{target}CustomAttributeLinkFrom",
        lone_reference(name, target, "from_id"),
        base="CustomAttributeLinkFrom",
        projections=_LINK_PROJECTIONS,
        required=_LINK_REQUIRED,
        rows={"from_entity_type": target},
    )


_LINK_PROJECTIONS = "id to_id to_entity_type configuration_id from_id"
_LINK_REQUIRED = "id from_entity_type to_entity_type"
_LINK_ENDS = (
    reference(
        "configuration",
        "CustomAttributeLinkConfiguration",
        alias="register",
        key_alias="registerid",
        required=True,
    ),
    text("from_id", required=True),
    text("to_id", required=True),
    text("id", default="{uid}", immutable=True),
)
_LINK_TARGETS = (
    ("context", "Context"),
    ("asset_version", "AssetVersion"),
    ("list", "List"),
    ("user", "User"),
    ("group", "Group"),
    ("asset", "Asset"),
    ("component", "Component"),
)

CUSTOM_CONFIGURATION_BASE = entity(
    "CustomConfigurationBase",
    key("registerid"),
    text("key", description="Attribute name unique to entity type."),
    text("label", description="Display name for attribute."),
    text("entity_type", alias="entity", description="The entity type (table name)."),
    text("config", description="JSON blob of relevant menu options.", required=True),
    integer("sort", default=0, description="Graphical interface sort order."),
    boolean("core", default=False, description="Whether a non-alterable builtin.", required=True),
    text(
        "project_id",
        alias="topid",
        description="Id of project attribute is configured for.",
        refers_to="Project",
    ),
    lone_reference("object_type", "ObjectType", "object_type_id", alias="object_type"),
    text(
        "object_type_id",
        alias="entity_key",
        description="Id of object type attribute applies to.",
        refers_to="ObjectType",
    ),
    reference("group", "CustomAttributeGroup", key_alias="groupid"),
    _roles("read_security_roles", "read", "read_roles"),
    _roles("write_security_roles", "write", "write_roles"),
    table="custom_configuration_base",
    system=_INTERNAL_OF_CONFIGURATION,
    alias="RegisterBase",
)

CUSTOM_ATTRIBUTE_CONFIGURATION = entity(
    "CustomAttributeConfiguration",
    variable(
        "default",
        alias="casted_default",
        default="",
        description="Default value to use when no specific attribute value set on an instance.",
    ),
    boolean(
        "is_hierarchical",
        alias="ishierarchical",
        default=False,
        description="Whether overridable at different levels.",
    ),
    reference("type", "CustomAttributeType", key_alias="typeid"),
    collection("values", "CustomAttributeValue", by="configuration_id"),
    base="CustomConfigurationBase",
    alias="Variable_Register",
    rows={"kind": "attribute"},
)

CUSTOM_ATTRIBUTE_LINK_CONFIGURATION = entity(
    "CustomAttributeLinkConfiguration",
    text(
        "entity_type_to",
        alias="entity_to",
        description="The entity type (table name).",
        required=True,
        immutable=True,
    ),
    lone_reference("object_type_to", "ObjectType", "object_type_id_to", alias="object_type_to"),
    foreign_key("object_type_id_to", "ObjectType", alias="entity_key_to", immutable=True),
    boolean("one_to_one"),
    base="CustomConfigurationBase",
    alias="LinkRegister",
    rows={"kind": "link"},
    required="entity_type",
)

CUSTOM_ATTRIBUTE_GROUP = entity(
    "CustomAttributeGroup",
    key("groupid"),
    text("name", description="Name of custom attribute group"),
    collection(
        "custom_attribute_configurations",
        "CustomAttributeConfiguration",
        by="group_id",
        alias="registers",
    ),
    table="custom_attribute_group",
    projections="id name",
    alias="AttributeGroup",
)

CUSTOM_ATTRIBUTE_TYPE = entity(
    "CustomAttributeType",
    key("typeid"),
    text("name", description="Name of custom attribute type"),
    text("form_config", alias="formconfig"),
    boolean("core", default=False, description="Whether a non-alterable builtin.", required=True),
    collection(
        "custom_attribute_configurations",
        "CustomAttributeConfiguration",
        by="type_id",
        alias="variables",
    ),
    table="custom_attribute_type",
)

CUSTOM_ATTRIBUTE_VALUE = entity(
    "CustomAttributeValue",
    reference(
        "configuration", "CustomAttributeConfiguration", alias="register", key_alias="registerid"
    ),
    identifier("entity_id", alias="entityid"),
    variable("value", alias="casted_value"),
    table="custom_attribute_value",
    key="configuration_id entity_id",
    required="configuration_id",
    immutable="configuration_id",
    alias="Variable_Value",
)

CUSTOM_ATTRIBUTE_LINK = entity(
    "CustomAttributeLink",
    *_LINK_ENDS,
    newer(type_name("from_entity_type")),
    newer(type_name("to_entity_type")),
    table="custom_attribute_link",
    projections="configuration_id from_id to_id",
    immutable="configuration_id",
)

CUSTOM_ATTRIBUTE_LINK_FROM = entity(
    "CustomAttributeLinkFrom",
    *_LINK_ENDS,
    type_name("from_entity_type"),
    type_name("to_entity_type"),
    table="custom_attribute_link",
    projections="configuration_id from_id to_id",
    immutable="configuration_id",
)

DECLARATIONS = (
    CUSTOM_CONFIGURATION_BASE,
    CUSTOM_ATTRIBUTE_CONFIGURATION,
    CUSTOM_ATTRIBUTE_LINK_CONFIGURATION,
    CUSTOM_ATTRIBUTE_GROUP,
    CUSTOM_ATTRIBUTE_TYPE,
    CUSTOM_ATTRIBUTE_VALUE,
    _value("Context"),
    _value("Asset"),
    _value("AssetVersion"),
    _value("User", in_project=False),
    _value("List"),
    _value("ListObject", in_project=False),
    CUSTOM_ATTRIBUTE_LINK,
    *(_link(name, target) for name, target in _LINK_TARGETS),
    CUSTOM_ATTRIBUTE_LINK_FROM,
    *(_link_from(name, target) for name, target in _LINK_TARGETS),
)
