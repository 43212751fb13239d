"""The conformance suite of keyed caches is worth something only if a broken cache fails it.

Each cache below breaks one promise; the check of that promise must fail for it. The cache that
keeps all of them passes the whole suite, in the same class.
"""

from __future__ import annotations

import threading

import pytest
from ftrack_cache import Cache
from ftrack_cache.testing import KeyedCacheSuite

CAUGHT = (Exception, pytest.fail.Exception)
BROKEN = {}


class DictCache(Cache):
    """The simplest cache there is."""

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


def breaks(*checks):
    """Register a broken cache under the checks that must catch it."""

    def register(cache_class):
        BROKEN.update(dict.fromkeys(checks, cache_class))
        return cache_class

    return register


@breaks("test_it_is_a_cache")
class IsNone:
    pass


@breaks("test_what_was_set_can_be_got")
class StripsValues(DictCache):
    def set(self, key, value):
        super().set(key, value.strip())


@breaks("test_keys_are_told_apart_exactly")
class LowersKeys(DictCache):
    def get(self, key):
        return super().get(key.lower())

    def set(self, key, value):
        super().set(key.lower(), value)


@breaks("test_an_unknown_key_is_a_key_error")
class AnswersNone(DictCache):
    def get(self, key):
        return self.kept.get(key)


@breaks("test_a_later_value_replaces_an_earlier_one")
class KeepsTheFirst(DictCache):
    def set(self, key, value):
        self.kept.setdefault(key, value)


@breaks("test_what_was_removed_is_forgotten", "test_many_can_be_removed_at_once")
class RemovesTheLast(DictCache):
    def remove(self, key):
        self.get(key)
        self.kept.popitem()


@breaks("test_removing_an_unknown_key_is_a_key_error")
class RemovesAnything(DictCache):
    def remove(self, key):
        self.kept.pop(key, None)


@breaks("test_keys_are_a_list_of_its_own")
class ShowsItsKeys(DictCache):
    def keys(self):
        return self.kept.keys()


@breaks("test_values_are_those_of_the_keys")
class ValuesOnce(DictCache):
    def values(self):
        return list(set(super().values()))


@breaks("test_a_cleared_cache_is_empty")
class ClearsByPatternOnly(DictCache):
    def clear(self, pattern=None):
        if pattern is not None:
            super().clear(pattern)


@breaks("test_a_pattern_clears_the_keys_it_is_found_in")
class ClearsEverything(DictCache):
    def clear(self, pattern=None):
        self.kept.clear()


@breaks("test_many_can_be_got_at_once")
class GetsAllOrNothing(DictCache):
    def get_all(self, keys):
        return {key: self.get(key) for key in keys}


@breaks("test_many_threads_use_one_cache")
class BelongsToItsThread(DictCache):
    def __init__(self):
        super().__init__()
        self.thread = threading.get_ident()

    def set(self, key, value):
        if threading.get_ident() != self.thread:
            raise RuntimeError("this cache was made in another thread")
        super().set(key, value)


@breaks("test_closing_twice_is_no_error")
class ClosesOnce(DictCache):
    def close(self):
        del self.kept


class TestTheSuite(KeyedCacheSuite):
    @pytest.fixture
    def cache(self, request):
        return getattr(request, "param", DictCache)()

    @pytest.mark.parametrize(("check", "cache"), sorted(BROKEN.items()), indirect=["cache"])
    def test_a_broken_cache_fails_the_check_of_what_it_breaks(self, check, cache, run_check):
        with pytest.raises(CAUGHT):
            run_check(check)

    @pytest.mark.parametrize("check", sorted(BROKEN))
    def test_the_same_check_passes_for_a_cache_that_keeps_its_promises(self, check, run_check):
        run_check(check)


def test_every_check_has_a_cache_that_it_catches():
    assert {name for name in dir(KeyedCacheSuite) if name.startswith("test_")} == set(BROKEN)
