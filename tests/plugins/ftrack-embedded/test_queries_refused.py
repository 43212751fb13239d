"""A wrong query is told where it is wrong, why, and which name comes nearest."""

from __future__ import annotations

import pytest
from ftrack_core.errors import ServerError
from ftrack_embedded import Caller


@pytest.fixture(scope="module")
def studio(new_studio):
    with new_studio() as studio:
        yield studio


@pytest.fixture(scope="module")
def refusal(studio):
    """Ask what cannot be answered and return the error."""

    def ask(expression, **caller):
        with pytest.raises(ServerError) as caught:
            studio.execute([{"action": "query", "expression": expression}], caller=Caller(**caller))
        return caught.value

    return ask


@pytest.mark.parametrize(
    ("expression", "reason", "at"),
    [
        ("Tsk where x is y", "Entity type \"Tsk\" does not exist. Did you mean 'Task'", "Tsk"),
        ("Task where nme is x", "No attribute 'nme' exists for schema 'Task'.", "nme"),
        ("select status.nam from Task", "'Status'. Did you mean 'name'?", "nam"),
        ("Task order by status.srt", "'Status'. Did you mean 'sort'?", "srt"),
        ("Appointment where resource.usernam is x", "Did you mean 'username'", "usernam"),
        ("Task where parent[Shoot].name is x", "Did you mean 'Shot'", "parent"),
        ("Task where parent[User].name is x", "'User' is no kind of 'Context'.", "parent"),
        ("Task where name.first is x", "does not lead to other entities", "name"),
        ("Task where name[Shot] is x", "does not lead to other entities", "name"),
        ("select name.first from Task", "does not lead to other entities", "name"),
        ("Task where children is none", "ask 'children any (...)' instead", "children"),
        ("Task order by children.name", "has no single value", "children"),
        ("Task where link is x", "computed and cannot be filtered by", "link"),
        ("Task where bid > soon", "'soon' is no number, which 'bid' is compared with.", "soon"),
        ("Task where bid in (1, soon)", "'soon' is no number", "soon"),
        ("Timelog where start is later", "'later' is no datetime", "later"),
        ("User where is_active is maybe", "'maybe' is no boolean", "maybe"),
        ("User where is_active > 0", "'>' cannot be used with 'is_active'", "is_active"),
        ("Timelog where start like '2%'", "which is a datetime", "start"),
        ("Task where bid in (select name from Shot)", "cannot be among 'name'", "name"),
        ("Task where id in (select id from Shoot)", "Did you mean 'Shot'", "Shoot"),
        ("List where items any (name is x)", "with a cast, such as [AssetVersionList]", "items"),
        ("select custom_attribute_links from Task", "criteria only", "custom_attribute_links"),
        ("select count(id) from Task", "'count' needs a 'group by'", "count"),
        ("Task where", "Failed to parse: Task where>>> - expected", None),
        ("select nam frm Task", "did you mean 'from'?", "frm"),
        ("Task where name ilike x", "did you mean 'like'", "ilike"),
        ('Task where name is "half', "never closed", '"half'),
    ],
)
def test_a_parse_error_names_position_reason_and_nearest_name(refusal, expression, reason, at):
    error = refusal(expression)
    assert error.exception == "ParseError"
    assert reason in error.content
    position = len(expression) if at is None else expression.index(at)
    assert error.content.endswith(f"(at position {position})")


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("select name, count(id) from Task group by type_id", "neither an aggregate nor"),
        ("select sum(name) from Task group by type_id", "'sum' needs numbers"),
        ("select count(id) from Task group by children.id", "has no single value"),
        ("select count(id) from Task group by type_id order by name", "Groups are ordered by"),
    ],
)
def test_groups_that_make_no_sense_are_refused(refusal, expression, reason):
    assert reason in refusal(expression, strict=True).content


def test_groups_need_the_strict_interface(refusal):
    error = refusal("select count(id) from Task group by type_id")
    assert error.exception == "ValidationError"
    assert "strict" in error.content


def test_of_a_long_query_only_what_is_around_the_fault_is_repeated(refusal):
    error = refusal("Task where " + "name is x and " * 1000 + "name ilike y")
    assert (
        "Failed to parse: ...e is x and name is x and name >>>ilike y - expected" in error.content
    )
    assert error.content.endswith("(at position 14016)")


@pytest.mark.parametrize(
    "expression",
    [
        "Task where bid is " + "x" * 5000,
        "Task where " + "x" * 5000 + " is 3",
        "x" * 5000,
        "select " + "x" * 5000 + " from Task",
        "Task where parent[" + "x" * 5000 + "] has ()",
    ],
)
def test_a_long_word_is_not_repeated_in_full(refusal, expression):
    assert len(refusal(expression).content) < 300


def test_the_content_holds_no_braces_and_no_second_line(refusal):
    error = refusal('Task where nme is "{x}"\n and name is y')
    assert not {"{", "}", "\n"} & set(error.content)


@pytest.mark.parametrize("text", ["nul\0", "half \ud83d"])
def test_what_no_text_can_hold_is_refused(refusal, text):
    for criterion in (f'name is "{text}"', f'name in ("{text}")', f'name like "{text}"'):
        assert "which no text has" in refusal(f"Task where {criterion}").content


def test_a_refused_value_does_not_spoil_the_next_query_of_its_shape(studio, refusal):
    assert "'soon' is no number" in refusal("Task where bid is soon and name is x").content
    fine = {"action": "query", "expression": "Task where bid is 5 and name is x"}
    assert studio.execute([fine])[0]["data"] == []
    error = refusal("Task  where  name is x and bid is late")
    assert error.content.endswith("(at position 34)")
