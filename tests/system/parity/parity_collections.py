"""Collections and mappings of an entity: children, scopes, metadata, custom attributes."""

import copy

import ftrack_api
import ftrack_api.collection
import pytest
from ftrack_api.symbol import NOT_SET


@pytest.fixture
def folders(session, project, unique):
    """Three folders that are known to the server."""
    made = [
        session.create("Folder", {"name": f"{unique}_{number}", "parent": project})
        for number in range(3)
    ]
    session.commit()
    return made


@pytest.fixture
def scopes(session, unique):
    """Three scopes of this test."""
    made = [session.create("Scope", {"name": f"{unique}_{number}"}) for number in range(3)]
    session.commit()
    return made


def test_lists_are_taken_as_collections(session, folders):
    """18: a list is accepted."""
    parent, first, second = folders
    parent["children"] = [first, second]
    assert list(parent["children"]) == [first, second]
    session.rollback()


def test_other_iterables_are_refused_by_the_official_client(session, folders, which):
    """18: a tuple is NotImplementedError there; the drop-in takes it as it takes a list."""
    parent, first, second = folders
    if which == "official":
        with pytest.raises(NotImplementedError):
            parent["children"] = (first, second)
    else:
        parent["children"] = (first, second)
        assert list(parent["children"]) == [first, second]


def test_none_is_an_empty_collection(session, new_task):
    """4.3: None given to a collection attribute."""
    new_task["scopes"] = None
    assert list(new_task["scopes"]) == []
    session.rollback()


def test_a_collection_of_another_entity_is_refused_by_the_official_client(
    session, new_task, project, unique, which
):
    """4.3: AttributeError there, for another attribute too; the drop-in takes its items."""
    other = session.create("Task", {"name": f"{unique}_other", "parent": project})
    scope = session.create("Scope", {"name": unique})
    other["scopes"].append(scope)
    if which == "official":
        with pytest.raises(ftrack_api.exception.AttributeError):
            new_task["children"] = other["scopes"]
    else:
        new_task["scopes"] = other["scopes"]
        assert list(new_task["scopes"]) == [scope]
        assert new_task["scopes"] is not other["scopes"]


def test_nothing_is_twice_in_a_collection(session, new_task, scopes):
    """19: DuplicateItemInCollectionError; the same index may be set again."""
    new_task["scopes"].append(scopes[0])
    with pytest.raises(ftrack_api.exception.DuplicateItemInCollectionError):
        new_task["scopes"].append(scopes[0])
    new_task["scopes"][0] = scopes[0]
    new_task["scopes"].append(scopes[1])
    with pytest.raises(ftrack_api.exception.DuplicateItemInCollectionError):
        new_task["scopes"][0] = scopes[1]
    assert list(new_task["scopes"]) == scopes[:2]


def test_collections_of_new_entities_are_empty(session, wire, unique):
    """20: like empty lists, without a query."""
    wire.clear()
    folder = session.create("Folder", {"name": unique})
    assert len(folder["children"]) == 0
    assert list(folder["notes"]) == []
    assert dict(folder["metadata"]) == {}
    assert wire.requests == []


def test_collections_compare_without_order(session, folders):
    """21: the order does not count; a mapping is something else."""
    parent, first, second = folders
    parent["children"] = [first, second]
    one = copy.copy(parent["children"])
    parent["children"] = [second, first]
    assert one == parent["children"]
    assert one != {}
    session.rollback()


@pytest.mark.better("a collection equals a list of the same items")
def test_collections_compare_with_lists(session, folders):
    """6.1: and are unequal to others."""
    parent, first, second = folders
    parent["children"] = [first, second]
    assert parent["children"] == [first, second]
    assert parent["children"] != [first]


def test_collections_edit_like_lists(session, new_task, scopes, ask):
    """6.1: append, insert, extend, remove, index, in; the last state is what arrives."""
    collection = new_task["scopes"]
    collection.append(scopes[0])
    collection.insert(0, scopes[1])
    collection.extend([scopes[2]])
    assert [collection[0], collection[1], collection[2]] == [scopes[1], scopes[0], scopes[2]]
    assert scopes[0] in collection
    collection.remove(scopes[0])
    del collection[0]
    session.commit()
    (row,) = ask(f'select scopes from Task where id is "{new_task["id"]}"')
    assert [one["id"] for one in row["scopes"]] == [scopes[2]["id"]]
    assert list(new_task["scopes"]) == [scopes[2]]


def test_collections_are_of_a_class_by_that_name(session, new_task):
    """6.1: scripts compare the text of the class; the attributes of one."""
    collection = new_task["scopes"]
    assert collection.__class__.__name__ == "Collection"
    assert isinstance(collection, ftrack_api.collection.Collection)
    assert collection.entity is new_task
    assert collection.attribute is new_task.attributes.get("scopes")
    assert collection.mutable is True
    with pytest.raises(TypeError):
        hash(collection)
    assert new_task["metadata"].__class__.__name__ == "KeyValueMappedCollectionProxy"


def test_an_edit_does_not_touch_what_the_server_has(session, new_task, scopes):
    """4.3: the remote collection stays as it was until the commit."""
    attribute = new_task.attributes.get("scopes")
    new_task["scopes"].append(scopes[0])
    assert list(attribute.get_remote_value(new_task)) == []
    assert list(attribute.get_local_value(new_task)) == [scopes[0]]
    session.rollback()
    assert list(new_task["scopes"]) == []


def test_an_immutable_collection_is_not_edited(session, new_task):
    """6.1: ImmutableCollectionError."""
    new_task["scopes"].mutable = False
    with pytest.raises(ftrack_api.exception.ImmutableCollectionError):
        new_task["scopes"].append(session.query("Scope").first())
    assert new_task["metadata"].mutable is True


def test_a_collection_can_be_read_in_slices(session):
    """6.1: read slices are plain lists."""
    sequence = session.query("select children.name from Sequence").first()
    assert sequence["children"][:2] == list(sequence["children"])[:2]
    assert type(sequence["children"][:2]) is list


def test_metadata_on_what_the_server_knows(session, new_task, wire, ask):
    """22: create Metadata, followed by update of the owner."""
    wire.clear()
    new_task["metadata"]["k"] = "v"
    session.commit()
    actions = [(one["action"], one["entity_type"]) for one in wire.changes]
    assert actions[0] == ("create", "Metadata")
    assert set(actions[1:]) <= {("update", "Task")}
    (row,) = ask(f'select key, value from Metadata where parent_id is "{new_task["id"]}"')
    assert (row["key"], row["value"]) == ("k", "v")
    assert new_task["metadata"]["k"] == "v"


def test_replacing_all_metadata(session, new_task, ask):
    """23: vanished keys are deleted, common ones updated, new ones created; twice is harmless."""
    new_task["metadata"] = {"a": "1", "b": "2"}
    session.commit()
    for _ in range(2):
        new_task["metadata"] = {"b": "3", "c": "4"}
        session.commit()
        rows = ask(f'select key, value from Metadata where parent_id is "{new_task["id"]}"')
        assert {row["key"]: row["value"] for row in rows} == {"b": "3", "c": "4"}
    assert dict(new_task["metadata"]) == {"b": "3", "c": "4"}


def test_metadata_is_a_mapping(session, new_task):
    """24: `keys()` is a list; a copy is independent; missing keys are KeyError."""
    metadata = new_task["metadata"]
    metadata["a"] = "1"
    metadata["b"] = "2"
    assert type(metadata.keys()) is list
    assert sorted(metadata.keys()) == sorted(metadata) == ["a", "b"]
    copied = copy.copy(metadata)
    copied_before = dict(copied)
    metadata["c"] = "3"
    assert dict(copied) == copied_before == {"a": "1", "b": "2"}
    assert metadata.get("nope", "other") == "other"
    with pytest.raises(KeyError):
        metadata["nope"]
    assert len(metadata) == 3


def test_metadata_of_a_new_entity(session, project, unique, wire, ask):
    """25: persists in the same commit."""
    wire.clear()
    task = session.create(
        "Task", {"name": unique, "parent": project, "metadata": {"a": "1", "b": "2"}}
    )
    session.commit()
    assert len(wire.batches) == 1
    rows = ask(f'select key, value from Metadata where parent_id is "{task["id"]}"')
    assert {row["key"]: row["value"] for row in rows} == {"a": "1", "b": "2"}


def test_a_changed_value_is_one_update(session, new_task, wire, ask):
    """6.3: changing a value is a single update of its Metadata."""
    new_task["metadata"]["k"] = "v"
    session.commit()
    wire.clear()
    new_task["metadata"]["k"] = "w"
    session.commit()
    (change,) = wire.changes
    assert (change["action"], change["entity_type"]) == ("update", "Metadata")
    assert change["entity_key"] == [new_task["id"], "k"]
    assert change["entity_data"]["value"] == "w"


def test_a_removed_key_is_gone(session, new_task, ask):
    """6.3: deleting a key deletes its row."""
    new_task["metadata"]["k"] = "v"
    new_task["metadata"]["l"] = "w"
    session.commit()
    del new_task["metadata"]["k"]
    assert new_task["metadata"].keys() == ["l"]
    session.commit()
    rows = ask(f'select key from Metadata where parent_id is "{new_task["id"]}"')
    assert [row["key"] for row in rows] == ["l"]


@pytest.mark.better("a key that was removed can be set again")
def test_a_removed_key_may_come_again(session, new_task, ask):
    """15.1, 3: the dead row is forgotten."""
    new_task["metadata"]["k"] = "v"
    session.commit()
    del new_task["metadata"]["k"]
    session.commit()
    new_task["metadata"]["k"] = "again"
    session.commit()
    (row,) = ask(f'select value from Metadata where parent_id is "{new_task["id"]}"')
    assert row["value"] == "again"


def test_metadata_of_the_server_is_read(session, new_session, new_task):
    """6.3: another session reads it."""
    new_task["metadata"] = {"a": "1", "b": "2"}
    session.commit()
    other = new_session().get("Task", new_task["id"])
    assert dict(other["metadata"].items()) == {"a": "1", "b": "2"}
    assert "a" in other["metadata"]


def test_custom_attributes_are_read_and_written(session, new_session, ask):
    """6.4: a key of the type's configuration; each by itself."""
    shot = session.query('select custom_attributes from Shot where parent.name is "sq010"').first()
    keys = set(shot["custom_attributes"].keys())
    assert {"fstart", "fend", "handles", "fps", "colorspace"} <= keys
    shot["custom_attributes"]["handles"] = 31
    assert shot["custom_attributes"]["handles"] == 31
    session.commit()
    assert shot["custom_attributes"]["handles"] == 31
    other = new_session().get("Shot", shot["id"])
    assert other["custom_attributes"]["handles"] == 31
    expression = 'Shot where custom_attributes any (key is "handles" and value is 31)'
    assert shot["id"] in [one["id"] for one in ask(expression)]
    with pytest.raises(KeyError):
        shot["custom_attributes"]["no_such_key"]
    assert shot["custom_attributes"].get("no_such_key") is None


def test_custom_attributes_of_a_new_entity(session, project, unique, wire, new_session):
    """6.4: set after create, before commit: one update beside the create."""
    shot = session.create("Shot", {"name": unique, "parent": project})
    wire.clear()
    shot["custom_attributes"]["handles"] = 17
    shot["custom_attributes"]["colorspace"] = "sRGB"
    session.commit()
    assert len([batch for batch in wire.batches if batch[0]["action"] != "query"]) == 1
    attributes = new_session().get("Shot", shot["id"])["custom_attributes"]
    assert (attributes["handles"], attributes["colorspace"]) == (17, "sRGB")


def test_an_unknown_custom_attribute_is_not_invented(session, project, unique):
    """5.3: no configuration of that key: ValueError, or KeyError on what is not new."""
    shot = session.create("Shot", {"name": unique, "parent": project})
    with pytest.raises(ValueError):
        shot["custom_attributes"]["no_such_key"] = 1
    session.rollback()
    known = session.query("Shot").first()
    with pytest.raises(KeyError):
        known["custom_attributes"]["no_such_key"] = 1


def test_collections_without_auto_population_are_not_set(session, new_task):
    """4.3: NOT_SET or empty, never a request."""
    session.reset()
    with session.auto_populating(False):
        task = session.query(f'select id from Task where id is "{new_task["id"]}"').one()
        attribute = task.attributes.get("children")
        assert attribute.get_remote_value(task) is NOT_SET
        assert list(task["children"]) == []
