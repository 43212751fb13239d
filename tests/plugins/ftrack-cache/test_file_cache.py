"""The cache in a file: what it keeps, who may use it at once, and what it says of a bad file."""

from __future__ import annotations

import dbm.dumb
import gc
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ftrack_cache import CacheFileError, CacheKeyError, CacheValueError, FileCache
from ftrack_cache.testing import KeyedCacheSuite
from ftrack_core.errors import ConfigurationError

TIMEOUT = 60


class TestFileCache(KeyedCacheSuite):
    @pytest.fixture
    def cache(self, tmp_path):
        cache = FileCache(tmp_path / "cache.db")
        yield cache
        cache.close()


class TestScopeOfAFileCache(KeyedCacheSuite):
    @pytest.fixture
    def cache(self, tmp_path):
        other = FileCache(tmp_path / "cache.db", scope="other")
        other.set_all({"a": "another", "task_1": "another"})
        cache = FileCache(tmp_path / "cache.db", scope="this")
        yield cache
        cache.close()
        assert other.get_all(["a", "task_1"]) == {"a": "another", "task_1": "another"}
        other.close()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cache.db"


@pytest.fixture
def opened(path):
    """A function that opens a cache on *path*, closed in the end."""
    caches = []

    def open_cache(**options):
        caches.append(FileCache(path, **options))
        return caches[-1]

    yield open_cache
    for cache in caches:
        cache.close()


# --- keeping --------------------------------------------------------------------------------------


def test_it_outlives_the_one_who_wrote_it(opened):
    opened().set("a", "1")
    assert opened().get("a") == "1"


def test_it_can_be_used_again_after_closing(opened):
    cache = opened()
    cache.set("a", "1")
    cache.close()
    assert cache.get("a") == "1"


def test_bytes_are_kept_apart_from_texts(opened):
    cache = opened()
    cache.set(b"a", b"\0\xff")
    cache.set("a", "text")
    assert (cache.get(b"a"), cache.get("a")) == (b"\0\xff", "text")


@pytest.mark.parametrize("number", [1, 7, 8, 9, 64, 65, 512, 513, 1300])
def test_many_keys_are_asked_for_in_parts(opened, number):
    cache = opened()
    values = {f"k{one}": str(one) for one in range(number)}
    cache.set_all(values)
    assert cache.get_all(values) == values


def test_a_page_is_kept_whole_or_not_at_all(opened):
    cache = opened()
    with pytest.raises(CacheValueError):
        cache.set_all({"a": "1", "b": "\ud800"})
    assert cache.keys() == []


@pytest.mark.parametrize(
    ("key", "value", "error", "text"),
    [
        (("Task", "a1"), "1", CacheKeyError, "not tuple; make one with a KeyMaker"),
        ("a", {"b": 1}, CacheValueError, r"not dict; write SerialisedCache\(FileCache\(path\)\)"),
        ("a", None, CacheValueError, "not NoneType"),
        ("\ud800", "1", CacheValueError, "encode it to bytes yourself"),
    ],
)
def test_what_a_file_cannot_keep_is_refused_with_a_hint(opened, key, value, error, text):
    with pytest.raises(error, match=text):
        opened().set(key, value)


# --- bounds ---------------------------------------------------------------------------------------


def test_what_was_written_longest_ago_goes_first(opened):
    cache = opened(entries=3)
    for key in ("a", "b", "c", "a", "d"):
        cache.set(key, key)
    assert cache.keys() == ["c", "a", "d"]


def test_a_long_life_does_not_make_it_grow(opened, path):
    cache = opened(entries=100)
    for page in range(200):
        cache.set_all({f"{page}_{row}": "x" * 200 for row in range(10)})
        assert len(cache.keys()) <= 110
    cache.close()
    assert path.stat().st_size < 200_000


def test_many_who_write_little_each_count_together(opened):
    for page in range(300):
        opened(entries=100).set(f"{page}", "x")
    assert len(opened().keys()) <= 110


def test_it_has_a_size_that_it_does_not_exceed(opened, path):
    cache = opened(megabytes=1)
    for number in range(400):
        cache.set(f"{number}", "x" * 10_000)
    assert cache.get("399") == "x" * 10_000
    cache.close()
    assert path.stat().st_size <= 2**20


def test_a_value_that_is_larger_than_the_file_may_be_is_refused(opened):
    cache = opened(megabytes=1)
    cache.set("a", "1")
    with pytest.raises(CacheFileError, match="allow it more megabytes"):
        cache.set("b", "x" * 2**21)
    assert cache.get("a") == "1"


def test_values_are_forgotten_when_their_time_is_up(opened, clock):
    cache = opened(seconds=10, timer=clock)
    cache.set_all({"a": "1", "b": "1"})
    cache.set_all({"long": "1"}, seconds=100)
    clock.now += 10.5
    assert cache.get_all(["a", "b", "long"]) == {"long": "1"}
    assert cache.keys() == ["long"]
    for call in (cache.get, cache.remove):
        with pytest.raises(KeyError):
            call("a")


def test_what_is_out_of_time_leaves_the_file(opened, clock):
    cache = opened(entries=10, seconds=10, timer=clock)
    cache.set_all({"a": "1", "b": "1"})
    clock.now += 11
    cache.set("c", "1")
    clock.now -= 11
    assert cache.keys() == ["c"]


@pytest.mark.parametrize("options", [{"entries": 0}, {"entries": 1.5}, {"seconds": 0}])
def test_a_bound_that_is_none_is_refused(opened, options, path):
    with pytest.raises(ConfigurationError, match="above nought"):
        opened(**options)
    assert not path.exists()


# --- threads and processes ------------------------------------------------------------------------


def test_many_threads_write_and_read_at_once(opened):
    caches = [opened(), opened()]

    def work(number):
        for turn in range(20):
            cache = caches[(number + turn) % 2]
            cache.set(f"{number}", f"{turn}")
            assert cache.get(f"{number}") == f"{turn}"
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))


WRITER = """
import sys
from ftrack_cache import FileCache
cache = FileCache(sys.argv[1])
for turn in range(40):
    cache.set_all({f"{sys.argv[2]}_{turn}_{row}": "x" * 100 for row in range(10)})
    cache.get_all([f"{other}_{turn}_0" for other in range(9)])
cache.set("shared", sys.argv[2])
print(len([key for key in cache.keys() if key.startswith(sys.argv[2] + "_")]))
"""


def run_processes(path, program, number):
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(path), str(one)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for one in range(number)
    ]
    return [process.communicate(timeout=TIMEOUT) for process in started]


def test_eight_processes_share_a_file_that_none_of_them_has_made_before(path, opened):
    answers = run_processes(path, WRITER, 8)
    assert answers == [("400\n", "")] * 8
    cache = opened()
    assert len(cache.keys()) == 8 * 400 + 1
    assert cache.get("shared") in set("01234567")


def test_two_that_found_a_file_at_once_do_not_disturb_each_other(opened):
    cache = opened()
    cache.set("a", "1")
    database = cache._database
    database.write(database._found)  # the other one has been faster
    assert cache.get("a") == "1"


@pytest.fixture
def read_meanwhile(path, opened):
    """A connection that holds on to a file whose journal is still of the other kind."""
    opened().close()
    with sqlite3.connect(path, isolation_level=None, check_same_thread=False) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM entries").fetchall()
        yield other
    other.close()


def test_one_who_opens_waits_for_one_who_reads(read_meanwhile, opened):
    over = threading.Timer(0.2, read_meanwhile.execute, ["ROLLBACK"])
    over.start()
    opened().set("a", "1")
    over.join()


def test_one_who_opens_does_not_wait_for_ever(read_meanwhile, path):
    with pytest.raises(CacheFileError, match=r"in use by another process for 0.1 seconds"):
        FileCache(path, timeout=0.1)


KILLED = """
import os, signal, sys
from ftrack_cache import FileCache
cache = FileCache(sys.argv[1])
cache.set_all({f"k{row}": "whole" for row in range(100)})
def rows():
    for row in range(100):
        yield ("", f"k{row}", "half", 1e12)
        if row == 50:
            os.kill(os.getpid(), signal.SIGKILL)
sql = "INSERT OR REPLACE INTO entries (scope, key, value, expires) VALUES (?, ?, ?, ?)"
cache._database.write(lambda one: one.executemany(sql, rows()))
"""


@pytest.mark.skipif(os.name == "nt", reason="there are no signals here")
def test_a_process_that_is_killed_while_it_writes_leaves_what_was(path, opened):
    run_processes(path, KILLED, 1)
    assert set(opened().values()) == {"whole"}


FORKED = """
import os, sys, threading
from ftrack_cache import FileCache
cache = FileCache(sys.argv[1])
cache.set("parent", "1")
held, over = threading.Event(), threading.Event()
def hold(_):
    held.set()
    over.wait(10)
holder = threading.Thread(target=cache._database.read, args=[hold])
holder.start()
held.wait()
child = os.fork()
if child == 0:
    cache.set("child", cache.get("parent"))
    cache.close()
    os._exit(0)
_, status = os.waitpid(child, 0)
over.set()
holder.join()
cache.set("after", "1")
print(status, sorted(cache.keys()))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes do not fork here")
def test_a_child_process_goes_on_with_a_connection_of_its_own(path):
    answers = run_processes(path, "import warnings; warnings.simplefilter('ignore')\n" + FORKED, 1)
    assert answers == [("0 ['after', 'child', 'parent']\n", "")]


def test_another_process_that_writes_for_too_long_is_told_of(opened, path):
    cache = opened(timeout=0.05)
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CacheFileError, match=r"in use by another process for 0.05 seconds"):
            cache.set("a", "1")
        assert cache.get_all(["a"]) == {}  # readers do not wait
        other.execute("ROLLBACK")
    other.close()
    cache.set("a", "1")


def test_a_cache_that_nobody_holds_gives_its_file_back(path):
    FileCache(path).set("a", "1")
    gc.collect()
    assert [one.name for one in path.parent.iterdir()] == [path.name]  # no journals are left


def test_a_cache_that_is_opened_and_closed_often_holds_on_to_nothing(opened):
    cache = opened()
    for _ in range(50):
        cache.set("a", "1")
        cache.close()
    gc.collect()
    mine = Path(f"/proc/{os.getpid()}/fd")
    held = [os.path.realpath(one) for one in mine.iterdir()] if mine.is_dir() else []
    assert [one for one in held if "cache.db" in one] == []


@pytest.mark.parametrize("ending", ["", "*"])
@pytest.mark.parametrize("is_made_again", [True, False])
def test_a_file_that_is_removed_while_it_is_used_is_made_again(opened, path, ending, is_made_again):
    cache = opened()
    cache.set("a", "1")
    for one in path.parent.glob(f"{path.name}{ending}"):
        one.unlink()
    other = opened() if is_made_again else None
    if other is not None:
        other.set("b", "2")
    cache.set("c", "3")
    assert sorted(cache.keys()) == sorted(opened().keys()) == (["b", "c"] if other else ["c"])
    cache.close()
    last = opened()
    last.set("d", "4")
    assert "c" in opened().keys()  # noqa: SIM118 -- a cache is no dict
    check = last._database.read(lambda one: one.execute("PRAGMA integrity_check").fetchall())
    assert check == [("ok",)]


# --- files that are not as they should be ---------------------------------------------------------


def refused(path, **options):
    """Return what is said of a file, which has to be named; and it stays as it was."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(CacheFileError) as caught:
        FileCache(path, **options)
    assert str(path) in str(caught.value)
    assert caught.value.path == path
    assert before is None or path.read_bytes() == before
    return caught.value.reason


@pytest.mark.parametrize(
    "content", [b"notes", b"\0" * 5000, b"SQLite format 3\0", b"SQLite format 3\0" + b"\0" * 5000]
)
def test_a_foreign_file_is_left_as_it_is(path, content):
    path.write_bytes(content)
    assert "is not a cache file and was left as it is" in refused(path)
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_foreign_database_is_left_as_it_is(path, journal):
    with sqlite3.connect(path) as other:
        other.execute(f"PRAGMA journal_mode = {journal}")
        other.execute("CREATE TABLE entries (number INTEGER PRIMARY KEY, scope, key, value)")
    assert "is not a cache file" in refused(path)
    other.close()


def test_a_database_of_the_older_client_is_left_as_it_is(path):
    with dbm.dumb.open(str(path), "c") as older:
        older["('Task', ['a1'])"] = "{}"
    older_file = path.with_name("cache.db.dat")
    assert "is not a cache file" in refused(older_file)


def test_an_empty_file_is_taken(path, opened):
    path.touch()
    opened().set("a", "1")
    assert opened().get("a") == "1"


def test_a_file_of_another_layout_is_left_as_it_is(path, opened):
    opened().close()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 7")
    other.close()
    assert "made by another ftrack-cache (layout 7, here 1)" in refused(path)


@pytest.fixture
def written(path, opened):
    cache = opened()
    cache.set_all({f"k{row}": "x" * 500 for row in range(500)})
    cache.close()
    return path


@pytest.mark.parametrize("size", [100, 4096, 8000])
def test_a_file_that_was_cut_off_is_told_of(written, size):
    os.truncate(written, size)
    assert "is damaged" in refused(written)


def test_a_file_that_is_damaged_further_back_is_told_of_when_it_is_read(written):
    content = bytearray(written.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    written.write_bytes(content)
    with pytest.raises(CacheFileError, match=r"cache\.db is damaged"):
        FileCache(written).get_all([f"k{row}" for row in range(500)])


def test_text_that_is_none_is_told_of(written, opened):
    with sqlite3.connect(written) as other:
        other.execute("UPDATE entries SET value = CAST(x'ff' AS TEXT)")
    other.close()
    with pytest.raises(CacheFileError, match="is damaged"):
        opened().get("k1")


def test_a_folder_is_told_of(path):
    path.mkdir()
    assert "cannot be read" in refused(path)


def test_a_folder_below_a_file_is_told_of(tmp_path):
    (tmp_path / "file").touch()
    assert "cannot be made" in refused(tmp_path / "file" / "cache.db")


READ_ONLY = """
import os, sys
from ftrack_cache import CacheFileError, FileCache
if os.geteuid() == 0:
    os.setuid(65534)
try:
    FileCache(sys.argv[1]).set("a", "1")
except CacheFileError as error:
    print(error.reason)
"""


@pytest.mark.parametrize(("mode", "text"), [(0o444, "written"), (0o000, "read")])
def test_a_file_that_may_not_be_written_is_told_of(written, mode, text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cache.db"
        shutil.copy(written, path)
        path.chmod(mode)
        Path(folder).chmod(0o755)  # everybody may look
        content = written.read_bytes()
        [(said, errors)] = run_processes(path, READ_ONLY, 1)
        path.chmod(0o600)
        assert errors == ""
        assert f"cannot be {text}" in said
        assert path.read_bytes() == content


@pytest.mark.skipif(os.name == "nt", reason="files have no modes here")
def test_the_file_is_for_its_owner_only(tmp_path):
    path = tmp_path / "new" / "folder" / "cache.db"
    cache = FileCache(path)
    cache.set("a", "1")
    modes = {stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}
    cache.close()
    assert modes == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


# --- a full disk ----------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path):
    """A mount of one MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    try:
        mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0
    except (AttributeError, OSError):
        mounted = False
    if not mounted:
        pytest.skip("mounting a small file system needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(folder):
    with (
        pytest.raises(OSError, match="No space left"),
        (folder / "filler").open("wb", buffering=0) as file,
    ):
        while file.write(bytes(4096)):
            pass


def test_a_full_disk_is_told_of_and_nothing_is_lost(small_disk):
    cache = FileCache(small_disk / "cache.db")
    kept = {f"k{row}": "x" * 500 for row in range(100)}
    cache.set_all(kept)
    fill(small_disk)
    with pytest.raises(CacheFileError, match=r"cache\.db can.* disk"):
        cache.set_all({f"more{row}": "x" * 5000 for row in range(300)})
    assert cache.get_all(kept) == kept
    (small_disk / "filler").unlink()
    cache.set("again", "1")
    assert cache.get("again") == "1"
    cache.close()


def test_a_disk_that_is_full_from_the_start_is_told_of(small_disk):
    fill(small_disk)
    assert "disk" in refused(small_disk / "cache.db")
