"""Texts that look like times: the JavaScript client sends each of them as a time."""

from __future__ import annotations

import pytest
from ftrack_core.errors import ServerError
from ftrack_embedded import Caller
from operations import create

USER_ROLE = "4b09040a-3783-43c2-9fb2-c9babc566720"
TIME = {"__type__": "datetime", "value": "2031-05-06T08:00:00.000Z"}
TEXT = TIME["value"]


def update(entity_type, key, **data):
    return {"action": "update", "entity_type": entity_type, "entity_key": key, "entity_data": data}


@pytest.fixture
def studio(new_studio):
    with new_studio() as studio:
        studio.execute(
            [
                create("Project", id="p1", name="orbit"),
                create("Task", id="t1", name="animate", parent_id="p1"),
            ]
        )
        yield studio


@pytest.fixture
def rows(studio):
    def ask(expression):
        return studio.execute([{"action": "query", "expression": expression}])[0]["data"]

    return ask


def test_a_text_that_came_as_a_time_is_stored_and_answered_as_the_text(studio, rows):
    (answer,) = studio.execute([update("Task", "t1", description=TIME)])
    assert answer["data"]["description"] == TEXT
    assert rows("select description from Task where id is t1")[0]["description"] == TEXT


@pytest.mark.parametrize(
    "written",
    [
        create("Metadata", parent_id="t1", parent_type="task", key="delivered", value=TIME),
        update("Task", "t1", metadata={"delivered": TIME}),
        update("Task", "t1", metadata=[{"key": "delivered", "value": TIME}]),
    ],
    ids=["row", "object", "list"],
)
def test_metadata_may_hold_one(studio, rows, written):
    studio.execute([written])
    assert [(one["key"], one["value"]) for one in rows("select value from Metadata")] == [
        ("delivered", TEXT)
    ]


def test_a_custom_text_may_be_one(studio, rows):
    kind = rows('CustomAttributeType where name is "text"')[0]["id"]
    configuration = create(
        "CustomAttributeConfiguration",
        id="c1",
        key="delivered",
        label="Delivered",
        type_id=kind,
        entity_type="asset",
        default="",
    )
    studio.execute([configuration, create("Asset", id="a1", name="chair", context_id="t1")])
    studio.execute([update("AssetCustomAttributeValue", ["c1", "a1"], value=TIME)])
    assert rows("select value from CustomAttributeValue")[0]["value"] == TEXT


def test_a_key_may_hold_one(studio, rows):
    row = {"parent_id": "t1", "parent_type": "task", "key": TIME, "value": "x"}
    studio.execute([create("Metadata", **row), update("Metadata", ["t1", TIME], value="y")])
    assert [(one["key"], one["value"]) for one in rows("select value from Metadata")] == [
        (TEXT, "y")
    ]
    studio.execute([{"action": "delete", "entity_type": "Metadata", "entity_key": ["t1", TIME]}])
    assert rows("Metadata") == []


@pytest.mark.parametrize("entity_type", ["Task", "TypedContext"])
def test_a_key_that_is_written_so_opens_nothing_that_is_hidden(studio, rows, entity_type):
    studio.execute(
        [
            create("User", id="u-ann", username="ann"),
            create("UserSecurityRole", user_id="u-ann", security_role_id=USER_ROLE),
            create("Project", id="secret", name="secret", is_private=True),
            create("Task", id="t-secret", name="hidden", parent_id="secret"),
        ]
    )
    key = [{"__type__": "datetime", "value": "t-secret"}]
    for attempt in (
        update(entity_type, key, description="seen"),
        {"action": "delete", "entity_type": entity_type, "entity_key": key},
    ):
        with pytest.raises(ServerError, match="Could not find entity"):
            studio.execute([attempt], caller=Caller("ann"))
    assert rows("select description from Task where id is t-secret")[0]["description"] != "seen"
