"""What is asked most is found through an index, and compiled once for all values."""

from __future__ import annotations

import pytest
from ftrack_core.query import parse
from ftrack_embedded import Caller, Studio
from ftrack_embedded.engine.compile.shape import numbered, shape_of
from ftrack_embedded.engine.read.prepare import prepare
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def studio():
    with Studio(seed="demo") as studio:
        yield studio


@pytest.fixture(scope="module")
def plan(studio):
    """Return how SQLite finds the rows of a query, a line for each table."""

    def explain(expression):
        query = parse(expression)
        with studio.reading(Caller()) as tx:
            dialect = tx.connection.dialect
            statement = prepare(studio.catalogue, dialect, query).statement.raw
            empty = tuple(statement.constants[name] for name in statement.order)
            steps = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement.text}", empty)
            return [row[3] for row in steps]

    return explain


def found_by(steps):
    """Return the index of each table that is searched, in order."""
    return [step.partition("INDEX ")[2].partition(" ")[0] for step in steps if "SEARCH" in step]


@pytest.mark.parametrize(
    ("expression", "index"),
    [
        ("Task where id is x", "sqlite_autoindex_context_1"),
        ("Task where id in (x, y)", "sqlite_autoindex_context_1"),
        ("Context where parent_id is x", "ix_context_parent_id"),
        ("Task where parent is x", "ix_context_parent_id"),
        ("Note where parent_id is x", "ix_note_parent_id_in_reply_to_id"),
        ("Note where parent_id in (x, y)", "ix_note_parent_id_in_reply_to_id"),
        ("Metadata where parent_id is x and key is k", "sqlite_autoindex_metadata_1"),
        ("ListObject where entity_id is x", "ix_list_object_entity_id"),
        ("CustomAttributeLink where to_id is x", "ix_custom_attribute_link_to_id"),
        ("ComponentLocation where component_id in (x)", "ix_component_location_component_id"),
        ("AssetVersion where asset_id is x and version > 2", "ix_asset_version_asset_id_version"),
        ("Task where name is x", "ix_context_name_lower"),
        ("User where username in (x, y)", "ix_resource_username_lower"),
        ("Task where project_id is x", "ix_context_project_id_object_type_id_id"),
    ],
)
def test_keys_and_names_are_found_through_their_indexes(plan, expression, index):
    assert found_by(plan(expression))[0] == index


def test_a_page_of_a_type_is_not_sorted(plan):
    assert not [step for step in plan("Task limit 500") if "B-TREE" in step]
    assert not [step for step in plan("Task where project_id is x limit 5") if "B-TREE" in step]


@pytest.mark.parametrize(
    ("expression", "indexes"),
    [
        ("Task where parent.name is x", ["ix_context_parent_id", "ix_context_name_lower"]),
        (
            "AssetVersion where asset.parent.name is x",
            ["ix_asset_version_asset_id_version", "ix_asset_context_id", "ix_context_name_lower"],
        ),
        (
            "Task where assignments any (resource.username is ann)",
            [
                "sqlite_autoindex_context_1",
                "ix_appointment_resource_id",
                "ix_resource_username_lower",
            ],
        ),
    ],
)
def test_a_path_is_followed_from_its_far_end(plan, expression, indexes):
    assert found_by(plan(expression)) == indexes


def test_what_is_pinned_by_its_key_is_tested_in_place(plan):
    steps = plan("Task where id is x and parent.name is y")
    assert found_by(steps) == ["sqlite_autoindex_context_1", "sqlite_autoindex_context_1"]


# --- shapes --------------------------------------------------------------------------------------


def shape(expression):
    return shape_of(parse(expression)).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Task where id is a", 'Task  where id = "b"'),
        ("Task where id in (a)", "Task where id in (b, c, d)"),
        ("Task limit 5 offset 10", "Task offset 500 limit 500"),
        ("Task where a.b any (c is 1)", "Task where a.b has (c is 2)"),
    ],
)
def test_queries_that_differ_in_values_only_have_one_shape(one, other):
    assert shape(one) == shape(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Task where id is a", "Task where id is none"),
        ("Task where id in (a)", "Task where id in (a, none)"),
        ("Task where id in (a)", "Task where id not_in (a)"),
        ("Task limit 5", "Task offset 5"),
        ("Task where a is 1 and b is 2", "Task where a is 1 or b is 2"),
        ("Task where a is 1", "Task where not a is 1"),
        ("Task where a[Shot].b is 1", "Task where a.b is 1"),
        ("Task where a any ()", "Task where a any (b is 1)"),
        ("select a from Task", "select b from Task"),
        ("Task order by a", "Task order by a desc"),
        ("Task where a in (select b from Shot)", "Task where a in (select c from Shot)"),
    ],
)
def test_queries_that_mean_something_else_have_other_shapes(one, other):
    assert shape(one) != shape(other)


words = st.sampled_from(["a", "b", "none", '"none"', "1"])
tests = st.recursive(
    st.one_of(
        words.map(lambda word: f"x is {word}"),
        st.lists(words, max_size=3).map(lambda found: f"x in ({', '.join(found)})"),
    ),
    lambda inner: st.one_of(
        inner.map(lambda one: f"not ({one})"),
        inner.map(lambda one: f"r any ({one})"),
        inner.map(lambda one: f"x in (select y from T where {one} limit 3)"),
        st.tuples(inner, inner).map(lambda both: f"({both[0]} and {both[1]})"),
        st.tuples(inner, inner).map(lambda both: f"({both[0]} or {both[1]})"),
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(criterion=tests)
def test_slots_are_numbered_as_the_values_are_given(criterion):
    query = parse(f"T where {criterion} limit 9 offset 8")
    shape = shape_of(query)
    tree = numbered(query)
    assert shape_of(tree).key == shape.key
    assert (shape.given[tree.limit], shape.given[tree.offset]) == (9, 8)
    slots = [one for one in shape_of(tree).given if not isinstance(one, int)]
    numbers = [one.number if not isinstance(one, tuple) else one[0].number for one in slots]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == len(numbers)


def test_a_query_is_compiled_once_for_all_values(studio):
    def ask(name):
        batch = [
            {"action": "query", "expression": f"select name, bid from Task where name is {name}"}
        ]
        return studio.execute(batch)

    ask("one")
    kept = len(studio.catalogue.prepared)
    ask("two")
    assert len(studio.catalogue.prepared) == kept


# --- somebody from whom rows are hidden ----------------------------------------------------------


@pytest.fixture(scope="module")
def plan_of_a_reader():
    """Return how SQLite finds the rows for somebody who may not see a project."""
    with Studio() as studio:
        studio.execute(
            [
                {
                    "action": "create",
                    "entity_type": "Project",
                    "entity_data": {"name": "secret", "is_private": True},
                },
                {"action": "create", "entity_type": "User", "entity_data": {"username": "ann"}},
            ]
        )

        def explain(expression):
            with studio.reading(Caller("ann")) as tx:
                catalogue = tx.readable_catalogue
                raw = prepare(catalogue, tx.connection.dialect, parse(expression)).statement.raw
                values = {**raw.constants, **catalogue.hidden}
                bound = tuple(values.get(name) for name in raw.order)
                steps = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {raw.text}", bound)
                return [row[3] for row in steps]

        yield explain


@pytest.mark.parametrize(
    "entity_type",
    ["Task", "Asset", "AssetVersion", "FileComponent", "ComponentLocation", "Timelog", "List"],
)
def test_a_row_is_looked_at_by_itself_however_much_is_hidden(plan_of_a_reader, entity_type):
    """What is hidden is no list that has to be made first: only the given ids are gone through."""
    steps = plan_of_a_reader(f"{entity_type} where id is x")
    scanned = [step for step in steps if "SCAN" in step]
    assert scanned
    assert all("VIRTUAL TABLE" in step for step in scanned), steps
    assert not [step for step in steps if "MULTI-INDEX" in step or "project_id" in step]


def test_a_reader_may_ask_tests_within_tests_as_well(plan_of_a_reader):
    up = "parent[TypedContext]."
    assert plan_of_a_reader(f"Task where {up * 25}name is x and {up * 5}metadata any (key is k)")
