"""`Session(cache=...)` takes a URL, a cache, or a function of the session; plugins say how long."""

from __future__ import annotations

import gc
import logging
from functools import partial

import pytest
from ftrack_cache import FileCache, MemoryCache, MemoryRows, SerialisedCache
from ftrack_core.errors import ConfigurationError
from ftrack_core.testing.memory_cache import DictCache

from ftrack_core import CachePolicy, Session, hookimpl

STUDIO = "embedded:?seed=demo"
TASK = "select name, status, status_id, metadata from Task order by id limit 1"


def open_session(url=STUDIO, **options):
    return Session(url, api_user="admin", **options)


def key_of_one_read(session):
    """Read a task and let go of it: what is known of it afterwards is the cache's."""
    task = session.query(TASK).one()
    key = task["id"]
    del task
    gc.collect()
    return key


def requests_of_getting(session, key, entity_type="Task"):
    before = session.request_count
    session.get(entity_type, key)
    return session.request_count - before


# --- what can be given ---------------------------------------------------------------------------


@pytest.mark.parametrize("cache", [None, False, lambda session: None, lambda session: False])
def test_none_and_false_keep_nothing(cache):
    with open_session(cache=cache) as session:
        assert requests_of_getting(session, key_of_one_read(session)) == 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: "memory:",
        lambda: lambda session: "memory:",
        MemoryRows,
        MemoryCache,
        lambda: lambda session: MemoryCache(),
    ],
)
def test_a_url_a_cache_and_a_function_of_the_session_keep(make):
    with open_session(cache=make()) as session:
        assert requests_of_getting(session, key_of_one_read(session)) == 0


def test_a_function_can_use_the_session(tmp_path):
    url = f"embedded://{tmp_path}/studio.db?seed=demo"

    def in_a_file(session):
        encode = partial(session.encode, entity_attribute_strategy="persisted_only")
        cache = FileCache(tmp_path / "cache.db")
        return SerialisedCache(cache, encode=encode, decode=session.decode)

    with open_session(url, cache=in_a_file) as first:
        key = key_of_one_read(first)
        name = first.get("Task", key)["name"]
    with open_session(url, cache=in_a_file) as later:
        later.connect()
        assert requests_of_getting(later, key) == 0
        assert later.get("Task", key)["name"] == name


def test_an_object_that_no_plugin_takes_is_an_error_that_says_what_to_do():
    with pytest.raises(ConfigurationError, match=r"a MemoryCache\. Install ftrack-cache"):
        open_session(block=["cache"], cache=MemoryCache()).connect()


# --- how long ------------------------------------------------------------------------------------


class TenSecondsForTasks:
    """A studio's plugin: its cache, and a time for one type."""

    def __init__(self, cache):
        self.cache = cache

    @hookimpl
    def ftrack_create_cache(self, spec):
        return self.cache

    @hookimpl
    def ftrack_cache_policy(self, entity_type):
        return CachePolicy(seconds=10) if entity_type == "Task" else None


def test_rows_of_a_type_are_kept_as_long_as_its_policy_says(clock):
    with open_session(plugins=[TenSecondsForTasks(MemoryRows(timer=clock))]) as session:
        task, status = key_of_one_read(session), session.query("Status limit 1").one()["id"]
        gc.collect()
        clock.now += 11
        assert requests_of_getting(session, status, "Status") == 0
        assert requests_of_getting(session, task) == 1


def test_a_cache_that_knows_no_times_is_told_of_once(caplog):
    plugin = TenSecondsForTasks(DictCache())
    with open_session(plugins=[plugin]) as session, caplog.at_level(logging.WARNING):
        key_of_one_read(session)
        key_of_one_read(session)
    told = [one.getMessage() for one in caplog.records if "DictCache" in one.getMessage()]
    assert told == ["DictCache knows no times: rows of Task are kept as long as others"]
