"""The pipeline's configuration: project schemas, object types, types, statuses, priorities."""

from __future__ import annotations

from .attributes import (
    boolean,
    collection,
    foreign_key,
    integer,
    key,
    lone_reference,
    newer,
    number,
    reference,
    text,
    through,
)
from .declaration import entity

__all__ = ["DECLARATIONS"]

PROJECT_SCHEMA = entity(
    "ProjectSchema",
    key("schemeid"),
    text("name"),
    reference(
        "task_type_schema",
        "TaskTypeSchema",
        alias="tasktypescheme",
        key_alias="tasktypeschemeid",
    ),
    reference(
        "task_workflow_schema", "WorkflowSchema", alias="taskworkflow", key_alias="taskworkflowid"
    ),
    reference(
        "asset_version_workflow_schema",
        "WorkflowSchema",
        alias="versionworkflow",
        key_alias="versionworkflowid",
    ),
    lone_reference(
        "_task_type_schema", "TaskTypeSchema", "task_type_schema_id", alias="tasktypescheme"
    ),
    lone_reference(
        "_task_workflow", "WorkflowSchema", "task_workflow_schema_id", alias="taskworkflow"
    ),
    lone_reference(
        "_version_workflow",
        "WorkflowSchema",
        "asset_version_workflow_schema_id",
        alias="versionworkflow",
    ),
    through(
        "object_types",
        "ObjectType",
        "ProjectSchemaObjectType",
        near="project_schema_id",
        far="object_type_id",
    ),
    collection("object_type_schemas", "Schema", by="project_schema_id", alias="schemas"),
    collection("_schemas", "Schema", by="project_schema_id", alias="schemas"),
    collection(
        "task_workflow_schema_overrides",
        "ProjectSchemaOverride",
        by="project_schema_id",
        alias="overrides",
    ),
    collection("_overrides", "ProjectSchemaOverride", by="project_schema_id", alias="overrides"),
    collection("task_templates", "TaskTemplate", by="project_schema_id", alias="templates"),
    table="project_schema",
    alias="ProjectScheme",
)

PROJECT_SCHEMA_OBJECT_TYPE = entity(
    "ProjectSchemaObjectType",
    reference("object_type", "ObjectType"),
    reference("project_schema", "ProjectSchema"),
    table="project_schema_object_type",
    key="object_type_id project_schema_id",
    required="object_type_id project_schema_id",
    immutable="object_type_id project_schema_id",
)

PROJECT_SCHEMA_OVERRIDE = entity(
    "ProjectSchemaOverride",
    key("overrideid"),
    foreign_key("project_schema_id", "ProjectSchema", alias="projectschemeid"),
    foreign_key("type_id", "Type", alias="typeid"),
    reference(
        "workflow_schema", "WorkflowSchema", alias="workflowscheme", key_alias="workflowschemeid"
    ),
    table="project_schema_override",
    alias="ProjectSchemeOverride",
)

SCHEMA = entity(
    "Schema",
    key(),
    foreign_key("project_schema_id", "ProjectSchema", alias="projectschemeid", required=True),
    foreign_key("type_id", "ObjectType", alias="typeid", column="object_type_id", required=True),
    foreign_key("object_type_id", "ObjectType", alias="typeid"),
    collection("statuses", "SchemaStatus", by="schema_id"),
    collection("types", "SchemaType", by="schema_id"),
    table="schema",
)

SCHEMA_STATUS = entity(
    "SchemaStatus",
    lone_reference("task_status", "Status", "status_id", alias="taskstatus"),
    foreign_key("status_id", "Status", alias="statusid"),
    foreign_key("schema_id", "Schema", alias="schemaid"),
    integer("sort", default=0),
    table="schema_status",
    key="status_id schema_id",
    required="status_id schema_id",
    immutable="status_id schema_id",
)

SCHEMA_TYPE = entity(
    "SchemaType",
    lone_reference("task_type", "Type", "type_id", alias="tasktype"),
    foreign_key("type_id", "Type", alias="typeid"),
    foreign_key("schema_id", "Schema", alias="schemaid"),
    integer("sort", default=0),
    table="schema_type",
    key="type_id schema_id",
    required="type_id schema_id",
    immutable="type_id schema_id",
)

WORKFLOW_SCHEMA = entity(
    "WorkflowSchema",
    key("schemeid"),
    text("name", default="Workflow Name"),
    through(
        "statuses", "Status", "WorkflowSchemaStatus", near="workflow_schema_id", far="status_id"
    ),
    collection("overrides", "ProjectSchemaOverride", by="workflow_schema_id"),
    table="workflow_schema",
    alias="WorkflowScheme",
)

WORKFLOW_SCHEMA_STATUS = entity(
    "WorkflowSchemaStatus",
    foreign_key("workflow_schema_id", "WorkflowSchema", alias="schemeid"),
    foreign_key("status_id", "Status", alias="statusid"),
    table="workflow_schema_status",
    key="workflow_schema_id status_id",
    required="workflow_schema_id status_id",
    immutable="workflow_schema_id status_id",
)

TASK_TYPE_SCHEMA = entity(
    "TaskTypeSchema",
    key("schemeid"),
    text("name", default="TaskType Schema Name"),
    through("types", "Type", "TaskTypeSchemaType", near="task_type_schema_id", far="type_id"),
    table="task_type_schema",
    alias="TaskTypeScheme",
)

TASK_TYPE_SCHEMA_TYPE = entity(
    "TaskTypeSchemaType",
    foreign_key("task_type_schema_id", "TaskTypeSchema", alias="schemeid"),
    foreign_key("type_id", "Type", alias="typeid"),
    table="task_type_schema_type",
    key="task_type_schema_id type_id",
    required="task_type_schema_id type_id",
    immutable="task_type_schema_id type_id",
)

TASK_TEMPLATE = entity(
    "TaskTemplate",
    key(),
    text("name", required=True),
    reference(
        "project_schema",
        "ProjectSchema",
        alias="schema",
        key_alias="projectschemeid",
        required=True,
    ),
    collection("items", "TaskTemplateItem", by="template_id"),
    table="task_template",
    projections="id name",
)

TASK_TEMPLATE_ITEM = entity(
    "TaskTemplateItem",
    key(),
    reference("task_type", "Type", alias="taskType", key_alias="tasktype_id", required=True),
    reference("template", "TaskTemplate", required=True),
    table="task_template_item",
)

OBJECT_TYPE = entity(
    "ObjectType",
    key("typeid"),
    text("name", required=True),
    text("icon", default="default", required=True),
    integer("sort", default=0, required=True),
    boolean("is_leaf", alias="isleaf", default=False),
    boolean("is_schedulable", alias="isschedulable", default=False, required=True),
    boolean("is_statusable", alias="isstatusable", default=True, required=True),
    boolean("is_taskable", alias="istaskable", default=True, required=True),
    boolean("is_time_reportable", alias="istimereportable", default=False, required=True),
    boolean("is_typeable", alias="istypeable", default=True, required=True),
    newer(boolean("is_prioritizable", alias="ispriority", default=True)),
    through(
        "project_schemas",
        "ProjectSchema",
        "ProjectSchemaObjectType",
        near="object_type_id",
        far="project_schema_id",
    ),
    collection("tasks", "Task", by="object_type_id", rows="TypedContext"),
    table="object_type",
)

TYPE = entity(
    "Type",
    key("typeid"),
    text("name"),
    text("color", default="#510100", required=True),
    integer("sort", default=0, required=True),
    boolean("is_billable", alias="isbillable", default=True, required=True),
    through(
        "task_type_schemas",
        "TaskTypeSchema",
        "TaskTypeSchemaType",
        near="type_id",
        far="task_type_schema_id",
        alias="schemes",
    ),
    collection("tasks", "Task", by="type_id", rows="TypedContext"),
    table="type",
    alias="TaskType",
)

STATUS = entity(
    "Status",
    key("statusid"),
    text("name"),
    text("color"),
    integer("sort", default=0),
    boolean("is_active", alias="isactive", required=True),
    lone_reference("state", "State", "state_id", alias="statustype"),
    collection("tasks", "Task", by="status_id", rows="TypedContext"),
    table="status",
    alias="TaskStatus",
)

STATE = entity(
    "State", key("typeid"), text("name"), text("short"), table="state", alias="StatusType"
)

PRIORITY = entity(
    "Priority",
    key("priorityid"),
    text("name"),
    text("color"),
    integer("sort", default=0),
    number("value", default=0),
    collection("tasks", "Task", by="priority_id", rows="TypedContext"),
    table="priority",
    alias="PriorityType",
)

STATUS_RULE_GROUP = entity(
    "StatusRuleGroup",
    key(),
    text("entity_type", required=True),
    reference("schema", "ProjectSchema", required=True),
    reference("status", "Status", required=True),
    reference("role", "SecurityRole"),
    collection("status_rules", "StatusRule", by="status_rule_group_id"),
    table="status_rule_group",
    projections="id status_id entity_type",
    generation="newer",
)

ASSET_VERSION_STATUS_RULE_GROUP = entity(
    "AssetVersionStatusRuleGroup",
    base="StatusRuleGroup",
    rows={"entity_type": "asset_version"},
    generation="newer",
)

TYPED_CONTEXT_STATUS_RULE_GROUP = entity(
    "TypedContextStatusRuleGroup",
    reference("object_type", "ObjectType", required=True),
    base="StatusRuleGroup",
    projections="object_type_id id status_id entity_type",
    alias="TaskStatusRuleGroup",
    rows={"entity_type": "task"},
    generation="newer",
)

STATUS_RULE = entity(
    "StatusRule",
    key(),
    reference("status_rule_group", "StatusRuleGroup", required=True),
    reference("status", "Status", required=True),
    table="status_rule",
    projections="id status_id",
    generation="newer",
)

DECLARATIONS = (
    PROJECT_SCHEMA,
    PROJECT_SCHEMA_OBJECT_TYPE,
    PROJECT_SCHEMA_OVERRIDE,
    SCHEMA,
    SCHEMA_STATUS,
    SCHEMA_TYPE,
    WORKFLOW_SCHEMA,
    WORKFLOW_SCHEMA_STATUS,
    TASK_TYPE_SCHEMA,
    TASK_TYPE_SCHEMA_TYPE,
    TASK_TEMPLATE,
    TASK_TEMPLATE_ITEM,
    OBJECT_TYPE,
    TYPE,
    STATUS,
    STATE,
    PRIORITY,
    STATUS_RULE_GROUP,
    ASSET_VERSION_STATUS_RULE_GROUP,
    TYPED_CONTEXT_STATUS_RULE_GROUP,
    STATUS_RULE,
)
