"""What is left of a session and its plugins when it is closed."""

from __future__ import annotations

import gc
import sys
import weakref

import pytest
from ftrack_core.errors import ConfigurationError, PluginError
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import MemoryPlugin, memory_session

from ftrack_core import Session, hookimpl

ROWS = [{"__entity_type__": "Task", "id": "t1", "name": "light"}]
KEEPING = """
from ftrack_core import Subscription, hookimpl

KEPT = []

@hookimpl
def ftrack_session_started(session):
    KEPT.append(session)

@hookimpl
def ftrack_event_handlers(session):
    KEPT.append(session)
    return [Subscription("topic=studio.hello", lambda event: KEPT)]

class Helpers:
    def kept(self):
        return KEPT

@hookimpl
def ftrack_entity_mixins(entity_type):
    return [Helpers]
"""
OLDER = """
KEPT = []

def register(session, **arguments):
    KEPT.append(session)
    session.event_hub.subscribe("topic=studio.hello", lambda event: KEPT)
"""


def local_modules():
    return {name for name in sys.modules if name.startswith("ftrack_local_")}


@pytest.mark.parametrize("text", [KEEPING, OLDER], ids=["hooks", "register"])
def test_a_local_plugin_that_keeps_the_session_does_not_keep_it_alive(tmp_path, text):
    before = local_modules()
    (tmp_path / "keeping.py").write_text(text)
    session = memory_session(MemoryTransport(rows=ROWS), plugin_folders=[tmp_path])
    task = session.get("Task", "t1")
    assert task["name"] == "light"
    assert len(local_modules() - before) == 1
    session.close()
    assert local_modules() == before
    watched = weakref.ref(session)
    del session, task
    gc.collect()
    assert watched() is None


def test_an_object_that_keeps_the_session_does_not_keep_it_alive():
    class Keeping:
        @hookimpl
        def ftrack_session_started(self, session):
            self.session = session

    session = memory_session(MemoryTransport(rows=ROWS), plugins=[Keeping])
    session.connect().close()
    watched = weakref.ref(session)
    del session
    gc.collect()
    assert watched() is None


def test_a_closed_session_has_no_plugins_and_takes_none_in(tmp_path):
    (tmp_path / "keeping.py").write_text(KEEPING)
    session = memory_session(MemoryTransport(rows=ROWS), plugin_folders=[tmp_path])
    hooks = session.plugins.hooks
    session.close()
    session.close()
    assert session.plugins.infos == ()
    assert session.plugins.refresh() is None
    session.plugins.load()
    assert session.plugins.infos == ()
    assert len(hooks.ftrack_event_handlers(session)) == 1  # who holds an old generation may end


# --- what is wrong with plugins ------------------------------------------------------------------


class Broken:
    def __init__(self):
        raise RuntimeError("no licence")


def test_a_broken_plugin_is_an_error_unless_it_is_to_be_skipped():
    given = [MemoryPlugin(MemoryTransport(rows=ROWS)), Broken]
    with pytest.raises(PluginError, match="'Broken': RuntimeError: no licence"):
        Session("memory:", "key", "ann", plugins=given, installed=False)
    with Session(
        "memory:", "key", "ann", plugins=given, installed=False, on_plugin_error="skip"
    ) as session:
        assert session.get("Task", "t1")["name"] == "light"
        (problem,) = session.plugins.problems
        assert str(problem) == "Broken: RuntimeError: no licence"


def test_there_is_no_third_way_of_taking_errors():
    with pytest.raises(ConfigurationError, match="'raise' or 'skip', not 'ignore'"):
        Session("memory:", "key", "ann", installed=False, on_plugin_error="ignore")
