"""Codecs of attributes: what a plugin makes of a value between the wire and the user."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from ftrack_core.entity.coded import CodedEntity
from ftrack_core.errors import PluginError
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session

from ftrack_core import NOT_SET, hookimpl

ROWS = [
    {"__entity_type__": "Project", "id": "p1", "name": "orbit"},
    {
        "__entity_type__": "Task",
        "id": "t1",
        "name": "00:00:04:12",
        "project_id": "p1",
        "bid": None,
    },
    {"__entity_type__": "Metadata", "parent_id": "t1", "key": "look", "value": '{"k": 1}'},
    {"__entity_type__": "Metadata", "parent_id": "t1", "key": "note", "value": "plain"},
]


@dataclass(frozen=True)
class Timecode:
    """So many frames, at 24 a second."""

    frames: int


class TimecodeCodec:
    def decode(self, value):
        hours, minutes, seconds, frames = map(int, value.split(":"))
        return Timecode(((hours * 60 + minutes) * 60 + seconds) * 24 + frames)

    def encode(self, value):
        if not isinstance(value, Timecode):
            raise TypeError(f"a Timecode is due, not {value!r}")
        seconds, frames = divmod(value.frames, 24)
        return f"00:{seconds // 60:02}:{seconds % 60:02}:{frames:02}"


class Json:
    def decode(self, value):
        return json.loads(value)

    def encode(self, value):
        return json.dumps(value)


class Codecs:
    """Task names are timecodes, and what is kept under ``look`` is JSON."""

    def __init__(self):
        self.asked = []

    @hookimpl
    def ftrack_attribute_codec(self, entity_type, attribute):
        self.asked.append((entity_type, attribute))
        if (entity_type, attribute) == ("Task", "name"):
            return TimecodeCodec()
        return Json() if attribute == "metadata.look" else None


@pytest.fixture
def server():
    return MemoryTransport(rows=ROWS)


@pytest.fixture
def codecs():
    return Codecs()


@pytest.fixture
def session(server, codecs):
    with memory_session(server, plugins=[codecs]) as session:
        yield session


@pytest.fixture
def task(session):
    return session.get("Task", "t1")


def kept_metadata(server):
    return {one["key"]: one["value"] for one in server.rows("Metadata")}


def test_a_value_is_read_through_its_codec(task):
    assert task["name"] == Timecode(108)
    assert dict(task.items())["name"] == Timecode(108)
    assert task.loaded("name") == Timecode(108)


def test_a_value_is_written_through_its_codec(session, server, task):
    task["name"] = Timecode(25)
    assert task["name"] == Timecode(25)
    session.commit()
    assert server.rows("Task")[0]["name"] == "00:00:01:01"
    assert task["name"] == Timecode(25)


def test_a_rollback_brings_the_old_value_back(session, task):
    task["name"] = Timecode(25)
    session.rollback()
    assert task["name"] == Timecode(108)


def test_values_of_a_new_entity_pass_the_codec(session, server):
    made = session.create("Task", {"name": Timecode(48), "project_id": "p1"})
    assert made["name"] == Timecode(48)
    session.commit()
    assert sorted(row["name"] for row in server.rows("Task")) == ["00:00:02:00", "00:00:04:12"]


def test_the_key_of_a_mapped_attribute_has_a_codec_of_its_own(session, server, task):
    assert task["metadata"]["look"] == {"k": 1}
    assert task["metadata"]["note"] == "plain"
    task["metadata"]["look"] = {"k": [1, 2]}
    assert task["metadata"]["look"] == {"k": [1, 2]}
    session.commit()
    assert kept_metadata(server)["look"] == '{"k": [1, 2]}'
    assert task["metadata"]["look"] == {"k": [1, 2]}


def test_mapped_values_of_a_new_entity_pass_the_codec_too(session, server):
    data = {"name": Timecode(1), "project_id": "p1", "metadata": {"look": [3], "note": "x"}}
    made = session.create("Task", data)
    assert made["metadata"]["look"] == [3]
    session.commit()
    assert {"[3]", "x"} <= {one["value"] for one in server.rows("Metadata")}


def test_nothing_stays_nothing(session, task):
    task["name"] = None
    assert task["name"] is None
    del task["name"]
    assert task["name"] == Timecode(108)
    assert session.create("Task", {"project_id": "p1"}).loaded("name") is NOT_SET


def test_a_codec_is_asked_for_once_for_each_type_and_attribute(session, codecs):
    for _ in range(3):
        for task in session.query("select name, metadata from Task"):
            assert task["name"] == Timecode(108)
            assert dict(task["metadata"])["look"] == task["metadata"]["look"] == {"k": 1}
    assert len(codecs.asked) == len(set(codecs.asked))
    names = {attribute for entity_type, attribute in codecs.asked if entity_type == "Task"}
    assert {"name", "metadata.look", "metadata.note"} <= names
    assert not names & {"id", "status", "status_id", "metadata"}


def test_rows_and_queries_hold_wire_values(session):
    (row,) = session.query("select name from Task where name is '00:00:04:12'").rows()
    assert row["name"] == "00:00:04:12"


def test_values_in_a_query_are_wire_values(session):
    assert session.query("Task where name is :name", name="00:00:04:12").one()["id"] == "t1"
    assert session.build("Task").where(session.build("Task").name == "00:00:04:12").one()
    with pytest.raises(TypeError, match="Timecode"):
        session.query("Task where name is :name", name=Timecode(108))


def test_what_ensure_is_given_passes_the_codec(session, server, task):
    assert session.ensure("Task", {"name": Timecode(108), "bid": 2.0}, ["name"]) is task
    made = session.ensure("Task", {"name": Timecode(48)})
    assert made["name"] == Timecode(48)
    assert session.ensure("Task", {"id": "t1", "name": Timecode(25)}, ["id"])["name"].frames == 25
    assert sorted(row["name"] for row in server.rows("Task")) == ["00:00:01:01", "00:00:02:00"]


def test_a_value_that_the_codec_does_not_take_names_plugin_and_codec(session, task):
    with pytest.raises(PluginError, match=r"TimecodeCodec\.encode cannot take this int") as caught:
        task["name"] = 5
    assert (caught.value.plugin, caught.value.hook) == ("Codecs", "ftrack_attribute_codec")
    assert task["name"] == Timecode(108)
    assert session.modified == []


def test_a_value_of_the_server_that_the_codec_cannot_read_is_told_and_can_be_put_right(
    session, server
):
    server.execute(
        [
            {
                "action": "update",
                "entity_type": "Task",
                "entity_key": ["t1"],
                "entity_data": {"name": "soon"},
            }
        ]
    )
    task = session.get("Task", "t1")
    with pytest.raises(PluginError, match=r"TimecodeCodec\.decode cannot take this str"):
        task["name"]
    task["name"] = Timecode(2)
    session.commit()
    assert session.get("Task", "t1")["name"] == Timecode(2)


def test_without_a_codec_a_class_is_what_it_always_was(server, session):
    assert not issubclass(session.types["Project"], CodedEntity)
    with memory_session(server) as other:
        assert other.types["Task"].__mro__[1].__name__ == "Entity"
        assert other.types["Task"]._codecs is None


CODEC_FILE = """
from ftrack_core import hookimpl

class Shout:
    def decode(self, value):
        return value.upper()

    def encode(self, value):
        return value.lower()

@hookimpl
def ftrack_attribute_codec(entity_type, attribute):
    return Shout() if attribute == {attribute!r} else None
"""


def test_a_codec_comes_and_goes_with_its_file(server, tmp_path):
    (tmp_path / "shout.py").write_text(CODEC_FILE.format(attribute="name"))
    with memory_session(server, plugin_folders=[tmp_path]) as session:
        project = session.get("Project", "p1")
        assert project["name"] == "ORBIT"
        project["name"] = "RING"
        (tmp_path / "shout.py").write_text(CODEC_FILE.format(attribute="full_name"))
        session.plugins.refresh()
        assert project["name"] == "ring"
        (tmp_path / "shout.py").unlink()
        session.plugins.refresh()
        assert type(project).__mro__[1].__name__ == "Entity"
        session.commit()
    assert server.rows("Project")[0]["name"] == "ring"


def test_a_mapping_that_is_held_is_seen_through_a_codec_that_comes_later(server, tmp_path):
    file = tmp_path / "shout.py"
    with memory_session(server, plugin_folders=[tmp_path]) as session:
        project = session.get("Project", "p1")
        project["metadata"]["colour"] = "red"
        session.commit()
        held = project["metadata"]
        assert held["colour"] == "red"
        file.write_text(CODEC_FILE.format(attribute="metadata.colour"))
        session.plugins.refresh()
        assert held["colour"] == "RED"
        file.unlink()
        session.plugins.refresh()
        assert held["colour"] == "red"
