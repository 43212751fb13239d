"""A server that lacks an entity type: the error names it, and nothing else is the worse for it.

Servers differ by their version and by what a studio has set up, and both the kernel and plugins
expect types that not every one of them has.
"""

from __future__ import annotations

import pytest
from ftrack_core.errors import (
    CommitRefusedError,
    FtrackError,
    ServerError,
    UnknownEntityTypeError,
)
from ftrack_core.testing.memory_schemas import memory_schemas
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session

from ftrack_core import LocationBinding

ROWS = [
    {"__entity_type__": "Project", "id": "p1", "name": "orbit", "context_type": "show"},
    {"__entity_type__": "Task", "id": "t1", "name": "light", "project_id": "p1", "bid": 3.0},
]


class Studio:
    """A server that lacks some types, and a session on it in which a value waits to be sent."""

    def __init__(self, missing, plugins=()):
        schemas = [one for one in memory_schemas() if one["id"] not in missing]
        self.server = MemoryTransport(schemas, ROWS)
        self.session = memory_session(self.server, plugins=plugins)
        self.task = self.session.get("Task", "t1")
        self.task["bid"] = 4.0

    def expect_all_well(self):
        """The session reads, and commits what was pending and nothing besides."""
        assert self.session.query("Project").one()["name"] == "orbit"
        assert self.session.modified == [self.task]
        assert self.session.created == []
        self.session.commit()
        (row,) = self.server.rows("Task")
        assert (row["name"], row["bid"]) == ("light", 4.0)
        assert self.server.rows("Component") == []


@pytest.fixture
def lacking():
    studios = []

    def lacking(*missing, plugins=()):
        studios.append(Studio(missing, plugins))
        return studios[-1]

    yield lacking
    for one in studios:
        one.session.close()


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "sky.exr"
    path.write_bytes(b"clouds")
    return str(path)


# --- named by the user ---------------------------------------------------------------------------

NAMING = {
    "query": lambda session: session.query("Location").all(),
    "get": lambda session: session.get("Location", "l1"),
    "create": lambda session: session.create("Location", {"name": "shelf"}),
    "ensure": lambda session: session.ensure("Location", {"name": "shelf"}),
    "types": lambda session: session.types["Location"],
}


@pytest.mark.parametrize("name", NAMING)
def test_whoever_names_it_is_told(lacking, name):
    studio = lacking("Location")
    with pytest.raises(UnknownEntityTypeError, match="'Location'") as told:
        NAMING[name](studio.session)
    assert "Did you mean 'ComponentLocation'?" in str(told.value)
    assert told.value.entity_type == "Location"
    studio.expect_all_well()


def test_where_no_other_is_near_none_is_offered(lacking):
    studio = lacking("Location", "ComponentLocation")
    with pytest.raises(UnknownEntityTypeError) as told:
        studio.session.query("Location").all()
    assert str(told.value) == "there is no entity type 'Location'."
    studio.expect_all_well()


# --- expected by the kernel ----------------------------------------------------------------------


def test_locations_need_the_type_location(lacking):
    studio = lacking("Location")
    studio.session.locations.bind(LocationBinding("studio.shelf", "shelf:"))
    for look in (
        lambda: studio.session.pick_location(),
        lambda: studio.session.locations.get("studio.shelf"),
        lambda: studio.session.locations.get("ftrack.origin"),
    ):
        with pytest.raises(FtrackError, match=r"[\"']Location.*Did you mean 'ComponentLocation'"):
            look()
    studio.expect_all_well()


def test_what_was_to_be_published_is_taken_back(lacking, picture):
    studio = lacking("Location")
    with pytest.raises(UnknownEntityTypeError, match="'Location'"):
        studio.session.create_component(picture, {"name": "sky"})
    studio.expect_all_well()


def test_a_component_is_not_committed_where_its_place_cannot_be_noted(lacking, picture):
    studio = lacking("ComponentLocation")
    with pytest.raises(CommitRefusedError, match='"ComponentLocation" does not exist'):
        studio.session.create_component(picture, {"name": "sky"}, "ftrack.unmanaged")
    studio.expect_all_well()


def test_a_component_that_goes_nowhere_needs_no_locations(lacking, picture):
    studio = lacking("Location", "ComponentLocation")
    studio.session.create_component(picture, {"name": "sky"}, location=None)
    studio.session.commit()
    assert [one["name"] for one in studio.server.rows("Component")] == ["sky"]


@pytest.mark.parametrize(
    ("attribute", "target"),
    [("metadata", "Metadata"), ("custom_attributes", "ContextCustomAttributeValue")],
)
def test_a_mapping_whose_items_have_no_type_names_it(lacking, attribute, target):
    studio = lacking(target)
    for use in (dict, lambda mapping: mapping.update(colour="red")):
        with pytest.raises(ServerError, match=f'"{target}" does not exist'):
            use(studio.task[attribute])
    studio.expect_all_well()


# --- expected by a plugin ------------------------------------------------------------------------

COUNTING = """
from ftrack_core import hookimpl

@hookimpl
def {hook}(session):
    session.query("{entity_type}").all()
"""


@pytest.fixture
def write(tmp_path):
    """Write a plugin file that queries a type in a hook, and return its path."""

    def write(hook, entity_type):
        path = tmp_path / "counting.py"
        path.write_text(COUNTING.format(hook=hook, entity_type=entity_type), encoding="utf-8")
        return path

    return write


def test_a_hook_that_may_refuse_refuses_with_the_name_of_the_type(lacking, write):
    """An error of the kernel's passes through a hook as it is; the file can then be mended."""
    studio = lacking(plugins=[write("ftrack_before_commit", "Timelogs")])
    with pytest.raises(UnknownEntityTypeError, match=r"'Timelogs'.*Did you mean 'Timelog'"):
        studio.session.commit()
    write("ftrack_before_commit", "Timelog")
    studio.session.plugins.refresh()
    studio.expect_all_well()


def test_a_note_on_it_names_the_plugin_and_the_line(lacking, write):
    path = write("ftrack_before_commit", "Timelogs")
    studio = lacking(plugins=[path])
    with pytest.raises(UnknownEntityTypeError) as told:
        studio.session.commit()
    (note,) = told.value.__notes__
    assert note.startswith(f"raised in ftrack_before_commit of plugin 'counting' ({path}), line ")
    write("ftrack_before_commit", "Timelog")
    studio.session.plugins.refresh()
    studio.expect_all_well()


def test_a_hook_that_is_only_told_is_reported_and_stops_nobody(lacking, write, caplog):
    studio = lacking(plugins=[write("ftrack_session_started", "Timelogs")])
    assert "counting" in caplog.text
    assert "there is no entity type 'Timelogs'. Did you mean 'Timelog'?" in caplog.text
    studio.expect_all_well()


def test_a_hook_within_publishing_takes_back_what_was_to_be_published(lacking, write, picture):
    studio = lacking(plugins=[write("ftrack_pick_location", "StudioShelf")])
    with pytest.raises(UnknownEntityTypeError, match="'StudioShelf'"):
        studio.session.create_component(picture, {"name": "sky"})
    studio.expect_all_well()
