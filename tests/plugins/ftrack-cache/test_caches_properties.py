"""Whatever is done to a cache, it answers as a dict would that may forget."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from ftrack_cache import (
    FileCache,
    KeyedRows,
    LayeredCache,
    MemoryCache,
    MemoryRows,
    SerialisedCache,
)
from ftrack_cache.rows.layered import LayeredRows
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

KEYS = st.sampled_from(["a", "b", "c", "A", "a ", "ä", "", "a\0", "('Task', ['a1'])"]) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=3
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
relaxed = settings(deadline=None, max_examples=60, stateful_step_count=40)


class Folder:
    """A folder for the time of one run."""

    def __init__(self):
        self.path = Path(tempfile.mkdtemp())

    def remove(self):
        shutil.rmtree(self.path)


class AsADict(RuleBasedStateMachine):
    """A cache with room enough; a subclass makes it."""

    def __init__(self):
        super().__init__()
        self.folder = Folder()
        self.model = {}
        self.cache = self.make()

    def make(self):
        raise NotImplementedError

    def teardown(self):
        self.cache.close()
        self.folder.remove()

    @rule(key=KEYS, value=TEXTS)
    def set(self, key, value):
        self.cache.set(key, value)
        self.model[key] = value

    @rule(values=st.dictionaries(KEYS, TEXTS, max_size=12))
    def set_all(self, values):
        self.cache.set_all(values)
        self.model.update(values)

    @rule(key=KEYS)
    def get(self, key):
        assert outcome(self.cache.get, key) == outcome(self.model.__getitem__, key)

    @rule(keys=st.lists(KEYS, max_size=12))
    def get_all(self, keys):
        assert self.cache.get_all(keys) == {
            one: self.model[one] for one in keys if one in self.model
        }

    @rule(key=KEYS)
    def remove(self, key):
        assert outcome(self.cache.remove, key) == outcome(self.model.__delitem__, key)

    @rule(keys=st.lists(KEYS, max_size=4))
    def remove_all(self, keys):
        self.cache.remove_all(keys)
        for key in keys:
            self.model.pop(key, None)

    @rule(pattern=st.sampled_from(["a", "^a$", "ä", "Task", "zz"]))
    def clear_by_pattern(self, pattern):
        import re

        self.cache.clear(pattern)
        self.model = {key: one for key, one in self.model.items() if not re.search(pattern, key)}

    @precondition(lambda self: len(self.model) > 5)
    @rule()
    def clear(self):
        self.cache.clear()
        self.model.clear()

    @rule()
    def close(self):
        """A closed file opens again; what is in memory stays."""
        self.cache.close()

    @invariant()
    def the_same_is_kept(self):
        assert sorted(self.cache.keys()) == sorted(self.model)
        assert sorted(self.cache.values()) == sorted(self.model.values())


def outcome(work, *args):
    try:
        return work(*args)
    except KeyError:
        return KeyError


class MemoryAsADict(AsADict):
    def make(self):
        return MemoryCache()


class FileAsADict(AsADict):
    def make(self):
        return FileCache(self.folder.path / "cache.db")

    @rule()
    def another_takes_over(self):
        self.cache.close()
        self.cache = self.make()


class LayersAsADict(AsADict):
    """The upper layer is too small for all, the middle one forgets nothing, the lowest lasts."""

    def make(self):
        file = SerialisedCache(FileCache(self.folder.path / "cache.db"))
        return LayeredCache([MemoryCache(entries=2), file])

    @rule(key=KEYS)
    def the_upper_layer_forgets(self, key):
        self.cache.caches[0].remove_all([key])


class BoundedMemory(RuleBasedStateMachine):
    """A cache without room and with time: it may forget, and never says what is not so."""

    def __init__(self):
        super().__init__()
        self.now = 0.0
        self.cache = MemoryCache(entries=3, seconds=10, timer=lambda: self.now)
        self.model = {}  # key to value and when it was set

    @rule(key=KEYS, value=TEXTS)
    def set(self, key, value):
        self.cache.set(key, value)
        self.model[key] = (value, self.now)
        assert self.cache.get(key) == value

    @rule(seconds=st.floats(0.5, 12))
    def wait(self, seconds):
        self.now += seconds

    @rule(key=KEYS)
    def remove(self, key):
        if outcome(self.cache.remove, key) is not KeyError:
            del self.model[key]
        assert outcome(self.cache.get, key) is KeyError

    @invariant()
    def what_is_kept_is_true_young_and_little(self):
        keys = self.cache.keys()
        assert len(keys) <= 3
        for key in keys:
            value, since = self.model[key]
            assert self.cache.get(key) == value
            assert self.now - since < 10


ROW_KEYS = st.sampled_from(["t1", "t2", "t3", "t4"]) | st.tuples(
    st.sampled_from("ab"), st.sampled_from("xy")
)
TYPES = st.sampled_from(["Task", "Shot"])
PAGES = st.dictionaries(ROW_KEYS, st.dictionaries(st.sampled_from("pqr"), TEXTS), max_size=6)


class RowsAsADict(RuleBasedStateMachine):
    """Row caches in memory, in a file, and one above the other."""

    def __init__(self):
        super().__init__()
        self.folder = Folder()
        file = KeyedRows(SerialisedCache(FileCache(self.folder.path / "rows.db")), owned=True)
        layers = KeyedRows(SerialisedCache(FileCache(self.folder.path / "more.db")), owned=True)
        self.caches = [MemoryRows(), file, LayeredRows(MemoryRows(3), layers)]
        self.model = {}

    def teardown(self):
        for cache in self.caches:
            cache.close()
        self.folder.remove()

    @rule(entity_type=TYPES, page=PAGES)
    def put_page(self, entity_type, page):
        for cache in self.caches:
            cache.put_page(entity_type, page)
        self.model.update({(entity_type, key): row for key, row in page.items()})

    @rule(entity_type=TYPES, keys=st.lists(ROW_KEYS, max_size=6))
    def get_many(self, entity_type, keys):
        wanted = {
            key: self.model[entity_type, key] for key in keys if (entity_type, key) in self.model
        }
        for cache in self.caches:
            assert dict(cache.get_many(entity_type, keys)) == wanted

    @rule(entity_type=TYPES, keys=st.lists(ROW_KEYS, max_size=3))
    def drop(self, entity_type, keys):
        for cache in self.caches:
            cache.drop(entity_type, keys)
        for key in keys:
            self.model.pop((entity_type, key), None)

    @precondition(lambda self: len(self.model) > 4)
    @rule()
    def clear(self):
        for cache in self.caches:
            cache.clear()
        self.model.clear()


TestMemoryAsADict = MemoryAsADict.TestCase
TestFileAsADict = FileAsADict.TestCase
TestLayersAsADict = LayersAsADict.TestCase
TestBoundedMemory = BoundedMemory.TestCase
TestRowsAsADict = RowsAsADict.TestCase
for case in (
    *(TestMemoryAsADict, TestFileAsADict, TestLayersAsADict),
    *(TestBoundedMemory, TestRowsAsADict),
):
    case.settings = relaxed
