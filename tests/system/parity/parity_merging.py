"""Merging rows into what is known, making sure that something is there, attributes, resetting."""

import datetime

import arrow
import ftrack_api
import ftrack_api.attribute
import pytest
from ftrack_api.inspection import state
from ftrack_api.symbol import NOT_SET


@pytest.fixture
def detached(session):
    """Make an entity that is not merged, of values that the server is said to have."""

    def make(entity_type, **values):
        return session._create(entity_type, values, reconstructing=True)

    return make


def test_a_merged_entity_is_the_known_one(session, new_user, detached):
    """1.10: its values arrive in the remote slot, the passed one is left alone."""
    other = detached("User", id=new_user["id"], first_name="Merged")
    assert session.merge(other) is new_user
    assert new_user["first_name"] == "Merged"
    assert other is not new_user
    assert not session.recorded_operations
    assert state(new_user) is NOT_SET


def test_merging_what_is_unknown_makes_it_known(session, detached):
    """1.10: an empty instance is made, filled, and kept."""
    other = detached("User", id="never-seen", username="someone")
    merged = session.merge(other)
    assert merged is not other
    assert merged["username"] == "someone"
    assert session.merge(detached("User", id="never-seen", first_name="A")) is merged
    assert merged["first_name"] == "A"


def test_merging_brings_what_it_refers_to(session, new_task, detached):
    """1.10: references are merged in the same way."""
    status = detached("Status", id=new_task["status_id"], name="Of a row")
    merged = session.merge(detached("Task", id=new_task["id"], status=status))
    assert merged is new_task
    assert new_task["status"] is session.get("Status", new_task["status_id"])
    assert new_task["status"]["name"] == "Of a row"


def test_an_edit_outlives_a_merge(session, new_user, detached):
    """1.10: a local value stays, the remote one is replaced."""
    new_user["first_name"] = "Mine"
    session.merge(detached("User", id=new_user["id"], first_name="Theirs"))
    assert new_user["first_name"] == "Mine"
    assert new_user.attributes.get("first_name").get_remote_value(new_user) == "Theirs"


def test_nothing_overwrites_nothing(session, new_user, detached):
    """1.10: NOT_SET never overwrites anything."""
    session.merge(detached("User", id=new_user["id"]))
    with session.auto_populating(False):
        assert new_user["first_name"] == "Some"


def test_an_untouched_collection_follows_the_server(session, new_task, detached, unique):
    """1.10: one that was edited is left as it is."""
    scope = session.create("Scope", {"name": unique})
    session.commit()
    assert list(new_task["scopes"]) == []
    session.merge(detached("Task", id=new_task["id"], scopes=[scope]))
    assert list(new_task["scopes"]) == [scope]
    new_task["scopes"].remove(scope)
    session.merge(detached("Task", id=new_task["id"], scopes=[scope]))
    assert list(new_task["scopes"]) == []
    session.rollback()


def test_plain_values_are_merged_as_they_are(session):
    """1.10: scalars are returned unchanged."""
    assert session.merge(5) == 5
    assert session.merge("text") == "text"
    assert session.merge(None) is None


def test_entities_tell_what_a_merge_changed(session, new_user, detached):
    """1.10: `Entity.merge` returns a list of changes."""
    changes = new_user.merge(detached("User", id=new_user["id"], first_name="Merged"))
    (change,) = [one for one in changes if one["name"] == "first_name"]
    assert change["type"] == "remote_attribute"
    assert (change["old_value"], change["new_value"]) == ("Some", "Merged")
    assert new_user.merge(detached("User", id=new_user["id"], first_name="Merged")) == []


def test_making_sure_creates_finds_and_updates(session, unique, wire, ask):
    """45: commit only when needed."""
    data = {"username": unique, "first_name": "A"}
    made = session.ensure("User", data, identifying_keys=["username"])
    assert made["first_name"] == "A"
    assert len(ask(f'select id from User where username is "{unique}"')) == 1
    wire.clear()
    assert session.ensure("User", data, ["username"]) is made
    assert wire.changes == []
    assert session.ensure("User", {**data, "first_name": "B"}, ["username"]) is made
    assert [one["action"] for one in wire.changes] == ["update"]
    (row,) = ask(f'select first_name from User where username is "{unique}"')
    assert row["first_name"] == "B"


def test_making_sure_identifies_by_all_data(session, unique):
    """1.9: keys default to all of the data."""
    made = session.ensure("User", {"username": unique, "first_name": "A"})
    assert session.ensure("User", {"username": unique, "first_name": "A"}) is made


def test_making_sure_needs_something_to_go_by(session, unique):
    """46: no data is a ValueError, a key absent from the data a KeyError."""
    with pytest.raises(ValueError):
        session.ensure("User", {})
    with pytest.raises(KeyError):
        session.ensure("User", {"username": unique}, identifying_keys=["first_name"])


def test_making_sure_of_what_is_there_twice(session):
    """1.9: MultipleResultsFoundError."""
    with pytest.raises(ftrack_api.exception.MultipleResultsFoundError):
        session.ensure("User", {"resource_type": "user"})


def test_making_sure_by_references_and_times(session, new_task, unique):
    """1.9: identifiers, numbers and naive times in the condition."""
    start = datetime.datetime(2031, 5, 6, 7, 8, 9)
    user = session.query("User where username is admin").one()
    data = {
        "user_id": user["id"], "context_id": new_task["id"], "start": start,
        "duration": 60, "comment": unique,
    }  # fmt: skip
    made = session.ensure("Timelog", data)
    again = session.ensure("Timelog", data, identifying_keys=["context_id", "start", "duration"])
    assert again is made


@pytest.mark.better("quotes in values are escaped")
def test_making_sure_of_text_with_quotes(session, project, unique):
    """15.1, 13."""
    data = {"name": f'{unique} "a" b', "parent_id": project["id"]}
    made = session.ensure("Folder", data)
    assert session.ensure("Folder", data) is made


@pytest.mark.better("times with an offset are the same moment")
def test_making_sure_by_a_time_with_an_offset(session, new_task, unique, wire):
    """15.1, 12: found again, and nothing is updated."""
    start = arrow.get("2031-05-06T07:08:09+02:00")
    user = session.query("User where username is admin").one()
    data = {"user_id": user["id"], "context_id": new_task["id"], "start": start, "duration": 60}
    made = session.ensure("Timelog", data)
    wire.clear()
    assert session.ensure("Timelog", data) is made
    assert wire.changes == []


def test_attributes_tell_local_and_remote_values(session, new_user, wire):
    """4.2: without asking for anything."""
    attribute = new_user.attributes.get("first_name")
    session.populate(new_user, "first_name")
    wire.clear()
    assert attribute.get_local_value(new_user) is NOT_SET
    assert attribute.get_remote_value(new_user) == "Some"
    assert attribute.get_value(new_user) == "Some"
    assert not attribute.is_modified(new_user)
    attribute.set_local_value(new_user, "Mine")
    assert attribute.is_modified(new_user)
    assert attribute.is_set(new_user)
    assert attribute.get_value(new_user) == "Mine"
    assert len(session.recorded_operations) == 1
    attribute.set_remote_value(new_user, "Theirs")
    assert attribute.get_remote_value(new_user) == "Theirs"
    assert wire.requests == []


def test_an_attribute_forgets_its_value_when_told(session, new_session, new_user):
    """4.2: a remote value of `NOT_SET`; what was assigned stays."""
    user = session.query(f'select first_name from User where id is "{new_user["id"]}"').one()
    user["last_name"] = "Mine"
    theirs = new_session().get("User", user["id"])
    theirs["first_name"] = "Theirs"
    theirs.session.commit()
    for attribute in user.attributes:
        if attribute.name != "id":
            attribute.set_remote_value(user, NOT_SET)
    assert user.attributes.get("first_name").get_remote_value(user) is NOT_SET
    assert (user["first_name"], user["last_name"]) == ("Theirs", "Mine")
    session.rollback()


def test_an_attribute_loads_its_value_when_told(session, new_session, new_user):
    """4.2: `populate_remote_value`."""
    user = new_session().query(f'select id from User where id is "{new_user["id"]}"').one()
    attribute = user.attributes.get("first_name")
    assert attribute.get_remote_value(user) is NOT_SET
    attribute.populate_remote_value(user)
    assert attribute.get_remote_value(user) == "Some"


def test_attributes_are_kept_by_name():
    """4.1: add, get, remove, keys, in, len, iteration in order."""
    first, second = (ftrack_api.attribute.Attribute(name) for name in ("b", "a"))
    attributes = ftrack_api.attribute.Attributes([first, second])
    assert list(attributes) == [first, second]
    assert list(attributes.keys()) == ["b", "a"]
    assert attributes.get("a") is second
    assert attributes.get("c") is None
    assert first in attributes
    assert len(attributes) == 2
    with pytest.raises(ftrack_api.exception.NotUniqueError):
        attributes.add(ftrack_api.attribute.Attribute("a"))
    attributes.remove(first)
    assert list(attributes.keys()) == ["a"]
    with pytest.raises(KeyError):
        attributes.remove(first)


def test_attributes_describe_themselves(session):
    """4.2, 5.2: kinds, names, mutability, what is computed, defaults."""
    attributes = session.types["Task"].attributes
    kinds = {
        "name": "ScalarAttribute",
        "status": "ReferenceAttribute",
        "children": "CollectionAttribute",
        "metadata": "KeyValueMappedCollectionAttribute",
    }
    for name, kind in kinds.items():
        assert isinstance(attributes.get(name), getattr(ftrack_api.attribute, kind))
        assert attributes.get(name).name == name
    assert attributes.get("id").mutable is False
    assert attributes.get("name").mutable is True
    assert attributes.get("time_logged").computed is True
    assert attributes.get("name").computed is False
    assert attributes.get("start_date").data_type == "datetime"
    assert attributes.get("bid").data_type == "float"
    assert attributes.get("status").entity_type == "Status"
    assert callable(attributes.get("id").default_value)


def test_attributes_made_by_hand_have_defaults():
    """4.2: `Attribute(name, default_value=NOT_SET, mutable=True, computed=False)`."""
    attribute = ftrack_api.attribute.Attribute("x")
    assert attribute.default_value is NOT_SET
    assert attribute.mutable is True
    assert attribute.computed is False
    scalar = ftrack_api.attribute.ScalarAttribute("y", "string", default_value=3, mutable=False)
    assert (scalar.name, scalar.data_type, scalar.default_value, scalar.mutable) == (
        "y", "string", 3, False,
    )  # fmt: skip


def test_resetting_forgets_rows_and_keeps_types(session, new_user, wire):
    """51: types stay, no schemas are asked for, the connection is kept; pending work is dropped."""
    types = session.types
    session.create("User")
    wire.clear()
    session.reset()
    assert session.types is types
    assert wire.requests == []
    assert not session.recorded_operations
    again = session.get("User", new_user["id"])
    assert again is not new_user
    assert again == new_user
    assert len(wire.expressions) == 1


def test_resetting_is_told_and_configures_locations_again(session):
    """51: `configure-location` and `reset` are published synchronously."""
    topics = []
    for topic in ("configure-location", "reset", "ready"):
        session.event_hub.subscribe(
            f"topic=ftrack.api.session.{topic}",
            lambda event: topics.append((event["topic"].split(".")[-1], event["data"]["session"])),
        )
    session.reset()
    assert topics == [("configure-location", session), ("reset", session)]


def test_resetting_empties_the_top_cache_only(new_session, new_user):
    """1.12: a cache given by the user keeps what it has."""
    below = ftrack_api.cache.MemoryCache()
    session = new_session(cache=below)
    user = session.get("User", new_user["id"])
    key = session.cache_key_maker.key(("User", [user["id"]]))
    session.reset()
    assert key not in session._local_cache.keys()  # noqa: SIM118 - a cache
    assert key in below.keys()  # noqa: SIM118 - a cache
