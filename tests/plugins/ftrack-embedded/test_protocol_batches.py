"""A batch on the wire: one answer for each operation in its place, or one error for them all."""

from __future__ import annotations

import pytest
from ftrack_core.errors import ServerError
from operations import create, query

FOLDER = "3c133785-51cb-11e3-980a-20c9d0831e59"


@pytest.fixture(scope="module")
def studio(new_studio):
    with new_studio() as studio:
        studio.execute([create("Project", id="p1", name="orbit")])
        yield studio


@pytest.fixture
def refused(studio):
    def attempt(*operations):
        with pytest.raises(ServerError) as caught:
            studio.execute(operations)
        return caught.value

    return attempt


def test_each_operation_is_answered_in_its_place_and_in_the_form_of_its_action(studio):
    made, found, gone = studio.execute(
        [
            create("Folder", id="f1", name="chapter one", parent_id="p1", project_id="p1"),
            query("select name from Folder where id is f1"),
            {"action": "delete", "entity_type": "Folder", "entity_key": ["f1"]},
        ]
    )
    folder = {
        "__entity_type__": "Folder",
        "id": "f1",
        "name": "chapter one",
        "context_type": "task",
        "object_type_id": FOLDER,
        "project_id": "p1",
    }
    assert set(made) == {"action", "data"}
    assert made["action"] == "create"
    assert made["data"].items() >= {**folder, "parent_id": "p1"}.items()
    assert found == {
        "action": "query",
        "data": [folder],
        "metadata": {"next": {"offset": None}},
    }
    assert gone == {"action": "delete", "data": True}


def test_what_a_browser_asks_first_comes_in_one_batch(studio):
    facts, schemas = studio.execute(
        [{"action": "query_server_information"}, {"action": "query_schemas"}]
    )
    assert "action" not in facts
    assert isinstance(schemas, list)
    assert {schema["id"] for schema in schemas} >= {"Task", "Project", "User"}


def test_a_batch_may_have_ten_thousand_operations(studio):
    asked = query("select name from Project where id is p1")
    answers = studio.execute([asked] * 10_000)
    assert len(answers) == 10_000
    assert {len(answer["data"]) for answer in answers} == {1}


def test_the_metadata_of_an_operation_are_the_clients_own(studio):
    plain = query("select name from Project")
    told = {**plain, "metadata": {"label": "start", "nested": [{"limit": 0}]}}
    assert studio.execute([told]) == studio.execute([plain])
    search = {"action": "search", "entity_type": "Project", "terms": ["orbit"]}
    assert studio.execute([{**search, "metadata": None}]) == studio.execute([search])


ACTIONS = ("get_widget_url", "encode_media", "get_upload_metadata", "send_user_invite")
NEWER = (*ACTIONS, "send_review_session_invite")


@pytest.mark.parametrize("action", NEWER)
def test_the_actions_that_clients_take_as_the_mark_of_a_newer_server_are_known(refused, action):
    assert "Invalid action" not in refused({"action": action}).content


NOT_OFFERED = (
    "parse_query permissions compute_rollups generate_signed_url storage_usage convert_entity "
    "assume_user un_assume_user grant_api_key_project revoke_api_key_project "
    "grant_api_key_security_role revoke_api_key_security_role configure_otp configure_totp "
    "generate_totp disable_2fa"
)


@pytest.mark.parametrize("action", NOT_OFFERED.split())
def test_an_action_that_is_not_offered_is_told_as_an_unknown_one(refused, action):
    error = refused(query("Project"), {"action": action, "project_id": "p1"})
    assert (error.exception, error.content) == ("ServerError", f"Invalid action u'{action}'")
    assert error.operation == 1


# --- members -----------------------------------------------------------------------------------

MISSPELT = [
    ({"action": "query", "expresion": "Task", "expression": "Task"}, "expresion", "expression"),
    ({**create("Scope", name="x"), "entity_dat": {}}, "entity_dat", "entity_data"),
    (
        {"action": "update", "entity_type": "Project", "entity_key": "p1", "entityData": {}},
        "entityData",
        "entity_data",
    ),
    (
        {"action": "delete", "entity_type": "Project", "entity_key": "p1", "entity_keys": []},
        "entity_keys",
        "entity_key",
    ),
    ({"action": "query_server_information", "value": ["version"]}, "value", "values"),
    ({"action": "get_widget_url", "name": "info", "themes": "dark"}, "themes", "theme"),
    ({"action": "get_upload_metadata", "component_id": "c1", "part": 2}, "part", "parts"),
    (
        {"action": "encode_media", "component_id": "c1", "keep_orginal": True},
        "keep_orginal",
        "keep",
    ),
    (
        {"action": "delayed_job", "job_type": "SYNC_USERS_LDAP", "jobtype": "x"},
        "jobtype",
        "job_type",
    ),
]


@pytest.mark.parametrize(("operation", "name", "meant"), MISSPELT, ids=lambda one: str(one)[:30])
def test_a_misspelt_member_is_refused_rather_than_lost(refused, operation, name, meant):
    error = refused(query("Project"), operation)
    assert (error.exception, error.operation) == ("ValidationError", 1)
    assert error.content.startswith(
        f'The operation "{operation["action"]}" has no member "{name}"; it has '
    )
    assert "Did you mean" in error.content
    assert meant in error.content.partition("Did you mean")[2]


def test_what_a_newer_client_says_besides_makes_no_difference(studio):
    plain = query("select name from Project")
    assert studio.execute([{**plain, "trace": "abc", "priority": 3}]) == studio.execute([plain])


@pytest.mark.parametrize("name", ["limit", "term", "contextId", "expresion", "unheard"])
def test_a_search_knows_each_of_its_members(refused, name):
    error = refused({"action": "search", "entity_type": "Project", name: "x"})
    assert error.exception == "ValidationError"
    assert error.content.startswith(
        f'The operation "search" has no member "{name}"; it has expression, entity_type, terms, '
        "context_id, object_type_ids."
    )
    assert ("Did you mean" in error.content) is (name in ("term", "contextId", "expresion"))
