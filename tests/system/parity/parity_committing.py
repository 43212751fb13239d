"""What is recorded, what of it is sent, what a commit leaves, and taking it back."""

import copy
import threading

import ftrack_api
import ftrack_api.inspection
import ftrack_api.operation
import pytest
from ftrack_api.inspection import identity, primary_key, state, states
from ftrack_api.symbol import CREATED, DELETED, MODIFIED, NOT_SET


def acts(wire):
    """The changes that were sent: action, type and key."""
    return [(one["action"], one["entity_type"], one["entity_key"]) for one in wire.changes]


def test_a_change_of_what_was_just_made_goes_with_it(session, unique, wire):
    """26: create and update of the same entity, adjacent: one create."""
    wire.clear()
    user = session.create("User", {"username": unique})
    user["first_name"] = "First"
    session.commit()
    (change,) = wire.changes
    assert change["action"] == "create"
    assert change["entity_data"]["first_name"] == "First"
    assert change["entity_data"]["__entity_type__"] == "User"
    assert change["entity_key"] == [user["id"]]


def test_what_lies_between_keeps_changes_apart(session, unique, wire):
    """27: create A, create B, update A: three operations in that order."""
    wire.clear()
    first = session.create("User", {"username": f"{unique}a"})
    second = session.create("User", {"username": f"{unique}b"})
    first["first_name"] = "First"
    session.commit()
    assert acts(wire) == [
        ("create", "User", [first["id"]]),
        ("create", "User", [second["id"]]),
        ("update", "User", [first["id"]]),
    ]
    assert len(wire.batches) == 1


def test_what_is_made_and_deleted_is_not_sent(session, unique, wire):
    """28: create and delete: nothing."""
    wire.clear()
    user = session.create("User", {"username": unique})
    user["first_name"] = "First"
    session.delete(user)
    session.commit()
    assert wire.changes == []


def test_a_value_taken_back_is_not_sent(session, new_user, wire):
    """29: set to NOT_SET after setting a value."""
    wire.clear()
    new_user["first_name"] = "Other"
    new_user["first_name"] = NOT_SET
    new_user["last_name"] = "Kept"
    session.commit()
    (change,) = wire.changes
    assert "first_name" not in change["entity_data"]
    assert change["entity_data"]["last_name"] == "Kept"


def test_the_last_value_is_sent(session, new_user, wire, ask):
    """30: update twice: last value only."""
    wire.clear()
    new_user["first_name"] = "A"
    new_user["first_name"] = "B"
    session.commit()
    (change,) = wire.changes
    assert change["entity_data"] == {"__entity_type__": "User", "first_name": "B"}
    assert (
        ask(f'select first_name from User where id is "{new_user["id"]}"')[0]["first_name"] == "B"
    )


def test_nothing_to_do_is_not_sent(session, wire):
    """31: commit without changes."""
    wire.clear()
    assert session.commit() is None
    assert wire.requests == []


def test_nothing_is_left_after_a_commit(session, new_user):
    """32: state NOT_SET, no local values."""
    new_user["first_name"] = "A"
    assert state(new_user) is MODIFIED
    session.commit()
    assert state(new_user) is NOT_SET
    attribute = new_user.attributes.get("first_name")
    assert attribute.get_local_value(new_user) is NOT_SET
    assert attribute.get_remote_value(new_user) == "A"
    assert not session.recorded_operations


def test_a_refused_commit_keeps_everything(session, new_user, unique):
    """33: the operations and the local values stay, and can be taken back."""
    before = new_user["first_name"]
    new_user["first_name"] = "A"
    double = session.create("User", {"username": unique})
    pending = len(session.recorded_operations)
    with pytest.raises(ftrack_api.exception.ServerError):
        session.commit()
    assert len(session.recorded_operations) == pending
    assert new_user["first_name"] == "A"
    assert session.created == [double]
    session.rollback()
    assert not session.recorded_operations
    assert new_user["first_name"] == before
    assert session.created == []
    assert session.get("User", double["id"]) is None


def test_a_refused_commit_is_sent_again(session, new_user, unique, ask):
    """1.11: after the reason is gone the next commit sends it all."""
    double = session.create("User", {"username": unique})
    new_user["last_name"] = "Also"
    with pytest.raises(ftrack_api.exception.ServerError):
        session.commit()
    double["username"] = f"{unique}_second"
    session.commit()
    rows = ask(f'select username, last_name from User where username like "{unique}%"')
    assert {row["username"] for row in rows} == {unique, f"{unique}_second"}
    assert "Also" in {row["last_name"] for row in rows}


def test_a_refused_batch_changes_nothing_on_the_server(session, new_user, unique, ask):
    """1.11: all or nothing."""
    new_user["first_name"] = "Half"
    session.create("User", {"username": unique})
    with pytest.raises(ftrack_api.exception.ServerError):
        session.commit()
    (row,) = ask(f'select first_name from User where id is "{new_user["id"]}"')
    assert row["first_name"] == "Some"
    session.rollback()


def test_pending_entities_are_listed_by_state(session, new_user, unique):
    """34: created, modified, deleted; in the order in which they became known."""
    deleted = session.create("User", {"username": f"{unique}d"})
    session.commit()
    created = session.create("User", {"username": f"{unique}b"})
    new_user["first_name"] = "Changed"
    created["first_name"] = "Not among the modified ones"
    session.delete(deleted)
    assert session.created == [created]
    assert session.modified == [new_user]
    assert session.deleted == [deleted]
    assert states([created, new_user, deleted]) == [CREATED, MODIFIED, DELETED]


def test_several_new_entities_are_listed_in_their_order(session, unique):
    """34: cache insertion order."""
    made = [session.create("User", {"username": f"{unique}{number}"}) for number in range(5)]
    assert session.created == made


def test_recorded_operations_are_a_stack(session, unique):
    """35: falsy when empty, iterable, push, pop, clear."""
    operations = session.recorded_operations
    assert not operations
    user = session.create("User", {"username": unique})
    user["first_name"] = "A"
    session.delete(user)
    create, update, delete = operations
    assert isinstance(create, ftrack_api.operation.CreateEntityOperation)
    assert isinstance(update, ftrack_api.operation.UpdateEntityOperation)
    assert isinstance(delete, ftrack_api.operation.DeleteEntityOperation)
    assert len(operations) == 3
    assert (create.entity_type, dict(create.entity_key)) == ("User", {"id": user["id"]})
    assert create.entity_data["username"] == unique
    assert (update.attribute_name, update.old_value, update.new_value)[::2] == ("first_name", "A")
    assert operations.pop() is delete
    assert len(operations) == 2
    operations.push(delete)
    assert list(operations)[-1] is delete
    operations.clear()
    assert len(operations) == 0


def test_operations_are_made_by_hand(session, new_user, unique, ask):
    """3.1: pushed operations are sent by the next commit, no entity is needed."""
    operation = ftrack_api.operation
    session.recorded_operations.push(
        operation.CreateEntityOperation(
            "User", {"id": f"{unique}-id"}, {"id": f"{unique}-id", "username": f"{unique}_raw"}
        )
    )
    session.recorded_operations.push(
        operation.UpdateEntityOperation(
            "User", primary_key(new_user), "first_name", NOT_SET, "By hand"
        )
    )
    session.commit()
    assert ask(f'select id from User where username is "{unique}_raw"')[0]["id"] == f"{unique}-id"
    (row,) = ask(f'select first_name from User where id is "{new_user["id"]}"')
    assert row["first_name"] == "By hand"
    session.recorded_operations.push(
        operation.DeleteEntityOperation(entity_type="User", entity_key={"id": f"{unique}-id"})
    )
    session.commit()
    assert ask(f'select id from User where username is "{unique}_raw"') == []


def test_the_stack_can_be_replaced(session, new_user, unique, ask):
    """3.1: a fresh `Operations` is put in, the old one is put back."""
    new_user["first_name"] = "Held back"
    held = session.recorded_operations
    session.recorded_operations = ftrack_api.operation.Operations()
    session.create("User", {"username": f"{unique}_other"})
    session.commit()
    (row,) = ask(f'select first_name from User where id is "{new_user["id"]}"')
    assert row["first_name"] == "Some"
    session.recorded_operations = held
    assert len(session.recorded_operations) == 1


def test_values_of_operations_are_copies(session, new_task):
    """3.1: a collection that goes on changing leaves what was recorded alone."""
    scope = session.query("Scope").first()
    new_task["scopes"].append(scope)
    recorded = list(session.recorded_operations)[-1]
    new_task["scopes"].remove(scope)
    assert list(recorded.new_value) == [scope]
    assert recorded.entity_type == "Task"


def test_recording_is_switched_off_for_a_block(session, unique):
    """36: in that thread only."""
    seen = []
    with session.operation_recording(False):
        session.create("User", {"username": unique})
        assert session.record_operations is False
        thread = threading.Thread(target=lambda: seen.append(session.record_operations))
        thread.start()
        thread.join()
    assert not session.recorded_operations
    assert seen == [True]
    assert session.record_operations is True


def test_flags_have_their_former_value_after_the_block(session):
    """1.13: also when the block raises; `__enter__` gives None."""
    with pytest.raises(ZeroDivisionError), session.auto_populating(False) as given:
        assert given is None
        with session.auto_populating(True):
            assert session.auto_populate is True
        assert session.auto_populate is False
        raise ZeroDivisionError
    assert session.auto_populate is True


def test_taking_back_forgets_what_was_made(session, unique, new_user):
    """33: created entities leave `created` and the cache."""
    user = session.create("User", {"username": f"{unique}x"})
    key = session.cache_key_maker.key(identity(user))
    assert key in session._local_cache.keys()  # noqa: SIM118 - a cache
    new_user["first_name"] = "A"
    session.delete(new_user)
    assert session.rollback() is None
    assert session.created == session.modified == session.deleted == []
    assert key not in session._local_cache.keys()  # noqa: SIM118 - a cache
    assert new_user["first_name"] == "Some"


def test_deleting_tells_the_server_at_the_commit(session, new_user, wire, ask):
    """1.9: nothing before, nothing there after."""
    wire.clear()
    session.delete(new_user)
    assert wire.requests == []
    assert state(new_user) is DELETED
    session.commit()
    assert acts(wire) == [("delete", "User", [new_user["id"]])]
    assert ask(f'select id from User where id is "{new_user["id"]}"') == []


@pytest.mark.better("what was deleted is not had from the cache")
def test_what_was_deleted_is_not_had_again(session, new_user):
    """15.1, 2: `get` after the delete was committed."""
    session.delete(new_user)
    session.commit()
    assert session.get("User", new_user["id"]) is None


@pytest.mark.better("changes that cancel out do not stay pending")
def test_changes_that_cancel_out_are_done_with(session, unique):
    """15.1, 6: create and delete leave nothing."""
    session.delete(session.create("User", {"username": unique}))
    session.commit()
    assert not session.recorded_operations


def test_setting_an_equal_value_is_a_change(session, new_user):
    """4.2: no comparison, writing records."""
    new_user["first_name"] = new_user["first_name"]
    assert state(new_user) is MODIFIED
    assert len(session.recorded_operations) == 1


def test_inspection_tells_key_and_identity(session, new_user):
    """3.2: ordered names to texts; a missing part is a KeyError."""
    assert dict(primary_key(new_user)) == {"id": new_user["id"]}
    assert identity(new_user) == ("User", [new_user["id"]])
    metadata = session.query("select value from Metadata").first()
    assert list(primary_key(metadata)) == ["parent_id", "key"]
    assert states([]) == []
    assert state(new_user) is NOT_SET


def test_symbols_are_singletons_with_a_truth():
    """3.3: names, values, texts."""
    symbol = ftrack_api.symbol
    assert [bool(one) for one in (NOT_SET, CREATED, MODIFIED, DELETED)] == [False, True, True, True]
    made = symbol.Symbol("MINE", value=False)
    assert (made.name, made.value, str(made), repr(made)) == ("MINE", False, "MINE", "Symbol(MINE)")
    assert not made
    assert copy.copy(CREATED) is CREATED
    assert symbol.ORIGIN_LOCATION_ID == "ce9b348f-8809-11e3-821c-20c9d081909b"
    assert symbol.COMPONENT_ADDED_TO_LOCATION_TOPIC == "ftrack.location.component-added"
    assert symbol.JOB_SYNC_USERS_LDAP.name == "SYNC_USERS_LDAP"
    assert symbol.CHUNK_SIZE == 1024 * 1024


@pytest.mark.better("copied deeply, NOT_SET is still NOT_SET")
def test_symbols_survive_a_deep_copy():
    """15.1, 22."""
    assert copy.deepcopy({"a": NOT_SET})["a"] is NOT_SET


def test_values_of_the_answer_are_taken(session, project, unique):
    """1.11: what the server fills in is there after the commit."""
    task = session.create("Task", {"name": unique, "parent": project})
    session.commit()
    assert task["project_id"] == project["id"]
    assert state(task) is NOT_SET


def test_an_entity_of_another_kind_of_operation_is_refused(session):
    """1.11: an operation of an unknown class is a ValueError, at the commit at the latest."""
    with pytest.raises(ValueError):
        session.recorded_operations.push(ftrack_api.operation.Operation())
        session.commit()
    session.recorded_operations.clear()
