"""Values in a query text: ``:name`` places, filled so that no value can change the query."""

from __future__ import annotations

import datetime
import uuid

import pytest
from ftrack_core.errors import EntityError, QuerySyntaxError
from ftrack_core.query import And, bind, escape_like, parse, to_text
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session
from hypothesis import given, settings
from hypothesis import strategies as st

relaxed = settings(deadline=None, max_examples=150)
any_text = st.text(st.characters(exclude_categories=["Cs"]))
sly_text = st.text(st.sampled_from("\"'\\ ():,%_anis|:x"), max_size=12)
texts = any_text | sly_text


# --- one value -----------------------------------------------------------------------------------


def test_a_place_takes_the_value_of_its_name():
    text = bind("Task where name is :name and bid > :bid", {"name": "comp", "bid": 3.5})
    assert text == 'Task where name is "comp" and bid > 3.5'


def test_one_value_may_take_several_places():
    text = bind("Task where name is :x or description is :x", {"x": "a"})
    assert text == 'Task where name is "a" or description is "a"'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ('say "no"', r'"say \"no\""'),
        ("none", '"none"'),
        (None, "none"),
        (True, "true"),
        (7, "7"),
        (datetime.date(2031, 5, 6), '"2031-05-06"'),
        (
            datetime.datetime(2031, 5, 6, 7, tzinfo=datetime.timezone.utc),
            '"2031-05-06T07:00:00"',
        ),
        (uuid.UUID(int=5), '"00000000-0000-0000-0000-000000000005"'),
    ],
)
def test_values_of_each_kind(value, text):
    assert bind("Task where x is :x", {"x": value}) == f"Task where x is {text}"


def test_blanks_around_the_operator_are_not_needed():
    assert bind("Task where(bid>=:low)", {"low": 3}) == "Task where(bid>=3)"


def test_a_limit_can_be_bound():
    assert bind("Task limit :count offset :start", {"count": 5, "start": 2}) == (
        "Task limit 5 offset 2"
    )


def test_what_is_quoted_is_left_alone():
    text = """Task where name is ":name" or name is ':name \\' :name' or id is :id"""
    assert bind(text, {"id": "i"}) == text.replace(":id", '"i"')


def test_a_colon_inside_a_bare_value_is_no_place():
    text = "Task where name is camera:main and start_date > 2031-05-06T07:08:09 and id is :id"
    assert bind(text, {"id": "i"}) == text.replace(":id", '"i"')


# --- lists ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [["a", "b"], ("a", "b"), dict.fromkeys("ab").keys()])
def test_a_list_stands_behind_in(values):
    assert bind("Task where id in :ids", {"ids": values}) == 'Task where id in ("a", "b")'
    assert bind("Task where id not_in :ids", {"ids": values}) == 'Task where id not_in ("a", "b")'


def test_a_list_may_stand_in_parentheses_of_the_text():
    assert bind("Task where id in (:ids)", {"ids": ["a", "b"]}) == 'Task where id in ("a", "b")'
    assert bind("Task where id in (:a, :b)", {"a": 1, "b": [2, 3]}) == "Task where id in (1, 2, 3)"


def test_one_value_behind_in_is_a_list_of_one():
    assert bind("Task where id in :id", {"id": "abc"}) == 'Task where id in ("abc")'


def test_an_empty_list_finds_nothing():
    assert bind("Task where id in :ids", {"ids": []}) == "Task where id in ()"
    assert bind("Task where id in (:ids)", {"ids": []}) == "Task where id in ()"


# --- entities ------------------------------------------------------------------------------------


@pytest.fixture
def session():
    server = MemoryTransport(
        rows=[
            {"__entity_type__": "Status", "id": "s1", "name": "Ready"},
            {"__entity_type__": "Task", "id": "t1", "name": "comp", "status_id": "s1"},
            {"__entity_type__": "Metadata", "parent_id": "t1", "key": "k", "value": "v"},
        ]
    )
    with memory_session(server) as session:
        yield session


def test_an_entity_stands_for_its_identifier(session):
    ready = session.get("Status", "s1")
    text = bind("Task where status.id is :status", {"status": ready})
    assert text == 'Task where status.id is "s1"'
    assert session.query(text).one()["name"] == "comp"


def test_the_entities_of_a_query_can_be_bound_as_a_list(session):
    statuses = session.query("Status")
    text = bind("Task where status_id in :statuses", {"statuses": statuses})
    assert text == 'Task where status_id in ("s1")'


def test_an_entity_with_a_key_of_several_parts_cannot(session):
    metadata = session.get("Metadata", ["t1", "k"])
    with pytest.raises(EntityError, match="2 parts"):
        bind("Task where id is :one", {"one": metadata})


# --- no value breaks out -------------------------------------------------------------------------


@relaxed
@given(texts)
def test_any_text_is_read_back_as_exactly_that_value(value):
    query = parse(bind("Task where name is :name and bid > 3", {"name": value}))
    assert isinstance(query.criterion, And)
    name, bid = query.criterion.operands
    assert (name.value.text, name.value.quoted) == (value, True)
    assert to_text(query).endswith("and bid > 3")
    assert bid.value.text == "3"


@relaxed
@given(st.lists(texts, min_size=1, max_size=4), texts)
def test_any_texts_are_read_back_as_exactly_that_list(values, other):
    query = parse(
        bind("Task where id in :ids or name like :other", {"ids": values, "other": other})
    )
    membership, comparison = query.criterion.operands
    assert [one.text for one in membership.choices] == values
    assert comparison.value.text == other


@relaxed
@given(texts.filter(bool), texts)
def test_any_text_finds_the_row_that_holds_it_and_no_other(value, other):
    rows = [
        {"__entity_type__": "Task", "id": "t1", "name": value},
        {"__entity_type__": "Task", "id": "t2", "name": other},
    ]
    server = MemoryTransport(rows=rows)
    text = bind("Task where name is :name", {"name": value})
    (answer,) = server.execute([{"action": "query", "expression": text}])
    same = value.casefold() == other.casefold()  # servers compare without regard to case
    assert [row["id"] for row in answer["data"]] == (["t1", "t2"] if same else ["t1"])


@relaxed
@given(sly_text.filter(bool), sly_text)
def test_an_escaped_text_is_a_pattern_for_itself_only(value, other):
    rows = [
        {"__entity_type__": "Task", "id": "t1", "name": value},
        {"__entity_type__": "Task", "id": "t2", "name": other},
    ]
    server = MemoryTransport(rows=rows)
    text = bind("Task where name like :name", {"name": escape_like(value)})
    (answer,) = server.execute([{"action": "query", "expression": text}])
    found = [row["id"] for row in answer["data"]]
    assert found == (["t1", "t2"] if value == other else ["t1"])


# --- what goes wrong -----------------------------------------------------------------------------


def test_a_place_without_a_value_is_told_with_near_names():
    with pytest.raises(QuerySyntaxError, match="Did you mean 'name'") as told:
        bind("Task where name is :nmae", {"name": "x"})
    assert told.value.position == len("Task where name is ")


def test_a_value_without_a_place_is_told_with_near_names():
    with pytest.raises(QuerySyntaxError, match=r"'nmae' has no place.*Did you mean 'name'"):
        bind("Task where name is :name", {"name": "x", "nmae": "y"})


def test_names_of_types_and_attributes_cannot_be_bound():
    for text in (":x", "Task where :x is 1", "Task where (:x is 1)", "Task order by :x"):
        with pytest.raises(QuerySyntaxError, match="cannot be bound"):
            bind(text, {"x": "name"})


def test_a_list_behind_another_operator_is_refused():
    with pytest.raises(QuerySyntaxError, match="is a list"):
        bind("Task where id is :ids", {"ids": ["a"]})


def test_an_empty_list_among_other_values_is_refused():
    with pytest.raises(QuerySyntaxError, match="is empty"):
        bind("Task where id in (:a, :b)", {"a": [], "b": 1})


def test_a_place_stands_alone():
    with pytest.raises(QuerySyntaxError, match="into the value"):
        bind("Task where name like :name%", {"name": "comp"})


@pytest.mark.parametrize("value", [{"a": 1}, b"x", object()])
def test_other_values_are_refused_by_name(value):
    with pytest.raises(TypeError, match=type(value).__name__):
        bind("Task where name is :x", {"x": value})


def test_a_quote_that_is_never_closed_is_told():
    with pytest.raises(QuerySyntaxError, match="never closed"):
        bind('Task where name is "x and id is :id', {"id": 1})
