"""The conformance suite of caches is worth something only if a broken cache fails it.

Each cache below breaks one promise; the check of that promise must fail for it. The cache that
keeps all of them passes the whole suite, in the same class.
"""

from __future__ import annotations

import threading

import pytest
from ftrack_core.testing.caches import CacheSuite
from ftrack_core.testing.memory_cache import DictCache

CAUGHT = (Exception, pytest.fail.Exception)
BROKEN = {}


def breaks(*checks):
    """Register a broken cache under the checks that must catch it."""

    def register(cache_class):
        BROKEN.update(dict.fromkeys(checks, cache_class))
        return cache_class

    return register


@breaks("test_it_satisfies_the_port")
class WithoutAMethod(DictCache):
    clear = None


@breaks("test_a_page_that_was_put_can_be_got")
class KeepsTextsOnly(DictCache):
    def put_page(self, entity_type, rows):
        super().put_page(
            entity_type, {key: {n: str(v) for n, v in row.items()} for key, row in rows.items()}
        )


@breaks("test_a_key_may_have_several_parts")
class KeepsTheFirstPartOfAKey(DictCache):
    def put_page(self, entity_type, rows):
        shortened = {key if isinstance(key, str) else key[0]: row for key, row in rows.items()}
        super().put_page(entity_type, shortened)


@breaks("test_types_do_not_share_keys")
class ForgetsTheType(DictCache):
    def put_page(self, entity_type, rows):
        super().put_page("", rows)

    def get_many(self, entity_type, keys):
        return super().get_many("", keys)

    def drop(self, entity_type, keys):
        super().drop("", keys)


@breaks("test_what_is_not_kept_is_left_out")
class AnswersForEverybody(DictCache):
    def get_many(self, entity_type, keys):
        return {key: self.rows.get((entity_type, key), {}) for key in keys}


@breaks("test_no_keys_get_nothing")
class TakesNoKeysForAll(DictCache):
    def get_many(self, entity_type, keys):
        if not list(keys):
            raise ValueError("no keys")
        return super().get_many(entity_type, keys)


@breaks("test_a_later_row_replaces_an_earlier_one")
class MergesRows(DictCache):
    def put_page(self, entity_type, rows):
        for key, row in rows.items():
            self.rows.setdefault((entity_type, key), {}).update(row)


@breaks("test_dropped_rows_are_forgotten")
class DropsNothing(DictCache):
    def drop(self, entity_type, keys):
        pass


@breaks("test_a_cleared_cache_is_empty")
class ClearsNothing(DictCache):
    def clear(self):
        pass


@breaks("test_keys_may_come_from_an_iterator")
class GoesThroughKeysTwice(DictCache):
    def get_many(self, entity_type, keys):
        known = [key for key in keys if (entity_type, key) in self.rows]
        return {key: self.rows[(entity_type, key)] for key in keys if key in known}


@breaks("test_many_threads_use_one_cache")
class BelongsToItsThread(DictCache):
    def __init__(self):
        super().__init__()
        self.thread = threading.get_ident()

    def put_page(self, entity_type, rows):
        if threading.get_ident() != self.thread:
            raise RuntimeError("this cache was made in another thread")
        super().put_page(entity_type, rows)


@breaks("test_closing_twice_is_no_error")
class ClosesOnce(DictCache):
    closed = False

    def close(self):
        if self.closed:
            raise ValueError("it is closed already")
        self.closed = True


class TestTheSuite(CacheSuite):
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
    assert {name for name in dir(CacheSuite) if name.startswith("test_")} == set(BROKEN)
