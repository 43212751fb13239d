"""Reloading a plugin that made a transport or a cache: what comes next uses the new one."""

from __future__ import annotations

import threading

import pytest
from ftrack_core.testing.memory_cache import DictCache
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import MemoryPlugin

from ftrack_core import Session, hookimpl

PLUGIN = """
from ftrack_core import hookimpl
import studio_made

@hookimpl
def ftrack_create_{thing}():
    return studio_made.make("{thing}", {number})
"""


class Made:
    """A transport or cache that notes what happened to it."""

    def __init__(self, number, server):
        self.number = number
        self.closed = False
        self.used = 0
        self._server = server
        self.hold = None

    def execute(self, batch):
        self.used += 1
        if self.hold is not None:
            self.hold.wait(10)
        assert not self.closed
        return self._server.execute(batch)

    def stream(self, *args):
        raise NotImplementedError

    def get_many(self, entity_type, keys):
        self.used += 1
        return {}

    def put_page(self, entity_type, rows):
        self.used += 1

    def drop(self, entity_type, keys):
        pass

    def clear(self):
        pass

    def close(self):
        self.closed = True


@pytest.fixture
def studio(tmp_path, monkeypatch):
    """Return what was made so far, and a function that saves the plugin."""
    import sys
    import types

    server = MemoryTransport(
        rows=[{"__entity_type__": "Project", "id": "p1", "name": "orbit", "context_type": "show"}]
    )
    made = []

    def make(thing, number):
        made.append(Made(number, server))
        return made[-1]

    module = types.ModuleType("studio_made")
    module.make = make
    monkeypatch.setitem(sys.modules, "studio_made", module)

    def save(thing, number):
        (tmp_path / "studio.py").write_text(PLUGIN.format(thing=thing, number=number))

    return made, save, server, tmp_path


def test_a_new_transport_takes_over_and_the_old_one_is_closed(studio):
    made, save, _, folder = studio
    save("transport", 1)
    with Session(
        "memory:", "k", "ann", installed=False, plugin_folders=[folder], cache=None
    ) as one:
        one.query("Project").all()
        save("transport", 2)
        one.plugins.refresh()
        one.query("Project").all()
        assert [transport.closed for transport in made] == [True, False]
        assert made[1].used == 1


def test_work_that_is_going_on_ends_on_the_old_transport(studio):
    made, save, _, folder = studio
    save("transport", 1)
    with Session(
        "memory:", "k", "ann", installed=False, plugin_folders=[folder], cache=None
    ) as one:
        one.connect()
        made[0].hold = threading.Event()
        found = []
        reader = threading.Thread(target=lambda: found.extend(one.query("Project")))
        reader.start()
        while made[0].used < 2:
            pass
        save("transport", 2)
        one.plugins.refresh()
        assert not made[0].closed
        made[0].hold.set()
        reader.join()
        assert len(found) == 1
        assert made[0].closed


def test_a_new_cache_takes_over_and_the_old_one_is_closed(studio):
    made, save, server, folder = studio
    save("cache", 1)
    plugin = MemoryPlugin(server)
    with Session(
        "memory:", "k", "ann", plugins=[plugin], installed=False, plugin_folders=[folder]
    ) as one:
        one.query("Project").all()
        save("cache", 2)
        one.plugins.refresh()
        one.query("Project").all()
        assert [cache.closed for cache in made] == [True, False]
        assert made[1].used > 0


ASKED = """
from ftrack_core import RetryPolicy, hookimpl

@hookimpl
def ftrack_request_headers():
    return {{"X-Site": "{site}"}}

@hookimpl
def ftrack_retry_policy():
    return RetryPolicy(attempts={attempts})
"""
POLICY = """
from ftrack_core import CachePolicy, hookimpl

@hookimpl
def ftrack_cache_policy(entity_type):
    return CachePolicy(keep={keep})
"""


def test_what_was_asked_when_a_transport_was_made_is_asked_again(studio):
    seen = []

    class Transports:
        @hookimpl
        def ftrack_create_transport(self, context):
            seen.append((dict(context.settings.headers), context.settings.retry.attempts))
            return MemoryTransport(rows=[{"__entity_type__": "Project", "id": "p1", "name": "a"}])

    _, _, _, folder = studio
    file = folder / "asked.py"
    file.write_text(ASKED.format(site="a", attempts=2))
    with Session(
        "memory:", "k", "ann", plugins=[Transports()], installed=False, plugin_folders=[folder]
    ) as one:
        one.get("Project", "p1")
        file.write_text(ASKED.format(site="b", attempts=5))
        one.plugins.refresh()
        one.query("Project").all()
    assert seen == [({"X-Site": "a"}, 2), ({"X-Site": "b"}, 5)]


def test_which_rows_are_kept_is_asked_again(studio):
    kept = DictCache()

    class Caches:
        @hookimpl
        def ftrack_create_cache(self):
            return kept

    _, _, server, folder = studio
    file = folder / "policy.py"
    file.write_text(POLICY.format(keep=False))
    plugins = [MemoryPlugin(server), Caches()]
    with Session(
        "memory:", "k", "ann", plugins=plugins, installed=False, plugin_folders=[folder]
    ) as one:
        one.query("Project").all()
        assert kept.rows == {}
        file.write_text(POLICY.format(keep=True))
        one.plugins.refresh()
        one.query("Project").all()
        assert list(kept.rows) == [("Project", "p1")]
