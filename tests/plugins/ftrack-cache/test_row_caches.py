"""Row caches on caches of values by key, above one another, in a file, and lent by a user."""

from __future__ import annotations

import json
import sqlite3

import pytest
from ftrack_cache import (
    CacheFileError,
    FileCache,
    KeyedRows,
    LayeredCache,
    MemoryCache,
    MemoryRows,
    ObjectKeyMaker,
    SerialisedCache,
    StringKeyMaker,
    plugin,
)
from ftrack_cache.rows.layered import LayeredRows
from ftrack_cache.rows.lent import LentRows
from ftrack_cache.spec import FileSpec
from ftrack_core.entity.rows import serial_of_row
from ftrack_core.errors import ConfigurationError
from ftrack_core.ports import Context
from ftrack_core.store.cohort import Page
from ftrack_core.testing.caches import CacheSuite
from ftrack_core.testing.memory_cache import DictCache

CONTEXT = Context("https://studio.ftrackapp.com", "ann")


class Foreign:
    """A cache of somebody else's, with the documented methods and no more."""

    def __init__(self):
        self.kept = {}

    def get(self, key):
        return self.kept[key]

    def set(self, key, value):
        self.kept[key] = value

    def remove(self, key):
        del self.kept[key]

    def keys(self):
        return list(self.kept)


def in_file(path, context=CONTEXT, options=""):
    return plugin.ftrack_create_cache(context, f"file:{path}/rows.db{options}")


MAKERS = {
    "values in memory": lambda path: KeyedRows(MemoryCache()),
    "values with keys of bytes": lambda path: KeyedRows(MemoryCache(), ObjectKeyMaker()),
    "values in a file": lambda path: KeyedRows(SerialisedCache(FileCache(path / "a")), owned=True),
    "values in layers": lambda path: KeyedRows(
        LayeredCache([MemoryCache(), SerialisedCache(FileCache(path / "a"))]), owned=True
    ),
    "values of a foreign cache": lambda path: KeyedRows(Foreign()),
    "encoded by a user": lambda path: KeyedRows(SerialisedCache(Foreign(), json.dumps, json.loads)),
    "layers": lambda path: LayeredRows(MemoryRows(), DictCache()),
    "layers of which the upper is small": lambda path: LayeredRows(MemoryRows(1), DictCache()),
    "file:": in_file,
    "lent": lambda path: LentRows(DictCache()),
    "given": lambda path: plugin.ftrack_create_cache(CONTEXT, Foreign()),
}


class TestEachRowCache(CacheSuite):
    @pytest.fixture(params=MAKERS.values(), ids=MAKERS)
    def cache(self, request, tmp_path):
        cache = request.param(tmp_path)
        yield cache
        cache.close()


def task(key="t1", **values):
    return {"__entity_type__": "Task", "id": key, **values}


def kept(cache, *keys):
    return dict(cache.get_many("Task", keys))


# --- rows by key ----------------------------------------------------------------------------------


def test_stores_see_the_documented_keys_and_plain_rows():
    store = Foreign()
    KeyedRows(store).put_page("Task", {"t1": task(name="x")})
    KeyedRows(store).put_page("Metadata", {("t1", "lens"): {"value": "35"}})
    assert store.kept == {
        "('Task', ['t1'])": task(name="x"),
        "('Metadata', ['t1', 'lens'])": {"value": "35"},
    }


def test_rows_are_kept_without_stamps():
    store = Foreign()
    arrival = Page(7).arrival
    row = {**task(), "__entity_type__": arrival.stamp("Task"), "__serials__": {"id": 7}}
    KeyedRows(store).put_page("Task", {"t1": row})
    [kept_row] = store.kept.values()
    assert kept_row == task()
    assert serial_of_row(row) == 7
    assert serial_of_row(kept_row) is None
    assert "__serials__" in row


def test_rows_in_a_row_are_named_by_their_keys():
    store, shot = Foreign(), {"__entity_type__": "Shot", "id": "s1", "name": "010"}
    item = {"__entity_type__": "Metadata", "parent_id": "t1", "key": "lens", "value": "35"}
    row = task(parent=shot, metadata=[item], assignments=[], thumbnail=None)
    shot["children"] = [row]  # they lead back to one another
    KeyedRows(store).put_page("Task", {"t1": row})
    assert store.kept["('Task', ['t1'])"] == task(
        parent={"__entity_type__": "Shot", "id": "s1"},
        metadata=[item],
        assignments=[],
        thumbnail=None,
    )


def test_what_is_kept_changes_neither_by_the_giver_nor_by_the_taker():
    cache = KeyedRows(MemoryCache())
    row = task(tags=["a"])
    cache.put_page("Task", {"t1": row})
    row["name"] = "changed"
    row["tags"].append("b")
    taken = kept(cache, "t1")["t1"]
    taken["tags"].append("c")
    assert kept(cache, "t1") == {"t1": task(tags=["a"])}


def test_secrets_are_not_kept():
    store = Foreign()
    KeyedRows(store).put_page("ReviewSession", {"r1": {"id": "r1", "passphrase": "hush"}})
    assert list(store.kept.values()) == [{"id": "r1"}]


def test_an_entity_that_a_user_decoded_becomes_a_row():
    class Detached(dict):
        entity_type = "Task"

        def __ftrack_reference__(self):
            return {"__entity_type__": "Task", "id": self["id"]}

    shot = Detached(id="s1")
    store = SerialisedCache(Foreign(), json.dumps, lambda text: Detached(json.loads(text)))
    cache = KeyedRows(store)
    cache.put_page("Task", {"t1": task(name="x")})
    store.decode = lambda text: Detached(
        {**json.loads(text), "parent": shot, "custom": {"a": 1}, "missing": object()}
    )
    assert kept(cache, "t1") == {
        "t1": task(name="x", parent={"__entity_type__": "Task", "id": "s1"})
    }


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "7",
        '{"__entity_type__": "Shot", "id": "t1"}',
        '{"__entity_type__": "Task", "id": "t2"}',
        '{"__entity_type__": ["Task"], "id": "t1"}',
        b"\x80\x04c__builtin__\nprint\n.",
    ],
)
@pytest.mark.parametrize("owned", [True, False])
def test_what_is_no_row_of_this_key_counts_as_not_kept(text, owned):
    store = MemoryCache()
    cache = KeyedRows(SerialisedCache(store), owned=owned)
    cache.put_page("Task", {"t0": task("t0"), "t1": task("t1"), "t3": task("t3")})
    store.set("('Task', ['t1'])", text)
    assert set(kept(cache, "t0", "t1", "t2", "t3")) == {"t0", "t3"}


def test_a_cache_of_somebody_elses_stays_open(tmp_path):
    class Noted(MemoryCache):
        closed = False

        def close(self):
            self.closed = True

    store = Noted()
    KeyedRows(store).close()
    assert not store.closed
    KeyedRows(store, owned=True).close()
    assert store.closed


def test_a_type_may_have_a_time_of_its_own(clock):
    cache = KeyedRows(MemoryCache(seconds=100, timer=clock))
    cache.limit("Task", 10)
    cache.put_page("Task", {"t1": task()})
    cache.put_page("Shot", {"s1": {"id": "s1"}})
    clock.now += 11
    assert kept(cache, "t1") == {}
    assert dict(cache.get_many("Shot", ["s1"])) == {"s1": {"id": "s1"}}
    cache.limit("Task", None)
    cache.put_page("Task", {"t1": task()})
    clock.now += 11
    assert set(kept(cache, "t1")) == {"t1"}


@pytest.mark.parametrize("key", ["t1", "it's", 'a "b"', "ä\n", ("a", "b")])
def test_the_usual_key_is_that_of_a_string_key_maker(key):
    store, other = Foreign(), Foreign()
    KeyedRows(store).put_page("Task", {key: task()})
    KeyedRows(other, StringKeyMaker()).put_page("Task", {key: task()})
    assert store.kept == other.kept


# --- layers ---------------------------------------------------------------------------------------


def test_both_layers_keep_and_the_upper_one_shares_the_row():
    lower = DictCache()
    cache = LayeredRows(MemoryRows(), lower)
    row = task()
    cache.put_page("Task", {"t1": row})
    assert kept(cache, "t1")["t1"] is row
    assert lower.rows == {("Task", "t1"): row}


def test_what_the_upper_one_has_is_not_asked_of_the_lower_one():
    class Asked(DictCache):
        asked = ()

        def get_many(self, entity_type, keys):
            self.asked += tuple(keys)
            return super().get_many(entity_type, keys)

    lower = Asked()
    lower.put_page("Task", {"t2": task("t2")})
    cache = LayeredRows(MemoryRows(), lower)
    cache._upper.put_page("Task", {"t1": task()})
    assert set(kept(cache, "t1", "t2", "t3")) == {"t1", "t2"}
    assert lower.asked == ("t2", "t3")


def test_a_time_reaches_the_layers_that_heed_it(clock):
    upper, lower = MemoryRows(timer=clock), KeyedRows(MemoryCache(timer=clock))
    LayeredRows(upper, DictCache()).limit("Task", 10)
    cache = LayeredRows(upper, lower)
    cache.limit("Task", 10)
    cache.put_page("Task", {"t1": task()})
    clock.now += 11
    assert kept(cache, "t1") == {}


class Failing(DictCache):
    """A cache that counts how often it is asked while it fails."""

    fails = False
    asked = 0

    def _work(self):
        self.asked += 1
        if self.fails:
            raise OSError("full")

    def get_many(self, entity_type, keys):
        self._work()
        return super().get_many(entity_type, keys)

    def put_page(self, entity_type, rows):
        self._work()
        super().put_page(entity_type, rows)

    def drop(self, entity_type, keys):
        self._work()
        super().drop(entity_type, keys)


def put_new(cache):
    cache.put_page("Task", {"t1": task(name="new")})


def drop(cache):
    cache.drop("Task", ["t1"])


@pytest.mark.parametrize(("work", "truth"), [(put_new, {"t1": task(name="new")}), (drop, {})])
def test_what_could_not_be_written_below_is_not_told_from_there(work, truth):
    lower = Failing()
    cache = LayeredRows(MemoryRows(), lower)
    cache.put_page("Task", {"t1": task(name="old"), "t2": task("t2")})
    lower.fails = True
    with pytest.raises(OSError, match="full"):
        work(cache)
    lower.fails = False
    assert kept(cache, "t1") == truth
    cache._upper.clear()
    assert kept(cache, "t1", "t2") == {}


def test_a_layer_that_failed_is_not_asked_again_until_it_was_cleared():
    lower = Failing()
    cache = LayeredRows(MemoryRows(), lower)
    lower.fails = True
    with pytest.raises(OSError, match="full"):
        kept(cache, "t1")
    put_new(cache)
    drop(cache)
    assert kept(cache, "t1") == {}
    assert lower.asked == 1
    lower.fails = False
    cache.clear()
    put_new(cache)
    assert lower.rows == {("Task", "t1"): task(name="new")}


# --- lent -----------------------------------------------------------------------------------------


def test_a_lent_cache_gives_and_takes_copies_and_stays_open():
    rows = MemoryRows()
    cache = LentRows(rows)
    row = task()
    cache.put_page("Task", {"t1": row})
    row["name"] = "changed"
    cache.close()
    taken = kept(LentRows(rows), "t1")["t1"]
    assert taken == task()
    taken["name"] = "changed"
    assert kept(LentRows(rows), "t1") == {"t1": task()}


# --- file: ----------------------------------------------------------------------------------------


def test_rows_in_a_file_outlive_the_session(tmp_path):
    first = in_file(tmp_path)
    first.put_page("Task", {"t1": task(name="x")})
    first.close()
    second = in_file(tmp_path)
    assert kept(second, "t1") == {"t1": task(name="x")}
    second.close()


OTHERS = [
    Context("https://studio.ftrackapp.com", "bob"),
    Context("https://other.ftrackapp.com", "ann"),
    Context("embedded:", "ann"),
]


@pytest.mark.parametrize("other", OTHERS, ids=lambda one: f"{one.user} {one.server_url}")
def test_rows_of_one_server_and_user_are_not_shown_to_another(tmp_path, other):
    mine, others = in_file(tmp_path), in_file(tmp_path, other)
    mine.put_page("Task", {"t1": task()})
    assert kept(others, "t1") == {}
    others.clear()
    others.close()
    mine.close()
    again = in_file(tmp_path)
    assert set(kept(again, "t1")) == {"t1"}
    again.close()


def test_private_studios_share_nothing(tmp_path):
    first, second = (in_file(tmp_path, Context("embedded:?seed=demo", "ann")) for _ in range(2))
    first.put_page("Task", {"t1": task()})
    assert kept(second, "t1") == {}
    first.close()
    second.close()


def test_the_file_does_not_say_whose_rows_it_holds(tmp_path):
    secret = Context("embedded:postgresql://ann:hush-hush@db/studio", "a-user-name")
    cache = in_file(tmp_path, secret)
    cache.put_page("Task", {"t1": task(name="shown")})
    content = b"".join(one.read_bytes() for one in tmp_path.iterdir())
    cache.close()
    assert b"shown" in content
    for hidden in (b"hush", b"postgresql", b"a-user-name"):
        assert hidden not in content


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [
        ("file:/tmp/rows.db", FileSpec(path="/tmp/rows.db")),
        ("file:///tmp/rows.db", FileSpec(path="/tmp/rows.db")),
        ("FILE:rows.db", FileSpec(path="rows.db")),
        ("file:/tmp/", FileSpec(path="/tmp/ftrack-cache.db")),
        ("file:/a%20b%23c.db", FileSpec(path="/a b#c.db")),
        ("file:///C:/rows.db", FileSpec(path="C:/rows.db")),
        ("file:", FileSpec(path=None)),
        ("file:?rows=5&seconds=0.5&megabytes=2", FileSpec(None, 5, 0.5, 2.0)),
        ("file:?seconds=inf", FileSpec(None, seconds=None)),
    ],
)
def test_a_text_says_where_and_how_much(spec, wanted):
    read = FileSpec.read(spec)
    assert (read.path and read.path.as_posix()) == wanted.path
    assert (read.rows, read.seconds, read.megabytes) == (
        wanted.rows,
        wanted.seconds,
        wanted.megabytes,
    )


def test_a_home_folder_may_be_named(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert FileSpec.read("file:~/rows.db").path == tmp_path / "rows.db"


def test_a_folder_stands_for_a_file_in_it(tmp_path):
    assert FileSpec.read(f"file:{tmp_path}").file(None) == tmp_path / "ftrack-cache.db"
    assert FileSpec.read("file:").file(tmp_path) == tmp_path / "ftrack-cache.db"
    assert FileSpec.read("file:").file(tmp_path / "new") == tmp_path / "new" / "ftrack-cache.db"


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ("file:", "says no file; write file:/path, or give the session a cache_folder"),
        ("file://host/rows.db", "names a host, 'host'"),
        ("file:/tmp/rows#1.db", "write %23 for it"),
        ("file:/tmp/rows.db?row=5", "has no option 'row'. Did you mean 'rows'"),
        ("file:/tmp/rows.db?rows=0", "rows to be a number above nought"),
        ("file:/tmp/rows.db?rows=inf", "rows to be a number above nought"),
        ("file:/tmp/rows.db?seconds=0", "seconds to be a number above nought"),
        ("file:/tmp/rows.db?megabytes=-1", "megabytes to be a number above nought"),
        ("file:/tmp/rows.db?megabytes=nan", "megabytes to be a number above nought"),
    ],
)
def test_a_faulty_wish_is_refused_with_a_hint(spec, text):
    with pytest.raises(ConfigurationError) as caught:
        plugin.ftrack_create_cache(CONTEXT, spec)
    assert text in str(caught.value)


def test_a_foreign_file_is_refused_at_once(tmp_path):
    (tmp_path / "rows.db").write_text("my notes")
    with pytest.raises(CacheFileError, match=r"rows\.db is not a cache file"):
        in_file(tmp_path)


def test_the_bounds_of_a_text_are_heeded(tmp_path):
    cache = in_file(tmp_path, options="?rows=10")
    for number in range(50):
        cache.put_page("Task", {f"t{number}": task(f"t{number}")})
    cache.close()
    with sqlite3.connect(tmp_path / "rows.db") as file:
        assert file.execute("SELECT count(*) FROM entries").fetchone()[0] <= 11
    file.close()


# --- given ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (7, "a int is no cache: give a URL such as memory:"),
        (object(), "an object with get, set, remove, keys, or a row cache"),
        (MemoryCache, "the class MemoryCache was given as cache; give one of it: MemoryCache(...)"),
    ],
)
def test_what_is_no_cache_is_refused_with_a_hint(given, text):
    with pytest.raises(ConfigurationError) as caught:
        plugin.ftrack_create_cache(CONTEXT, given)
    assert text in str(caught.value)
