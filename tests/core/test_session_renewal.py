"""Reloading a plugin that made a transport or a cache: what comes next uses the new one."""

from __future__ import annotations

import threading

import pytest
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import MemoryPlugin

from ftrack_core import Session

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
