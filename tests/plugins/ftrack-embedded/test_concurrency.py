"""Many threads at once: readers see whole commits, meet no error and wait for no writer."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from ftrack_embedded import Caller

READERS = 32
WRITES = 25


def create(entity_type, **data):
    return {"action": "create", "entity_type": entity_type, "entity_data": data}


def query(expression):
    return {"action": "query", "expression": expression}


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


def descriptions(studio):
    found = studio.execute([query("select description from Shot where project_id is p1")])
    return {row["description"] for row in found[0]["data"]}


def test_readers_meet_no_error_and_see_whole_commits_while_one_writes(studio):
    finished = threading.Event()

    def read():
        seen = 0
        while not finished.is_set() or not seen:
            assert len(descriptions(studio)) == 1
            seen += 1
        return seen

    def write():
        try:
            for number in range(1, WRITES + 1):
                studio.execute(renaming({"description": str(number)}))
        finally:
            finished.set()

    with ThreadPoolExecutor(READERS + 1) as threads:
        readers = [threads.submit(read) for _ in range(READERS)]
        threads.submit(write).result()
        assert all(one.result() for one in readers)
    assert descriptions(studio) == {str(WRITES)}


def test_a_reader_is_answered_while_a_writer_has_not_committed(studio):
    with studio.writing(Caller()) as tx:
        shot = tx.rows.get("Shot", ("sh1",))
        tx.rows.update("Shot", shot, {"description": "unfinished"})
        with ThreadPoolExecutor(READERS) as threads:
            answers = [threads.submit(descriptions, studio) for _ in range(READERS)]
            assert [one.result(timeout=60) for one in answers] == [{"0"}] * READERS


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
    assert descriptions(studio) == {"later"}


def test_writers_come_one_after_another_and_none_is_lost(studio):
    def add(number):
        studio.execute([create("Task", id=f"t{number}", name=f"task{number}", parent_id="sh1")])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(24)))
    (answer,) = studio.execute([query("select sort from Task where parent_id is sh1")])
    assert len(answer["data"]) == 24
