"""The entities of a page that are here already: the same objects, which then know what it said."""

from __future__ import annotations

import pytest


@pytest.fixture
def rows():
    return [
        {"__entity_type__": "Task", "id": f"t{number}", "name": f"task {number}", "bid": number}
        for number in range(3)
    ]


def test_they_are_the_same_in_the_order_of_the_answer(session):
    held = session.query("select name from Task order by id").all()
    again = session.query("select name from Task order by id descending").all()
    assert [id(one) for one in again] == [id(one) for one in reversed(held)]


def test_what_was_asked_before_they_were_made_is_known_to_them(session):
    """Their rows came later and say less; what the earlier answer said is not asked for again."""
    earlier = session.query("select name, bid from Task order by id")
    assert len(earlier) == 3
    held = session.query("select name from Task order by id").all()
    sent = session.request_count
    assert earlier.all() == held
    assert [one["bid"] for one in held] == [0, 1, 2]
    assert session.request_count == sent


def test_those_that_nobody_holds_any_more_are_made_anew(session):
    held = session.query("select name from Task order by id").all()
    again = session.query("select name, bid from Task order by id")
    assert len(again) == 3
    del held[1:]
    assert [one["bid"] for one in again.all()] == [0, 1, 2]
    del held[:]
    assert [one["name"] for one in again.all()] == ["task 0", "task 1", "task 2"]
