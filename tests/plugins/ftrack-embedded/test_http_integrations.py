"""Programs without a client library, which send plain operations: what they rely on."""

from __future__ import annotations

import pytest
import requests
from ftrack_embedded import Server, Studio
from operations import create

KEY = "a-key-for-tests"
BATCH = 500
"""How many operations such programs send at once."""


class ServerFailedError(Exception):
    """What such a program makes of an answer that is no list."""


class Client:
    """Asks as they do: any status but 200, or an error in place of the list, is a failure."""

    def __init__(self, url, user="admin", key=KEY):
        self._url = url
        self._http = requests.Session()
        self._http.headers.update({"ftrack-user": user, "ftrack-api-key": key})
        self.requests = 0

    def call(self, *operations, strict=False):
        self.requests += 1
        headers = {"ftrack-strict-api": "true"} if strict else {}
        answer = self._http.post(
            f"{self._url}/api", json=list(operations), headers=headers, timeout=60
        )
        told = answer.json()
        if answer.status_code != 200 or isinstance(told, dict):
            raise ServerFailedError(told["exception"], told["content"], told["error_code"])
        return told

    def rows(self, expression, page=100):
        """All rows, page by page; what comes short of a page is the last."""
        found, offset = [], 0
        while True:
            paged = f"{expression} limit {page} offset {offset}"
            (answer,) = self.call({"action": "query", "expression": paged})
            found += answer["data"]
            if len(answer["data"]) < page:
                return found
            offset += page


def update(entity_type, key, **data):
    sent = {"action": "update", "entity_type": entity_type, "entity_key": key}
    return sent | {"entity_data": data}


def delete(entity_type, key):
    return {"action": "delete", "entity_type": entity_type, "entity_key": key}


@pytest.fixture(scope="module")
def server():
    with Studio() as studio:
        studio.register_api_key("admin", KEY)
        with Server(studio) as server:
            yield server


@pytest.fixture
def client(server):
    return Client(server.url)


@pytest.fixture(scope="module")
def project(server):
    name = "integrations"
    Client(server.url).call(create("Project", id=name, name=name))
    return name


def test_credentials_are_tried_by_asking_for_the_server(server, client):
    (told,) = client.call({"action": "query_server_information"})
    assert tuple(map(int, told["version"].split("."))) > (4, 13)
    for wrong in (Client(server.url, key="wrong"), Client(server.url, user="nobody")):
        for strict in (False, True):
            with pytest.raises(ServerFailedError) as caught:
                wrong.call({"action": "query_server_information"}, strict=strict)
            assert caught.value.args[2] == "api_credentials_invalid"


@pytest.mark.parametrize(("count", "asked"), [(0, 1), (99, 1), (100, 2), (250, 3)])
def test_pages_are_asked_for_until_one_is_not_full(client, project, count, asked):
    parent = f"f-{count}"
    children = [create("Folder", name=f"{one:04}", parent_id=parent) for one in range(count)]
    client.call(create("Folder", id=parent, name=parent, parent_id=project), *children)
    client.requests = 0
    rows = client.rows(f"select id, name from Folder where parent_id is {parent}")
    assert client.requests == asked
    assert sorted(row["name"] for row in rows) == [f"{one:04}" for one in range(count)]


def test_a_hierarchy_comes_in_batches_of_several_hundred(client, project):
    shots = [
        (f"s-{number}", {"name": f"sh{number:04}", "parent_id": project}) for number in range(400)
    ]
    operations = [create("Shot", id=key, **data) for key, data in shots]
    operations += [create("Task", name="animation", parent_id=key) for key, _ in shots]
    operations += [update("Shot", [key], description="made elsewhere") for key, _ in shots]
    for start in range(0, len(operations), BATCH):
        answers = client.call(*operations[start : start + BATCH])
        assert len(answers) == len(operations[start : start + BATCH])
    rows = client.rows('select id from Task where parent.description is "made elsewhere"', BATCH)
    assert len(rows) == 400


@pytest.fixture
def handles(client):
    (configuration,) = client.rows(
        'select id, default, entity_type from CustomAttributeConfiguration where key is "handles"'
    )
    assert configuration["default"] == 8
    return configuration["id"]


def stored(client, configuration, *entities):
    """The values that are stored, as these programs look for them."""
    ids = ", ".join(f'"{one}"' for one in entities)
    rows = client.rows(
        "select value, entity_id from CustomAttributeValue where "
        f'configuration_id in ("{configuration}") and entity_id in ({ids})'
    )
    return {row["entity_id"]: row["value"] for row in rows}


def test_values_of_custom_attributes_are_rows_that_come_and_go(client, project, handles):
    client.call(*(create("Shot", id=one, name=one, parent_id=project) for one in ("v1", "v2")))
    keys = {one: {"configuration_id": handles, "entity_id": one} for one in ("v1", "v2")}
    assert stored(client, handles, "v1", "v2") == {}
    client.call(*(create("CustomAttributeValue", **key, value=12) for key in keys.values()))
    assert stored(client, handles, "v1", "v2") == {"v1": 12, "v2": 12}
    client.call(update("CustomAttributeValue", [handles, "v1"], value=13))
    assert stored(client, handles, "v1", "v2") == {"v1": 13, "v2": 12}
    (dense,) = client.rows(
        "select value from ContextCustomAttributeValue where entity_id is v1 "
        f"and configuration_id is {handles}"
    )
    assert dense["value"] == 13
    client.call(delete("CustomAttributeValue", [handles, "v1"]))
    assert stored(client, handles, "v1", "v2") == {"v2": 12}
    (dense,) = client.rows(
        "select value from ContextCustomAttributeValue where entity_id is v1 "
        f"and configuration_id is {handles}"
    )
    assert dense["value"] == 8, "the default stands in for what is not stored"


def test_a_value_that_is_not_stored_cannot_be_changed_or_deleted(client, project, handles):
    client.call(create("Shot", id="v3", name="v3", parent_id=project))
    for operation in (
        update("CustomAttributeValue", [handles, "v3"], value=1),
        delete("CustomAttributeValue", [handles, "v3"]),
    ):
        with pytest.raises(ServerFailedError) as caught:
            client.call(operation)
        exception, content, _ = caught.value.args
        assert exception == "ValueError"
        assert content.startswith("Could not find entity CustomAttributeValue with entity_key [")
    client.call(create("CustomAttributeValue", configuration_id=handles, entity_id="v3", value=1))
    with pytest.raises(ServerFailedError, match="IntegrityError"):
        client.call(
            create("CustomAttributeValue", configuration_id=handles, entity_id="v3", value=2)
        )


@pytest.mark.parametrize("parent_type", ["Shot", "TypedContext", "task"])
def test_metadata_are_rows_with_the_type_of_what_they_are_about(client, project, parent_type):
    shot = f"m-{parent_type}"
    client.call(create("Shot", id=shot, name=shot, parent_id=project))
    row = {"parent_id": shot, "parent_type": parent_type, "key": "source"}
    client.call(create("Metadata", **row, value="one"))
    client.call(update("Metadata", [shot, "source"], value="two"))
    (found,) = client.rows(
        f"select key, value, parent_type from Metadata where parent_id is {shot}"
    )
    assert (found["key"], found["value"]) == ("source", "two")
    (owner,) = client.rows(
        f'Shot where metadata any (key is source and value is two) and id is "{shot}"'
    )
    assert owner["id"] == shot
    client.call(delete("Metadata", [shot, "source"]))
    assert client.rows(f"Metadata where parent_id is {shot}") == []


@pytest.mark.parametrize("parent_type", ["Task", "TypedContext", "task"])
def test_notes_are_rows_with_the_type_of_what_they_are_about(client, project, parent_type):
    task, note = f"t-{parent_type}", f"n-{parent_type}"
    (user,) = client.rows("select id from User")
    client.call(create("Task", id=task, name=task, parent_id=project))
    data = {"parent_id": task, "parent_type": parent_type, "user_id": user["id"]}
    client.call(create("Note", id=note, content="from elsewhere", **data))
    (found,) = client.rows(
        f"select notes.content, notes.author.username from Task where id is {task}"
    )
    assert [one["content"] for one in found["notes"]] == ["from elsewhere"]
    assert found["notes"][0]["author"]["username"] == "admin"
    client.call(update("Note", [note], content="changed"))
    (found,) = client.rows(f"select content, date from Note where parent_id is {task}")
    assert found["content"] == "changed"
    assert found["date"]["__type__"] == "datetime"
    client.call(delete("Note", [note]))
    assert client.rows(f"Note where parent_id is {task}") == []


def test_a_list_is_deleted_by_what_all_lists_are(client, project):
    category = client.rows("ListCategory")[0]
    client.call(
        create(
            "TypedContextList",
            id="l1",
            name="today",
            project_id=project,
            category_id=category["id"],
            system_type="task",
        )
    )
    client.call(delete("List", ["l1"]))
    assert client.rows("List where id is l1") == []
