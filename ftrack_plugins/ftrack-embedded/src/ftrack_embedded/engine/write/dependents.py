"""What becomes of other rows when an entity is deleted: one line for each column that leads to it.

``delete``: the row goes as well. ``clear``: its column becomes null. ``refuse``: the delete fails
if such a row is still there when the batch ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DEPENDENTS", "Dependent"]


@dataclass(frozen=True)
class Dependent:
    """Rows of a type, or of a private link table, whose *column* holds the deleted id."""

    rows: str
    column: str
    action: str


def _each(action: str, *columns: str) -> tuple[Dependent, ...]:
    pairs = (column.split(".") for column in columns)
    return tuple(Dependent(rows, column, action) for rows, column in pairs)


def _deleted(*columns: str) -> tuple[Dependent, ...]:
    return _each("delete", *columns)


def _cleared(*columns: str) -> tuple[Dependent, ...]:
    return _each("clear", *columns)


def _refused(*columns: str) -> tuple[Dependent, ...]:
    return _each("refuse", *columns)


_LINKED: Final = _deleted("CustomAttributeLink.from_id", "CustomAttributeLink.to_id")

DEPENDENTS: Final[Mapping[str, tuple[Dependent, ...]]] = MappingProxyType(
    {
        "ApiKey": _deleted("api_key.id"),
        "Asset": _deleted(
            "AssetVersion.asset_id", "CustomAttributeValue.entity_id", "Metadata.parent_id"
        )
        + _LINKED,
        "AssetType": _refused("Asset.type_id"),
        "AssetVersion": _deleted(
            "AssetVersionLink.from_id",
            "AssetVersionLink.to_id",
            "Component.version_id",
            "CustomAttributeValue.entity_id",
            "ListObject.entity_id",
            "Metadata.parent_id",
            "Note.parent_id",
            "ReviewSessionObject.version_id",
            "StatusChange.parent_id",
        )
        + _LINKED,
        "AssetVersionLink": _deleted("Metadata.parent_id"),
        # Who has made something cannot be deleted; users can be set inactive instead.
        "BaseUser": _refused("Note.user_id"),
        "CalendarEvent": _deleted("CalendarEventResource.calendar_event_id", "Metadata.parent_id"),
        "Component": _deleted(
            "Component.container_id",
            "ComponentLocation.component_id",
            "JobComponent.component_id",
            "Metadata.parent_id",
            "NoteComponent.component_id",
            "ReviewSessionObjectAnnotationComponent.component_id",
            "SettingComponent.component_id",
        )
        + _LINKED
        + _cleared("AssetVersion.thumbnail_id", "Context.thumbnail_id", "User.thumbnail_id"),
        "Context": _deleted(
            "Appointment.context_id",
            "Asset.context_id",
            "Context.parent_id",
            "CustomAttributeValue.entity_id",
            "EntitySetting.parent_id",
            "ListObject.entity_id",
            "Manager.context_id",
            "Metadata.parent_id",
            "Note.parent_id",
            "StatusChange.parent_id",
            "Timelog.context_id",
            "Timer.context_id",
            "TypedContextLink.from_id",
            "TypedContextLink.to_id",
            "context_scope.context_id",
        )
        + _LINKED
        + _cleared("AssetVersion.task_id"),
        "Conversation": _deleted("Message.conversation_id", "Participant.conversation_id"),
        "CustomAttributeConfiguration": _deleted(
            "CustomAttributeValue.configuration_id",
            "configuration_security_role.configuration_id",
        ),
        "CustomAttributeGroup": _cleared("CustomConfigurationBase.group_id"),
        "CustomAttributeLinkConfiguration": _deleted(
            "CustomAttributeLink.configuration_id", "configuration_security_role.configuration_id"
        ),
        "CustomAttributeType": _refused("CustomAttributeConfiguration.type_id"),
        "Dashboard": _deleted("DashboardResource.dashboard_id", "DashboardWidget.dashboard_id"),
        "Disk": _cleared("Project.disk_id"),
        "Event": _deleted("Feed.social_id"),
        "Group": _refused("Group.parent_id") + _deleted("Membership.group_id"),
        "Job": _deleted("JobComponent.job_id"),
        "List": _deleted("CustomAttributeValue.entity_id", "ListObject.list_id") + _LINKED,
        "ListCategory": _refused("List.category_id"),
        "ListObject": _deleted("CustomAttributeValue.entity_id"),
        "Location": _refused("ComponentLocation.location_id"),
        "ManagerType": _cleared("Manager.type_id"),
        "Note": _deleted(
            "Metadata.parent_id",
            "Note.in_reply_to_id",
            "NoteComponent.note_id",
            "NoteLabelLink.note_id",
            "Recipient.note_id",
        ),
        "NoteLabel": _deleted("NoteLabelLink.label_id") + _cleared("Note.category_id"),
        "ObjectType": _refused("Context.object_type_id")
        + _deleted(
            "CustomConfigurationBase.object_type_id",
            "CustomConfigurationBase.object_type_id_to",
            "ProjectSchemaObjectType.object_type_id",
            "Schema.object_type_id",
            "StatusRuleGroup.object_type_id",
        ),
        "Priority": _refused("Context.priority_id"),
        "Project": _deleted(
            "CalendarEvent.project_id",
            # All at once; what follows the parents level by level finds nothing any more.
            "Context.project_id",
            "CustomAttributeConfiguration.project_id",
            "List.project_id",
            "Note.project_id",
            "ReviewSession.project_id",
            "ReviewSessionFolder.project_id",
            "UserSecurityRoleProject.project_id",
        )
        + _cleared("Event.project_id"),
        "ProjectSchema": _refused("Project.project_schema_id")
        + _deleted(
            "ProjectSchemaObjectType.project_schema_id",
            "ProjectSchemaOverride.project_schema_id",
            "Schema.project_schema_id",
            "StatusRuleGroup.schema_id",
            "TaskTemplate.project_schema_id",
        ),
        "Resource": _deleted(
            "ApiKey.resource_id",
            "Appointment.resource_id",
            "CalendarEventResource.resource_id",
            "DashboardResource.resource_id",
            "Participant.resource_id",
            "Recipient.resource_id",
            "user_view_share.resource_id",
        )
        + _LINKED
        + _cleared("ReviewSessionInvitee.resource_id", "ReviewSessionObjectStatus.resource_id"),
        "ReviewSession": _deleted(
            "EntitySetting.parent_id",
            "ReviewSessionInvitee.review_session_id",
            "ReviewSessionObject.review_session_id",
        ),
        "ReviewSessionFolder": _cleared("ReviewSession.review_session_folder_id"),
        "ReviewSessionInvitee": _deleted("ReviewSessionObjectStatus.review_session_invitee_id"),
        "ReviewSessionObject": _deleted(
            "Note.parent_id",
            "ReviewSessionObjectAnnotation.review_session_object_id",
            "ReviewSessionObjectAnnotationComponent.review_session_object_id",
            "ReviewSessionObjectStatus.review_session_object_id",
        ),
        "Schema": _deleted("SchemaStatus.schema_id", "SchemaType.schema_id"),
        "Scope": _deleted("context_scope.scope_id"),
        "SecurityRole": _deleted(
            "StatusRuleGroup.role_id",
            "UserSecurityRole.security_role_id",
            "configuration_security_role.security_role_id",
        ),
        "State": _refused("Status.state_id"),
        "Status": _refused(
            "AssetVersion.status_id",
            "Context.status_id",
            "StatusChange.from_status_id",
            "StatusChange.status_id",
        )
        + _deleted(
            "SchemaStatus.status_id",
            "StatusRule.status_id",
            "StatusRuleGroup.status_id",
            "WorkflowSchemaStatus.status_id",
        ),
        "StatusRuleGroup": _deleted("StatusRule.status_rule_group_id"),
        "TaskTemplate": _deleted("TaskTemplateItem.template_id"),
        "TaskTypeSchema": _refused("ProjectSchema.task_type_schema_id")
        + _deleted("TaskTypeSchemaType.task_type_schema_id"),
        "Type": _refused("Context.type_id")
        + _cleared("CalendarEvent.type_id")
        + _deleted(
            "ProjectSchemaOverride.type_id",
            "SchemaType.type_id",
            "TaskTemplateItem.task_type_id",
            "TaskTypeSchemaType.type_id",
        ),
        "TypedContext": _deleted("SplitTaskPart.task_id"),
        "TypedContextLink": _deleted("Metadata.parent_id"),
        "User": _deleted(
            "CustomAttributeValue.entity_id",
            "Job.user_id",
            "Manager.user_id",
            "Membership.user_id",
            "Metadata.parent_id",
            "Timer.user_id",
            "UserApplicationState.user_id",
            "UserSecurityRole.user_id",
            "UserSession.user_id",
            "UserView.user_id",
            "api_key.user_id",
        )
        + _cleared(
            "CalendarEventResource.created_by_id",
            "Dashboard.created_by_id",
            "Event.user_id",
            "Note.completed_by_id",
            "ReviewSessionInvitee.created_by_id",
            "StatusChange.user_id",
        )
        + _refused(
            "AssetVersion.user_id",
            "CalendarEvent.created_by_id",
            "Context.created_by_id",
            "Conversation.created_by_id",
            "List.user_id",
            "Message.created_by_id",
            "ReviewSession.created_by_id",
            "Timelog.user_id",
        ),
        "UserSecurityRole": _deleted("UserSecurityRoleProject.user_security_role_id"),
        "UserView": _deleted("user_view_share.view_id"),
        "UserType": _cleared("User.user_type_id"),
        "WorkflowSchema": _refused(
            "ProjectSchema.task_workflow_schema_id",
            "ProjectSchema.asset_version_workflow_schema_id",
        )
        + _deleted(
            "ProjectSchemaOverride.workflow_schema_id", "WorkflowSchemaStatus.workflow_schema_id"
        ),
    }
)
