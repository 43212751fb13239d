"""A plugin that raises, in each hook there is.

Where the answer of a hook is needed the error names plugin and hook; where plugins only hear of
something it is logged and the others hear of it all the same. In both cases the session goes on,
and what was recorded is still there to be committed once the plugin is mended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from ftrack_core.errors import PluginError
from ftrack_core.plugins.specs import OBSERVERS, read_specs
from ftrack_core.testing.memory_accessor import MemoryAccessor
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import MemoryPlugin

from ftrack_core import LocationBinding, Session, hookimpl

ROWS = [
    {"__entity_type__": "Project", "id": "p1", "name": "orbit"},
    {"__entity_type__": "Task", "id": "t1", "name": "light", "project_id": "p1"},
]
AT_LOADING = {"ftrack_event_handlers", "ftrack_watch_paths"}
AT_CONNECTING = {
    "ftrack_cache_policy",
    "ftrack_create_cache",
    "ftrack_create_transport",
    "ftrack_credentials",
    "ftrack_entity_mixins",
    "ftrack_locations",
    "ftrack_request_headers",
}
HEARD = OBSERVERS | {"ftrack_handle_event"}  # what a handler raises is logged, whoever raises it
ASKED = read_specs().keys() - HEARD - AT_LOADING - AT_CONNECTING


class FlatStructure:
    def get_resource_identifier(self, entity, context=None):
        return str(entity["id"])


class Studio(MemoryPlugin):
    """What a session needs besides the plugin that raises."""

    @hookimpl(trylast=True)
    def ftrack_create_accessor(self, spec):
        return MemoryAccessor()

    @hookimpl(trylast=True)
    def ftrack_create_structure(self, spec):
        return FlatStructure()

    @hookimpl(trylast=True)
    def ftrack_locations(self):
        return [LocationBinding("shelf", "memory:", "flat", priority=1)]


@dataclass
class Faulty:
    """Raises in one hook, until it is mended."""

    hook: str
    broken: bool = True
    answer: Any = None

    def __post_init__(self):
        def implementation():
            if self.broken:
                raise ZeroDivisionError("it divides by zero")
            return self.answer

        setattr(self, self.hook, hookimpl(specname=self.hook)(implementation))


class Witness(Faulty):
    """Is there to hear what the faulty plugin fails to hear; it is asked after that one."""

    def __post_init__(self):
        self.heard = []
        setattr(self, self.hook, hookimpl(specname=self.hook)(lambda: self.heard.append(True)))


def users_act(session, hook, path):
    """Do what makes a session call *hook*."""
    if hook == "ftrack_default_projections":
        session.query("Task").all()
    elif hook in ("ftrack_before_commit", "ftrack_after_commit", "ftrack_execute_batch"):
        session.commit()
    elif hook == "ftrack_create_event_hub":
        session.events.connect()
    elif hook in ("ftrack_handle_event", "ftrack_event_failed"):
        session.events.publish("suite", synchronous=True)
    elif hook == "ftrack_commands":
        session.plugins.hooks.ftrack_commands()
    elif hook == "ftrack_session_closing":
        session.close()
    elif hook in ASKED:
        session.create_component(str(path), {"name": "sky"}, location="auto")
    else:
        session.get("Task", "t1")


@pytest.fixture
def server():
    return MemoryTransport(rows=ROWS)


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "sky.exr"
    path.write_bytes(b"clouds")
    return path


@pytest.fixture
def open_session(server, monkeypatch):
    monkeypatch.delenv("FTRACK_API_KEY", raising=False)
    opened = []

    def open_with(*plugins, key=None):
        given = [Studio(server), *plugins]
        opened.append(Session("memory:", key, "ann", plugins=given, installed=False))
        return opened[-1]

    yield open_with
    for session in opened:
        session.close()


def names_plugin_and_hook(error, hook):
    return (error.plugin, error.hook) == ("Faulty", hook) and "it divides by zero" in str(error)


def test_every_hook_is_in_one_of_the_groups():
    assert read_specs().keys() == ASKED | HEARD | AT_LOADING | AT_CONNECTING


@pytest.mark.parametrize("hook", sorted(AT_LOADING))
def test_a_plugin_that_raises_while_it_is_loaded_is_named(open_session, hook):
    faulty = Faulty(hook)
    with pytest.raises(PluginError) as caught:
        open_session(faulty)
    assert names_plugin_and_hook(caught.value, hook)
    faulty.answer = ()
    faulty.broken = False
    assert open_session(faulty).get("Task", "t1")["name"] == "light"


@pytest.mark.parametrize("hook", sorted(AT_CONNECTING))
def test_a_session_whose_plugin_keeps_it_from_connecting_connects_later(open_session, hook):
    faulty = Faulty(hook)
    session = open_session(faulty)
    for _ in range(2):
        with pytest.raises(PluginError) as caught:
            session.get("Task", "t1")
        assert names_plugin_and_hook(caught.value, hook)
    faulty.broken = False
    assert session.get("Task", "t1")["name"] == "light"


@pytest.mark.parametrize("hook", sorted(ASKED))
def test_what_was_recorded_outlives_a_plugin_that_raises(open_session, server, picture, hook):
    faulty = Faulty(hook, broken=False)
    session = open_session(faulty)
    task = session.get("Task", "t1")
    task["name"] = "comp"
    created = session.create("Task", {"name": "fx", "parent_id": "p1", "project_id": "p1"})
    faulty.broken = True
    for _ in range(2):
        with pytest.raises(PluginError) as caught:
            users_act(session, hook, picture)
        assert names_plugin_and_hook(caught.value, hook)
    assert (task["name"], created["name"]) == ("comp", "fx")
    faulty.broken = False
    assert session.get("Project", "p1")["name"] == "orbit"
    if hook != "ftrack_create_event_hub":  # there is none in this studio
        users_act(session, hook, picture)
    session.commit()
    assert {row["name"] for row in server.rows("Task")} == {"comp", "fx"}


@pytest.mark.parametrize("hook", sorted(HEARD))
def test_one_that_only_hears_of_something_is_logged_and_the_others_hear_of_it(
    open_session, server, picture, caplog, hook
):
    witness = Witness(hook)
    session = open_session(Faulty(hook), witness)
    session.events.subscribe("topic=suite", lambda event: 1 / 0)
    task = session.get("Task", "t1")
    task["name"] = "comp"
    users_act(session, hook, picture)
    assert f"plugin 'Faulty' in {hook}: ZeroDivisionError: it divides by zero" in caplog.text
    assert witness.heard or hook == "ftrack_handle_event"
    if not session.closed:
        session.commit()
        assert [row["name"] for row in server.rows("Task")] == ["comp"]
