"""Squash: the fewest operations with the same effect as a list of changes."""

from __future__ import annotations

from ftrack_core.changes import ChangeLog, Create, Delete, Update, Yield, squash
from ftrack_core.entity import NOT_SET
from hypothesis import given
from hypothesis import strategies as st


def sent(*changes):
    return [(one.action, one.key, one.data) for one in squash(changes)]


def test_updates_of_one_entity_that_follow_one_another_become_one_operation():
    assert sent(Update("Task", "t1", "name", "a"), Update("Task", "t1", "bid", 3)) == [
        ("update", "t1", {"name": "a", "bid": 3})
    ]


def test_the_last_update_of_an_attribute_counts_in_its_place():
    assert sent(
        Update("Task", "t1", "name", "a"),
        Update("Task", "t2", "name", "b"),
        Update("Task", "t1", "name", "c"),
    ) == [("update", "t2", {"name": "b"}), ("update", "t1", {"name": "c"})]


def test_an_update_folds_into_the_create_before_it():
    assert sent(Create("Task", "t1", {"id": "t1"}), Update("Task", "t1", "name", "a")) == [
        ("create", "t1", {"id": "t1", "name": "a"})
    ]


def test_an_update_does_not_fold_over_another_operation_that_it_may_refer_to():
    assert [
        (one.action, one.key)
        for one in squash(
            [
                Create("Note", "n1", {"id": "n1"}),
                Create("Note", "n2", {"id": "n2"}),
                Update("Note", "n1", "replies", ["n2"]),
            ]
        )
    ] == [("create", "n1"), ("create", "n2"), ("update", "n1")]


def test_what_was_created_and_deleted_again_vanishes():
    assert (
        sent(
            Create("Task", "t1", {"id": "t1"}),
            Update("Task", "t1", "name", "a"),
            Delete("Task", "t1"),
        )
        == []
    )


def test_what_is_changed_of_something_that_is_deleted_is_not_sent():
    created, deleted = Create("Task", "t1", {"id": "t1"}), Delete("Task", "t1")
    late = Update("Task", "t1", "name", "late")
    assert sent(created, deleted, late, Delete("Task", "t1")) == []
    assert sent(deleted, late, Delete("Task", "t1")) == [("delete", "t1", {})]


def test_what_was_taken_out_of_something_that_is_deleted_does_not_go_with_it():
    changes = [Update("Shot", "s1", "assets", []), Delete("Shot", "s1")]
    assert sent(*changes) == [("update", "s1", {"assets": []}), ("delete", "s1", {})]
    assert sent(Create("Shot", "s1", {"id": "s1"}), *changes) == []


def test_what_moved_something_away_from_what_is_deleted_is_sent():
    moved, deleted = Update("Task", "t1", "parent_id", "b"), Delete("Shot", "a")
    moved_on = Update("Task", "t1", "parent_id", "c")
    assert [one.data for one in squash([moved, deleted, moved_on])] == [
        {"parent_id": "b"},
        {},
        {"parent_id": "c"},
    ]
    taken_back = Update("Task", "t1", "parent_id", NOT_SET)
    assert [one.action for one in squash([moved, deleted, moved_on, taken_back])] == ["delete"]
    assert [one.key for one in squash([moved, deleted, moved_on, Delete("Task", "t1")])] == [
        "a",
        "t1",
    ]


def test_what_was_deleted_and_created_again_is_sent_so():
    assert [one.action for one in squash([Delete("M", "k"), Create("M", "k", {"key": "k"})])] == [
        "delete",
        "create",
    ]


def test_updates_before_a_delete_are_not_sent():
    assert sent(Update("Task", "t1", "name", "a"), Delete("Task", "t1")) == [("delete", "t1", {})]


def test_a_change_that_was_taken_back_is_not_sent():
    assert sent(Update("Task", "t1", "name", "a"), Update("Task", "t1", "name", NOT_SET)) == []


other = Create("Note", "n1", {"id": "n1"})


def test_what_was_given_to_a_create_and_taken_back_is_not_sent():
    create = Create("Task", "t1", {"id": "t1", "name": "a", "bid": 3})
    taken_back = Update("Task", "t1", "name", NOT_SET)
    assert sent(create, other, taken_back) == [
        ("create", "t1", {"id": "t1", "bid": 3}),
        ("create", "n1", {"id": "n1"}),
    ]
    assert create.data == {"id": "t1", "name": "a", "bid": 3}


def test_what_gave_way_to_its_twin_is_sent_until_the_twin_is():
    """A server may require the one or the other."""
    create = Create("Task", "t1", {"parent": "p1"})
    changes = [Yield("Task", "t1", "parent", "parent_id"), Update("Task", "t1", "parent_id", "p2")]
    assert sent(create, other, *changes) == [
        ("create", "t1", {"parent": "p1"}),
        ("create", "n1", {"id": "n1"}),
        ("update", "t1", {"parent_id": "p2"}),
    ]
    taken_back = Update("Task", "t1", "parent_id", NOT_SET)
    assert sent(create, other, *changes, taken_back)[0] == ("create", "t1", {})


def test_a_collection_that_is_replaced_is_not_written_for_a_moment():
    """What it named would be taken out of where it is now."""
    create = Create("Version", "v1", {"id": "v1", "components": ["c1"]})
    assert sent(create, other, Update("Version", "v1", "components", [])) == [
        ("create", "v1", {"id": "v1"}),
        ("create", "n1", {"id": "n1"}),
        ("update", "v1", {"components": []}),
    ]


def test_a_log_discards_only_the_snapshot():
    log = ChangeLog()
    log.append(Update("Task", "t1", "name", "a"))
    snapshot = log.snapshot()
    log.append(Update("Task", "t1", "name", "b"))
    log.discard(snapshot)
    assert [change.new for change in log] == ["b"]
    assert [change.new for change in log.of(("Task", "t1"))] == ["b"]


keys = st.sampled_from(["t1", "t2", "t3"])
changes = st.lists(
    st.one_of(
        st.builds(lambda key: Create("Task", key, {"id": key}), keys),
        st.builds(
            lambda key, name, new: Update("Task", key, name, new),
            keys,
            st.sampled_from(["name", "bid"]),
            st.integers(0, 5),
        ),
        st.builds(lambda key: Delete("Task", key), keys),
    ),
    max_size=12,
)


def possible(sequence):
    """Only what a session can record: no change of what is deleted, no second create."""
    alive = {"t1": None, "t2": None, "t3": None}  # None: unknown to us, exists on the server
    kept = []
    for change in sequence:
        state = alive[change.key]
        if isinstance(change, Create):
            if state != "deleted":
                continue
            alive[change.key] = "created"
        elif state == "deleted":
            continue
        elif isinstance(change, Delete):
            alive[change.key] = "deleted"
        kept.append(change)
    return kept


def effect(operations):
    rows = {key: {"id": key, "name": -1, "bid": -1} for key in ("t1", "t2", "t3")}
    for action, key, data in operations:
        if action == "delete":
            del rows[key]
        elif action == "create":
            rows[key] = {"id": key, **data}
        else:
            rows[key].update(data)
    return rows


@given(changes)
def test_squashing_never_changes_the_effect(sequence):
    recorded = possible(sequence)
    plain = [
        ("create", one.key, one.data)
        if isinstance(one, Create)
        else ("delete", one.key, {})
        if isinstance(one, Delete)
        else ("update", one.key, {one.attribute: one.new})
        for one in recorded
    ]
    assert effect(sent(*recorded)) == effect(plain)
