"""The row cache in memory, and how a session asks for one."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc

import pytest
from ftrack_cache import plugin
from ftrack_cache.rows.memory import MemoryRows
from ftrack_cache.spec import MemorySpec
from ftrack_core.errors import ConfigurationError
from ftrack_core.ports import Context
from ftrack_core.testing.caches import CacheSuite

CONTEXT = Context("https://studio.ftrackapp.com", "ann")


class TestMemoryRows(CacheSuite):
    @pytest.fixture
    def cache(self):
        cache = MemoryRows()
        yield cache
        cache.close()


class TestMemoryRowsWithTimeLimit(CacheSuite):
    @pytest.fixture
    def cache(self):
        cache = MemoryRows(rows=100, seconds=60)
        yield cache
        cache.close()


def page(*keys):
    return {key: {"__entity_type__": "Task", "id": key} for key in keys}


def kept(cache, *keys):
    return set(cache.get_many("Task", keys))


def test_rows_are_shared_and_not_copied():
    cache = MemoryRows()
    rows = page("t1")
    cache.put_page("Task", rows)
    assert cache.get_many("Task", ["t1"])["t1"] is rows["t1"]


def test_the_page_that_was_not_asked_for_the_longest_goes_first():
    cache = MemoryRows(rows=4)
    cache.put_page("Task", page("t1", "t2"))
    cache.put_page("Task", page("t3", "t4"))
    cache.get_many("Task", ["t1"])
    cache.put_page("Task", page("t5"))
    assert kept(cache, "t1", "t2", "t3", "t4", "t5") == {"t1", "t2", "t5"}


def test_a_row_that_came_again_outlives_the_page_it_came_with_first():
    cache = MemoryRows(rows=3)
    cache.put_page("Task", page("t1", "t2"))
    cache.put_page("Task", page("t1"))
    cache.put_page("Task", page("t3"))
    assert kept(cache, "t1", "t2", "t3") == {"t1", "t3"}


def test_a_page_larger_than_the_cache_leaves_its_end():
    cache = MemoryRows(rows=2)
    cache.put_page("Task", page("t1", "t2", "t3"))
    assert kept(cache, "t1", "t2", "t3") == {"t2", "t3"}


def test_rows_leave_when_their_time_is_up(clock):
    cache = MemoryRows(rows=10, seconds=60, timer=clock)
    cache.put_page("Task", page("t1"))
    clock.now += 59
    cache.put_page("Task", page("t2"))
    assert kept(cache, "t1", "t2") == {"t1", "t2"}
    clock.now += 2
    assert kept(cache, "t1", "t2") == {"t2"}


def test_a_type_may_have_a_time_of_its_own(clock):
    cache = MemoryRows(seconds=60, timer=clock)
    cache.limit("Task", 5)
    cache.limit("Status", 1000)
    for entity_type in ("Task", "Status", "Shot"):
        cache.put_page(entity_type, page("k1"))
    clock.now += 6
    assert [bool(cache.get_many(one, ["k1"])) for one in ("Task", "Status", "Shot")] == [0, 1, 1]
    clock.now += 60
    assert [bool(cache.get_many(one, ["k1"])) for one in ("Task", "Status", "Shot")] == [0, 1, 0]


def test_a_time_of_its_own_can_be_taken_back(clock):
    cache = MemoryRows(timer=clock)
    cache.limit("Task", 5)
    cache.limit("Task", None)
    cache.put_page("Task", page("t1"))
    clock.now += 1e6
    assert kept(cache, "t1") == {"t1"}


def test_pages_without_rows_do_not_make_it_grow():
    cache = MemoryRows()
    for _ in range(10):
        cache.put_page("Task", {})
    assert len(cache._pages) == 0


def test_keys_of_several_pages_may_be_mixed():
    cache = MemoryRows()
    cache.put_page("Task", page("t1", "t3"))
    cache.put_page("Task", page("t2", "t4"))
    cache.drop("Task", ["t3"])
    assert list(cache.get_many("Task", ["t4", "t0", "t1", "t2", "t3"])) == ["t4", "t1", "t2"]


@pytest.mark.parametrize(("rows", "seconds"), [(0, None), (2.5, None), (5, 0), (5, "long")])
def test_a_bound_that_is_none_is_refused(rows, seconds):
    with pytest.raises(ConfigurationError, match="number above nought"):
        MemoryRows(rows, seconds)


def test_a_closed_cache_holds_no_rows():
    cache = MemoryRows()
    cache.put_page("Task", page("t1"))
    cache.close()
    assert kept(cache, "t1") == set()


@pytest.mark.parametrize("seconds", [None, 60])
def test_a_long_life_does_not_make_it_grow(seconds):
    now = [0.0]
    cache = MemoryRows(rows=100, seconds=seconds, timer=lambda: now[0])

    def live(pages):
        """Return the bytes held afterwards, at the most, over the last pages."""
        most = 0
        for number in range(pages):
            now[0] += 1
            cache.put_page("Task", page(*(f"{now[0]}_{row}" for row in range(10))))
            if number > pages - 50:
                most = max(most, tracemalloc.get_traced_memory()[0])
        return most

    tracemalloc.start()
    try:
        young, old = live(100), live(2000)
    finally:
        tracemalloc.stop()
    assert old < 1.5 * young


@pytest.mark.parametrize(
    ("spec", "rows", "seconds"),
    [
        ("memory:", 10_000, None),
        ("memory:?rows=5000&seconds=60", 5000, 60.0),
        ("memory://?seconds=0.5", 10_000, 0.5),
        ("MEMORY:?rows=1", 1, None),
    ],
)
def test_a_session_says_how_much_is_kept_and_how_long(spec, rows, seconds):
    assert MemorySpec.read(spec) == MemorySpec(rows, seconds)
    assert isinstance(plugin.ftrack_create_cache(CONTEXT, spec), MemoryRows)


@pytest.mark.parametrize("spec", ["redis://host/0", "filed:/tmp/rows", "memoryful:", ""])
def test_other_schemes_are_left_to_other_plugins(spec):
    assert plugin.ftrack_create_cache(CONTEXT, spec) is None


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ("memory:?row=5", "has no option 'row'. Did you mean 'rows'"),
        ("memory:?rows=many", "rows to be a number above nought"),
        ("memory:?rows=0", "rows to be a number above nought"),
        ("memory:?rows=2.5", "rows to be a number above nought"),
        ("memory:?rows=inf", "rows to be a number above nought"),
        ("memory:#rows", "write %23 for it"),
        ("memory:?seconds=-1", "seconds to be a number above nought"),
        ("memory:?seconds=nan", "seconds to be a number above nought"),
        ("memory:/rows", "names a place"),
    ],
)
def test_a_faulty_wish_is_refused_with_a_hint(spec, text):
    with pytest.raises(ConfigurationError) as caught:
        plugin.ftrack_create_cache(CONTEXT, spec)
    assert text in str(caught.value)


def test_cachetools_is_imported_with_the_first_cache_and_not_before():
    program = "import sys, ftrack_cache.plugin; print('cachetools' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.stdout == "False\n"
