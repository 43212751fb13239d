"""Collections with many items: what one more look or change costs, in calls of Python functions."""

from __future__ import annotations

import sys

import pytest


def calls_of(use):
    """How many Python functions are called by *use*, itself included."""
    count = 0

    def note(frame, event, argument):
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        use()
    finally:
        sys.setprofile(before)
    return count


@pytest.fixture
def sequence(session):
    return session.create("SequenceComponent", {"name": "plate"})


@pytest.fixture
def frames(session):
    return [session.create("FileComponent", {"name": f"{n:04}"}) for n in range(400)]


def test_an_append_costs_the_same_however_many_there_are(sequence, frames):
    for one in frames[:10]:
        sequence["members"].append(one)
    among_few = calls_of(lambda: sequence["members"].append(frames[10]))
    for one in frames[11:-1]:
        sequence["members"].append(one)
    assert calls_of(lambda: sequence["members"].append(frames[-1])) <= among_few + 10
    assert list(sequence["members"]) == frames


def test_appending_what_is_there_costs_hardly_more(sequence, frames):
    sequence["members"] = frames
    assert calls_of(lambda: sequence["members"].append(frames[-1])) < 40
    assert len(sequence["members"]) == 400


def test_an_extension_costs_a_few_calls_for_each_item(sequence, frames):
    sequence["members"] = frames[:200]
    assert calls_of(lambda: sequence["members"].extend(frames)) < 10 * len(frames)
    assert list(sequence["members"]) == frames


@pytest.fixture
def rows(rows):
    many = [{"__entity_type__": "Task", "id": f"m{n}", "parent_id": "p1"} for n in range(300)]
    return [*rows, *many]


LOOKS = {
    "its length": len,
    "one item": lambda children: children[7],
    "the last one": lambda children: children[-1],
    "whether there is any": bool,
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_look_makes_only_what_is_looked_at(session, look):
    children = session.get("Project", "p1")["children"]
    assert len(list(children)) == 305
    assert calls_of(lambda: look(children)) < 30


def test_positions_are_those_of_a_list(session):
    project = session.get("Project", "p1")
    as_list = list(project["children"])
    assert [project["children"][n] for n in range(305)] == as_list
    assert project["children"][-3:] == as_list[-3:]
    with pytest.raises(IndexError):
        project["children"][305]


def test_one_row_that_was_let_go_of_and_found_again_is_still_one_item(session):
    project, task = session.get("Project", "p1"), session.get("Task", "t1")
    project["children"] = [task]
    session.expunge(task)
    again = session.get("Task", "t1")
    assert again is not task
    project["children"].append(again)
    project["children"].extend([again])
    assert len(project["children"]) == 1
