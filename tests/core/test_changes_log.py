"""The change log: an order of changes, and by whom each is about."""

from __future__ import annotations

from ftrack_core.changes import ChangeLog, Update
from hypothesis import given
from hypothesis import strategies as st

KEYS = ("t1", "t2", "t3")

steps = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.sampled_from(KEYS)),
        st.tuples(st.just("again"), st.integers(0, 9)),
        st.tuples(st.just("discard"), st.sets(st.integers(0, 9))),
        st.tuples(st.just("look"), st.sampled_from(KEYS)),
    ),
    max_size=20,
)


@given(steps)
def test_what_it_says_of_one_entity_is_a_part_of_what_it_holds_in_any_order_of_steps(steps):
    """Its index is made by the first who asks, and kept from then on."""
    log = ChangeLog()
    for step, argument in steps:
        if step == "append":
            log.append(Update("Task", argument, "name", "a"))
        elif step == "again":
            for change in log.snapshot()[argument : argument + 1]:
                before = len(log)
                log.append(change)
                assert len(log) == before + 1
        elif step == "discard":
            held = enumerate(log.snapshot())
            log.discard(tuple(one for place, one in held if place in argument))
        else:
            expected = [one for one in log if one.key == argument]
            assert list(log.of(("Task", argument))) == expected
    held = list(log)
    assert {key for _, key in log.identities()} == {one.key for one in held}
    for key in KEYS:
        assert list(log.of(("Task", key))) == [one for one in held if one.key == key]


def test_a_change_that_is_recorded_anew_counts_once_more_after_all_others():
    log = ChangeLog()
    first, second = Update("Task", "t1", "name", "a"), Update("Task", "t1", "name", "b")
    for one in (first, second, first):
        log.append(one)
    assert [one.new for one in log] == ["a", "b", "a"]
    log.discard((first, second))
    assert [one.new for one in log] == ["a"]


def test_a_log_in_which_nothing_was_found_keeps_no_index_up():
    log = ChangeLog()
    assert log.of(("Task", "t1")) == ()
    assert log._by_identity is None
    change = Update("Task", "t1", "name", "a")
    log.append(change)
    assert log.of(("Task", "t1")) == (change,)
