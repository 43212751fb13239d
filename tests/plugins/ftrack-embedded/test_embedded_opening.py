"""Opening a studio: copies of a template, files of other versions, folders left by a crash."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from ftrack_core.errors import ConfigurationError
from ftrack_embedded import Studio
from ftrack_embedded.engine import founding
from ftrack_embedded.engine.scratch import process_folder
from ftrack_embedded.model.tables import FORMAT_VERSION

PROJECT = {"action": "create", "entity_type": "Project", "entity_data": {"name": "orbit"}}
OTHER_PROCESS = """
import sys
from ftrack_embedded import Studio
studio = Studio()
print(studio.path.parent.parent, flush=True)
sys.stdin.readline()
"""


def count(studio, entity_type):
    (answer,) = studio.execute([{"action": "query", "expression": f"select id from {entity_type}"}])
    return len(answer["data"])


def execute(path, *statements):
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def path(tmp_path):
    """A studio's file, closed."""
    path = tmp_path / "studio.db"
    with Studio(path) as studio:
        studio.execute([PROJECT])
    return path


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The temporary folder of the processes that a test starts."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture
def start():
    """Start a process that opens a private studio; it ends when its input is closed."""
    started = []

    def begin():
        process = subprocess.Popen(
            [sys.executable, "-c", OTHER_PROCESS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process, process.stdout.readline().strip()

    yield begin
    for process in started:
        process.communicate()


# --- copies of a template ----------------------------------------------------------------------


def test_studios_of_one_process_share_no_data():
    with Studio() as one, Studio() as other:
        one.execute([PROJECT])

        assert (count(one, "Project"), count(other, "Project")) == (1, 0)


def test_a_fresh_studio_is_one_file_in_the_folder_of_the_process():
    with Studio() as studio:
        assert studio.path.parent.parent == process_folder()
        assert studio.path.exists()

    assert not studio.path.parent.exists()


def test_each_size_of_a_show_is_made_as_it_was_asked_for():
    for tasks in (3, 5, 3):
        with Studio(seed="demo", demo={"tasks": tasks, "shots": 2}) as studio:
            assert count(studio, "Task") == tasks


def test_many_threads_may_open_studios_at_once():
    opened = []

    def open_one():
        with Studio(seed="demo", demo={"tasks": 2, "shots": 1, "users": 1}) as studio:
            opened.append(count(studio, "Task"))

    threads = [threading.Thread(target=open_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert opened == [2] * 8


def test_a_show_that_could_not_be_made_leaves_nothing_behind(monkeypatch):
    def fail(*_, **__):
        raise OSError("no space left on device")

    before = set(process_folder().iterdir())
    monkeypatch.setattr(founding, "seed_demo", fail)
    with pytest.raises(OSError, match="no space"):
        Studio(seed="demo", demo={"seed": 12345})

    assert set(process_folder().iterdir()) == before


# --- sizes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("demo", "message"),
    [
        ({"taks": 5}, "Did you mean 'tasks'"),
        ({"tasks": -1}, "whole number from 0, not -1"),
        ({"tasks": "many"}, "whole number from 0, not 'many'"),
    ],
)
def test_a_size_that_makes_no_sense_is_refused(demo, message):
    with pytest.raises(ConfigurationError, match=message):
        Studio(seed="demo", demo=demo)


def test_only_a_demo_has_sizes():
    with pytest.raises(ConfigurationError, match="ask for the seed 'demo'"):
        Studio(demo={"tasks": 5})


# --- files that are there already --------------------------------------------------------------


def test_a_studio_of_an_older_format_gets_what_it_lacks_and_keeps_its_data(path):
    execute(
        path,
        "UPDATE studio SET format_version = 1",
        "DROP TABLE user_view",
        "DROP INDEX ix_note_project_id",
        "ALTER TABLE note DROP COLUMN project_id",
    )

    with Studio(path) as studio:
        assert count(studio, "UserView") == 0
        assert count(studio, "Note where project.name is orbit") == 0
        assert count(studio, "Project") == 1
    with closing(sqlite3.connect(path)) as connection:
        version = connection.execute("SELECT format_version FROM studio").fetchone()
        indexes = connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")
        assert version == (FORMAT_VERSION,)
        assert ("ix_note_project_id",) in indexes.fetchall()


def test_a_studio_of_a_newer_format_is_refused(path):
    execute(path, f"UPDATE studio SET format_version = {FORMAT_VERSION + 1}")

    with pytest.raises(ConfigurationError, match=f"format {FORMAT_VERSION + 1}.*upgrade"):
        Studio(path)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE recipes (name TEXT)",
        "CREATE TABLE studio (address TEXT)",
        "CREATE TABLE studio (format_version TEXT)",
    ],
    ids=["other tables", "another studio", "no version"],
)
def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path, statement):
    path = tmp_path / "recipes.db"
    execute(path, statement)
    before = path.read_bytes()

    with pytest.raises(ConfigurationError, match="not a studio"):
        Studio(path)

    with closing(sqlite3.connect(path)) as connection:
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    assert tables == 1
    assert len(path.read_bytes()) == len(before)


def test_what_is_no_database_is_refused(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("Remember the milk. " * 100)

    with pytest.raises(ConfigurationError, match="cannot be opened: file is not a database"):
        Studio(path)


def test_a_folder_that_does_not_exist_is_named_as_the_likely_reason(tmp_path):
    with pytest.raises(ConfigurationError, match="Check that the folder exists"):
        Studio(tmp_path / "missing" / "studio.db")


def test_an_empty_file_becomes_a_studio(tmp_path):
    path = tmp_path / "studio.db"
    path.touch()

    with Studio(path) as studio:
        assert count(studio, "Status") == 9


def test_a_studio_whose_founding_broke_off_is_founded_when_it_is_opened_again(
    tmp_path, monkeypatch
):
    def fail(*_):
        raise OSError("no space left on device")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="no space"):
        patched.setattr(founding, "seed_default", fail)
        Studio(tmp_path / "studio.db")

    with Studio(tmp_path / "studio.db") as studio:
        assert count(studio, "Status") == 9


# --- what a process leaves behind --------------------------------------------------------------


def test_a_process_that_ends_removes_its_folder(temporary, start):
    process, folder = start()
    assert Path(folder).is_dir()

    process.communicate()

    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_the_folder_of_a_killed_process_is_removed_by_the_next_one(temporary, start):
    killed, left_behind = start()
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert Path(left_behind).is_dir()

    _, folder = start()

    assert [str(one) for one in temporary.iterdir()] == [folder]


def test_the_folder_of_a_process_that_runs_is_left_alone(temporary, start):
    _, one = start()
    _, other = start()

    assert {str(found) for found in temporary.iterdir()} == {one, other}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform does not fork")
def test_a_forked_child_leaves_the_studios_of_its_parent_alone(temporary):
    program = """
import os
from ftrack_embedded import Studio
studio = Studio()
child = os.fork()
if child:
    os.waitpid(child, 0)
    studio.execute([{"action": "query", "expression": "select id from Status"}])
    print(studio.path.exists())
else:
    Studio().close()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "True"
    assert list(temporary.iterdir()) == []
