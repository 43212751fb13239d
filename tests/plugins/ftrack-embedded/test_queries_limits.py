"""How much one query may ask: what is large works; what is too large is told as a ParseError."""

from __future__ import annotations

import pytest
from ftrack_core.errors import ServerError
from ftrack_core.query import parse, to_text
from ftrack_embedded import Caller
from ftrack_embedded.engine.compile.limits import told_at_limits
from ftrack_embedded.engine.compile.merged import merged
from operations import create
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

UP = "parent[TypedContext]."
DOWN = "children[TypedContext]."
DEPTH = 25


@pytest.fixture(scope="module")
def studio(new_studio):
    """Folders within folders, f1 in f0 and so on, and a few tasks."""
    with new_studio() as studio:
        studio.execute(
            [
                create("Project", id="p1", name="orbit"),
                create("Folder", id="f0", name="top", parent_id="p1"),
                *(
                    create(
                        "Folder", id=f"f{number}", name=f"in{number}", parent_id=f"f{number - 1}"
                    )
                    for number in range(1, DEPTH + 1)
                ),
                create("Shot", id="s1", name="sh010", parent_id="p1"),
                *(create("Task", id=f"t{n}", name=f"task{n}", parent_id="s1") for n in range(4)),
            ]
        )
        yield studio


@pytest.fixture(scope="module")
def ask(studio):
    def ask(expression, **caller):
        batch = [{"action": "query", "expression": expression}]
        return studio.execute(batch, caller=Caller(**caller))[0]["data"]

    return ask


@pytest.fixture(scope="module")
def found(ask):
    return lambda expression: [row["id"] for row in ask(expression)]


@pytest.fixture(scope="module")
def refusal(ask):
    def refused(expression, **caller):
        with pytest.raises(ServerError) as caught:
            ask(expression, **caller)
        assert caught.value.exception == "ParseError"
        assert "(at position " in caught.value.content
        return caught.value.content

    return refused


@pytest.fixture(scope="module")
def told(ask):
    """Ask what finds nothing and return what the ParseError says, if there is one."""

    def said(expression):
        try:
            found = ask(expression)
        except ServerError as error:
            return f"{error.exception}: {error.content}".removeprefix("ParseError: ")
        return None if found == [] else f"found {len(found)}"

    return said


# --- what is long works ------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [1, 6, 7, 10, 20, DEPTH])
def test_criteria_follow_long_paths_of_references(found, steps):
    path = UP * steps + "name"
    assert found(f"Folder where {path} is TOP") == [f"f{steps}"]
    assert found(f"Folder where {path} is top and not {path} is other") == [f"f{steps}"]


@pytest.mark.parametrize("steps", [1, 6, 7, 20, DEPTH])
def test_criteria_follow_long_paths_of_collections(found, steps):
    assert found(f"Folder where {DOWN * steps}id is f{DEPTH}") == [f"f{DEPTH - steps}"]
    last = f"{DOWN * (steps - 1)}children[Folder]"
    assert found(f"Folder where {last} any (name is in{DEPTH})") == [f"f{DEPTH - steps}"]


def test_a_long_path_ends_in_other_tests(found):
    path = UP * 10 + "children"
    assert found(f"Folder where {path} any (name is in1 and parent.project.name is orbit)") == [
        "f10"
    ]


@pytest.mark.parametrize("steps", [2, 7, 20])
def test_order_follows_long_paths_of_references(found, steps):
    ids = found(f"Folder where id in (f24, f25) order by {UP * steps}name descending")
    assert ids == sorted(["f24", "f25"], key=lambda one: f"in{int(one[1:]) - steps}", reverse=True)


def test_a_projection_follows_a_long_path(ask):
    (row,) = ask(f"select {UP * DEPTH}name from Folder where id is f{DEPTH}")
    for _ in range(DEPTH):
        row = row["parent"]
    assert row["name"] == "top"


def test_thousands_of_conditions_are_answered(found):
    either = " or ".join(f"name like x{number}" for number in range(3_000))
    assert found(f"Task where {either} or name is task2") == ["t2"]
    all_of = " and ".join(f"name not_like x{number}" for number in range(3_000))
    assert found(f"Task where {all_of} and name is task2") == ["t2"]


def test_hundreds_of_tests_on_related_entities_are_answered(found):
    either = " or ".join(f"parent.name like x{number}" for number in range(300))
    assert found(f"Task where {either} or name is task2") == ["t2"]


def test_two_hundred_keys_to_order_by_are_answered(found):
    keys = ", ".join(["parent.name", "name desc"] * 100)
    assert found(f"Task order by {keys}") == ["t3", "t2", "t1", "t0"]


@pytest.mark.parametrize("levels", [10, 100])
def test_parentheses_and_negations_that_say_nothing_cost_nothing(found, levels):
    assert found("Task where " + "(" * levels + "name is task1" + ")" * levels) == ["t1"]
    assert found("Task where " + "not " * levels + "name is task1") == ["t1"]


# --- equal tests become lists ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("a is x or a is y", "a in (x, y)"),
        ("a is x or b is y or a is none", "a in (x, none) or b = y"),
        ("a is x or a in (y, z)", "a in (x, y, z)"),
        ("a.b is x or a.b is y", "a.b in (x, y)"),
        ("a != x and a not_in (y) and a != none", "a not_in (x, y, none)"),
        ("c > 1 and (a is x or a is y)", "c > 1 and a in (x, y)"),
        ("not (a is x or a is y)", "not a in (x, y)"),
        ("a any (b is x or b is y)", "a any (b in (x, y))"),
        (
            "a in (select b from T where c is x or c is y)",
            "a in (select b from T where c in (x, y))",
        ),
    ],
)
def test_equal_tests_on_one_attribute_become_a_list(written, same):
    assert to_text(merged(parse(f"T where {written}"))) == f"T where {same}"


@pytest.mark.parametrize(
    "written",
    [
        "a = x",
        "a = x and a = y",
        "a != x or a != y",
        "a.b != x and a.b != y",
        "a = x or b = x",
        "a = x or a[S] = x",
        "a like x or a like y",
        "a in (select b from T) or a in (select b from U)",
        "a any (b = x) or a any (b = y)",
    ],
)
def test_other_tests_stay_as_they_are(written):
    query = parse(f"T where {written}")
    assert merged(query) is query


def test_twenty_thousand_values_written_one_by_one_are_answered(found):
    for path in ("name", "parent.name", "id", "parent.id"):
        either = " or ".join(f"{path} is x{number}" for number in range(20_000))
        assert found(f"Task where {either} or name is task2") == ["t2"]
    all_of = " and ".join(f"name is_not x{number}" for number in range(20_000))
    assert found(f"Task where {all_of} and name is task2") == ["t2"]


# --- what is too much is told ------------------------------------------------------------------


@pytest.mark.parametrize(
    "expression",
    [
        f"Task where {UP * 30}^name is x",
        f"Task where {UP * 200}name is x".replace(UP * 31, UP * 30 + "^" + UP),
        f"Task where {DOWN * 30}^children any ()",
        f"select {UP * 30}^name from Task",
        f"select {UP * 30}^{UP * 1000}name from Task",
        f"Task order by {UP * 30}^name",
        f"Task where id in (select {UP * 30}^id from Task)",
        f"Task where id in (select id from Task order by {UP * 30}^id)",
    ],
)
def test_a_path_of_more_than_thirty_steps_is_refused_where_it_gets_too_long(refusal, expression):
    content = refusal(expression.replace("^", ""))
    assert "Too many steps in a path: at most 30 are answered." in content
    assert content.endswith(f"(at position {expression.index('^')})")


def test_more_than_five_hundred_keys_are_refused(refusal):
    keys = ", ".join(["name"] * 2_000)
    said = refusal(f"Task order by {keys}")
    assert "Too many attributes to order by: at most 500 are answered." in said
    assert said.endswith(f"(at position {len('Task order by ') + 500 * len('name, ')})")
    said = refusal(f"select count(id) from Task group by {keys}", strict=True)
    assert "Too many attributes to group by" in said


def test_more_than_two_thousand_tests_on_related_entities_are_refused(refusal):
    either = " or ".join(f"parent.name like x{number}" for number in range(20_000))
    said = refusal(f"Task where {either}")
    assert "Too many conditions on related entities: at most 2,000 are answered." in said


def test_more_than_twenty_thousand_conditions_are_refused(refusal):
    either = " or ".join(f"name like x{number}" for number in range(20_001))
    said = refusal(f"Task where {either}")
    assert "Too many conditions: at most 20,000 are answered." in said


def nested(levels, opening, closing=")"):
    return "Task where " + opening * levels + "name is x" + closing * levels


@pytest.mark.parametrize(
    "expression",
    [
        nested(60, "children any ("),
        nested(95, "parent[Task] has ("),
        nested(60, "id in (select id from Task where "),
        nested(45, "(bid < 0 and (bid < 1 or ", "))"),
        nested(46, "not (bid >= 0 and "),
        nested(1_000, "("),
        nested(1_000, "not ", ""),
        nested(10_000, "children any ("),
    ],
)
def test_what_is_nested_too_deeply_is_refused_or_answered_but_never_fails(told, expression):
    """How deep a statement may be depends on the database; what it says is told in plain words."""
    said = told(expression)
    assert said is None or ("nested too deeply" in said and "(at position " in said)


def test_five_tests_within_tests_are_answered_by_every_database(found):
    inner = "children any (" * 5 + "name is in25" + ")" * 5
    assert found(f"Folder where {inner}") == ["f20"]


def test_too_long_a_pattern_is_refused_or_answered(told):
    said = told("Task where name like '%" + "a_" * 60_000 + "'")
    assert said is None or "A pattern of 'like' is too long." in said


def test_more_than_five_hundred_aggregates_are_refused(refusal, ask):
    counts = ["count(parent.name)", "max(project.name)"] * 250
    asked = "select {} from Task where name is x group by type_id"
    assert ask(asked.format(", ".join(counts)), strict=True) == []
    said = refusal(asked.format(", ".join([*counts, "min(name)"])), strict=True)
    assert "Too many aggregates: at most 500 are answered." in said


def test_what_the_database_takes_for_too_large_is_told(studio):
    statement = text("select " + ", ".join(["1"] * 2_001))
    query = parse("Task where name is x")
    with (
        studio.reading(Caller()) as tx,
        pytest.raises(ServerError) as caught,
        told_at_limits(query),
    ):
        tx.connection.execute(statement)
    assert caught.value.exception == "ParseError"
    assert "too large for the database" in caught.value.content
    assert caught.value.content.endswith("(at position 11)")


def test_other_faults_of_the_database_are_no_fault_of_the_query(studio):
    with (
        studio.reading(Caller()) as tx,
        pytest.raises(DBAPIError),
        told_at_limits(parse("Task")),
    ):
        tx.connection.execute(text("select nothing"))
