"""Many threads at once: readers see whole commits, meet no error and wait for no writer."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import requests
from ftrack_embedded import Caller, Server
from operations import create, query

READERS = 32
WRITES = 25
KEY = "a key for tests"


def renaming(text):
    """Give both shots one name: whoever sees them differ has seen half a commit."""
    return [
        {"action": "update", "entity_type": "Shot", "entity_key": [key], "entity_data": text}
        for key in ("sh1", "sh2")
    ]


@pytest.fixture
def studio(new_studio):
    with new_studio() as studio:
        studio.execute(
            [
                create("Project", id="p1", name="orbit"),
                create("Shot", id="sh1", name="take", parent_id="p1", description="0"),
                create("Shot", id="sh2", name="take", parent_id="p1", description="0"),
            ]
        )
        yield studio


@contextmanager
def in_process(studio):
    """Carry out batches by calling the studio."""
    yield studio.execute


@contextmanager
def over_http(studio):
    """Carry out batches by a real server; each thread has a connection of its own."""
    studio.register_api_key("admin", KEY)
    headers = {"ftrack-user": "admin", "ftrack-api-key": KEY}
    own = threading.local()
    sessions = []

    def execute(batch):
        if not hasattr(own, "session"):
            own.session = requests.Session()
            sessions.append(own.session)
        response = own.session.post(f"{server.url}/api", json=batch, headers=headers, timeout=60)
        answer = response.json()
        assert isinstance(answer, list), answer
        return answer

    with Server(studio) as server:
        try:
            yield execute
        finally:
            for session in sessions:
                session.close()


@pytest.fixture(params=[in_process, over_http], ids=lambda way: way.__name__)
def execute(request, studio):
    with request.param(studio) as execute:
        yield execute


def descriptions(execute):
    found = execute([query("select description from Shot where project_id is p1")])
    return {row["description"] for row in found[0]["data"]}


def test_readers_meet_no_error_and_see_whole_commits_while_one_writes(execute):
    finished = threading.Event()

    def read():
        seen = 0
        while not finished.is_set() or not seen:
            assert len(descriptions(execute)) == 1
            seen += 1
        return seen

    def write():
        try:
            for number in range(1, WRITES + 1):
                execute(renaming({"description": str(number)}))
        finally:
            finished.set()

    with ThreadPoolExecutor(READERS + 1) as threads:
        readers = [threads.submit(read) for _ in range(READERS)]
        threads.submit(write).result()
        assert all(one.result() for one in readers)
    assert descriptions(execute) == {str(WRITES)}


def test_no_reader_waits_for_a_writer_that_has_not_committed(execute, studio):
    events = []

    def read():
        events.append(("read", *descriptions(execute)))

    with ThreadPoolExecutor(READERS) as threads:
        with studio.writing(Caller()) as tx:
            shot = tx.rows.get("Shot", ("sh1",))
            tx.rows.update("Shot", shot, {"description": "written"})
            tx.rows.update("Shot", tx.rows.get("Shot", ("sh2",)), {"description": "written"})
            for one in [threads.submit(read) for _ in range(READERS)]:
                one.result(timeout=60)
        events.append(("write ended",))
        for one in [threads.submit(read) for _ in range(READERS)]:
            one.result(timeout=60)
    before, after = [("read", "0")] * READERS, [("read", "written")] * READERS
    assert events == [*before, ("write ended",), *after]


def test_readers_are_answered_while_a_second_writer_waits_for_the_first(execute, studio):
    events = []
    asked = threading.Event()

    def write():
        asked.set()
        execute(renaming({"description": "second"}))
        events.append("second write ended")

    with ThreadPoolExecutor(2) as threads:
        with studio.writing(Caller()):
            second = threads.submit(write)
            assert asked.wait(60)
            for _ in range(3):
                assert threads.submit(descriptions, execute).result(timeout=60) == {"0"}
            events.append("read")
        second.result(timeout=60)
    assert events == ["read", "second write ended"]
    assert descriptions(execute) == {"second"}


def test_readers_are_answered_while_more_writers_wait_than_there_are_threads(execute, studio):
    with ThreadPoolExecutor(READERS + 1) as threads:
        with studio.writing(Caller()):
            waiting = [
                threads.submit(execute, renaming({"description": "later"})) for _ in range(READERS)
            ]
            for _ in range(3):
                assert threads.submit(descriptions, execute).result(timeout=60) == {"0"}
            assert not any(one.done() for one in waiting)
        for one in waiting:
            one.result(timeout=60)
    assert descriptions(execute) == {"later"}


def test_a_batch_that_only_reads_sees_one_moment(studio):
    written = threading.Event()

    def write():
        studio.execute(renaming({"description": "later"}))
        written.set()

    with studio.reading(Caller()) as tx:
        before = tx.rows.find("Shot", project_id="p1")
        writer = threading.Thread(target=write)
        writer.start()
        assert written.wait(60)
        assert tx.rows.find("Shot", project_id="p1") == before
        writer.join()
    assert descriptions(studio.execute) == {"later"}


def test_writers_come_one_after_another_and_none_is_lost(studio):
    def add(number):
        studio.execute([create("Task", id=f"t{number}", name=f"task{number}", parent_id="sh1")])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(24)))
    (answer,) = studio.execute([query("select sort from Task where parent_id is sh1")])
    assert len(answer["data"]) == 24
