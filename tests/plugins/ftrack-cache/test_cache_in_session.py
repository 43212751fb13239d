"""What a cache does for a session: rows outlive their entities, or the session, within bounds."""

from __future__ import annotations

import gc
import json
import logging
import subprocess
import sys
from functools import partial

import pytest
from ftrack_cache import (
    CacheFileError,
    FileCache,
    LayeredCache,
    MemoryCache,
    MemoryRows,
    SerialisedCache,
    memoise,
)
from ftrack_core.errors import ConfigurationError

from ftrack_core import CachePolicy, Session, hookimpl


@pytest.fixture
def opened(request):
    with Session("embedded:", api_user="admin", **request.param) as session:
        session.connect()
        yield session


def requests_of_getting_again(session, between=lambda: None):
    status = session.query("select name from Status order by sort limit 1").one()
    key = status["id"]
    del status
    gc.collect()
    between()
    gc.collect()
    before = session.request_count
    assert session.get("Status", key)["id"] == key
    return session.request_count - before


@pytest.mark.parametrize("opened", [{}], indirect=True)
def test_get_drop_collect_get_again_sends_nothing(opened):
    assert requests_of_getting_again(opened) == 0


@pytest.mark.parametrize("opened", [{"block": ["cache"]}], indirect=True)
def test_with_the_plugin_blocked_it_is_asked_for_again(opened):
    assert requests_of_getting_again(opened) == 1


@pytest.mark.parametrize("opened", [{"cache": "memory:?rows=3"}], indirect=True)
def test_past_the_bound_it_is_asked_for_again(opened):
    assert requests_of_getting_again(opened, lambda: opened.query("Type limit 3").all()) == 1


# --- a cache in a file ----------------------------------------------------------------------------


@pytest.fixture
def studio(tmp_path):
    """A function that opens a session to one studio, with one file of rows."""
    sessions = []
    (tmp_path / "rows").mkdir()

    def open_session(cache=f"file:{tmp_path}/rows/rows.db", user="admin", **options):
        url = f"embedded://{tmp_path.as_posix()}/studio.db?seed=demo"
        sessions.append(Session(url, api_user=user, cache=cache, **options))
        return sessions[-1].connect()

    open_session.folder = tmp_path / "rows"
    yield open_session
    for session in sessions:
        session.close()


def requests_of(session, work):
    before = session.request_count
    work()
    return session.request_count - before


def read_task(session, projections="name, status, status_id, metadata"):
    """Ask for one task and forget it; return its key."""
    task = session.query(f"select {projections} from Task order by id limit 1").one()
    key = task["id"]
    del task
    gc.collect()
    return key


def shown(session, key):
    task = session.get("Task", key)
    return task["name"], task["status"]["id"], task["status_id"], dict(task["metadata"])


def test_what_one_session_read_the_next_one_need_not_ask_for(studio):
    first = studio()
    key = read_task(first)
    wanted = shown(first, key)
    first.close()
    second = studio()
    assert requests_of(second, lambda: shown(second, key)) == 0
    assert shown(second, key) == wanted


def test_what_a_kept_row_refers_to_by_its_key_alone_is_found_there_too(studio):
    first = studio()
    key = read_task(first, "name, status.name")
    status = first.get("Task", key)["status"]["name"]
    first.close()
    second = studio()
    task = second.get("Task", key)
    assert requests_of(second, lambda: task["status"]["name"]) == 0
    assert task["status"]["name"] == status


def test_another_process_reads_what_this_one_has_kept(studio, tmp_path):
    key = read_task(studio())
    program = (
        "from ftrack_core import Session\n"
        f"url = 'embedded://{tmp_path.as_posix()}/studio.db?seed=demo'\n"
        f"with Session(url, api_user='admin', cache='file:{tmp_path}/rows/') as one:\n"
        "    one.connect()\n"
        "    before = one.request_count\n"
        f"    print(one.get('Task', '{key}')['name'], one.request_count - before)\n"
    )
    (studio.folder / "rows.db").rename(studio.folder / "ftrack-cache.db")
    for one in studio.folder.iterdir():
        one.rename(one.with_name(one.name.replace("rows.db", "ftrack-cache.db")))
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    name = studio(cache=None).get("Task", key)["name"]
    assert (ran.stdout, ran.stderr) == (f"{name} 0\n", "")


def test_rows_that_lead_to_one_another_are_kept_and_found(studio):
    first = studio()
    key = read_task(first, "name, parent.name, parent.children.name, status.name, project.name")
    wanted = first.get("Task", key)
    names = wanted["parent"]["name"], [one["name"] for one in wanted["parent"]["children"]]
    del wanted
    first.close()
    second = studio()
    before = second.request_count
    task = second.get("Task", key)
    parent = second.get(task["parent"].entity_type, task["parent"]["id"])
    name, children = parent["name"], list(parent["children"])
    assert second.request_count == before
    assert (name, [one["name"] for one in children]) == names
    assert {one.entity_type for one in children} == {"Task"}


def another_status(session, task):
    return session.query(f'Status where id is_not "{task["status"]["id"]}" limit 1').one()


def change_status(session, task):
    task["status"] = another_status(session, task)


def change_status_id(session, task):
    task["status_id"] = another_status(session, task)["id"]


def change_name(session, task):
    task["name"] = "changed"


def change_metadata(session, task):
    task["metadata"]["lens"] = "35"


CHANGES = [change_name, change_status, change_status_id, change_metadata]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("way", ["entity", "fork", "transaction"])
def test_what_was_committed_is_not_told_otherwise_afterwards(studio, change, way):
    first = studio()
    key = read_task(first)
    if way == "transaction":
        with first.transaction():
            change(first, first.get("Task", key))
    else:
        session = first if way == "entity" else first.fork()
        change(session, session.get("Task", key))
        session.commit()
    first.close()
    truth = shown(studio(cache=None), key)
    assert shown(studio(), key) == truth


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("in_a_fork", [False, True])
@pytest.mark.parametrize("make", [lambda: "memory:", MemoryRows])
def test_the_session_that_committed_is_shown_it_by_its_cache(studio, change, in_a_fork, make):
    session = studio(cache=make())
    key = read_task(session)
    worker = session.fork() if in_a_fork else session
    task = worker.get("Task", key)
    change(worker, task)
    worker.commit()
    del task, worker
    gc.collect()
    from_cache = shown(session, key)
    session.reset()
    assert from_cache == shown(session, key)


def test_what_was_deleted_is_not_found_afterwards(studio):
    first = studio()
    key = read_task(first)
    first.delete(first.get("Task", key))
    first.commit()
    assert studio().get("Task", key) is None


def test_a_session_that_is_reset_asks_again(studio):
    session = studio()
    key = read_task(session)
    session.reset()
    assert requests_of(session, lambda: session.get("Task", key)) == 1


def test_rows_of_another_user_are_not_shown(studio):
    key = read_task(studio())
    name = studio(cache=None).query("select username from User where username is_not admin").first()
    other = studio(user=name["username"])
    assert requests_of(other, lambda: other.get("Task", key)) == 1


def test_a_type_that_is_not_to_be_kept_is_not(studio):
    class NoTasks:
        @hookimpl
        def ftrack_cache_policy(self, entity_type):
            return CachePolicy(keep=entity_type != "Task")

    key = read_task(studio(plugins=[NoTasks()]))
    second = studio()
    assert requests_of(second, lambda: second.get("Task", key)) == 1


def test_the_key_never_reaches_the_file(studio):
    session = studio(api_key="hush-hush-1234")
    read_task(session)
    user = session.query("select username from User where username is admin").one()
    user["first_name"] = "Ann"
    session.commit()
    content = b"".join(one.read_bytes() for one in studio.folder.iterdir())
    assert b"Task" in content
    assert b"hush" not in content


def test_a_foreign_file_is_said_when_connecting(studio):
    (studio.folder / "rows.db").write_text("my notes")
    with pytest.raises(CacheFileError, match=r"rows\.db is not a cache file"):
        studio()
    assert (studio.folder / "rows.db").read_text() == "my notes"


def test_a_file_that_is_damaged_meanwhile_costs_no_work(studio, caplog):
    key = read_task(studio())
    session = studio()
    path = studio.folder / "rows.db"
    for one in studio.folder.iterdir():
        size = one.stat().st_size
        with one.open("r+b") as file:
            file.seek(4096 if one == path else 0)
            file.write(b"\xa5" * (size - file.tell()))
    with caplog.at_level(logging.WARNING):
        assert session.get("Task", key)["id"] == key
        session.query("Task limit 20").all()
        session.query("Shot limit 20").all()
    told = [one.getMessage() for one in caplog.records if "cache" in one.getMessage()]
    assert len(told) == 1
    assert "rows.db is damaged" in told[0]


def test_a_row_that_was_tampered_with_is_asked_for_again(studio):
    first = studio()
    key = read_task(first)
    first.close()
    cache = FileCache(studio.folder / "rows.db")
    with_rows = cache._database.read(
        lambda one: one.execute("UPDATE entries SET value = '{\"id\": 7'").rowcount
    )
    cache.close()
    assert with_rows > 0
    second = studio()
    assert requests_of(second, lambda: second.get("Task", key)) == 1


# --- a cache that was given -----------------------------------------------------------------------

GIVEN = {
    "memory": lambda path: MemoryCache(),
    "file": lambda path: SerialisedCache(FileCache(path / "given.db")),
    "layers": lambda path: LayeredCache(
        [MemoryCache(seconds=60), SerialisedCache(FileCache(path / "given.db"))]
    ),
    "rows": lambda path: MemoryRows(),
}


@pytest.mark.parametrize("make", GIVEN.values(), ids=GIVEN)
def test_a_cache_may_be_given_and_outlives_the_session(studio, tmp_path, make):
    cache = make(tmp_path)
    first = studio(cache=cache)
    key = read_task(first)
    first.close()
    second = studio(cache=cache)
    assert requests_of(second, lambda: second.get("Task", key)["status"]["id"]) == 0
    change_status(second, second.get("Task", key))
    second.commit()
    second.close()
    assert shown(studio(cache=cache), key) == shown(studio(cache=None), key)


def test_two_sessions_share_a_given_cache_and_not_what_they_learn(studio):
    cache = MemoryRows()
    first, second = studio(cache=cache), studio(cache=cache)
    key = read_task(first)
    mine, theirs = first.get("Task", key), second.get("Task", key)
    mine["name"] = "changed"
    first.commit()
    assert theirs["name"] != "changed"
    assert mine["description"] == theirs["description"]


def test_the_documented_way_to_keep_entities_in_a_file_works(studio, tmp_path):
    first = studio(cache=None)
    file = FileCache(tmp_path / "entities.db")
    encode = partial(first.encode, entity_attribute_strategy="persisted_only")
    cache = SerialisedCache(file, encode=encode, decode=first.decode)
    key = read_task(studio(cache=cache))
    assert json.loads(file.get(f"('Task', ['{key}'])"))["id"] == key
    second = studio(cache=cache)
    assert requests_of(second, lambda: second.get("Task", key)["name"]) == 0
    assert shown(second, key) == shown(first, key)
    file.close()


def test_a_function_of_entities_may_be_memoised(studio):
    session = studio(cache="memory:")
    asked = []

    @memoise
    def siblings(task):
        asked.append(task["id"])
        return {"of": task, "all": list(session.query("Task limit 3"))}

    first, second = session.query("Task order by id limit 2").all()
    assert siblings(first)["of"] is siblings(first)["of"] is first
    assert siblings(second)["of"] is second
    assert asked == [first["id"], second["id"]]


@pytest.mark.parametrize("given", [7, MemoryCache])
def test_what_is_no_cache_is_said_when_connecting(studio, given):
    with pytest.raises(ConfigurationError, match="cache"):
        studio(cache=given)
