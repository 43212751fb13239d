"""The conformance suite of caches that keep values by key.

Inherit it and give it a fixture::

    class TestStudioCache(KeyedCacheSuite):
        @pytest.fixture
        def cache(self):
            cache = StudioCache(...)
            yield cache
            cache.close()
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from .base import Cache

__all__ = ["KeyedCacheSuite"]

STRANGE_KEYS = (
    "",
    " ",
    "a",
    "A",
    "a ",
    "('Task', ['a1'])",
    "%",
    ".*",
    "Ärmel 砂",
    "a\0b",
    "k" * 999,
)


class KeyedCacheSuite:
    """What every cache of values by key does, wherever it keeps them.

    The class that inherits it has a fixture ``cache``: an empty cache with room for 100 texts.
    """

    def test_it_is_a_cache(self, cache: Cache) -> None:
        """All methods are there."""
        assert isinstance(cache, Cache)

    def test_what_was_set_can_be_got(self, cache: Cache) -> None:
        """Text in any script comes back as it was."""
        cache.set("a", "Ärmel 砂\n")
        cache.set("b", "")
        assert (cache.get("a"), cache.get("b")) == ("Ärmel 砂\n", "")

    def test_keys_are_told_apart_exactly(self, cache: Cache) -> None:
        """By case, by blanks, by what would mean something in a pattern."""
        for key in STRANGE_KEYS:
            cache.set(key, f"of {key}")
        assert [cache.get(key) for key in STRANGE_KEYS] == [f"of {key}" for key in STRANGE_KEYS]

    def test_an_unknown_key_is_a_key_error(self, cache: Cache) -> None:
        """It is no None, which a value may be."""
        cache.set("a", "1")
        with pytest.raises(KeyError):
            cache.get("b")

    def test_a_later_value_replaces_an_earlier_one(self, cache: Cache) -> None:
        """And the key is there once."""
        cache.set("a", "1")
        cache.set("a", "2")
        assert (cache.get("a"), list(cache.keys())) == ("2", ["a"])

    def test_what_was_removed_is_forgotten(self, cache: Cache) -> None:
        """Nothing else is."""
        cache.set_all({"a": "1", "b": "2"})
        cache.remove("a")
        with pytest.raises(KeyError):
            cache.get("a")
        assert cache.get("b") == "2"

    def test_removing_an_unknown_key_is_a_key_error(self, cache: Cache) -> None:
        """Also the second time."""
        cache.set("a", "1")
        cache.remove("a")
        with pytest.raises(KeyError):
            cache.remove("a")

    def test_keys_are_a_list_of_its_own(self, cache: Cache) -> None:
        """One may remove while going through them."""
        cache.set_all({"a": "1", "b": "2"})
        keys = cache.keys()
        assert sorted(keys) == ["a", "b"]
        for key in keys:
            cache.remove(key)
        assert list(cache.keys()) == []

    def test_values_are_those_of_the_keys(self, cache: Cache) -> None:
        """Each as often as it is kept."""
        cache.set_all({"a": "1", "b": "1", "c": "2"})
        assert sorted(cache.values()) == ["1", "1", "2"]

    def test_a_cleared_cache_is_empty(self, cache: Cache) -> None:
        """And takes values again."""
        cache.set("a", "1")
        cache.clear()
        assert list(cache.keys()) == []
        cache.set("a", "2")
        assert cache.get("a") == "2"

    def test_a_pattern_clears_the_keys_it_is_found_in(self, cache: Cache) -> None:
        """It is a regular expression and may be found anywhere."""
        cache.set_all({"task_1": "1", "task_2": "2", "shot_1": "3"})
        cache.clear("^task")
        assert list(cache.keys()) == ["shot_1"]
        cache.clear("_1")
        assert list(cache.keys()) == []

    def test_many_can_be_got_at_once(self, cache: Cache) -> None:
        """Those that are not kept are left out; an iterator is gone through once."""
        values = {f"k{number}": str(number) for number in range(20)}
        cache.set_all(values)
        assert cache.get_all(iter([*values, "nobody"])) == values
        assert cache.get_all([]) == {}

    def test_many_can_be_removed_at_once(self, cache: Cache) -> None:
        """Unknown ones are no error."""
        cache.set_all({"a": "1", "b": "2", "c": "3"})
        cache.remove_all(iter(["a", "nobody", "b"]))
        assert list(cache.keys()) == ["c"]

    def test_many_threads_use_one_cache(self, cache: Cache) -> None:
        """What they do at once does not disturb one another."""

        def set_and_get(number: int) -> bool:
            values = {f"{number}_{one}": str(one) for one in range(10)}
            for key, value in values.items():
                cache.set(key, value)
            return cache.get_all(values) == values and cache.get(f"{number}_3") == "3"

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(set_and_get, range(8)))

    def test_closing_twice_is_no_error(self, cache: Cache) -> None:
        """The second call does nothing."""
        cache.set("a", "1")
        cache.close()
        cache.close()
