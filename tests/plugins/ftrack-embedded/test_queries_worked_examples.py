"""Expressions as people and clients write them: each is answered, none is a fault."""

from __future__ import annotations

import pytest
from ftrack_core.errors import ServerError
from ftrack_embedded import Caller


@pytest.fixture(scope="module")
def ask(new_studio):
    with new_studio() as studio:
        job = {"id": "j1", "type": "x", "status": "running", "data": "1"}
        task = {"name": "THIS_WEEK", "bid": 3600, "id": "t1"}
        project = {"__entity_type__": "Project", "id": "p1"}
        studio.execute(
            [
                {"action": "create", "entity_type": "Job", "entity_data": job},
                {
                    "action": "create",
                    "entity_type": "Project",
                    "entity_data": {"id": "p1", "name": "orbit"},
                },
                {
                    "action": "create",
                    "entity_type": "Task",
                    "entity_data": {**task, "parent": project},
                },
            ]
        )

        def ask(expression, **options):
            batch = [{"action": "query", "expression": expression}]
            return studio.execute(batch, caller=Caller(**options))[0]["data"]

        yield ask


@pytest.mark.parametrize(
    "expression",
    [
        "Project",
        'select full_name, status from Project where status is active and (name like "%x%" or '
        'full_name like "x%")',
        'select name, parent.name from Task where project.name is "nova" and '
        'status.name not_in ("Omitted", "On Hold")',
        'Task where assignments any (resource.username is "ann")',
        "Task where not timelogs any () and bid is 1",
        'Shot where children[Task].status.state.short is_not DONE and ancestors any (id = "sq1")',
        'AssetVersion where asset.parent[Shot].parent.name is "sq010" and components any '
        '(name is "main" and file_type is ".exr")',
        "select id, version from AssetVersion where asset_id in (select id from Asset where name "
        'like "plate%") order by version descending limit 1',
        'User where username is_not admin and memberships.group.name is "Lighting"',
        'Timelog where start >= "2031-05-01T00:00:00+02:00" and start before 2031-06-01',
        'Note where author has (first_name is "Ann" and last_name is "Lee") and completed_at is '
        "none",
        'Shot where custom_attributes any (key is "fstart" and value >= 1001)',
        "ContextCustomAttributeValue where configuration_id in (k1, k2) and entity_id in (t1, t2)",
        'select id from CustomAttributeConfiguration where key is "fpss" and entity_type is "show"',
        'Metadata where (parent_id is "t1"and key is "camera") or (parent_id is "t2"and key is '
        '"camera")',
        'Task where custom_attribute_links any (configuration.key is "lead" and user.username is '
        '"ann")',
        "Task where allocations.resource[Group].memberships any (user.username is ann)",
    ],
)
def test_the_examples_of_the_language_are_answered(ask, expression):
    found = ask(expression)
    assert [row["id"] for row in found] == (["p1"] if expression == "Project" else [])


@pytest.mark.parametrize(
    "expression",
    [
        'select id, name, bid from Task where (id is "t1") offset 0 limit 500',
        "select name from Task where id is t1 offset 0 limit 500",
        "select name from Task where id in (t1,t2) offset 0 limit 500",
        'select id from Task where name is "THIS_WEEK" and bid is 3600 and description is None '
        "limit 2",
        'select id from Task where name is "THIS_WEEK" limit 1',
        "select id from Task where name is THIS_WEEK limit 3 offset 0 limit 5",
        "SELECT id FROM Task WHERE name IS this_week ORDER BY name DESC LIMIT 500 OFFSET 0",
        "select id\nfrom Task\n  where\n    name is THIS_WEEK\n\tand bid>=3600",
    ],
)
def test_what_clients_generate_is_answered(ask, expression):
    assert [row["id"] for row in ask(expression)] == ["t1"]


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("Job where status is RUNNING", ["j1"]),
        ("Job where status like 'run%'", ["j1"]),
        ("Job where status in (done, running)", ["j1"]),
        ("Job where status > queued", ["j1"]),
        ("Task where bid like '36%'", ["t1"]),
        ("Task where bid not_like '36%'", []),
        ("Task where bid in ('3600', 1)", ["t1"]),
    ],
)
def test_enumerations_are_texts_and_numbers_have_a_text_form(ask, expression, found):
    assert [row["id"] for row in ask(expression)] == found


@pytest.mark.parametrize(
    "expression",
    [
        "Task where start_date is now()",
        "User where is_active like 't%'",
        "Task where NAME is x",
        "Task where name has 3",
        "Task where name any (id is 3)",
        "Task where parent",
        "Task where",
        "Task where name is x name is y",
        "Task order by",
        "Task order by thumbnail_url",
        "select from",
        "select name, from Task",
        "select count() from Task group by name",
        "select median(bid) from Task group by name",
        "Task; drop table context",
        "",
    ],
)
@pytest.mark.parametrize("strict", [False, True])
def test_what_is_no_query_is_a_parse_error(ask, expression, strict):
    with pytest.raises(ServerError) as caught:
        ask(expression, strict=strict)
    assert caught.value.exception == "ParseError"
    assert "(at position " in caught.value.content
