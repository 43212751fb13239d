"""Trees become canonical text, Python values become query text that they cannot break out of."""

from __future__ import annotations

import datetime
import enum
import uuid

import pytest
from ftrack_core.errors import QuerySyntaxError
from ftrack_core.query import (
    And,
    Comparison,
    Or,
    Path,
    Query,
    Step,
    Value,
    literal,
    parse,
    parse_criteria,
    quote,
    quote_all,
    to_text,
)
from hypothesis import given
from hypothesis import strategies as st

UTC = datetime.timezone.utc


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Project", "Project"),
        ("SELECT a , b.c FROM Task", "select a, b.c from Task"),
        ("select COUNT( id ) from Task group  by a", "select count(id) from Task group by a"),
        ("Task where a is 'x'", 'Task where a = "x"'),
        ("Task where a is_not none", "Task where a != none"),
        ("Task where a after 1 and b before 2", "Task where a > 1 and b < 2"),
        ("Task where not timelogs any()", "Task where not timelogs any ()"),
        ("Task where (a=1 and b=2) or c=3", "Task where (a = 1 and b = 2) or c = 3"),
        ("Task where ((a=1))", "Task where a = 1"),
        ("Task where not(a=1 or b=2)", "Task where not (a = 1 or b = 2)"),
        ("Task where a in(x,'y',)", 'Task where a in (x, "y")'),
        ("Task where a not_in ( )", "Task where a not_in ()"),
        ("Task order by a asc, b desc", "Task order by a, b descending"),
        ("Task limit 5 offset 2", "Task offset 2 limit 5"),
        ("Task where p[ Shot ].n = 1", "Task where p[Shot].n = 1"),
    ],
)
def test_there_is_one_spelling(text, canonical):
    assert to_text(parse(text)) == canonical


def test_grouping_survives_even_where_it_changes_nothing():
    tree = parse_criteria("(a = 1 and b = 2) and (c = 3 or d = 4)")
    assert isinstance(tree, And)
    assert isinstance(tree.operands[0], And)
    assert isinstance(tree.operands[1], Or)
    text = to_text(Query("Task", criterion=tree))
    assert text == "Task where (a = 1 and b = 2) and (c = 3 or d = 4)"


def test_quotes_and_backslashes_are_escaped():
    assert quote('a "b" \\ c') == r'"a \"b\" \\ c"'
    assert quote("") == '""'


@given(st.lists(st.text(alphabet='ab"\\, ', max_size=6), max_size=5))
def test_many_are_quoted_as_each_of_them_is(values):
    assert quote_all(values) == ", ".join(map(quote, values))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("sq010", '"sq010"'),
        ("none", '"none"'),
        (None, "none"),
        (True, "true"),
        (False, "false"),
        (3, "3"),
        (-2.5, "-2.5"),
        (datetime.date(2031, 5, 6), '"2031-05-06"'),
        (datetime.datetime(2031, 5, 6, 7, 8, 9), '"2031-05-06T07:08:09"'),
        (datetime.datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC), '"2031-05-06T07:08:09"'),
        (uuid.UUID(int=5), '"00000000-0000-0000-0000-000000000005"'),
    ],
)
def test_python_values_become_query_text(value, text):
    assert literal(value) == text


def test_a_time_in_a_zone_is_written_in_utc():
    zone = datetime.timezone(datetime.timedelta(hours=2))
    assert literal(datetime.datetime(2031, 5, 6, 1, tzinfo=zone)) == '"2031-05-05T23:00:00"'


def test_an_enumeration_stands_for_its_value():
    class State(str, enum.Enum):
        DONE = "done"

    assert literal(State.DONE) == '"done"'


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_has_to_be_finite(value):
    with pytest.raises(ValueError, match="finite"):
        literal(value)


@pytest.mark.parametrize("value", [[1], {"a": 1}, b"x", object()])
def test_other_values_are_refused_by_name(value):
    with pytest.raises(TypeError, match=type(value).__name__):
        literal(value)


def test_a_bare_value_that_needs_quotes_gets_them():
    sly = Value('x" or id like "%', quoted=False)
    query = Query("Task", criterion=Comparison(Path((Step("name"),)), "=", sly))
    assert parse(to_text(query)).criterion.value.text == sly.text


@pytest.mark.parametrize("name", ["a or b", "a.b", "", "1st", "a]", 'a"'])
def test_a_name_that_no_query_can_hold_is_refused(name):
    with pytest.raises(QuerySyntaxError, match="letters, digits and underscores"):
        to_text(Query("Task", (Path((Step(name),)),)))
    with pytest.raises(QuerySyntaxError, match="letters, digits and underscores"):
        to_text(Query(name))
