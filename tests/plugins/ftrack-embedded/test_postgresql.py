"""A studio in PostgreSQL: what is particular about it.

The suites of queries and of writes run on it as well, see the fixture ``new_studio``.
"""

from __future__ import annotations

import sys
import threading

import pytest
from ftrack_core.errors import ConfigurationError, ServerError
from ftrack_embedded import Caller, Studio
from operations import create, query


def names(studio, expression):
    return [row["name"] for row in studio.execute([query(expression)])[0]["data"]]


def test_an_empty_database_becomes_a_studio_and_is_opened_again(postgresql):
    url = postgresql.empty_database()
    with Studio(database_url=url, seed="demo", demo={"tasks": 20}) as studio:
        assert studio.path is None
        tasks = names(studio, "select name from Task")
        assert len(tasks) == 20
        studio.execute([create("Project", id="p1", name="orbit")])
    with Studio(database_url=url) as studio:
        assert names(studio, "select name from Task") == tasks
        assert names(studio, "select name from Project where name is ORBIT") == ["orbit"]


def test_the_answers_are_those_of_sqlite(postgresql):
    sizes = {"seed": "demo", "demo": {"tasks": 60}}
    asked = [
        query("select name, bid, status.name, parent.name, custom_attributes from Task limit 30"),
        query("select link, time_logged, ancestors.name from Task order by name, id limit 10"),
        query("select version, asset.latest_version.version, is_latest_version from AssetVersion"),
        query("select username, is_active, memberships.group.name from User"),
        query("select start, duration from Timelog where start > 2020-01-01 order by start desc"),
        query("select content, author.username, replies.content from Note"),
    ]
    with (
        Studio(**sizes) as here,
        Studio(database_url=postgresql.empty_database(), **sizes) as there,
    ):
        assert there.execute(asked) == here.execute(asked)


def test_two_servers_on_one_database_write_one_after_the_other(postgresql):
    url = postgresql.empty_database()
    with Studio(database_url=url) as one, Studio(database_url=url) as other:
        one.execute([create("Project", id="p1", name="orbit")])
        begun, finished = threading.Event(), threading.Event()

        def write():
            begun.set()
            other.execute([create("Shot", id="sh2", name="second", parent_id="p1")])
            finished.set()

        with one.writing(Caller()) as tx:
            writer = threading.Thread(target=write)
            writer.start()
            assert begun.wait(60)
            assert names(other, "select name from Shot") == []
            tx.rows.update("Project", tx.rows.get("Project", ("p1",)), {"full_name": "The Orbit"})
            assert not finished.is_set()
        writer.join(60)
        assert names(one, "select name from Shot") == ["second"]


def test_a_batch_that_fails_leaves_nothing(postgresql):
    with postgresql.copied_studio() as studio:
        with pytest.raises(ServerError, match="exists already"):
            studio.execute(
                [create("Project", id="p1", name="orbit"), create("Project", id="p1", name="two")]
            )
        assert names(studio, "select name from Project") == []
        studio.execute([create("Project", id="p1", name="orbit")])


def test_one_list_may_hold_more_values_than_a_statement_has_parameters(postgresql):
    with postgresql.copied_studio() as studio:
        studio.execute([create("Project", id="p1", name="orbit")])
        many = ", ".join(f"x{number}" for number in range(70_000))
        assert names(studio, f"select name from Project where id in ({many}, p1)") == ["orbit"]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://host/studio", "in SQLite or in PostgreSQL, not in mysql"),
        ("nonsense", "postgresql://user@host/database"),
    ],
)
def test_another_database_is_refused(url, reason):
    with pytest.raises(ConfigurationError, match=reason):
        Studio(database_url=url)


def test_a_server_that_does_not_answer_is_told_without_the_password(postgresql):
    url = postgresql.url("nowhere").replace("ftrack@", "ftrack:secret@")
    with pytest.raises(ConfigurationError, match="cannot be opened") as caught:
        Studio(database_url=url)
    assert "secret" not in str(caught.value)


def test_a_missing_driver_is_told_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigurationError, match=r"ftrack-embedded\[postgresql\]"):
        Studio(database_url="postgresql://user@127.0.0.1/studio")
