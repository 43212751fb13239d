"""The configuration of a studio: what only administrators write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ftrack_embedded.engine.catalogue import Catalogue

__all__ = ["CONFIGURATION", "is_configuration", "is_configuration_of_project"]

CONFIGURATION: Final = frozenset(
    {
        "ApiKey",
        "AssetType",
        "CustomAttributeConfiguration",
        "CustomAttributeGroup",
        "CustomAttributeLinkConfiguration",
        "CustomAttributeType",
        "CustomConfigurationBase",
        "Disk",
        "Group",
        "ListCategory",
        "Location",
        "ManagerType",
        "Membership",
        "NoteCategory",
        "NoteLabel",
        "ObjectType",
        "Priority",
        "ProjectSchema",
        "ProjectSchemaObjectType",
        "ProjectSchemaOverride",
        "Schema",
        "SchemaStatus",
        "SchemaType",
        "SecurityRole",
        "Setting",
        "SettingComponent",
        "State",
        "Status",
        "StatusRule",
        "StatusRuleGroup",
        "TaskTemplate",
        "TaskTemplateItem",
        "TaskTypeSchema",
        "TaskTypeSchemaType",
        "Type",
        "UserSecurityRole",
        "UserSecurityRoleProject",
        "UserType",
        "WorkflowSchema",
        "WorkflowSchemaStatus",
    }
)
"""Types that only administrators write, with all types below them."""
_OF_PROJECTS: Final = "CustomConfigurationBase"
"""What may be there for one project alone, and is for its administrators to change then."""


def is_configuration(catalogue: Catalogue, entity_type: str) -> bool:
    """Return whether a type is part of the configuration, or below one that is."""
    return any(catalogue.is_a(entity_type, one) for one in CONFIGURATION)


def is_configuration_of_project(catalogue: Catalogue, entity_type: str) -> bool:
    """Return whether rows of a type configure the project they are in, if they are in one."""
    return catalogue.is_a(entity_type, _OF_PROJECTS)
