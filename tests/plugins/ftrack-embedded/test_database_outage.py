"""A database that takes nothing any more: the error says so, and what was there stays."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from ftrack_core.errors import ServerError
from ftrack_embedded import Studio
from sqlalchemy import Engine, event


def create(name):
    data = {"name": name, "metadata": {"note": "x" * 100_000}}
    return {"action": "create", "entity_type": "Project", "entity_data": data}


@pytest.fixture
def studio(tmp_path):
    with Studio(tmp_path / "studio.db") as studio:
        studio.execute([create("orbit")])
        yield studio


@contextmanager
def pragma(text):
    """Give each transaction a setting by which SQLite itself meets what a disk would do to it."""

    def begins(connection):
        connection.exec_driver_sql(f"PRAGMA {text}")

    event.listen(Engine, "begin", begins)
    try:
        yield
    finally:
        event.remove(Engine, "begin", begins)


def names(studio):
    asked = {"action": "query", "expression": "select name from Project order by name"}
    return [row["name"] for row in studio.execute([asked])[0]["data"]]


OUTAGES = [
    ("max_page_count = 1", "StorageFullError", "disk is full: nothing was stored"),
    ("query_only = 1", "PermissionError", "the server's database can only be read"),
]


@pytest.mark.parametrize(("setting", "exception", "text"), OUTAGES)
def test_a_database_that_takes_nothing_says_why_and_can_still_be_read(
    studio, setting, exception, text
):
    with pragma(setting):
        with pytest.raises(ServerError, match=text) as caught:
            studio.execute([create("comet"), create("meteor")])
        assert names(studio) == ["orbit"]
    assert caught.value.exception == exception
    assert "sqlite" not in caught.value.content


def test_when_there_is_room_again_everything_goes_on(studio):
    with pragma("max_page_count = 1"), pytest.raises(ServerError):
        studio.execute([create("comet")])
    with pragma("max_page_count = 1000000"):
        studio.execute([create("comet")])
    assert names(studio) == ["comet", "orbit"]
