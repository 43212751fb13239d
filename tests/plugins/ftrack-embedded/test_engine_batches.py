"""A batch is one transaction; readers and writers do not disturb one another."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from ftrack_core.errors import AuthenticationError, ServerError, SessionClosedError
from ftrack_embedded import Caller, Studio
from operations import create, query


@pytest.fixture
def studio():
    with Studio() as studio:
        yield studio


def test_an_empty_batch_has_an_empty_answer(studio):
    assert studio.execute([]) == []


def test_later_operations_see_what_earlier_ones_did(studio):
    answers = studio.execute(
        [
            create("Project", id="p1", name="orbit"),
            query("select name from Project"),
            {"action": "delete", "entity_type": "Project", "entity_key": "p1"},
            query("select name from Project"),
        ]
    )
    assert [row["name"] for row in answers[1]["data"]] == ["orbit"]
    assert answers[3]["data"] == []


def test_a_row_that_changed_within_the_batch_is_written_out_again(studio):
    answers = studio.execute(
        [
            create("Scope", id="s1", name="old"),
            query("select name from Scope where id is s1"),
            query("select name from Scope where id is s1"),
            {
                "action": "update",
                "entity_type": "Scope",
                "entity_key": ["s1"],
                "entity_data": {"name": "new"},
            },
            query("select name from Scope where id is s1"),
        ]
    )
    key = {"__entity_type__": "Scope", "id": "s1"}
    assert answers[1]["data"] == [{**key, "name": "old"}]
    assert answers[2]["data"] == [key]
    assert answers[4]["data"] == [{**key, "name": "new"}]


def test_a_failed_batch_leaves_nothing_behind_and_names_the_operation(studio):
    with pytest.raises(ServerError) as caught:
        studio.execute(
            [
                create("Project", id="p1", name="orbit"),
                create("Task", name="animate", parent_id="p1"),
                create("Task", nam="light", parent_id="p1"),
            ]
        )
    assert caught.value.operation == 2
    assert studio.execute([query("Context")])[0]["data"] == []


@pytest.mark.parametrize(
    ("batch", "text"),
    [
        ({"action": "query"}, "A batch is a list"),
        (["query"], "An operation is an object"),
        ([{"action": "frobnicate"}], "Invalid action u'frobnicate'"),
        ([{}], 'needs an "action"'),
        ([{"action": None}], 'needs an "action"'),
        ([{"action": "query"}], 'needs an "expression"'),
    ],
)
def test_what_is_no_batch_is_refused(studio, batch, text):
    with pytest.raises(ServerError) as caught:
        studio.execute(batch)
    assert text in caught.value.content


def test_an_operation_without_an_action_is_named_with_its_position(studio):
    with pytest.raises(ServerError) as caught:
        studio.execute([query("Status"), {"expression": "Status"}])
    assert caught.value.exception == "ValidationError"
    assert caught.value.operation == 1
    assert "u'None'" not in caught.value.content


def test_an_unknown_action_is_refused_before_anything_is_carried_out(studio):
    with pytest.raises(ServerError):
        studio.execute([create("Scope", id="s1", name="x"), {"action": "nothing"}])
    assert studio.execute([query("Scope where id is s1")])[0]["data"] == []


def test_an_unknown_caller_cannot_write(studio):
    with pytest.raises(AuthenticationError):
        studio.execute([create("Project", name="orbit")], caller=Caller("nobody"))


def test_eight_readers_see_whole_batches_while_one_thread_writes(studio):
    done = threading.Event()
    studio.execute([create("Project", id="p1", name="orbit")])

    def write():
        try:
            for number in range(30):
                pair = [
                    create("Task", name=f"{number}-{side}", parent_id="p1")
                    for side in ("left", "right")
                ]
                studio.execute(pair)
        finally:
            done.set()

    def read():
        counts = []
        while not done.is_set():
            counts.append(len(studio.execute([query("select name from Task")])[0]["data"]))
        return counts

    with ThreadPoolExecutor(9) as pool:
        readers = [pool.submit(read) for _ in range(8)]
        pool.submit(write).result()
        counts = [count for reader in readers for count in reader.result()]
    assert all(count % 2 == 0 for count in counts)
    assert len(studio.execute([query("Task")])[0]["data"]) == 60


def test_writers_of_several_threads_take_turns(studio):
    studio.execute([create("Project", id="p1", name="orbit")])

    def write(number):
        return studio.execute([create("Task", name=str(number), parent_id="p1")])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    rows = studio.execute([query("select sort from Task order by sort")])[0]["data"]
    assert [row["sort"] for row in rows] == list(range(40))


def test_listeners_hear_of_a_committed_batch_and_of_no_other(studio):
    records = []
    studio.add_listener(records.append)
    studio.execute([create("Scope", id="s1", name="vfx")])
    studio.execute([query("Scope")])
    with pytest.raises(ServerError):
        studio.execute([create("Scope", id="s2", name="x"), create("Scope", id="s1", name="y")])
    studio.remove_listener(records.append)
    studio.execute([create("Scope", id="s3", name="ads")])
    (record,) = records
    (change,) = record.entities
    assert record.caller.username == "admin"
    assert (change.action, change.entity_type, change.key) == ("add", "Scope", ("s1",))
    assert change.changes["name"] == (None, "vfx")


def test_a_listener_that_fails_silences_nobody(studio, caplog):
    heard = []

    def fail(record):
        raise ValueError("no")

    studio.add_listener(fail)
    studio.add_listener(heard.append)
    studio.execute([create("Scope", name="vfx")])
    assert len(heard) == 1
    assert "listener" in caplog.text


def test_a_closed_studio_says_so():
    studio = Studio()
    studio.close()
    studio.close()
    with pytest.raises(SessionClosedError):
        studio.execute([query("Task")])
