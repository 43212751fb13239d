"""The dictionary that stands in for a row cache in the kernel's own tests."""

from __future__ import annotations

import pytest
from ftrack_core.testing.caches import CacheSuite
from ftrack_core.testing.memory_cache import DictCache


class TestDictCache(CacheSuite):
    @pytest.fixture
    def cache(self):
        return DictCache()


def test_a_test_can_look_at_what_is_kept():
    cache = DictCache()
    cache.put_page("Task", {"t1": {"name": "light"}})
    assert cache.rows == {("Task", "t1"): {"name": "light"}}
