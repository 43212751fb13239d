"""Caches, key makers and memoisers under their older names."""

from __future__ import annotations

import dbm
import errno
import fcntl
import json
import os
import subprocess
import sys
import threading
from collections import UserDict

import pytest
from ftrack_api.cache import (
    Cache,
    FileCache,
    KeyMaker,
    LayeredCache,
    Memoiser,
    MemoryCache,
    ObjectKeyMaker,
    ProxyCache,
    SerialisedCache,
    StringKeyMaker,
    memoise,
    memoise_decorator,
    memoiser,
)


@pytest.fixture(params=["memory", "proxy", "layered", "serialised", "file", "serialised file"])
def cache(request, tmp_path):
    def file():
        return FileCache(str(tmp_path / "cache"))

    made = {
        "memory": MemoryCache,
        "proxy": lambda: ProxyCache(MemoryCache()),
        "layered": lambda: LayeredCache([MemoryCache(), MemoryCache()]),
        "serialised": lambda: SerialisedCache(MemoryCache(), json.dumps, json.loads),
        "file": file,
        "serialised file": lambda: SerialisedCache(file(), json.dumps, json.loads),
    }
    return made[request.param]()


# --- what all have -----------------------------------------------------------------------------


def test_a_value_is_kept_replaced_and_forgotten(cache):
    cache.set("key", "value")
    assert cache.get("key") == "value"
    cache.set("key", "other")
    assert cache.get("key") == "other"
    cache.remove("key")
    with pytest.raises(KeyError):
        cache.get("key")


def test_what_is_not_there_is_a_key_error(cache):
    with pytest.raises(KeyError):
        cache.get("key")
    with pytest.raises(KeyError):
        cache.remove("key")


def test_keys_and_values_are_lists_of_what_is_there(cache):
    assert (cache.keys(), cache.values()) == ([], [])
    for key in ("a", "b", "c"):
        cache.set(key, f"value of {key}")
    assert isinstance(cache.keys(), list)
    assert sorted(cache.keys()) == ["a", "b", "c"]
    assert sorted(cache.values()) == ["value of a", "value of b", "value of c"]


@pytest.mark.parametrize(
    ("pattern", "left"), [(None, []), ("^Task", ["Shot 1", "not a Task"]), ("Task", ["Shot 1"])]
)
def test_keys_in_which_a_pattern_is_found_are_cleared(cache, pattern, left):
    for key in ("Task 1", "Task 2", "Shot 1", "not a Task"):
        cache.set(key, "value")
    cache.clear(pattern)
    assert sorted(cache.keys()) == left


def test_a_cache_has_to_get_set_and_remove():
    with pytest.raises(TypeError):
        Cache()


def test_a_subclass_with_the_four_methods_has_the_others():
    class Slow(Cache):
        def __init__(self):
            self.kept = {"a": 1, "b": 2}

        def get(self, key):
            return self.kept[key]

        def set(self, key, value):
            self.kept[key] = value

        def remove(self, key):
            del self.kept[key]

        def keys(self):
            return [*self.kept, "gone meanwhile"]

    cache = Slow()
    assert cache.values() == [1, 2]
    cache.clear("a|gone")
    assert cache.kept == {"b": 2}


@pytest.mark.parametrize(
    ("kind", "parents"),
    [
        (MemoryCache, (Cache,)),
        (FileCache, (Cache,)),
        (LayeredCache, (Cache,)),
        (ProxyCache, (Cache,)),
        (SerialisedCache, (ProxyCache, Cache)),
        (StringKeyMaker, (KeyMaker,)),
        (ObjectKeyMaker, (KeyMaker,)),
    ],
)
def test_classes_are_related_as_scripts_expect(kind, parents):
    assert issubclass(kind, parents[0])
    assert issubclass(kind, parents[-1])


# --- in memory ---------------------------------------------------------------------------------


def test_a_memory_keeps_the_very_object_and_any_number_of_them():
    cache, value = MemoryCache(), object()
    cache.set("key", value)
    assert cache.get("key") is value
    for number in range(100_001):
        cache.set(number, number)
    assert len(cache.keys()) == 100_002


def test_a_memory_may_be_kept_in_a_mapping_of_somebody_else():
    storage = UserDict(a=1)
    cache = MemoryCache(storage=storage)
    cache.set("b", 2)
    storage["c"] = 3
    cache.remove("a")
    assert sorted(cache.keys()) == ["b", "c"]
    assert storage.data == {"b": 2, "c": 3}


# --- layers ------------------------------------------------------------------------------------


@pytest.fixture
def layers():
    return [MemoryCache(), MemoryCache(), MemoryCache()]


def test_what_a_lower_layer_had_is_given_to_those_above(layers):
    layers[1].set("key", "value")
    assert LayeredCache(layers).get("key") == "value"
    assert layers[0].get("key") == "value"
    assert layers[2].keys() == []


def test_every_layer_keeps_a_value_and_forgets_it(layers):
    cache = LayeredCache(layers)
    cache.set("key", "value")
    assert [layer.keys() for layer in layers] == [["key"]] * 3
    layers[0].remove("key")
    cache.remove("key")
    assert [layer.keys() for layer in layers] == [[], [], []]
    with pytest.raises(KeyError):
        cache.remove("key")


def test_the_keys_of_all_layers_are_told_once_each(layers):
    for number, layer in enumerate(layers):
        layer.set("same", number)
        layer.set(number, number)
    assert sorted(map(str, LayeredCache(layers).keys())) == ["0", "1", "2", "same"]


def test_layers_are_the_list_that_was_given_and_may_change(layers):
    cache, added = LayeredCache(layers), MemoryCache()
    assert cache.caches is layers
    cache.caches.append(added)
    cache.set("key", "value")
    assert cache.caches.pop() is added
    assert added.get("key") == "value"
    cache.set("other", "value")
    assert added.keys() == ["key"]


# --- encoded -----------------------------------------------------------------------------------


def test_values_are_encoded_on_the_way_in_and_decoded_on_the_way_out():
    inner = MemoryCache()
    cache = SerialisedCache(inner, encode=json.dumps, decode=json.loads)
    cache.set("key", {"a": [1]})
    assert inner.get("key") == '{"a": [1]}'
    assert cache.get("key") == {"a": [1]}
    assert cache.values() == [{"a": [1]}]
    assert (cache.proxied, cache.encode, cache.decode) == (inner, json.dumps, json.loads)


def test_without_functions_values_pass_as_they_are():
    inner, value = MemoryCache(), object()
    cache = SerialisedCache(inner)
    cache.set("key", value)
    assert cache.get("key") is value
    assert (cache.encode, cache.decode) == (None, None)


# --- in a file ---------------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "cache.db")


def test_a_file_outlives_the_cache(path):
    FileCache(path).set("('Task', ['a1'])", '{"id": "a1"}')
    assert FileCache(path).get("('Task', ['a1'])") == '{"id": "a1"}'
    assert FileCache(path).path == path


def test_the_file_is_one_that_the_standard_library_reads(path):
    cache = FileCache(path)
    cache.set("('Task', ['a1'])", "é")
    with dbm.open(path, "r") as database:
        assert database.keys() == [b"('Task', ['a1'])"]
        assert database[b"('Task', ['a1'])"] == "é".encode()


def test_a_file_that_the_standard_library_wrote_is_read(path):
    with dbm.open(path, "c") as database:
        database[b"key"] = "grün".encode()
    assert FileCache(path).get("key") == "grün"


def test_the_open_file_is_lent(path):
    cache = FileCache(path)
    cache.set("key", '{"a": 1}')
    with cache._database() as database:
        assert [json.loads(database[key]) for key in database.keys()] == [{"a": 1}]  # noqa: SIM118
        assert cache.get("key") == '{"a": 1}'
        database[b"other"] = b"{}"
    assert sorted(cache.keys()) == ["key", "other"]


def test_keys_may_hold_letters_of_any_script(path):
    cache = FileCache(path)
    cache.set("Tâche 作業", "value")
    assert cache.get("Tâche 作業") == "value"
    assert cache.keys() == ["Tâche 作業"]
    cache.remove("Tâche 作業")
    assert cache.keys() == []


def test_bytes_are_kept_and_come_out_as_text(path):
    cache = FileCache(path)
    cache.set("key", b"value")
    assert cache.get("key") == "value"


def fill(path, name):
    cache = FileCache(path)
    for number in range(20):
        cache.set(f"{name} {number}", "value")


def test_threads_that_write_one_file_lose_nothing(path):
    FileCache(path)
    threads = [threading.Thread(target=fill, args=(path, f"t{n}")) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(FileCache(path).keys()) == 80


PROGRAM = """
import sys
from ftrack_api.cache import FileCache
cache = FileCache(sys.argv[1])
for number in range(20):
    cache.set(f"{sys.argv[2]} {number}", "value")
"""


def test_processes_that_write_one_file_lose_nothing(path):
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM, path]
    processes = [subprocess.Popen([*command, f"p{n}"]) for n in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert len(FileCache(path).keys()) == 60


def test_clearing_and_reading_all_opens_the_file_once(path, monkeypatch):
    cache = FileCache(path)
    for number in range(5):
        cache.set(str(number), "value")
    opened, really = [], dbm.open
    monkeypatch.setattr(dbm, "open", lambda *args: opened.append(args) or really(*args))
    assert cache.values() == ["value"] * 5
    assert len(opened) == 2
    cache.clear()
    assert len(opened) == 4


# --- keys --------------------------------------------------------------------------------------


def test_a_key_joins_what_stands_for_each_item():
    class Lengths(KeyMaker):
        def __init__(self):
            super().__init__()
            self.item_separator = "+"

        def _key(self, obj):
            return str(len(obj))

    assert Lengths().key("a", "bcd", "") == "1+3+0"
    with pytest.raises(TypeError):
        KeyMaker()


@pytest.mark.parametrize(
    ("items", "key"),
    [
        (("a", "b"), "ab"),
        ((("Task", ["a1"]),), "('Task', ['a1'])"),
        ((1, None, 2.5), "1None2.5"),
        ((["x"], {"a": 1}), "['x']{'a': 1}"),
    ],
)
def test_a_string_key_is_what_the_items_look_like(items, key):
    assert StringKeyMaker().key(*items) == key
    assert StringKeyMaker().item_separator == ""


def test_an_object_that_only_its_place_tells_from_others_has_a_string_key_too():
    one, other = object(), object()
    assert StringKeyMaker().key(one) == str(one)
    assert StringKeyMaker().key(one) != StringKeyMaker().key(other)


def plain(x, y=2):
    """Stand for functions in keys."""


class Kind:
    def method(self):
        """Stand for methods in keys."""

    @classmethod
    def of_the_class(cls):
        """Stand for methods of classes in keys."""


HERE = __name__.encode()
ONE, A = b"\x80\x02K\x01.", b"\x80\x02X\x01\x00\x00\x00aq\x00."


@pytest.mark.parametrize(
    ("items", "key"),
    [
        ((1,), ONE),
        (("a",), A),
        ((1, "a"), ONE + b"\0" + A),
        ((True,), b"\x80\x02\x88."),
        ((None,), b"\x80\x02N."),
        (([1, "a"],), b"\3" + ONE + b"\0" + A + b"\3"),
        (((1, "a"),), b"\3" + ONE + b"\0" + A + b"\3"),
        (({"a": 1},), b"\1" + A + b"\2" + ONE + b"\1"),
        (
            ({"b": 1, "a": [1]},),
            b"\1" + A + b"\2\3" + ONE + b"\3\0" + A.replace(b"a", b"b", 1) + b"\2" + ONE + b"\1",
        ),
        (([],), b"\3\3"),
        (({},), b"\1\1"),
        ((plain,), b"\4plain\0" + HERE),
        ((Kind,), b"\4Kind\0" + HERE),
        ((Kind().method,), b"\4method\0Kind\0" + HERE),
        ((len,), b"\4len"),
        ((plain, {"x": 1}), b"\4plain\0" + HERE + b"\0\1"
         + A.replace(b"a", b"x", 1) + b"\2" + ONE + b"\1"),
    ],
)  # fmt: skip
def test_an_object_key_has_these_bytes(items, key):
    assert ObjectKeyMaker().key(*items) == key


def test_the_marks_of_an_object_key_can_be_read():
    maker = ObjectKeyMaker()
    assert (
        maker.item_separator,
        maker.mapping_identifier,
        maker.mapping_pair_separator,
        maker.iterable_identifier,
        maker.name_identifier,
    ) == (b"\0", b"\1", b"\2", b"\3", b"\4")


def test_a_subclass_says_what_stands_for_an_item_also_within_others():
    class Handle:
        def __init__(self, name):
            self.name = name

    class ByName(ObjectKeyMaker):
        def _key(self, item):
            return item.name.encode() if isinstance(item, Handle) else super()._key(item)

    key = ByName().key({"a": [Handle("one")]})
    assert key == b"\1" + A + b"\2\3one\3\1"


# --- memoisers ---------------------------------------------------------------------------------


@pytest.fixture
def counted():
    calls = []

    def function(x, y=2, *rest, **more):
        calls.append((x, y, *rest))
        return [x, y]

    function.calls = calls
    return function


@pytest.mark.parametrize(
    "again",
    [((1,), {}), ((1, 2), {}), ((), {"x": 1}), ((), {"y": 2, "x": 1}), ((1,), {"y": 2})],
)
def test_a_call_with_the_same_arguments_is_remembered_however_they_are_given(counted, again):
    memoiser = Memoiser()
    assert memoiser.call(counted, (1,), {}) == [1, 2]
    assert memoiser.call(counted, *again) == [1, 2]
    assert counted.calls == [(1, 2)]
    memoiser.call(counted, (2,))
    assert counted.calls == [(1, 2), (2, 2)]


def test_arguments_that_do_not_fit_are_a_type_error(counted):
    with pytest.raises(TypeError):
        Memoiser().call(counted)


def test_each_caller_gets_a_copy_unless_told_otherwise(counted):
    copying, sharing = Memoiser(), Memoiser(return_copies=False)
    copying.call(counted, (1,)).append("changed")
    assert copying.call(counted, (1,)) == [1, 2]
    assert sharing.call(counted, (1,)) is sharing.call(counted, (1,))
    assert (copying.return_copies, sharing.return_copies) == (True, False)


def test_cache_and_key_maker_can_be_given(counted):
    cache = MemoryCache()
    memoiser = Memoiser(cache, StringKeyMaker())
    memoiser.call(counted, (1,))
    assert memoiser.cache is cache
    assert len(cache.keys()) == 1
    assert isinstance(Memoiser().cache, MemoryCache)
    assert isinstance(Memoiser().key_maker, ObjectKeyMaker)


def test_a_method_is_remembered_with_a_string_key_maker():
    class Counter:
        count = 0

        def next(self):
            self.count += 1
            return self.count

    counter, memoiser = Counter(), Memoiser(key_maker=StringKeyMaker())
    assert memoiser.call(counter.next) == memoiser.call(counter.next) == 1


def test_a_decorated_function_remembers_in_its_memoiser(counted):
    own = Memoiser()
    decorated = memoise_decorator(own)(counted)
    assert decorated(1) == decorated(x=1) == [1, 2]
    assert counted.calls == [(1, 2)]
    assert decorated.__name__ == "function"
    own.cache.clear()
    decorated(1)
    assert len(counted.calls) == 2


def test_memoise_remembers_in_the_one_that_all_share():
    calls = []

    @memoise
    def shared(x):
        calls.append(x)
        return x

    memoiser.cache.clear()
    assert shared(1) == shared(1) == 1
    memoiser.cache.clear()
    shared(1)
    assert calls == [1, 1]


def test_two_functions_of_one_name_are_not_taken_for_each_other():
    assert [memoise(times(n))(10) for n in (1, 2)] == [10, 20]


def times(n):
    def multiplied(x):
        return n * x

    return multiplied


@pytest.mark.parametrize(("number", "works"), [(errno.ENOLCK, True), (errno.EIO, False)])
def test_a_file_system_without_locks_has_files_all_the_same(path, monkeypatch, number, works):
    def refuse(file, operation):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    if works:
        FileCache(path).set("key", "value")
        assert FileCache(path).get("key") == "value"
    else:
        with pytest.raises(OSError, match=os.strerror(number)):
            FileCache(path)
