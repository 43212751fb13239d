"""Further things that users of ftrack sessions rely on, and traps that they no longer fall into."""

from __future__ import annotations

import atexit
import copy
import datetime
import gc
import logging
import sys
import weakref

import pytest
from ftrack_core.errors import (
    ConfigurationError,
    EntityError,
    EventError,
    ImmutableAttributeError,
    MultipleResultsError,
    NoResultError,
    SessionClosedError,
    UnknownEntityTypeError,
)
from ftrack_core.schema import AttributeKind
from ftrack_core.testing.memory_accessor import MemoryAccessor
from ftrack_core.testing.memory_schemas import memory_schemas
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session
from ftrack_core.work import state

from ftrack_core import NOT_SET, Session


def texts(server):
    """The texts of the queries of the last request."""
    return [one["expression"] for one in server.batches[-1] if one["action"] == "query"]


# --- sessions ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://studio.example/", "https://studio.example"),
        ("https://studio.example/prod//", "https://studio.example/prod"),
        ("  https://studio.example  ", "https://studio.example"),
        ("embedded:///shows/orbit/", "embedded:///shows/orbit/"),
    ],
)
def test_slashes_behind_the_url_of_a_server_are_dropped(given, kept):
    with Session(given, "no key", "ann", installed=False) as session:
        assert session.server_url == kept


def test_a_block_closes_its_session(server):
    with memory_session(server) as session:
        session.connect()
        assert not session.closed
    assert session.closed
    session.close()
    with pytest.raises(SessionClosedError):
        session.query("Task").first()


def test_making_and_closing_a_session_leaves_nothing_for_the_end_of_the_process(server):
    before = atexit._ncallbacks()
    with memory_session(server) as session:
        session.connect()
    assert atexit._ncallbacks() == before


def test_handlers_hear_of_ready_once_and_may_query(server):
    heard = []
    session = memory_session(server)
    session.events.subscribe(
        "topic=ftrack.api.session.ready",
        lambda event: heard.append(len(event["data"]["session"].query("Task"))),
    )
    with session:
        session.connect()
        session.connect()
        session.reset()
    assert heard == [5]


def test_a_folder_of_plugins_may_be_one_text(server, tmp_path, caplog):
    (tmp_path / "studio.py").write_text("from ftrack_core import hookimpl\n")
    with memory_session(server, plugin_folders=str(tmp_path)) as session:
        assert session.plugins.folders == (tmp_path,)
        assert [one.name for one in session.plugins.infos if one.path] == ["studio"]


def test_what_a_user_sets_up_for_a_location_outlives_rollback_and_reset(session, tmp_path):
    class Accessor:
        """Stands for one of the user's."""

    mine = Accessor()
    session.locations.get("ftrack.unmanaged").accessor = mine
    session.create("Task", {"name": "new"})
    session.rollback()
    assert session.locations.get("ftrack.unmanaged").accessor is mine
    session.reset()
    assert session.locations.get("ftrack.unmanaged").accessor is mine


def test_a_location_that_nobody_gave_a_priority_is_picked_before_unmanaged_files(server):
    server.add({"__entity_type__": "Location", "id": "l1", "name": "studio"})
    with memory_session(server) as session:
        location = session.get("Location", "l1")
        assert session.pick_location()["name"] == "ftrack.unmanaged"
        location.accessor = MemoryAccessor()
        assert location.priority == 50
        assert session.pick_location() is location


CONSTRUCT = "topic=ftrack.api.session.construct-entity-type and data.schema.id=Task"


def test_a_handler_of_entity_types_that_raises_is_told_and_the_usual_class_taken(server, caplog):
    session = memory_session(server)
    session.events.subscribe(CONSTRUCT, lambda event: 1 / 0)
    with session:
        assert session.get("Task", "t1")["name"] == "task 1"
    assert "raised for ftrack.api.session.construct-entity-type" in caplog.text
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("answer", ["Task", 7, object()])
def test_one_that_answers_no_class_is_an_error(server, answer):
    session = memory_session(server)
    session.events.subscribe(CONSTRUCT, lambda event: answer)
    with session, pytest.raises(EventError, match=r"for Task; a class is due"):
        session.get("Task", "t1")


# --- types and their attributes ------------------------------------------------------------------


def test_a_type_tells_its_attributes(session):
    attributes = session.types["Task"].schema.attributes
    assert attributes["name"].kind is AttributeKind.SCALAR
    assert attributes.get("x") is None
    assert list(attributes) == list(session.get("Task", "t1"))
    assert session.types["Task"].entity_type == session.types["Task"].__name__ == "Task"
    assert isinstance(session.get("Task", "t1"), session.types["Task"])
    assert not isinstance(session.get("Task", "t1"), session.types["Context"])


def test_an_unknown_type_is_a_key_that_is_not_there(session):
    with pytest.raises(KeyError, match="Did you mean 'Task'"):
        session.types["Taks"]
    assert session.types.get("Taks") is None
    assert "Taks" not in session.types
    for use in (session.get, session.create):
        with pytest.raises(KeyError, match="no entity type 'Nope'"):
            use("Nope", "x" if use == session.get else {})
    with pytest.raises(UnknownEntityTypeError, match="no entity type None"):
        session.create(None)
    with pytest.raises(KeyError, match="no entity type 'Nope'"):
        session.query("Nope").all()


def test_schemas_are_a_mapping_and_the_list_that_the_server_sent(server):
    sent = memory_schemas()
    with memory_session(MemoryTransport(sent)) as session:
        assert list(session.schemas) == [one["id"] for one in sent]
        assert session.schemas["Task"].primary_key == ("id",)
        assert session.schemas.to_wire() == sent


def test_a_class_can_be_mixed_into_one_entity(session, task):
    class Loud:
        def shout(self):
            return self["name"].upper()

    task.__class__ = type("LoudTask", (Loud, task.__class__), {})
    assert task.shout() == "TASK 1"
    assert task == session.get("Task", "t1")
    assert not hasattr(session.get("Task", "t2"), "shout")


# --- new entities --------------------------------------------------------------------------------


def test_a_new_entity_shows_what_the_server_will_fill_in(session, server):
    new = session.create("FileComponent", {"file_type": ".exr"})
    before = session.request_count
    assert (new["name"], new["size"], new["file_type"]) == ("main", 0, ".exr")
    assert session.create("User")["username"] is NOT_SET
    assert session.create("Task")["status"] is NOT_SET
    assert session.request_count == before
    session.commit()
    assert [row["name"] for row in server.rows("FileComponent")] == ["main"]


def test_creating_needs_no_data(session):
    for entity_type in session.types:
        if session.schemas[entity_type].primary_key == ("id",):
            assert session.create(entity_type)["id"]


def test_both_sides_of_a_relation_may_be_given(session, server):
    asset = session.create("Asset", {"name": "plate", "parent": session.get("Project", "p1")})
    version = session.create("AssetVersion", {"asset": asset})
    asset["versions"].append(version)
    component = session.create("FileComponent", {"version": version})
    version["components"].append(component)
    version["thumbnail"] = component
    session.commit()
    with memory_session(server) as other:
        (found,) = other.query("AssetVersion")
        assert list(found["components"]) == [component] == [found["thumbnail"]]
        assert found["asset"] == asset


def test_the_frames_of_a_sequence_are_named_as_in_their_files(session, tmp_path):
    for number in (1, 2, 3):
        (tmp_path / f"plate.{number:04}.exr").write_bytes(b"plate")
    sequence = session.create_component(f"{tmp_path}/plate.%04d.exr [1-3]", location=None)
    assert sequence["padding"] == 4
    assert [one["name"] for one in sequence["members"]] == ["0001", "0002", "0003"]
    origin = session.locations.get("ftrack.origin")
    assert origin.get_filesystem_path(sequence["members"][1]) == f"{tmp_path}/plate.0002.exr"


# --- attributes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["s1", 5, {"id": "s1"}, ["s1"], True])
def test_a_reference_takes_entities_only_and_says_how_to_give_an_id(session, task, given):
    with pytest.raises(EntityError, match=r"an entity or None, .* identifier to 'status_id'"):
        task["status"] = given
    with pytest.raises(EntityError, match=r"Task\.status takes"):
        session.create("Task", {"status": given})
    task["status"] = None
    assert task["status_id"] is None
    assert session.created == []


@pytest.mark.parametrize("given", ["t1", ["t1"], [{"id": "t1"}], [None]])
def test_a_collection_takes_entities_only(session, given):
    project = session.get("Project", "p1")
    with pytest.raises(EntityError, match=r"Project\.children takes entities, not"):
        project["children"] = given
    with pytest.raises(EntityError, match=r"Project\.children takes entities, not"):
        project["children"].append(given[0])
    assert len(project["children"]) == 5


@pytest.mark.parametrize(
    "form", [list, tuple, iter, set, dict.fromkeys], ids=lambda one: one.__name__
)
def test_a_collection_may_be_assigned_in_any_form(session, server, form):
    project = session.get("Project", "p1")
    two = [session.get("Task", "t1"), session.get("Task", "t3")]
    project["children"] = form(two)
    assert set(project["children"]) == set(two)
    project["children"] = None
    assert list(project["children"]) == []
    session.rollback()
    assert len(project["children"]) == 5


def test_an_item_stands_once_in_a_collection_however_it_comes_there(session, task):
    project = session.get("Project", "p1")
    project["children"] = [task, task]
    project["children"].append(task)
    project["children"][0] = task
    project["children"].extend([task, task])
    assert list(project["children"]) == [task]
    new = session.create("Project", {"name": "new", "children": [task, task]})
    assert list(new["children"]) == [task]


def test_a_copy_of_a_collection_or_a_mapping_is_a_view_and_a_list_is_a_copy(session, task):
    children = session.get("Project", "p1")["children"]
    view, copied = copy.copy(children), list(children)
    children.pop()
    assert (len(view), len(copied)) == (4, 5)
    metadata = task["metadata"]
    view, copied = copy.copy(metadata), dict(metadata)
    metadata["new"] = "x"
    assert "new" in view
    assert copied == {"colour": "red"}
    assert set(metadata.keys()) == {"colour", "new"}
    with pytest.raises(TypeError, match="unhashable"):
        hash(children)


@pytest.fixture
def fixed_children():
    """A server that lets nobody change what belongs to a project."""
    schemas = memory_schemas()
    project = next(one for one in schemas if one["id"] == "Project")
    project["immutable"] = [*project.get("immutable", ()), "children"]
    return schemas


def test_a_collection_that_cannot_change_is_read_like_others(fixed_children, rows):
    with memory_session(MemoryTransport(fixed_children, rows)) as session:
        project = session.get("Project", "p1")
        assert [one["id"] for one in project["children"]] == ["t0", "t1", "t2", "t3", "t4"]
        for edit in (
            lambda: project["children"].pop(),
            lambda: project["children"].append(session.create("Task")),
            lambda: project.update(children=[]),
        ):
            with pytest.raises(ImmutableAttributeError, match=r"Project\.children"):
                edit()
        assert len(project["children"]) == 5


def test_missing_keys_of_a_mapping_are_key_errors(task):
    with pytest.raises(KeyError):
        task["metadata"]["nope"]
    with pytest.raises(KeyError):
        del task["metadata"]["nope"]
    assert task["metadata"].get("nope", 1) == task["metadata"].pop("nope", 1) == 1


def test_a_key_of_metadata_is_one_row_on_the_wire(session, server, task):
    task["metadata"]["a"] = "1"
    task["metadata"]["colour"] = "blue"
    session.commit()
    sent = [(one["action"], one["entity_type"], one["entity_key"]) for one in server.batches[-1]]
    assert sent == [
        ("create", "Metadata", ["t1", "a"]),
        ("update", "Metadata", ["t1", "colour"]),
    ]
    assert server.batches[-1][0]["entity_data"]["parent_type"] == "Task"


def test_what_is_popped_is_taken_back(session, task):
    task["name"] = "mine"
    assert task.pop("name") == "mine"
    assert task["name"] == "task 1"
    assert task.setdefault("name", "other") == "task 1"
    assert (state(task), session.modified) == (NOT_SET, [])
    task["name"] = "mine"
    task["bid"] = 7.0
    del task["name"]
    assert session.modified == [task]


def test_attributes_are_updated_together(session, server, task):
    task.update({"name": "new"}, bid=9.0)
    session.commit()
    (sent,) = server.batches[-1]
    assert sent["entity_data"] == {"__entity_type__": "Task", "name": "new", "bid": 9.0}


def test_a_date_is_the_beginning_of_its_day(session, server, task):
    task["start_date"] = datetime.date(2031, 5, 6)
    session.commit()
    session.refresh(task)
    midnight = datetime.datetime(2031, 5, 6, tzinfo=datetime.timezone.utc)
    assert task["start_date"] == midnight


# --- reading -------------------------------------------------------------------------------------


def test_a_query_without_select_asks_for_the_projections_of_its_type(session, server):
    session.query("Task limit 10").all()
    assert texts(server) == ["select id, context_type, name from Task offset 0 limit 10"]


def test_a_reference_is_loaded_with_the_projections_of_its_type(session, server):
    task = session.query("select name from Task where id is t1").one()
    assert task["project"]["name"] == "orbit"
    (text,) = texts(server)
    assert "project.id" in text
    assert "project.name" in text


def test_what_was_read_answers_first_and_one(session):
    result = session.query("Task order by id")
    everything = result.all()
    before = session.request_count
    assert result.first() is everything[0]
    with pytest.raises(MultipleResultsError):
        result.one()
    assert len(result) == 5
    assert list(result) == everything
    assert session.request_count == before


def test_first_and_one_take_a_limit_and_an_offset(session):
    assert session.query("Task order by id limit 3").first()["id"] == "t0"
    assert session.query("Task order by id limit 1").one()["id"] == "t0"
    assert session.query("Task order by id offset 4").one()["id"] == "t4"
    assert session.query("Task order by id offset 1").first()["id"] == "t1"
    assert session.query("Task where name is nothing").first() is None
    with pytest.raises(NoResultError, match="Task where name is nothing"):
        session.query("Task where name is nothing").one()


def test_the_last_page_of_a_limit_asks_for_no_more(session, server):
    assert len(session.query("Task limit 3", page_size=2)) == 3
    asked = [
        text.partition(" offset ")[2]
        for batch in server.batches[-2:]
        for text in (one["expression"] for one in batch)
    ]
    assert asked == ["0 limit 2", "2 limit 1"]


def test_many_entities_are_populated_in_one_request_in_texts_of_a_bearable_length(server):
    for n in range(1200):
        server.add({"__entity_type__": "User", "id": f"u{n}", "username": f"user {n}"})
    with memory_session(server) as session:
        users = session.query("select id from User", page_size=2000).all()
        before = session.request_count
        session.populate(users, "username")
        assert session.request_count == before + 1
        assert len(texts(server)) == 3
        assert users[-1]["username"].startswith("user ")
        assert session.request_count == before + 1


def test_an_entity_is_wanted_where_something_else_is_given(session):
    for use in (session.delete, session.refresh, session.expunge):
        with pytest.raises(EntityError, match=r"an entity is wanted, not 't1'; session\.get"):
            use("t1")


def test_a_mapping_of_another_session_is_merged_as_a_dictionary(session, other):
    merged = session.merge(other.get("Task", "t1")["metadata"])
    assert type(merged) is dict
    assert merged == {"colour": "red"}


# --- changes -------------------------------------------------------------------------------------


def calls_of(use):
    """How many Python functions are called by *use*."""
    found = []
    sys.setprofile(lambda frame, event, argument: event == "call" and found.append(frame.f_code))
    try:
        use()
    finally:
        sys.setprofile(None)
    return len(found)


def test_the_state_of_one_costs_the_same_however_much_is_pending(session, task):
    task["name"] = "x"
    before = calls_of(lambda: state(task))
    for n in range(500):
        session.create("Task", {"name": f"new {n}"})
    assert calls_of(lambda: state(task)) <= before + 5


def test_the_log_can_be_looked_at_and_is_false_when_empty(session, task):
    assert not session.work.log
    task["name"] = "x"
    assert [change.action for change in session.work.log] == ["update"]
    assert len(session.work.log) == 1
    session.rollback()
    assert not session.work.log


def test_custom_attributes_keep_no_session_alive(server):
    server.add(
        {
            "__entity_type__": "CustomAttributeConfiguration",
            "id": "c1",
            "key": "fps",
            "entity_type": "show",
            "is_hierarchical": True,
        }
    )
    session = memory_session(server)
    project = session.get("Project", "p1")
    new = session.create("Project", {"name": "new"})
    new["custom_attributes"]["fps"] = 25.0
    assert dict(project["custom_attributes"]) is not None
    session.close()
    gone = weakref.ref(session)
    del session, project, new
    gc.collect()
    assert gone() is None


def test_a_custom_attribute_that_comes_later_is_found(server):
    configuration = {
        "__entity_type__": "CustomAttributeConfiguration",
        "entity_type": "show",
        "is_hierarchical": True,
    }
    server.add({**configuration, "id": "c1", "key": "fps"})
    with memory_session(server) as session:
        new = session.create("Project", {"name": "new"})
        new["custom_attributes"]["fps"] = 25.0
        with pytest.raises(KeyError, match="no custom attribute 'handles'"):
            new["custom_attributes"]["handles"] = 8
        server.add({**configuration, "id": "c2", "key": "handles"})
        new["custom_attributes"]["handles"] = 8
        assert dict(new["custom_attributes"]) == {"fps": 25.0, "handles": 8}


def test_pending_changes_that_closing_loses_are_logged_and_others_are_not(server, caplog):
    with caplog.at_level(logging.WARNING):
        with memory_session(server) as session:
            session.create("Task", {"name": "new"})
            session.rollback()
        assert caplog.text == ""


# --- settings ------------------------------------------------------------------------------------


def test_a_missing_server_says_what_to_give(monkeypatch):
    monkeypatch.delenv("FTRACK_SERVER", raising=False)
    for given in (None, "", "  "):
        with pytest.raises(ConfigurationError, match="give server_url or set FTRACK_SERVER"):
            Session(given)


def test_the_environment_is_enough_and_an_argument_wins(monkeypatch):
    monkeypatch.setenv("FTRACK_SERVER", "https://studio.example")
    monkeypatch.setenv("FTRACK_API_KEY", "a secret")
    monkeypatch.setenv("FTRACK_API_USER", "ann")
    with Session(installed=False) as session:
        assert (session.server_url, session.user) == ("https://studio.example", "ann")
        assert "a secret" not in repr(session) + repr(session.context) + repr(vars(session))
    with Session("https://other.example", api_user="bob", installed=False) as session:
        assert (session.server_url, session.user) == ("https://other.example", "bob")


@pytest.mark.parametrize(
    "name",
    [
        "api_key",
        "api_user",
        "recorded_operations",
        "record_operations",
        "operation_recording",
        "encode_media",
        "get_widget_url",
        "send_user_invite",
        "get_component_availability",
        "event_hub",
        "cache",
        "request_timeout",
        "logger",
        "entity_reference",
    ],
)
def test_a_session_has_no_name_that_would_mean_something_else(session, name):
    assert not hasattr(session.connect(), name)
