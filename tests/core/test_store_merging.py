"""Freshness: a value is never replaced by one that was asked for earlier."""

from __future__ import annotations

from ftrack_core.entity.rows import STAMPS, TYPE
from ftrack_core.store.cohort import Page
from ftrack_core.store.merging import add_values, merge_row, serial_of
from hypothesis import given
from hypothesis import strategies as st

names = st.sampled_from(["name", "bid", "status", "sort"])
arrivals = st.lists(
    st.tuples(st.integers(1, 8), st.sets(names, min_size=1), st.booleans()),
    min_size=1,
    max_size=10,
)


@given(arrivals)
def test_in_whatever_order_answers_arrive_the_latest_question_wins(answers):
    pages = []
    target: dict = {TYPE: "Task"}
    latest: dict = {}
    for serial, attributes, adopt in answers:
        page = Page(serial)
        pages.append(page)
        source = {TYPE: "Task", **dict.fromkeys(attributes, serial)}
        merge_row(target, source, page.arrival, adopt=adopt)
        for name in attributes:
            latest[name] = max(latest.get(name, 0), serial)
    assert {name: value for name, value in target.items() if name not in STAMPS} == latest


def test_rows_that_were_filled_together_age_apart():
    first, second = {TYPE: "Task", "id": "t1"}, {TYPE: "Task", "id": "t2"}
    for row in (first, second):
        add_values(row, {"name": "old"}, 5)
    add_values(first, {"name": "newest"}, 9)
    add_values(second, {"name": "newer"}, 7)
    add_values(first, {"name": "late"}, 8)
    assert (first["name"], second["name"]) == ("newest", "newer")


def test_the_stamp_of_a_row_stays_whatever_comes():
    stamp = Page(3).arrival.stamp("Task")
    row = {TYPE: stamp, "id": "t1"}
    add_values(row, {TYPE: "Task", "name": "new"}, 4)
    assert row[TYPE] is stamp
    assert serial_of(row, "name") == 4
