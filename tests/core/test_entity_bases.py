"""The classes under entities: what plugins put there, and how it changes while a session runs."""

from __future__ import annotations

import pytest
from ftrack_core.errors import PluginError
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session

from ftrack_core import Entity, hookimpl

ROWS = [
    {"__entity_type__": "Project", "id": "p1", "name": "orbit"},
    {"__entity_type__": "Task", "id": "t1", "name": "light", "project_id": "p1"},
]
BASE_FILE = """
from ftrack_core import Entity, hookimpl

class StudioEntity(Entity):
    def label(self):
        return {label!r} + self["name"]

@hookimpl
def ftrack_entity_base(entity_type):
    return StudioEntity if entity_type == "Task" else None
"""
SLOTTED_FILE = """
from ftrack_core import hookimpl

class Slotted:
    __slots__ = ("place",)

@hookimpl
def ftrack_entity_mixins(entity_type):
    return [Slotted]
"""


class Base(Entity):
    def label(self):
        return f"base {self['name']}"


class Helper:
    def label(self):
        return f"helper, {super().label()}"


class Studio:
    @hookimpl
    def ftrack_entity_base(self, entity_type):
        return Base if entity_type == "Task" else None

    @hookimpl
    def ftrack_entity_mixins(self, entity_type):
        return [Helper] if entity_type == "Task" else None


@pytest.fixture
def open_session():
    opened = []

    def open_with(*plugins, folder=None):
        folders = [folder] if folder else None
        server = MemoryTransport(rows=ROWS)
        opened.append(memory_session(server, plugins=plugins, plugin_folders=folders))
        return opened[-1]

    yield open_with
    for session in opened:
        session.close()


def test_a_mixin_stands_before_the_base_and_the_base_before_entity(open_session):
    task = open_session(Studio()).get("Task", "t1")
    assert task.label() == "helper, base light"
    assert [one.__name__ for one in type(task).__mro__[:4]] == ["Task", "Helper", "Base", "Entity"]


def test_a_saved_file_gives_entities_that_exist_another_base(open_session, tmp_path):
    file = tmp_path / "studio.py"
    file.write_text(BASE_FILE.format(label="one "))
    session = open_session(folder=tmp_path)
    task = session.get("Task", "t1")
    kept = type(task)
    assert task.label() == "one light"
    file.write_text(BASE_FILE.format(label="two "))
    session.plugins.refresh()
    assert task.label() == "two light"
    file.unlink()
    session.plugins.refresh()
    assert not hasattr(task, "label")
    assert type(task) is kept is session.types["Task"]


def test_a_base_with_slots_is_refused_since_no_class_could_change_to_it(open_session):
    class Slotted(Entity):
        __slots__ = ("place",)

    class Plugin:
        @hookimpl
        def ftrack_entity_base(self):
            return Slotted

    session = open_session(Plugin())
    with pytest.raises(PluginError, match="class Slotted, which has slots of its own") as caught:
        session.get("Task", "t1")
    assert caught.value.plugin == "Plugin"


def test_a_mixin_that_cannot_be_one_names_its_plugin(open_session):
    class Numbers:
        @hookimpl
        def ftrack_entity_mixins(self):
            return [int]

    session = open_session(Studio(), Numbers())
    for _ in range(2):
        with pytest.raises(PluginError, match="int cannot be mixed into Task") as caught:
            session.get("Task", "t1")
        assert (caught.value.plugin, caught.value.hook) == ("Numbers", "ftrack_entity_mixins")


def test_mixins_that_do_not_go_together_name_each_with_its_plugin(open_session):
    class Low:
        pass

    class High(Low):
        pass

    class One:
        @hookimpl
        def ftrack_entity_mixins(self):
            return [Low]

    class Other:
        @hookimpl(trylast=True)
        def ftrack_entity_mixins(self):
            return [High]

    with pytest.raises(PluginError, match=r"do not go together \(Low of One, High of Other\)"):
        open_session(One(), Other()).get("Task", "t1")


def test_a_reload_that_does_not_fit_leaves_everything_as_it_was(open_session, tmp_path):
    (tmp_path / "studio.py").write_text(BASE_FILE.format(label="one "))
    session = open_session(folder=tmp_path)
    task = session.get("Task", "t1")
    (tmp_path / "slotted.py").write_text(SLOTTED_FILE)
    session.plugins.refresh()
    assert task.label() == "one light"
    assert [one.name for one in session.plugins.infos if one.path] == ["studio"]
    (problem,) = session.plugins.problems
    assert problem.name == "slotted"
    assert "Slotted cannot be mixed into Task" in problem.message
    (tmp_path / "slotted.py").unlink()
    session.plugins.refresh()
    assert session.plugins.problems == ()
