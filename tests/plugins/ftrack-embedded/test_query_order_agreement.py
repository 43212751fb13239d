"""However rows are ordered, paged and grouped, the database does it as a plain reading would.

No value comes first, or last where the order descends; texts are ordered without regard to ASCII
case; rows that are equal in all keys come by their identifiers.
"""

from __future__ import annotations

import random
import string
from statistics import fmean

import pytest
from ftrack_core.query import Aggregate, OrderItem, Path, Query, Step, to_text
from ftrack_embedded import Caller
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from operations import create

relaxed = settings(
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
TEXTS = ("a", "A", "b", "B", "ab", "_", "Z", "", "é", "日本", "10", "9", None, None)
MOMENTS = ("2031-05-06", "2031-05-06T07:08:09", "2030-01-01", None)
LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)

# What can be asked of each type: scalars, and those of what a reference leads to.
PATHS = {
    "Task": {
        "id": "id",
        "name": "text",
        "description": "text",
        "bid": "number",
        "end_date": "moment",
        "parent[Shot].name": "text",
        "parent[Shot].description": "text",
        "parent[Shot].parent[Project].name": "text",
    },
    "Timelog": {
        "comment": "text",
        "duration": "number",
        "start": "moment",
        "user_id": "id",
        "user.is_active": "boolean",
        "user.last_name": "text",
        "context[Task].bid": "number",
        "context[Task].end_date": "moment",
        "context[Task].parent[Shot].name": "text",
    },
    "User": {"username": "text", "last_name": "text", "is_active": "boolean"},
}


def show():
    chance = random.Random(7)
    some = chance.choice
    yield create("Project", id="p1", name="orbit")
    for number in range(6):
        data = {"name": some(TEXTS) or "x", "description": some(TEXTS)}
        yield create("Shot", id=f"s{number}", parent_id="p1", **data)
    for number in range(30):
        parent = f"s{number % 6}" if number % 7 else "p1"
        data = {"name": some(TEXTS) or "x", "description": some(TEXTS), "bid": some((0, 1.5, 60))}
        yield create("Task", id=f"t{number}", parent_id=parent, end_date=some(MOMENTS), **data)
    for number in range(6):
        data = {"last_name": some(TEXTS), "is_active": some((True, False))}
        yield create("User", id=f"u{number}", username=f"User{number}", **data)
    for number in range(25):
        data = {"comment": some(TEXTS), "duration": some((0, 30, 90.5)), "start": some(MOMENTS[:3])}
        data |= {"user_id": f"u{number % 5}", "context_id": f"t{number % 12}"}
        yield create("Timelog", id=f"g{number}", **data)


@pytest.fixture(scope="module")
def ask(new_studio):
    with new_studio() as studio:
        studio.execute(list(show()))
        caller = Caller(strict=True, lean=True, denormalize=True)

        def ask(expression):
            batch = [{"action": "query", "expression": expression}]
            return studio.execute(batch, caller=caller)[0]["data"]

        yield ask


@pytest.fixture(scope="module")
def rows(ask):
    """All rows as plain values, by path."""
    found = {}
    for kind, paths in PATHS.items():
        asked = ask(f"select id, {', '.join(paths)} from {kind}")
        found[kind] = [{path: value_along(row, path) for path in ("id", *paths)} for row in asked]
    return found


# --- the plain reading -------------------------------------------------------------------------


def value_along(row, path):
    value = row
    for step in path.split("."):
        value = value.get(step.partition("[")[0]) if value is not None else None
    return value["value"] if isinstance(value, dict) else value


def sort_key(value, sort):
    """Return what sorts a value behind those that are none."""
    if value is None:
        return (0, 0)
    return (1, value.translate(LOWER) if sort == "text" else value)


def expected_order(rows, query):
    found = sorted(rows[query.entity_type], key=lambda row: row["id"])
    for item in reversed(query.order_by):
        path = text_of(item.path)
        sort = PATHS[query.entity_type][path]
        found.sort(key=lambda row, p=path, s=sort: sort_key(row[p], s), reverse=item.descending)
    return cut(found, query)


def cut(found, query):
    first = query.offset or 0
    return found[first:] if query.limit is None else found[first : first + query.limit]


def expected_groups(rows, query):
    keys = [text_of(path) for path in query.group_by]
    groups = {}
    for row in rows[query.entity_type]:
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)
    ordered = sorted(groups, key=lambda group: [sort_key(value, "id") for value in group])
    for item in reversed(query.order_by):
        place = keys.index(text_of(item.path))
        ordered.sort(key=lambda group, p=place: sort_key(group[p], "id"), reverse=item.descending)
    return cut([grouped(query, keys, group, groups[group]) for group in ordered], query)


def grouped(query, keys, group, members):
    found = {name_of(key): value for key, value in zip(keys, group, strict=True)}
    for one in query.projections:
        path = text_of(one.path)
        values = [row[path] for row in members if row[path] is not None]
        found[f"{one.function}_{name_of(path)}"] = aggregated(one.function, values)
    return found


def aggregated(function, values):
    if function == "count":
        return len(values)
    if not values:
        return None
    return {"sum": sum, "avg": fmean, "min": min, "max": max}[function](values)


def text_of(path):
    return ".".join(one.name + (f"[{one.cast}]" if one.cast else "") for one in path.steps)


def name_of(path):
    return "_".join(step.partition("[")[0] for step in path.split("."))


def plain(row):
    return {
        name: value["value"] if isinstance(value, dict) else value for name, value in row.items()
    }


# --- what is asked -----------------------------------------------------------------------------


def path_to(text):
    found = (step.rstrip("]").partition("[") for step in text.split("."))
    return Path(tuple(Step(name, cast or None) for name, _, cast in found))


counts = st.none() | st.integers(0, 12)


@st.composite
def ordered(draw):
    kind = draw(st.sampled_from(sorted(PATHS)))
    paths = draw(st.lists(st.sampled_from(sorted(PATHS[kind])), max_size=3))
    order = tuple(OrderItem(path_to(one), draw(st.booleans())) for one in paths)
    return Query(kind, order_by=order, limit=draw(counts), offset=draw(counts))


@st.composite
def groupings(draw):
    kind = draw(st.sampled_from(sorted(PATHS)))
    paths = st.sampled_from(sorted(PATHS[kind]))
    keys = draw(st.lists(paths, min_size=1, max_size=3, unique_by=name_of))
    aggregates = draw(st.lists(measures(kind), max_size=4))
    order = draw(st.lists(st.sampled_from(keys), max_size=2))
    return Query(
        kind,
        tuple(aggregates),
        group_by=tuple(map(path_to, keys)),
        order_by=tuple(OrderItem(path_to(one), draw(st.booleans())) for one in order),
        limit=draw(counts),
        offset=draw(counts),
    )


@st.composite
def measures(draw, kind):
    path = draw(st.sampled_from(sorted(PATHS[kind])))
    functions = ["count", "min", "max"]
    if PATHS[kind][path] == "number":
        functions += ["sum", "avg"]
    return Aggregate(draw(st.sampled_from(functions)), path_to(path))


# --- that they agree ---------------------------------------------------------------------------


@relaxed
@given(query=ordered())
def test_rows_come_in_the_order_and_the_page_that_a_plain_reading_gives(ask, rows, query):
    found = [row["id"] for row in ask(to_text(query))]
    assert found == [row["id"] for row in expected_order(rows, query)]


@relaxed
@given(query=groupings())
def test_groups_are_what_a_plain_reading_counts_and_sums(ask, rows, query):
    found = [plain(row) for row in ask(to_text(query))]
    assert found == expected_groups(rows, query)
