"""The documented caches of values by key, but for the one in a file."""

from __future__ import annotations

import pickle
import threading

import pytest
from ftrack_cache import (
    Cache,
    CacheValueError,
    FileCache,
    LayeredCache,
    MemoryCache,
    ProxyCache,
    SerialisedCache,
)
from ftrack_cache.testing import KeyedCacheSuite
from ftrack_core.errors import ConfigurationError


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
        return self.kept.keys()


MAKERS = {
    "memory": lambda path: MemoryCache(entries=100),
    "memory with time": lambda path: MemoryCache(seconds=60),
    "memory without bounds": lambda path: MemoryCache(entries=None),
    "proxy": lambda path: ProxyCache(MemoryCache()),
    "proxy of a foreign one": lambda path: ProxyCache(Foreign()),
    "serialised": lambda path: SerialisedCache(MemoryCache()),
    "serialised in a file": lambda path: SerialisedCache(FileCache(path / "cache.db")),
    "pickled": lambda path: SerialisedCache(MemoryCache(), pickle.dumps, pickle.loads),
    "layers": lambda path: LayeredCache([MemoryCache(entries=5), FileCache(path / "cache.db")]),
    "layers with a foreign one": lambda path: LayeredCache([MemoryCache(), Foreign()]),
    "one layer": lambda path: LayeredCache([MemoryCache()]),
    "layers in layers": lambda path: LayeredCache(
        [MemoryCache(), LayeredCache([MemoryCache(entries=1), MemoryCache()])]
    ),
}


class TestEachCache(KeyedCacheSuite):
    @pytest.fixture(params=MAKERS.values(), ids=MAKERS)
    def cache(self, request, tmp_path):
        cache = request.param(tmp_path)
        yield cache
        cache.close()


# --- memory ---------------------------------------------------------------------------------------


def test_memory_keeps_the_value_itself():
    cache, value = MemoryCache(), ["a"]
    cache.set("k", value)
    assert cache.get("k") is value


def test_memory_forgets_what_was_not_asked_for_the_longest():
    cache = MemoryCache(entries=2)
    cache.set_all({"a": 1, "b": 2})
    cache.get("a")
    cache.set("c", 3)
    assert sorted(cache.keys()) == ["a", "c"]


def test_looking_at_the_keys_is_not_asking_for_them():
    cache = MemoryCache(entries=2)
    cache.set_all({"a": 1, "b": 2})
    cache.get("a")
    cache.keys()
    cache.set("c", 3)
    assert sorted(cache.keys()) == ["a", "c"]


def test_memory_forgets_when_time_is_up(clock):
    cache = MemoryCache(seconds=10, timer=clock)
    cache.set("a", 1)
    clock.now += 9
    cache.set("b", 2)
    assert cache.get("a") == 1
    clock.now += 2
    assert cache.keys() == ["b"]
    for call in (cache.get, cache.remove):
        cache.set_all({"c": 3}, seconds=1)
        clock.now += 1
        with pytest.raises(KeyError):
            call("c")


def test_values_may_have_a_time_of_their_own(clock):
    cache = MemoryCache(seconds=10, timer=clock)
    cache.set_all({"short": 1}, seconds=1)
    cache.set_all({"long": 1}, seconds=100)
    clock.now += 50
    assert cache.keys() == ["long"]


@pytest.mark.parametrize("entries", [0, -1, 2.5, True, "many"])
def test_a_bound_that_is_none_is_refused(entries):
    with pytest.raises(ConfigurationError, match="entries is a whole number above nought"):
        MemoryCache(entries)


@pytest.mark.parametrize("seconds", [0, -1, True, "long", float("nan")])
def test_a_time_that_is_none_is_refused(seconds):
    with pytest.raises(ConfigurationError, match="seconds is a number above nought, or None"):
        MemoryCache(seconds=seconds)


# --- the base -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "args"), [("get", ["k"]), ("set", ["k", 1]), ("remove", ["k"]), ("keys", [])]
)
def test_a_cache_without_a_method_says_which(method, args):
    class Half(Cache):
        pass

    with pytest.raises(NotImplementedError, match=rf"Half is a Cache and has no {method}\(\)"):
        getattr(Half(), method)(*args)


def test_bytes_are_looked_at_as_text_when_clearing():
    cache = MemoryCache()
    cache.set_all({b"task\0a": 1, b"shot": 2, ("task", 3): 3})
    cache.clear("task")
    assert cache.keys() == [b"shot"]


def test_what_disappears_while_values_are_read_is_left_out():
    class Leaking(MemoryCache):
        def keys(self):
            return [*super().keys(), "gone"]

    cache = Leaking()
    cache.set("a", 1)
    assert cache.values() == [1]


# --- proxies --------------------------------------------------------------------------------------


def test_a_proxy_passes_everything_on():
    inner = MemoryCache()
    cache = ProxyCache(inner)
    assert cache.proxied is inner
    cache.set("a", 1)
    cache.set_all({"b": 2})
    assert inner.get_all(["a", "b"]) == {"a": 1, "b": 2}
    cache.clear("b")
    assert inner.keys() == ["a"]


def test_what_a_subclass_does_with_each_is_done_with_many_too():
    class Shouting(ProxyCache):
        def get(self, key):
            return super().get(key.upper())

        def set(self, key, value):
            super().set(key.upper(), value)

        def remove(self, key):
            super().remove(key.upper())

        def keys(self):
            return [key.lower() for key in super().keys()]  # noqa: SIM118 -- a cache is no dict

    inner = MemoryCache()
    cache = Shouting(inner)
    cache.set_all({"a": 1, "b": 2})
    assert inner.keys() == ["A", "B"]
    assert cache.get_all(["a", "b"]) == {"a": 1, "b": 2}
    cache.remove_all(["a"])
    cache.clear("^b$")
    assert inner.keys() == []


def test_the_same_goes_for_a_subclass_of_a_serialised_cache():
    class Marked(SerialisedCache):
        def get(self, key):
            return super().get(key) + "!"

        def set(self, key, value):
            super().set(key, value + "?")

    cache = Marked(MemoryCache())
    cache.set_all({"a": "x"})
    assert cache.get_all(["a"]) == {"a": "x?!"}


def test_a_proxy_does_not_close_what_cannot_be_closed():
    ProxyCache(Foreign()).close()


# --- serialised -----------------------------------------------------------------------------------


def test_values_become_json_text():
    inner = MemoryCache()
    cache = SerialisedCache(inner)
    cache.set("a", {"b": [1, None, True, "ä"]})
    assert isinstance(inner.get("a"), str)
    assert cache.get("a") == {"b": [1, None, True, "ä"]}


def test_functions_of_ones_own_are_used():
    inner = MemoryCache()
    cache = SerialisedCache(inner, encode=str, decode=int)
    cache.set("a", 7)
    cache.set_all({"b": 8})
    assert (inner.get("a"), cache.get("a"), cache.values()) == ("7", 7, [7, 8])


@pytest.mark.parametrize("value", [{1, 2}, object(), {1: 2}, float("nan"), b"x"])
def test_a_value_without_json_text_is_refused_and_nothing_kept(value):
    cache = SerialisedCache(MemoryCache())
    with pytest.raises(CacheValueError, match="give SerialisedCache an encode"):
        cache.set("a", value)
    assert cache.keys() == []


@pytest.mark.parametrize("text", ["{", pickle.dumps(print), "", "\0"])
def test_what_is_no_json_is_refused_and_never_unpickled(text):
    inner = MemoryCache()
    inner.set("a", text)
    with pytest.raises(CacheValueError, match="is no JSON text"):
        SerialisedCache(inner).get("a")


# --- layers ---------------------------------------------------------------------------------------


def test_a_value_is_kept_in_every_layer():
    upper, lower = MemoryCache(), MemoryCache()
    cache = LayeredCache([upper, lower])
    cache.set("a", 1)
    cache.set_all({"b": 2})
    assert sorted(upper.keys()) == sorted(lower.keys()) == ["a", "b"]
    assert cache.caches == [upper, lower]


@pytest.mark.parametrize(
    "get", [lambda cache, key: cache.get(key), lambda cache, key: cache.get_all([key])[key]]
)
def test_what_a_lower_layer_has_is_given_to_those_above_it_only(get):
    layers = [MemoryCache(), MemoryCache(), MemoryCache()]
    layers[1].set("a", 1)
    cache = LayeredCache(layers)
    assert get(cache, "a") == 1
    assert [layer.keys() for layer in layers] == [["a"], ["a"], []]


def test_the_upper_layer_wins():
    upper, lower = MemoryCache(), MemoryCache()
    upper.set("a", "new")
    lower.set_all({"a": "old", "b": "kept"})
    cache = LayeredCache([upper, lower])
    assert cache.get("a") == "new"
    assert cache.get_all(["a", "b"]) == {"a": "new", "b": "kept"}


def test_removing_succeeds_if_any_layer_had_it():
    upper, lower = MemoryCache(), MemoryCache()
    lower.set("a", 1)
    cache = LayeredCache([upper, lower])
    cache.remove("a")
    assert lower.keys() == []


def test_keys_are_those_of_all_layers_each_once():
    upper, lower = MemoryCache(), MemoryCache()
    upper.set_all({"a": 1, "b": 2})
    lower.set_all({"b": 2, "c": 3})
    assert sorted(LayeredCache([upper, lower]).keys()) == ["a", "b", "c"]


def test_no_layers_keep_nothing():
    cache = LayeredCache([])
    cache.set("a", 1)
    assert cache.keys() == []
    with pytest.raises(KeyError):
        cache.get("a")


def test_a_layer_that_fails_leaves_those_above_as_they_were():
    class Full(MemoryCache):
        def set(self, key, value):
            raise OSError("full")

    upper = MemoryCache()
    upper.set("a", "old")
    cache = LayeredCache([upper, Full()])
    with pytest.raises(OSError, match="full"):
        cache.set("a", "new")
    assert cache.get("a") == "old"


def test_what_was_read_below_does_not_overtake_what_is_set_meanwhile():
    reading, may_go_on = threading.Event(), threading.Event()

    class Slow(MemoryCache):
        def get(self, key):
            value = super().get(key)
            reading.set()
            may_go_on.wait(0.2)
            return value

    lower = Slow()
    lower.set("a", "old")
    cache = LayeredCache([MemoryCache(), lower])
    reader = threading.Thread(target=cache.get, args=["a"])
    reader.start()
    reading.wait()
    writer = threading.Thread(target=cache.set, args=["a", "new"])
    writer.start()
    writer.join(0.05)
    may_go_on.set()
    reader.join()
    writer.join()
    assert cache.get("a") == "new"
