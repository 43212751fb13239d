"""The events that the server publishes itself: what each batch has changed, to who may know."""

from __future__ import annotations

import asyncio
import json
import threading
from queue import Queue

import aiohttp
import pytest
import requests
from ftrack_embedded import Caller, Server, Studio
from ftrack_embedded.http.events import feed
from operations import create, delete, update
from waiting import wait_for

KEY = "a-key-for-tests"
FSTART = "acd86546-4082-11e2-95b1-0019bb4983d8"
TASK = "11c137c0-ee7e-4f9c-91c5-8c77cec22b2c"
ENDS_WITHIN = 30
"""In seconds; what waits here ends at once or never."""


class Listener(threading.Thread):
    """A client with one subscription, which keeps the events that come."""

    def __init__(self, server, expression, user="admin", key=KEY):
        super().__init__(daemon=True)
        self._server, self._expression = server, expression
        self._headers = {"ftrack-user": user, "ftrack-api-key": key}
        self._loop, self._ready = asyncio.new_event_loop(), threading.Event()
        self._events = Queue()

    def __enter__(self):
        self.start()
        assert self._ready.wait(ENDS_WITHIN)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._over.set)
        self.join()

    def next(self):
        return self._events.get(timeout=ENDS_WITHIN)

    def run(self):
        self._loop.run_until_complete(self._listen())
        self._loop.close()

    async def _listen(self):
        self._over = asyncio.Event()
        headers = self._headers
        async with aiohttp.ClientSession() as http:
            async with http.get(f"{self._server.url}/socket.io/1/", headers=headers) as answer:
                ticket = (await answer.text()).partition(":")[0]
            url = f"{self._server.url}/socket.io/1/websocket/{ticket}"
            async with http.ws_connect(url) as socket:
                data = {"subscriber": {"id": "s"}, "subscription": self._expression}
                event = {"topic": "ftrack.meta.subscribe", "data": data}
                carried = json.dumps({"name": "ftrack.event", "args": [event]})
                await socket.send_str(f"5:1+::{carried}")
                reading = asyncio.create_task(self._read(socket))
                await self._over.wait()
                reading.cancel()

    async def _read(self, socket):
        async for message in socket:
            if message.data.startswith("6:::1+"):
                assert "true" in message.data, message.data
                self._ready.set()
            if message.data.startswith("5:::"):
                self._events.put(json.loads(message.data[4:])["args"][0])


@pytest.fixture
def studio():
    with Studio() as studio:
        studio.register_api_key(None, KEY, role="API")
        studio.execute(
            [
                create("Project", id="p1", name="orbit"),
                create("Shot", id="sh1", name="sh010", parent_id="p1"),
                create("Shot", id="sh2", name="sh020", parent_id="p1"),
                create("Task", id="t1", name="animate", parent_id="sh1"),
                create("Asset", id="as1", name="plate", context_id="sh1"),
                create("AssetVersion", id="v1", asset_id="as1"),
                create("User", id="u1", username="ann"),
            ]
        )
        yield studio


@pytest.fixture
def server(studio):
    with Server(studio) as server:
        yield server


@pytest.fixture
def listener(server):
    with Listener(server, "topic=ftrack.update") as listener:
        yield listener


@pytest.fixture
def told(studio, listener):
    """Carry out operations and return the event that comes of them."""

    def told(*operations, **caller):
        studio.execute(operations, caller=Caller(**caller))
        return listener.next()

    return told


def test_an_update_is_told_by_the_names_that_listeners_know(told):
    event = told(update("Task", "t1", name="light", bid=7, start_date=None))
    (entity,) = event["data"]["entities"]
    assert {**entity, "changes": None} == {
        "action": "update",
        "entityType": "task",
        "entity_type": "Task",
        "entityId": "t1",
        "objectTypeId": TASK,
        "parentId": "sh1",
        "keys": ["name", "bid"],
        "changes": None,
        "parents": [
            {"entityType": "task", "entity_type": "Task", "entityId": "t1", "parentId": "sh1"},
            {"entityType": "task", "entity_type": "Shot", "entityId": "sh1", "parentId": "p1"},
            {"entityType": "show", "entity_type": "Project", "entityId": "p1", "parentId": None},
        ],
    }
    assert entity["changes"]["name"] == {"old": "animate", "new": "light"}
    assert event["data"]["parents"] == ["p1", "sh1", "t1"]


def test_references_and_times_have_the_names_and_forms_of_the_server(told):
    time = {"__type__": "datetime", "value": "2031-05-06T07:08:09"}
    (entity,) = told(update("Task", "t1", start_date=time))["data"]["entities"]
    assert entity["keys"] == ["startdate"]
    assert entity["changes"]["startdate"]["new"].startswith("2031-05-06T07:08:09")
    (entity,) = told(create("Task", id="t2", name="comp", parent_id="sh1"))["data"]["entities"]
    assert entity["action"] == "add"
    assert {"id", "taskid", "statusid", "typeid", "priorityid", "parent_id"} <= set(entity["keys"])
    assert entity["changes"]["taskid"] == {"old": None, "new": "t2"}


@pytest.mark.parametrize(
    ("operation", "entity_type", "action"),
    [
        (update("AssetVersion", "v1", comment="better"), "assetversion", "update"),
        (update("Project", "p1", full_name="Orbit"), "show", "update"),
        (update("Task", "t1", parent_id="sh2"), "task", "move"),
        (update("User", "u1", first_name="Ann"), "user", "update"),
        (create("TypedContextLink", from_id="t1", to_id="sh2"), "dependency", "add"),
        (create("FileComponent", id="c1", name="main", version_id="v1"), "component", "add"),
        (create("Metadata", parent_id="t1", parent_type="Task", key="a", value="b"), "meta", "add"),
        (delete("Task", "t1"), "task", "remove"),
    ],
)
def test_each_kind_of_entity_has_the_name_of_its_table(told, operation, entity_type, action):
    entity = told(operation)["data"]["entities"][0]
    assert (entity["entityType"], entity["action"]) == (entity_type, action)


def test_values_of_custom_attributes_are_told_as_text_of_their_entity(told):
    value = update("ContextCustomAttributeValue", FSTART, "sh1", value=1010)
    event = told(value, update("Shot", "sh1", name="sh011"))
    (entity,) = event["data"]["entities"]
    assert entity["entityId"] == "sh1"
    assert entity["changes"]["fstart"] == {"old": "", "new": "1010"}
    assert entity["changes"]["name"] == {"old": "sh010", "new": "sh011"}
    (entity,) = told(update("ContextCustomAttributeValue", FSTART, "sh2", value=7))["data"][
        "entities"
    ]
    assert (entity["action"], entity["entityId"], entity["keys"]) == ("update", "sh2", ["fstart"])


def test_one_batch_is_one_event(told):
    event = told(update("Task", "t1", name="a"), update("Shot", "sh2", name="b"))
    assert [one["entityId"] for one in event["data"]["entities"]] == ["t1", "sh2"]


def test_it_says_who_acted_with_the_tokens_of_the_client(told):
    event = told(update("Task", "t1", name="light"), client_token="c1", push_token="k1")
    assert (event["data"]["clientToken"], event["data"]["pushToken"]) == ("c1", "k1")
    assert event["source"]["id"] == "c1"
    assert event["source"]["applicationId"] == "ftrack.client.web"
    assert event["source"]["user"]["username"] == "admin"
    assert event["data"]["user"]["userid"] == event["source"]["user"]["id"]
    assert event["sent"]


def test_a_batch_over_http_is_told_too(server, listener):
    headers = {"ftrack-user": "admin", "ftrack-api-key": KEY, "ftrack-clienttoken": "browser-7"}
    batch = [update("Task", "t1", name="light")]
    requests.post(f"{server.url}/api", json=batch, headers=headers, timeout=ENDS_WITHIN)
    assert listener.next()["data"]["clientToken"] == "browser-7"


def test_the_order_is_that_of_the_batches(studio, listener):
    for number in range(30):
        studio.execute([update("Task", "t1", name=f"n{number}")])
    names = [listener.next()["data"]["entities"][0]["changes"]["name"]["new"] for _ in range(30)]
    assert names == [f"n{number}" for number in range(30)]


# --- who hears of it ------------------------------------------------------------------------------


def test_what_is_in_a_hidden_project_is_told_to_nobody_who_may_not_see_it(studio, server, listener):
    studio.execute(
        [
            create("Project", id="secret", name="secret", is_private=True),
            create("Shot", id="sh9", name="sh090", parent_id="secret"),
        ]
    )
    listener.next()
    studio.register_api_key("ann", "a-key-of-ann")
    with Listener(server, "topic=ftrack.update", "ann", "a-key-of-ann") as ann:
        studio.execute([update("Shot", "sh9", name="x")])
        studio.execute([update("Shot", "sh9", name="y"), update("Shot", "sh1", name="z")])
        studio.execute([delete("Project", "secret")])
        studio.execute([update("Shot", "sh2", name="last")])
        (entity,) = ann.next()["data"]["entities"]
        assert entity["entityId"] == "sh1"
        (entity,) = ann.next()["data"]["entities"]
        assert entity["entityId"] == "sh2"
    seen = [[one["entityId"] for one in listener.next()["data"]["entities"]] for _ in range(4)]
    assert seen[:2] == [["sh9"], ["sh9", "sh1"]]
    assert set(seen[2]) == {"secret", "sh9"}


def test_of_a_private_project_that_is_gone_by_the_time_of_telling_nobody_hears(studio):
    """The event of a batch is made after it, and others may have been carried out by then."""
    studio.execute(
        [
            create("Project", id="secret", name="secret", is_private=True),
            create("Shot", id="sh9", name="sh090", parent_id="secret"),
        ]
    )
    records = []
    studio.add_listener(records.append)
    studio.execute([update("Shot", "sh9", name="y"), update("Shot", "sh1", name="z")])
    studio.remove_listener(records.append)
    studio.execute([delete("Project", "secret")])
    ann, admin = Caller("ann"), Caller("admin")
    told = feed._events(studio, records[0], {"ann": ann, "admin": admin})
    assert {name: "sh9" in told[name].packet for name in told} == {"ann": False, "admin": True}


def test_subscriptions_look_into_the_event(studio, server):
    with Listener(server, "topic=ftrack.update and data.clientToken=c2") as listener:
        for token in ("c1", "c2"):
            studio.execute([update("Task", "t1", name=token)], caller=Caller(client_token=token))
        assert listener.next()["data"]["clientToken"] == "c2"


def test_where_nobody_wants_to_know_nothing_is_done(studio, server):
    """The studio makes records of changes for listeners only."""
    with Listener(server, "topic=studio.other"):
        assert studio._listeners == ()
    with Listener(server, "topic=ftrack.*") as listener:
        assert len(studio._listeners) == 1
        studio.execute([update("Task", "t1", name="light")])
        assert listener.next()["topic"] == "ftrack.update"
    wait_for(lambda: studio._listeners == ())  # the server sees later that the client has gone


def test_a_server_that_ends_listens_no_longer(studio):
    with Server(studio) as server, Listener(server, "topic=ftrack.update"):
        assert len(studio._listeners) == 1
        server.close()
        assert studio._listeners == ()
    studio.execute([update("Task", "t1", name="light")])


def test_a_writer_does_not_wait_for_those_who_listen(studio, server, monkeypatch):
    """An event is made behind the commit, when others may write again."""
    made, go_on = threading.Event(), threading.Event()
    original = feed.told_entities

    def wait(*arguments):
        made.set()
        assert go_on.wait(ENDS_WITHIN)
        return original(*arguments)

    monkeypatch.setattr(feed, "told_entities", wait)
    with Listener(server, "topic=ftrack.update") as listener:
        studio.execute([update("Task", "t1", name="one")])
        assert made.wait(ENDS_WITHIN)
        studio.execute([update("Task", "t1", name="two")])
        go_on.set()
        names = [listener.next()["data"]["entities"][0]["changes"]["name"]["new"] for _ in "12"]
    assert names == ["one", "two"]
