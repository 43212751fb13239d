"""What a new studio holds: the configuration that clients and pipelines rely on, as tables.

Identifiers that clients know by heart are those of every ftrack server; the others are our own
and the same in each embedded studio.
"""

from __future__ import annotations

import json
from typing import Final

from .rows import Rows

__all__ = [
    "ADMINISTRATOR_ID",
    "ASSET_TYPES",
    "CONFIGURATIONS",
    "CUSTOM_ATTRIBUTE_TYPES",
    "DISKS",
    "LIST_CATEGORIES",
    "LOCATIONS",
    "MANAGER_TYPES",
    "NOTE_LABELS",
    "OBJECT_TYPES",
    "OBJECT_TYPE_SCHEMAS",
    "PRIORITIES",
    "PROJECT_SCHEMAS",
    "READ_ONLY",
    "SCOPES",
    "SECURITY_ROLES",
    "STATES",
    "STATUSES",
    "STUDIO",
    "TASK_TEMPLATE",
    "TASK_TYPES",
    "TASK_WORKFLOW",
    "TEMPLATES",
    "TYPES",
    "USER_TYPES",
    "VERSION_WORKFLOW",
]

ADMINISTRATOR_ID: Final = "bcdf57b0-acc6-11e1-a554-f23c91df1211"
_USER_TYPE_ID: Final = "ac9fa5aa-4361-11e0-b7cc-0019bb4983d8"

# --- workflow ----------------------------------------------------------------------------------

_NOT_STARTED: Final = "cea0ba04-acb5-11e1-8668-f23c91df1211"
_IN_PROGRESS: Final = "cea0efc4-acb5-11e1-8668-f23c91df1211"
_DONE: Final = "cea116d4-acb5-11e1-8668-f23c91df1211"
_BLOCKED: Final = "5709c04e-2f4b-11e2-b663-0019bb4983d8"

STATES: Final = Rows(
    "state",
    "id name short",
    (
        (_NOT_STARTED, "Not Started", "NOT_STARTED"),
        (_IN_PROGRESS, "In Progress", "IN_PROGRESS"),
        (_DONE, "Done", "DONE"),
        (_BLOCKED, "Blocked", "BLOCKED"),
    ),
)

STATUSES: Final = Rows(
    "status",
    "id name sort state_id color",
    (
        ("44dd9fb2-4164-11df-9218-0019bb4983d8", "Not started", 0, _NOT_STARTED, "#CACACA"),
        ("cadb9a06-acb5-11e1-8668-f23c91df1211", "WIP", 1, _NOT_STARTED, "#CC99FF"),
        ("44ddd0fe-4164-11df-9218-0019bb4983d8", "In progress", 2, _IN_PROGRESS, "#3498DB"),
        ("44dded64-4164-11df-9218-0019bb4983d8", "Pending Review", 3, _IN_PROGRESS, "#F1C40F"),
        ("44de097a-4164-11df-9218-0019bb4983d8", "Approved", 4, _DONE, "#1cbc90"),
        ("d5d6d8ca-ebb2-11e2-aef9-f23c91dfaa16", "Client approved", 5, _DONE, "#1CBC90"),
        ("9bb65936-88e7-11e3-9264-04011030cf01", "Completed", 6, _DONE, "#1cbc90"),
        ("a0bc2444-15e2-11e1-b21a-0019bb4983d8", "On Hold", 7, _BLOCKED, "#E74C3C"),
        ("a0bc3f24-15e2-11e1-b21a-0019bb4983d8", "Omitted", 8, _BLOCKED, "#E74C3C"),
    ),
    constants=(("is_active", True),),
)

PRIORITIES: Final = Rows(
    "priority",
    "id name sort color",
    (
        ("847fb90e-ead3-11e2-846c-f23c91dfaa16", "Urgent", 0, "#C0392B"),
        ("847f9cda-ead3-11e2-846c-f23c91dfaa16", "High", 1, "#D35400"),
        ("847f8146-ead3-11e2-846c-f23c91dfaa16", "Medium", 2, "#F39C12"),
        ("847f663e-ead3-11e2-846c-f23c91dfaa16", "Low", 3, "#27AE60"),
        ("9661b320-3a0c-11e2-81c1-0800200c9a66", "None", 4, "#BDC3C7"),
    ),
    constants=(("value", 0),),
)

_TASK: Final = "11c137c0-ee7e-4f9c-91c5-8c77cec22b2c"
_MILESTONE: Final = "01decdd1-51cb-11e3-9d5b-20c9d0831e59"
_FOLDER: Final = "3c133785-51cb-11e3-980a-20c9d0831e59"
_ASSET_BUILD: Final = "4be63b64-5010-42fb-bf1f-428af9d638f0"
_EPISODE: Final = "22139355-61da-4c8f-9db4-3abc870166bc"
_SEQUENCE: Final = "e5139355-61da-4c8f-9db4-3abc870166bc"
_SHOT: Final = "bad911de-3bd6-47b9-8b46-3476e237cb36"

OBJECT_TYPES: Final = Rows(
    "object_type",
    "id name sort icon is_typeable is_statusable is_schedulable is_taskable is_leaf "
    "is_time_reportable",
    (
        (_TASK, "Task", 0, "task", True, True, True, False, True, True),
        (_MILESTONE, "Milestone", 1, "milestone", True, True, True, False, True, False),
        (_FOLDER, "Folder", 2, "folder", False, False, False, True, False, False),
        (_ASSET_BUILD, "Asset Build", 3, "box", True, True, False, True, False, False),
        (_EPISODE, "Episode", 4, "film", False, True, False, True, False, False),
        (_SEQUENCE, "Sequence", 5, "clapperboard", False, False, False, True, False, False),
        (_SHOT, "Shot", 6, "camera", False, True, False, True, False, False),
    ),
    constants=(("is_prioritizable", True),),
)

TYPES: Final = Rows(
    "type",
    "id name sort color is_billable",
    (
        ("c9747d6c-0efd-4bba-ab6b-9bae507790d0", "Concept", 0, "#5DADE2", True),
        ("44dc53c8-4164-11df-9218-0019bb4983d8", "Modeling", 1, "#8E44AD", True),
        ("44dd5868-4164-11df-9218-0019bb4983d8", "Rigging", 2, "#7D6608", True),
        ("44dc8cd0-4164-11df-9218-0019bb4983d8", "Lookdev", 3, "#BA4A00", True),
        ("44dc6ffc-4164-11df-9218-0019bb4983d8", "Previz", 4, "#1E8449", True),
        ("c7f66ed5-d5e1-40e9-b00b-4810365cf065", "Layout", 5, "#2E4053", True),
        ("44dc3636-4164-11df-9218-0019bb4983d8", "Animation", 6, "#196F3D", True),
        ("44dcea86-4164-11df-9218-0019bb4983d8", "FX", 7, "#9B59B6", True),
        ("44dd08fe-4164-11df-9218-0019bb4983d8", "Lighting", 8, "#5B5BA3", True),
        ("c3bcfdb4-ad7d-11e1-a444-f23c91df1211", "Rotoscoping", 9, "#3498DB", True),
        ("44dd3ed2-4164-11df-9218-0019bb4983d8", "Tracking", 10, "#27AE60", True),
        ("44dd23b6-4164-11df-9218-0019bb4983d8", "Compositing", 11, "#2D5959", True),
        ("cc46c4c6-13d2-11e3-8915-f23c91dfaa16", "Editing", 12, "#F1C40F", True),
        ("b628a004-ad7d-11e1-896c-f23c91df1211", "Production", 13, "#BDC3C7", False),
        ("66d145f0-13c6-11e3-abf2-f23c91dfaa16", "Character", 14, "#3A2D5A", True),
        ("66d1aedc-13c6-11e3-abf2-f23c91dfaa16", "Prop", 15, "#F39C12", True),
        ("66d1daba-13c6-11e3-abf2-f23c91dfaa16", "Environment", 16, "#5DA35E", True),
        ("66d2038c-13c6-11e3-abf2-f23c91dfaa16", "Matte Painting", 17, "#5D8AA3", True),
        ("ae1e2480-f24e-11e2-bd1f-f23c91dfaa16", "Deliverable", 18, "#2980B9", True),
    ),
)

TASK_WORKFLOW: Final = (
    "Not started",
    "WIP",
    "In progress",
    "Pending Review",
    "Approved",
    "Client approved",
    "Completed",
    "On Hold",
    "Omitted",
)
VERSION_WORKFLOW: Final = (
    "Pending Review",
    "Approved",
    "Client approved",
    "Completed",
    "On Hold",
    "Omitted",
)
TASK_TYPES: Final = (
    "Concept",
    "Modeling",
    "Rigging",
    "Lookdev",
    "Previz",
    "Layout",
    "Animation",
    "FX",
    "Lighting",
    "Rotoscoping",
    "Tracking",
    "Compositing",
    "Editing",
    "Production",
)

_PROJECT_SCHEMA: Final = "caddd816-acb5-11e1-8668-f23c91df1211"
_TASK_TYPE_SCHEMA: Final = "cadd9e5a-acb5-11e1-8668-f23c91df1211"
_TASK_WORKFLOW_SCHEMA: Final = "cadb0afa-acb5-11e1-8668-f23c91df1211"
_VERSION_WORKFLOW_SCHEMA: Final = "cadb4c0e-acb5-11e1-8668-f23c91df1211"

PROJECT_SCHEMAS: Final = Rows(
    "project_schema",
    "id name task_type_schema_id task_workflow_schema_id asset_version_workflow_schema_id",
    (
        (
            _PROJECT_SCHEMA,
            "VFX",
            _TASK_TYPE_SCHEMA,
            _TASK_WORKFLOW_SCHEMA,
            _VERSION_WORKFLOW_SCHEMA,
        ),
    ),
)
_TASK_TYPE_SCHEMAS: Final = Rows(
    "task_type_schema", "id name", ((_TASK_TYPE_SCHEMA, "VFX task types"),)
)
_WORKFLOW_SCHEMAS: Final = Rows(
    "workflow_schema",
    "id name",
    (
        (_TASK_WORKFLOW_SCHEMA, "VFX tasks"),
        (_VERSION_WORKFLOW_SCHEMA, "VFX versions"),
    ),
)

_PLAIN_STATUSES: Final = ("Not started", "In progress", "Completed", "On Hold", "Omitted")
OBJECT_TYPE_SCHEMAS: Final = (
    # id, object type, its statuses, its types
    ("b314d703-c00f-4738-ac0b-f0b18c78a7e4", "Shot", _PLAIN_STATUSES, ()),
    ("f154df07-766e-4668-9487-c2240ee6987f", "Episode", _PLAIN_STATUSES, ()),
    (
        "a76d8f6e-be24-4e34-b3f9-8c4a913d428b",
        "Asset Build",
        _PLAIN_STATUSES,
        ("Character", "Prop", "Environment", "Matte Painting"),
    ),
    (
        "90f11c44-81e9-433d-b762-e1fd0e876fbb",
        "Milestone",
        ("Not started", "In progress", "Completed"),
        ("Deliverable", "Production"),
    ),
)
"""What each object type other than Task may be and become in the VFX project schema."""

_TEMPLATE: Final = "212df2a3-820f-453e-9d01-e99fe100d85d"
TEMPLATES: Final = Rows(
    "task_template",
    "id name project_schema_id",
    ((_TEMPLATE, "Live action shot", _PROJECT_SCHEMA),),
)
TASK_TEMPLATE: Final = (
    # id of the item, type of the task
    ("39c17846-ceed-489c-b5b0-5267ac57f487", "Tracking"),
    ("d903f11a-2834-4b02-a3c0-a178a2349dd1", "Rotoscoping"),
    ("8ee75b73-b1c0-4c60-9df1-5699a6c92ca1", "Animation"),
    ("82a9ab68-2fba-4403-8f1d-3dc993620783", "Lighting"),
    ("8d08576d-511b-4e50-a0dc-6b4c6c6be751", "Compositing"),
)

# --- people ------------------------------------------------------------------------------------

READ_ONLY: Final = "Read only"
"""The role of keys that write nothing."""

SECURITY_ROLES: Final = Rows(
    "security_role",
    "id name type",
    (
        ("b2e42ca0-ebda-4223-9361-fc3bbdcfa8a4", "Administrator", "PROJECT"),
        ("5494042a-f3d4-4b10-88fc-e32258be2431", "Project Manager", "PROJECT"),
        ("4b09040a-3783-43c2-9fb2-c9babc566720", "User", "ASSIGNED"),
        ("051b7930-32f2-4b27-8bdf-d18b707f790e", "API", "API"),
        ("e2f0a7f4-6d0b-4c0e-9f0a-5f6c1d3b8a27", READ_ONLY, "API"),
    ),
)
USER_TYPES: Final = Rows("user_type", "id name", ((_USER_TYPE_ID, "User"),))
_USERS: Final = Rows(
    "resource",
    "id username first_name last_name",
    ((ADMINISTRATOR_ID, "admin", "Studio", "Administrator"),),
    constants=(("resource_type", "user"), ("is_active", True), ("user_type_id", _USER_TYPE_ID)),
)
_USER_ROLES: Final = Rows(
    "user_security_role",
    "id user_id security_role_id is_all_open_projects",
    (
        (
            "537ca3e2-f2e3-4032-b52a-0bb95f388b20",
            ADMINISTRATOR_ID,
            SECURITY_ROLES.id_of("Administrator"),
            True,
        ),
    ),
)
MANAGER_TYPES: Final = Rows(
    "manager_type",
    "id name",
    (
        ("884304be-b05c-415c-9539-7183f370ff7c", "Project manager"),
        ("ebe00a29-3709-4580-b945-9cda8d698f4a", "Supervisor"),
        ("36f6242d-0786-450e-a141-61ee3dd0c1b2", "Coordinator"),
    ),
)

# --- assets, lists, notes ----------------------------------------------------------------------

ASSET_TYPES: Final = Rows(
    "asset_type",
    "id name short",
    (
        ("38ad62b1-6b75-4554-a2b0-706ab00ed10f", "Geometry", "geo"),
        ("90b57a8d-f7e5-4530-b3c5-d2a7fcfa2d49", "Rig", "rig"),
        ("9ac4c641-43f3-4d31-9497-c244be2bd62e", "Look", "look"),
        ("94dd323c-7465-4b84-807c-a0124322baa1", "Camera", "cam"),
        ("71f8c76d-0cd0-46ef-b18d-fad9a57f86c4", "Animation", "anim"),
        ("fc918a21-3848-4c73-8923-4c2a3e9a9ba5", "Cache", "cache"),
        ("4ae27437-645e-438d-b6f5-86f3edb11bb9", "Image Sequence", "img"),
        ("074fed22-cfbb-4896-87ca-320b4e4cb7e8", "Render", "render"),
        ("eed50a09-a22a-422c-a91e-92e11223cd8b", "Comp", "comp"),
        ("9d1f0b1d-78bc-4f57-bd56-a4fd895f15f1", "Script", "script"),
        ("8f0ffa4d-36e5-4ea6-9f5e-bb9638403e9d", "Plate", "plate"),
        ("9c059784-9ea0-466c-a4aa-67364f661af7", "Audio", "audio"),
        ("05a10aa7-5ab9-4672-a410-641a0b6ff606", "Upload", "upload"),
    ),
    constants=(("component", "main"),),
)

LIST_CATEGORIES: Final = Rows(
    "list_category",
    "id name",
    (
        ("77b9ab82-07c2-11e4-ba66-04011030cf01", "Dailies"),
        ("712f0fee-ead3-11e2-846c-f23c91dfaa16", "Delivery"),
    ),
)

NOTE_LABELS: Final = Rows(
    "note_label",
    "id name color sort",
    (
        ("9539c37f-0d6e-49da-aa99-ef1695c2a92b", "Internal", "#5DADE2", 0),
        ("39010a11-5b4f-4936-ba8e-de318b17222f", "Client feedback", "#E67E22", 1),
        ("267f4e12-8060-43bb-b910-7e283486c79e", "Supervisor", "#9B59B6", 2),
        ("807ecd5c-92ef-44f2-8bba-3b2c8ed8b402", "To do", "#F4D03F", 3),
    ),
)

SCOPES: Final = Rows(
    "scope",
    "id name",
    (
        ("4a341370-55f8-4cc6-a7be-fa7b651cf436", "2D"),
        ("d61e5502-7484-4d7d-8283-9c63c6c32307", "3D"),
    ),
)

# --- storage -----------------------------------------------------------------------------------

LOCATIONS: Final = Rows(
    "location",
    "id name description",
    (
        ("ce9b348f-8809-11e3-821c-20c9d081909b", "ftrack.origin", "Where a file came from."),
        ("cb268ecc-8809-11e3-a7e2-20c9d081909b", "ftrack.unmanaged", "Files left where they are."),
        ("cd41be70-8809-11e3-b98a-20c9d081909b", "ftrack.review", "Media for review."),
        ("07b82a97-8cf9-11e3-9383-20c9d081909b", "ftrack.connect", "The desktop application."),
        ("3a372bde-05bc-11e4-8908-20c9d081909b", "ftrack.server", "Files kept on this server."),
    ),
)
DISKS: Final = Rows(
    "disk",
    "id name unix windows",
    (("3c4355dd-674a-4a8a-b662-584b49496e75", "projects", "/mnt/projects", "P:/"),),
)

# --- custom attributes -------------------------------------------------------------------------

_TEXT: Final = "6268aef0-381c-11e0-acff-0019bb49847a"
_NUMBER: Final = "92009b00-381c-11e0-acff-0019bb49847a"
_BOOLEAN: Final = "ad1034d8-15e2-11e1-b21a-0019bb4983d8"
_DATE: Final = "79968e9e-381c-11e0-acff-0019bb49847a"
_ENUMERATOR: Final = "6ff9c812-ead3-11e2-846c-f23c91dfaa16"
_DYNAMIC: Final = "882e4aee-fae6-11e3-b623-20c9d0831e59"
_EXPRESSION: Final = "d2e6a530-357f-11e2-bd73-0019bb4985b8"
_URL: Final = "ec616dcd-56e2-4147-99f8-7e4a4f040cf9"

CUSTOM_ATTRIBUTE_TYPES: Final = Rows(
    "custom_attribute_type",
    "id name",
    (
        (_TEXT, "text"),
        (_NUMBER, "number"),
        (_BOOLEAN, "boolean"),
        (_DATE, "date"),
        (_ENUMERATOR, "enumerator"),
        (_DYNAMIC, "dynamic enumerator"),
        (_EXPRESSION, "expression"),
        (_URL, "url"),
    ),
    constants=(("core", True), ("form_config", "{}")),
)

_GROUP: Final = "a9aaca41-0f66-4cdb-92db-de054fa667ce"
_GROUPS: Final = Rows("custom_attribute_group", "id name", ((_GROUP, "Pipeline"),))

_PLAIN: Final = "{}"
_DECIMAL: Final = '{"isdecimal": true}'
_WHOLE: Final = '{"isdecimal": false}'
_MARKDOWN: Final = '{"markdown": false}'


def _menu(*words: str, several: bool = False) -> str:
    """Return the config of an enumerator: a JSON text inside a JSON text, as clients expect."""
    data = [{"menu": word, "value": word.lower()} for word in words]
    return json.dumps({"multiSelect": several, "data": json.dumps(data)})


CONFIGURATIONS: Final = Rows(
    "custom_configuration_base",
    "id key label type_id entity_type object_type_id is_hierarchical config default sort",
    (
        (
            "acd86546-4082-11e2-95b1-0019bb4983d8",
            *("fstart", "Frame start", _NUMBER, "task", _SHOT, False, _DECIMAL, "1001", 0),
        ),
        (
            "432bc746-4087-11e2-8250-0019bb4983d8",
            *("fend", "Frame end", _NUMBER, "task", _SHOT, False, _DECIMAL, "1100", 1),
        ),
        (
            "432bdfa6-4087-11e2-8250-0019bb4983d8",
            *("handles", "Frame handles", _NUMBER, "task", _SHOT, False, _DECIMAL, "8", 2),
        ),
        (
            "d25907a0-acb5-11e1-8668-f23c91df1211",
            *("fps", "Frame rate", _NUMBER, "task", _SHOT, False, _DECIMAL, "24", 3),
        ),
        (
            "d25532e2-acb5-11e1-8668-f23c91df1211",
            *("fps", "Frame rate", _NUMBER, "task", _SEQUENCE, False, _DECIMAL, "24", 4),
        ),
        (
            "d25219d6-acb5-11e1-8668-f23c91df1211",
            *("fps", "Frame rate", _NUMBER, "show", None, False, _DECIMAL, "24", 5),
        ),
        (
            "6a3e0792-802e-42cd-8042-33a56022c7e7",
            *("frame_count", "Frame count", _EXPRESSION, "task", _SHOT, False, _PLAIN),
            *('"{self.fend - self.fstart + 1}"', 6),
        ),
        (
            "5e3088e3-b6d2-4517-b429-29dd72d1ce72",
            *("camera", "Camera", _DYNAMIC, "task", _SHOT, False, '{"multiSelect": false}'),
            *("[]", 7),
        ),
        (
            "131c27e8-13d5-4435-89bd-ad27d3de66db",
            *("colorspace", "Colour space", _TEXT, "show", None, True, _MARKDOWN, '"ACEScg"', 8),
        ),
        (
            "759a6b67-744f-4f86-8af0-ff0de59df0b7",
            *("resolution_width", "Width", _NUMBER, "show", None, True, _WHOLE, "2048", 9),
        ),
        (
            "0821d84a-bb3b-4f0b-9fdd-379906332665",
            *("is_full_cg", "Full CG", _BOOLEAN, "show", None, True, _PLAIN, "false", 10),
        ),
        (
            "c069efdd-4620-405b-9797-2b98431afc44",
            *("delivery_date", "Delivery", _DATE, "show", None, True, _PLAIN, None, 11),
        ),
        (
            "3519a26d-6a50-4d29-845a-bbe7939061a3",
            *("complexity", "Complexity", _ENUMERATOR, "show", None, True),
            *(_menu("Easy", "Medium", "Hard"), '["medium"]', 12),
        ),
        (
            "70b7f63b-b87a-4a0d-96a9-fb7a9b8ec092",
            *("submitted_to", "Submitted to", _ENUMERATOR, "assetversion", None, False),
            *(_menu("Lead", "Supervisor", "Client", several=True), "[]", 13),
        ),
        (
            "e1fd1b3a-71db-4187-998c-6d6255cc0abe",
            *("renderer", "Renderer", _TEXT, "assetversion", None, False, _MARKDOWN, '""', 14),
        ),
        (
            "23aad664-7f6b-405d-a10b-9549c3081697",
            *("reference_page", "Reference page", _URL, "asset", None, False, _PLAIN, None, 15),
        ),
        (
            "3910919b-30ff-449c-99ab-aeaeac24aef4",
            *("desk", "Desk", _TEXT, "user", None, False, _MARKDOWN, '""', 16),
        ),
        (
            "70057202-bf82-46a0-a7b2-c3b848a3fc02",
            *("is_delivered", "Delivered", _BOOLEAN, "list", None, False, _PLAIN, "false", 17),
        ),
    ),
    constants=(("kind", "attribute"), ("core", False), ("group_id", _GROUP)),
)
"""One of each kind and more; ``default`` is JSON text, as all values are stored."""

_LINK_CONFIGURATIONS: Final = Rows(
    "custom_configuration_base",
    "id key label entity_type object_type_id entity_type_to one_to_one sort",
    (
        ("81d70d03-4def-441e-ac45-e2e0345ac12a", "lead", "Lead", "task", _SHOT, "user", True, 18),
        (
            "d6ae34c6-b234-4fd9-bbb5-1b8226f9045a",
            "hero_asset",
            "Hero asset",
            "show",
            None,
            "asset",
            False,
            19,
        ),
    ),
    constants=(("kind", "link"), ("core", False), ("config", _PLAIN), ("group_id", _GROUP)),
)

STUDIO: Final = (
    STATES,
    STATUSES,
    PRIORITIES,
    OBJECT_TYPES,
    TYPES,
    _TASK_TYPE_SCHEMAS,
    _WORKFLOW_SCHEMAS,
    PROJECT_SCHEMAS,
    TEMPLATES,
    SECURITY_ROLES,
    USER_TYPES,
    _USERS,
    _USER_ROLES,
    MANAGER_TYPES,
    ASSET_TYPES,
    LIST_CATEGORIES,
    NOTE_LABELS,
    SCOPES,
    LOCATIONS,
    DISKS,
    CUSTOM_ATTRIBUTE_TYPES,
    _GROUPS,
    CONFIGURATIONS,
    _LINK_CONFIGURATIONS,
)
"""All tables whose rows are written out above, in the order in which they are filled."""
