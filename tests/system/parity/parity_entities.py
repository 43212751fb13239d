"""Entities: made, read, edited, compared, shown; and how rows find their entity."""

import copy
import uuid

import arrow
import ftrack_api
import ftrack_api.inspection
import pytest
from ftrack_api.symbol import NOT_SET


def test_a_new_entity_has_its_identifier_at_once(session, wire):
    """7: uuid4 text, other attributes NOT_SET, no request."""
    wire.clear()
    user = session.create("User")
    assert str(uuid.UUID(user["id"], version=4)) == user["id"]
    assert user["username"] is NOT_SET
    assert wire.requests == []


def test_a_given_identifier_is_kept(session):
    """8: `create("User", {"id": x})` keeps x."""
    wanted = str(uuid.uuid4())
    assert session.create("User", {"id": wanted})["id"] == wanted


def test_defaults_of_the_schema_are_values_of_a_new_entity(session):
    """5.1: scalars absent from the data get their default; User's `resource_type` is sent."""
    assert session.create("User")["resource_type"] == "user"
    assert (
        session.create("Task")["object_type_id"]
        == session.types["Task"].attributes.get("object_type_id").default_value
    )


def test_unknown_types_are_refused(session):
    """9: create says UnrecognisedEntityTypeError, query KeyError."""
    with pytest.raises(ftrack_api.exception.UnrecognisedEntityTypeError):
        session.create("Nope")
    with pytest.raises(KeyError):
        session.query("Nope")


def test_what_is_not_there_is_none(session):
    """10: `get` of a missing key is None; an unknown type is a KeyError."""
    assert session.get("User", "missing") is None
    with pytest.raises(KeyError):
        session.get("Nope", "x")


@pytest.mark.parametrize("form", [list, tuple, lambda parts: dict(enumerate(parts)).values()])
def test_a_key_of_several_parts_is_given_in_order(session, form):
    """11: list, tuple or a view of a dict."""
    some = session.query("select value from Metadata").first()
    parts = [some["parent_id"], some["key"]]
    assert session.get("Metadata", form(parts)) is some
    assert session.get("Metadata", ftrack_api.inspection.primary_key(some).values()) is some


def test_a_key_with_parts_missing_is_a_value_error(session):
    """12: `get("Metadata", "one")`."""
    with pytest.raises(ValueError, match="key"):
        session.get("Metadata", "one")


def test_get_asks_the_server_once(session, wire, project):
    """1.9: what is known is not asked for."""
    wire.clear()
    assert session.get("Project", project["id"]) is project
    assert wire.requests == []
    task = session.query("select id from Task").first()
    session.reset()
    wire.clear()
    again = session.get("Task", task["id"])
    assert again["id"] == task["id"]
    assert session.get("Task", task["id"]) is again
    assert len(wire.expressions) == 1


def test_a_base_type_gives_the_concrete_entity(session):
    """19: rows come back as concrete types; an identifier of another base is None."""
    shot = session.query("select id from Shot").first()
    session.reset()
    found = session.get("Context", shot["id"])
    assert found.entity_type == "Shot"
    assert isinstance(found, session.types["Shot"])
    version = session.query("select id from AssetVersion").first()
    assert session.get("Context", version["id"]) is None


def test_the_same_row_is_the_same_object(session):
    """13: two queries, one object."""
    first = session.query('select name from Shot where parent.name is "sq010"').first()
    again = session.query(f'select name, parent from Shot where name is "{first["name"]}"').one()
    assert again is first
    sequence = f'Sequence where children.name is "{first["name"]}"'
    assert session.query(sequence).one() is first["parent"]


def test_nested_rows_are_the_same_objects(session):
    """1.10: entities reached by references and collections are merged too."""
    sequence = session.query("select children.name from Sequence").first()
    shots = session.query(f'select name from Shot where parent_id is "{sequence["id"]}"').all()
    assert {id(one) for one in sequence["children"]} == {id(one) for one in shots}


def test_an_edit_survives_a_query(session, new_session, new_task):
    """14: the remote value is refreshed, the local one stays; deleting it reveals the new."""
    identifier = new_task["id"]
    new_task["description"] = "mine"
    other = new_session()
    theirs = other.get("Task", identifier)
    theirs["description"] = "theirs"
    other.commit()
    session.query(f'select description from Task where id is "{identifier}"').one()
    assert new_task["description"] == "mine"
    attribute = new_task.attributes.get("description")
    assert attribute.get_local_value(new_task) == "mine"
    assert attribute.get_remote_value(new_task) == "theirs"
    del new_task["description"]
    assert new_task["description"] == "theirs"


def test_what_a_new_entity_has_by_default_is_its_own(session, project):
    """1.8: its key, too; the server has nothing of it."""
    task = session.create("Task", {"name": "new", "parent": project})
    values = {
        one.name: (one.get_local_value(task), one.get_remote_value(task)) for one in task.attributes
    }
    own = {name: local for name, (local, _) in values.items() if local is not NOT_SET}
    assert {remote for _, remote in values.values()} == {NOT_SET}
    assert own.keys() == {"id", "name", "parent", "object_type_id", "priority_id"}
    assert {name: task[name] for name in own} == own
    modified = {one.name for one in task.attributes if one.is_modified(task)}
    assert modified == own.keys()
    session.rollback()


def test_unknown_attributes_are_key_errors(session, new_user):
    """15: reading and writing; `get` gives what it was told."""
    with pytest.raises(KeyError):
        new_user["unknown"]
    with pytest.raises(KeyError):
        new_user["unknown"] = 1
    assert new_user.get("unknown", 1) == 1
    assert new_user.get("unknown") is None
    assert "unknown" not in new_user
    assert "username" in new_user


def test_unknown_keys_of_new_data_do_no_harm(session, unique):
    """1.9: they are dropped, whatever they hold."""
    user = session.create("User", {"username": unique, "no_such": 1, "session": session})
    session.commit()
    assert user["username"] == unique


def test_data_may_be_named(session, unique):
    """1.9: `create(type, data=...)`; the mapping stays as it was."""
    data = {"username": unique, "first_name": "A"}
    user = session.create("User", data=data)
    assert user["first_name"] == "A"
    assert data == {"username": unique, "first_name": "A"}


def test_entities_of_two_sessions_are_equal(session, new_session, new_user):
    """16: equal identity is equality, and equal hashes."""
    theirs = new_session().get("User", new_user["id"])
    assert theirs is not new_user
    assert theirs == new_user
    assert hash(theirs) == hash(new_user)
    assert {theirs: 1}[new_user] == 1


def test_entities_of_different_keys_or_types_differ(session):
    """5.1: other types compare unequal, and so does anything else."""
    first, second = session.query("select id from Shot").all()[:2]
    assert first != second
    assert first != session.query("select id from Task").first()
    assert first != first["id"]
    assert (first == None) is False  # noqa: E711


def test_an_immutable_attribute_is_not_changed(session, new_user):
    """17: ImmutableAttributeError; setting it to NOT_SET is allowed."""
    with pytest.raises(ftrack_api.exception.ImmutableAttributeError):
        new_user["id"] = "other"
    new_user["id"] = NOT_SET
    session.rollback()
    assert new_user["id"] not in ("other", NOT_SET)


def test_nothing_shows_as_nothing(session):
    """38: `print(entity["email"])` of NOT_SET, and its repr."""
    user = session.create("User")
    assert str(user["email"]) == "NOT_SET"
    assert repr(user["email"]) == "Symbol(NOT_SET)"
    assert not user["email"]
    assert copy.copy(NOT_SET) is NOT_SET


def test_entities_show_type_and_key(session, new_user):
    """5.1: the texts of an entity."""
    assert str(new_user) == f"<User({new_user['id']})>"
    assert repr(new_user).startswith("<dynamic ftrack User object ")
    metadata = session.query("select value from Metadata").first()
    shown = str(metadata)
    assert shown.startswith("<Metadata(")
    assert metadata["key"] in shown
    assert metadata["parent_id"] in shown


def test_an_entity_is_a_mapping_of_all_its_attributes(session, new_user):
    """5.1: keys in the order of the schema, length, truth, iteration."""
    properties = next(one for one in session.schemas if one["id"] == "User")["properties"]
    keys = list(new_user.keys())
    assert keys == list(new_user)
    assert [key for key in properties if key in keys] == keys
    assert len(new_user) == len(keys)
    assert new_user
    assert {"username", "first_name", "custom_attributes", "timelogs"} <= set(keys)


def test_values_are_loaded_for_items(session):
    """5.1: `items()` holds every attribute's value."""
    status = session.query("select id from Status").first()
    items = dict(status.items())
    assert items["name"] == status["name"]
    assert items["state"] is status["state"]
    assert len(list(status.values())) == len(status)


def test_taking_an_edit_back(session, new_user):
    """5.1: `del` reveals what the server has; `pop` reads first."""
    new_user["first_name"] = "Edited"
    assert new_user.pop("first_name") == "Edited"
    assert new_user["first_name"] == "Some"


def test_clearing_takes_all_edits_back(session, new_user):
    """5.1: `clear()` reverts all local values."""
    new_user["first_name"] = "Edited"
    new_user["last_name"] = "Edited"
    new_user.clear()
    assert (new_user["first_name"], new_user["last_name"]) == ("Some", "One")


def test_several_attributes_are_set_at_once(session, new_user, ask):
    """5.1: `update` of the mapping."""
    new_user.update({"first_name": "A", "last_name": "B"})
    session.commit()
    (row,) = ask(f'select first_name, last_name from User where id is "{new_user["id"]}"')
    assert (row["first_name"], row["last_name"]) == ("A", "B")


def test_types_are_told_by_name_and_class(session, new_user):
    """5.1: `entity_type`, the class in `types`, `Entity`, and the name of the class."""
    assert new_user.entity_type == "User"
    assert isinstance(new_user, session.types["User"])
    assert isinstance(new_user, ftrack_api.entity.base.Entity)
    assert new_user.__class__.__name__ == "User"
    assert session.types["User"].entity_type == "User"
    assert session.types["User"].primary_key_attributes == ["id"]
    assert "id" in session.types["User"].default_projections


def test_an_entity_knows_its_session(session, new_user):
    """5.1: `entity.session` is the session one holds."""
    assert new_user.session is session
    new_user["first_name"] = "Through"
    new_user.session.commit()
    assert not session.recorded_operations


def test_the_other_side_of_a_relation_is_populated_again(session, new_task):
    """1.10: after a commit of `status_id` and a query, `status` is the new one."""
    session.populate(new_task, "status, status_id")
    after = session.query(f'Status where id is_not "{new_task["status_id"]}"').first()
    new_task["status_id"] = after["id"]
    session.commit()
    session.populate(new_task, "status")
    assert new_task["status"] is after


@pytest.mark.better("a reference and its identifier are one thing")
def test_a_reference_and_its_identifier_follow_one_another(session, new_task):
    """1.10: assigning one makes the other follow at once."""
    session.populate(new_task, "status, status_id")
    after = session.query(f'Status where id is_not "{new_task["status_id"]}"').first()
    new_task["status_id"] = after["id"]
    assert new_task["status"] is after
    session.rollback()


def test_times_are_arrow(session, new_task, ask):
    """1.8, 18: times come back as Arrow, whatever they went as."""
    new_task["start_date"] = arrow.get("2031-05-06T10:00:00+02:00")
    session.commit()
    session.populate(new_task, "start_date")
    assert isinstance(new_task["start_date"], arrow.arrow.Arrow)
    assert new_task["start_date"] == arrow.get("2031-05-06T08:00:00")
    (row,) = ask(f'select start_date from Task where id is "{new_task["id"]}"')
    assert row["start_date"]["__type__"] == "datetime"


def test_what_is_read_late_is_loaded(session, new_session, new_user, wire):
    """4.2: reading an unloaded attribute asks for it."""
    user = new_session().query(f'select id from User where id is "{new_user["id"]}"').one()
    wire.clear()
    assert user["first_name"] == "Some"
    assert len(wire.expressions) == 1
    assert user["first_name"] == "Some"
    assert len(wire.expressions) == 1


def test_a_reference_asks_for_the_default_projections(session, new_task, wire):
    """40: the query text names them with dots."""
    task = session.query(f'select id from Task where id is "{new_task["id"]}"').one()
    session.reset()
    task = session.query(f'select id from Task where id is "{new_task["id"]}"').one()
    wire.clear()
    assert task["status"]["name"]
    wanted = session.types["Status"].default_projections
    for name in wanted:
        assert f"status.{name}" in wire.expressions[0]
    assert "from Task where id is" in wire.expressions[0]


def test_without_auto_population_nothing_is_loaded(session, new_user, wire):
    """37: unloaded scalars are NOT_SET, also for a session made that way."""
    session.reset()
    with session.auto_populating(False):
        user = session.query(f'select id from User where id is "{new_user["id"]}"').one()
        wire.clear()
        assert user["first_name"] is NOT_SET
        assert wire.requests == []
    assert user["first_name"] == "Some"


def test_a_session_without_auto_population(new_session, new_user, new_task):
    """37, 1.3: the constructor's flag, and the attribute."""
    session = new_session(auto_populate=False)
    user = session.query(f'select id from User where id is "{new_user["id"]}"').one()
    task = session.query(f'select id from Task where id is "{new_task["id"]}"').one()
    assert user["first_name"] is NOT_SET
    assert task["status"] is NOT_SET
    session.auto_populate = True
    assert user["first_name"] == "Some"


@pytest.mark.better("an unknown key that is deleted is a KeyError")
def test_deleting_an_unknown_key_is_a_key_error(session, new_user):
    """15.3, 35."""
    with pytest.raises(KeyError):
        del new_user["unknown"]
