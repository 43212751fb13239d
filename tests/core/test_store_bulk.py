"""Merging into all known rows of a page at once comes to what merging one by one comes to."""

from __future__ import annotations

import pytest
from ftrack_core.entity.rows import SERIALS, TYPE, serial_of_row
from ftrack_core.store.bulk import add_to_rows, are_made_here, renew_rows, those_that_differ
from ftrack_core.store.cohort import Page
from ftrack_core.store.merging import add_values, merge_row
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = ("name", "bid", "status_id")


class Came:
    """Answers, by serial; rows bear their stamps."""

    def __init__(self):
        self._pages = {}

    def page(self, serial):
        return self._pages.setdefault(serial, Page(serial))

    def row(self, serial, values, added=None):
        """A row that came at *serial*, or was made here where that is None."""
        stamp = "Task" if serial is None else self.page(serial).arrival.stamp("Task")
        row = {TYPE: stamp, **values}
        if added is not None:
            row[SERIALS] = added
        return row


def seen(row):
    """What a row says, when it came, and when its values came."""
    values = {name: value for name, value in row.items() if name not in (TYPE, SERIALS)}
    return values, serial_of_row(row), row.get(SERIALS)


def renew(rows, said, arrival):
    """Take in what was *said* of *rows* as a whole answer does."""
    olds, news = those_that_differ(rows, said)
    return renew_rows(rows, olds, news, arrival.stamp("Task"), arrival.serial)


@pytest.fixture
def came():
    return Came()


# --- the same again ------------------------------------------------------------------------------


def test_rows_that_hold_what_is_said_are_renewed(came):
    rows = [came.row(1, {"id": f"t{n}", "name": "old"}) for n in range(3)]
    said = [{TYPE: "Task", "id": f"t{n}", "name": f"new{n}"} for n in range(3)]
    assert renew(rows, said, came.page(5).arrival)
    assert [row["name"] for row in rows] == ["new0", "new1", "new2"]
    assert {serial_of_row(row) for row in rows} == {5}


def test_of_most_rows_the_same_is_said_and_they_are_newer_all_the_same(came):
    rows = [came.row(1, {"id": f"t{n}", "name": "old"}) for n in range(3)]
    said = [{TYPE: "Task", "id": f"t{n}", "name": "new" if n == 1 else "old"} for n in range(3)]
    texts = [row["name"] for row in rows]
    assert those_that_differ(rows, said) == ([rows[1]], [said[1]])
    assert renew(rows, said, came.page(5).arrival)
    assert [row["name"] for row in rows] == ["old", "new", "old"]
    assert rows[0]["name"] is texts[0], "what is equal is not put in the place of what is there"
    assert {serial_of_row(row) for row in rows} == {5}


@pytest.mark.parametrize(
    "row",
    [
        lambda came: came.row(1, {"id": "t", "name": "old", "bid": 1.0}),
        lambda came: came.row(1, {"id": "t"}),
        lambda came: came.row(1, {"id": "t", "name": "old"}, {"name": 3}),
        lambda came: came.row(9, {"id": "t", "name": "newer"}),
        lambda came: came.row(None, {"id": "t", "name": "made here"}),
    ],
    ids=["holds more", "holds less", "values of their own time", "is newer", "is not said"],
)
def test_others_are_left_as_they_are(came, row):
    rows = [came.row(1, {"id": "s", "name": "old"}), row(came)]
    before = [dict(one) for one in rows]
    said = [{TYPE: "Task", "id": one["id"], "name": "said"} for one in rows]
    assert not renew(rows, said, came.page(5).arrival)
    assert rows == before


# --- what was created here -----------------------------------------------------------------------


def test_rows_that_were_made_here_hold_a_key_under_the_very_name_of_their_class(came):
    name = "".join(["Ta", "sk"])
    made = [{TYPE: name, "id": f"t{n}"} for n in range(2)]
    assert are_made_here(made, name)
    for other in (
        {TYPE: "".join(["Ta", "sk"]), "id": "sent by somebody"},
        came.row(1, {"id": "came in an answer"}),
        {TYPE: name, "id": "says more", "name": "x"},
    ):
        assert not are_made_here([*made, other], name)


# --- what was missing ----------------------------------------------------------------------------


def test_what_a_loop_misses_is_added_with_the_time_it_came(came):
    rows = [came.row(1, {"id": f"t{n}", "name": "old"}) for n in range(3)]
    for serial, name in ((5, "bid"), (6, "status_id")):
        said = [{TYPE: "Task", "id": f"t{n}", name: n} for n in range(3)]
        assert add_to_rows(rows, said, serial)
    assert seen(rows[2]) == (
        {"id": "t2", "name": "old", "bid": 2, "status_id": 2},
        1,
        {"id": 6, "bid": 5, "status_id": 6},
    )
    assert len({id(row[SERIALS]) for row in rows}) == 1


def test_rows_of_which_different_things_are_said_are_left_as_they_are(came):
    rows = [came.row(1, {"id": f"t{n}"}) for n in range(2)]
    said = [{TYPE: "Task", "id": "t0", "bid": 1}, {TYPE: "Task", "id": "t1", "name": "x"}]
    assert not add_to_rows(rows, said, 5)
    assert [seen(row) for row in rows] == [({"id": f"t{n}"}, 1, None) for n in range(2)]


# --- whatever came when --------------------------------------------------------------------------

serials = st.integers(1, 3)
held = st.sampled_from([{"name": 1}, {"name": 1, "bid": 1}])
added = st.sampled_from([None, {"name": 1}, {"name": 2}, {"bid": 3}])  # rows share these objects
rows_known = st.lists(st.tuples(st.none() | serials, held, added), min_size=1, max_size=3)
names_said = st.sampled_from([("name",), ("name", "bid"), ("status_id",)])


values_said = st.lists(st.sampled_from([1, 7]), min_size=3, max_size=3)


@given(rows_known, names_said, values_said, serials, st.booleans())
@settings(max_examples=400)
def test_at_once_or_one_by_one_is_the_same(known, names, values, serial, adopt):
    came = Came()
    rows, others = (
        [
            came.row(asked, {"id": f"t{n}", **values}, times)
            for n, (asked, values, times) in enumerate(known)
        ]
        for _ in range(2)
    )
    said, again = (
        [{TYPE: "Task", "id": f"t{n}", **dict.fromkeys(names, values[n])} for n in range(len(rows))]
        for _ in range(2)
    )
    arrival = came.page(serial).arrival
    done = renew(rows, said, arrival) if adopt else add_to_rows(rows, said, serial)
    if done:
        for row, one in zip(others, again, strict=True):
            if adopt:
                merge_row(row, one, arrival, adopt=True)
            else:
                add_values(row, one, serial)
    assert list(map(seen, rows)) == list(map(seen, others))
