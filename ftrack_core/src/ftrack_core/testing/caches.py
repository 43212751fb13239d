"""The conformance suite of the Cache port.

Inherit it and give it a fixture::

    class TestStudioCache(CacheSuite):
        @pytest.fixture
        def cache(self):
            cache = StudioCache(...)
            yield cache
            cache.close()
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from ftrack_core.ports import Cache
from ftrack_core.ports.cache import Key, Row

__all__ = ["CacheSuite"]

Page = dict[Key, Row]


class CacheSuite:
    """What every row cache does, wherever it keeps its rows.

    The class that inherits it has a fixture ``cache``: an empty cache with room for 100 rows.
    """

    @pytest.fixture
    def page(self) -> Page:
        """Return the rows of one answer."""
        moment = {"__type__": "datetime", "value": "2031-05-06T07:08:09"}
        return {
            "t1": {"__entity_type__": "Task", "id": "t1", "name": "Ärmel 砂", "bid": 1.5},
            "t2": {"__entity_type__": "Task", "id": "t2", "start_date": moment, "sort": None},
        }

    def test_it_satisfies_the_port(self, cache: Cache) -> None:
        """All methods of the protocol are there."""
        assert isinstance(cache, Cache)

    def test_a_page_that_was_put_can_be_got(self, cache: Cache, page: Page) -> None:
        """Text in any script, values of any JSON kind."""
        cache.put_page("Task", page)
        assert dict(cache.get_many("Task", list(page))) == page

    def test_a_key_may_have_several_parts(self, cache: Cache) -> None:
        """They are a tuple, in the order of the type's primary key."""
        page: Page = {("t1", "lens"): {"value": "35"}, ("t1", "camera"): {"value": "A7"}}
        cache.put_page("Metadata", page)
        assert dict(cache.get_many("Metadata", list(page))) == page

    def test_types_do_not_share_keys(self, cache: Cache, page: Page) -> None:
        """The same key of another type is another row."""
        cache.put_page("Task", page)
        cache.put_page("Shot", {"t1": {"name": "a shot"}})
        cache.drop("Shot", ["t2"])
        assert dict(cache.get_many("Task", list(page))) == page
        assert dict(cache.get_many("Shot", list(page))) == {"t1": {"name": "a shot"}}

    def test_what_is_not_kept_is_left_out(self, cache: Cache, page: Page) -> None:
        """An unknown key is no error."""
        cache.put_page("Task", page)
        assert set(cache.get_many("Task", ["t1", "nobody"])) == {"t1"}

    def test_no_keys_get_nothing(self, cache: Cache) -> None:
        """Neither do no rows put anything."""
        cache.put_page("Task", {})
        assert dict(cache.get_many("Task", [])) == {}

    def test_a_later_row_replaces_an_earlier_one(self, cache: Cache) -> None:
        """Whole rows are kept; they are not merged."""
        cache.put_page("Task", {"t1": {"id": "t1", "name": "old", "bid": 1.0}})
        cache.put_page("Task", {"t1": {"id": "t1", "name": "new"}})
        assert cache.get_many("Task", ["t1"])["t1"] == {"id": "t1", "name": "new"}

    def test_dropped_rows_are_forgotten(self, cache: Cache, page: Page) -> None:
        """Dropping what is not there is no error."""
        cache.put_page("Task", page)
        cache.drop("Task", ["t1", "nobody"])
        assert set(cache.get_many("Task", list(page))) == {"t2"}

    def test_a_cleared_cache_is_empty(self, cache: Cache, page: Page) -> None:
        """And takes rows again."""
        cache.put_page("Task", page)
        cache.clear()
        assert dict(cache.get_many("Task", list(page))) == {}
        cache.put_page("Task", page)
        assert dict(cache.get_many("Task", list(page))) == page

    def test_keys_may_come_from_an_iterator(self, cache: Cache, page: Page) -> None:
        """They are gone through once."""
        cache.put_page("Task", page)
        assert dict(cache.get_many("Task", iter(page))) == page
        cache.drop("Task", iter(page))
        assert dict(cache.get_many("Task", iter(page))) == {}

    def test_many_threads_use_one_cache(self, cache: Cache) -> None:
        """Pages put at once do not disturb one another."""

        def put_and_get(number: int) -> bool:
            page: Page = {f"{number}_{row}": {"row": row} for row in range(10)}
            cache.put_page("Task", page)
            return dict(cache.get_many("Task", list(page))) == page

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(put_and_get, range(8)))

    def test_closing_twice_is_no_error(self, cache: Cache) -> None:
        """The second call does nothing."""
        cache.close()
        cache.close()
