"""The query language in all its spellings: what each one finds."""

from __future__ import annotations

import pytest
from ftrack_embedded import Caller
from operations import create

DONE = "44de097a-4164-11df-9218-0019bb4983d8"
DAILIES = "77b9ab82-07c2-11e4-ba66-04011030cf01"


SHOW = (
    create("Project", id="p1", name="orbit", full_name="The Orbit"),
    create("Sequence", id="sq1", name="sq010", parent_id="p1"),
    create("Shot", id="sh1", name="sh010", parent_id="sq1", description="Rain"),
    create("Shot", id="sh2", name="SH020", parent_id="sq1"),
    create("Task", id="t1", name="animate", parent_id="sh1", bid=7200, status_id=DONE),
    create("Task", id="t2", name="light", parent_id="sh1", bid=3600),
    create("Task", id="t3", name="comp", parent_id="sh2", bid=0, description='it\'s "late"'),
    create("Milestone", id="m1", name="delivery", parent_id="p1"),
    create("User", id="u1", username="ann", first_name="Ann", is_active=True),
    create("User", id="u2", username="bob", is_active=False),
    create("Group", id="gr1", name="Lighting"),
    create("Membership", id="mb1", user_id="u1", group_id="gr1"),
    create("Appointment", id="a1", context_id="t1", resource_id="u1", type="assignment"),
    create("Appointment", id="a2", context_id="t2", resource_id="gr1", type="assignment"),
    create("Timelog", id="g1", context_id="t1", user_id="u1", duration=60, start="2031-05-06"),
    create("Timelog", id="g2", context_id="t1", user_id="u2", duration=30, start="2031-05-07"),
    create("Asset", id="as1", name="plate", context_id="sh1"),
    create("Asset", id="as2", name="cut", context_id="p1"),
    create("AssetVersion", id="v1", asset_id="as1", task_id="t1"),
    create("AssetVersion", id="v2", asset_id="as1"),
    create("AssetVersionLink", id="vl1", from_id="v1", to_id="v2"),
    create("FileComponent", id="c1", name="main", file_type=".exr", version_id="v1"),
    create("TypedContextLink", id="l1", from_id="t1", to_id="t2"),
    create("Note", id="n1", content="hm", parent_id="t1", parent_type="Task"),
    create("Note", id="n2", content="yes", in_reply_to_id="n1"),
    create("Metadata", parent_id="t1", key="camera", value="A7", parent_type="Task"),
    create("Metadata", parent_id="t2", key="camera", value="B9", parent_type="Task"),
    create("TypedContextList", id="li1", name="Dailies", project_id="p1", category_id=DAILIES),
    create("ListObject", id="lo1", list_id="li1", entity_id="t1"),
)


@pytest.fixture(scope="module")
def studio(new_studio):
    with new_studio() as studio:
        studio.execute(SHOW)
        yield studio


@pytest.fixture(scope="module")
def rows(studio):
    def ask(expression, **caller):
        batch = [{"action": "query", "expression": expression}]
        return studio.execute(batch, caller=Caller(**caller))[0]["data"]

    return ask


@pytest.fixture(scope="module")
def found(rows):
    return lambda expression: [row["id"] for row in rows(expression)]


# --- operators and how they are spelt ------------------------------------------------------------


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        ("name = light", ["t2"]),
        ("name is light", ["t2"]),
        ("name != light", ["t1", "t3"]),
        ("name is_not light", ["t1", "t3"]),
        ("bid > 3600", ["t1"]),
        ("bid after 3600", ["t1"]),
        ("bid greater_than 3600", ["t1"]),
        ("bid < 3600", ["t3"]),
        ("bid before 3600", ["t3"]),
        ("bid less_than 3600", ["t3"]),
        ("bid >= 3600", ["t1", "t2"]),
        ("bid <= 3600", ["t2", "t3"]),
        ("name like 'L%'", ["t2"]),
        ("name not_like '%i%'", ["t3"]),
        ("name in (light, comp,)", ["t2", "t3"]),
        ("name not_in (light, comp)", ["t1"]),
        ("name not_in ()", ["t1", "t2", "t3"]),
        ("bid>=3600", ["t1", "t2"]),
        ("NAME IS light", None),
        ("name IS light AND NOT bid IN (1, 2)", ["t2"]),
        ('(name is "light"and bid is "3600")', ["t2"]),
        ("name\n  is\tlight", ["t2"]),
        ('description is "it\'s \\"late\\""', ["t3"]),
    ],
)
def test_operators_in_their_spellings(found, criterion, expected):
    if expected is None:
        criterion, expected = criterion.replace("NAME", "name"), ["t2"]
    assert found(f"Task where {criterion}") == expected


def test_a_bare_none_is_no_value_and_a_quoted_one_a_text(found):
    for word in ("none", "None", "null", "NULL"):
        assert found(f"Task where description is {word}") == ["t1", "t2"]
    assert found('Task where description is "none"') == []
    assert found("Task where description > none") == []


def test_what_has_no_value_is_not_among_and_not_outside_a_list(found):
    assert found("Task where description not_in (x)") == ["t3"]
    assert found("Task where description in (none, x)") == ["t1", "t2"]
    assert found("Task where description not_in (none, x)") == ["t3"]


def test_truth_values_are_words_or_numbers(found):
    for word in ("true", "True", "1", '"true"'):
        assert "u1" in found(f"User where is_active is {word}")
    assert found("User where is_active is false") == ["u2"]
    assert found("User where is_active in (false, none)") == ["u2"]


def test_times_are_dates_or_instants_of_any_zone(found):
    assert found("Timelog where start >= 2031-05-06 and start before 2031-05-07") == ["g1"]
    assert found('Timelog where start is "2031-05-07T01:00:00+01:00"') == ["g2"]
    assert found('Timelog where start in ("2031-05-06T00:00:00Z")') == ["g1"]
    assert found('Timelog where start is "2031-05-06T00:00:00.500"') == ["g1"]


def test_a_reference_compares_as_the_key_it_holds(found):
    assert found("Task where parent is_not none and parent is sh2") == ["t3"]
    assert found("Task where parent in (sh1)") == ["t1", "t2"]
    assert found("AssetVersion where task is none") == ["v2"]
    assert found("Task where parent[Sequence] is none") == ["t1", "t2", "t3"]


def test_identifiers_are_exact_and_may_be_matched_by_a_pattern(found):
    assert found("Note where parent_id is t1 and in_reply_to_id is none") == ["n1"]
    assert found("Note where parent_id is T1") == []
    assert found("Task where id like 't%'") == ["t1", "t2", "t3"]


# --- types and casts -----------------------------------------------------------------------------


def test_a_query_may_be_of_any_base_type(rows):
    kinds = {row["id"]: row["__entity_type__"] for row in rows("Context where project_id is p1")}
    assert kinds == {
        "sq1": "Sequence",
        "sh1": "Shot",
        "sh2": "Shot",
        "m1": "Milestone",
        **dict.fromkeys(("t1", "t2", "t3"), "Task"),
    }
    assert {row["__entity_type__"] for row in rows("Resource where id in (u1, gr1)")} == {
        "User",
        "Group",
    }


def test_a_cast_reaches_the_attributes_of_the_subtype(found):
    assert found("Appointment where resource[User].username is ann") == ["a1"]
    assert found("Appointment where resource[Group].memberships any (user_id is u1)") == ["a2"]
    assert found("Project where children[Milestone].name is delivery") == ["p1"]
    assert found("Asset where parent[TypedContext].project.name is orbit") == ["as1"]


def test_an_attribute_of_a_subtype_is_no_value_on_the_others(rows, found):
    assert found("Appointment where resource.username is_not none") == ["a1"]
    (user, group) = rows("select resource.username from Appointment")
    assert user["resource"]["username"] == "ann"
    assert "username" not in group["resource"]


def test_a_cast_in_a_projection_selects_of_that_type_only(rows):
    (user, group) = rows("select resource[Group].name from Appointment")
    assert user["resource"] is None
    assert group["resource"]["name"] == "Lighting"


# --- relations -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Task where timelogs any (duration is 30 and user.username is bob)", ["t1"]),
        ("Task where timelogs any (duration is 30 and user.username is ann)", []),
        ("Task where timelogs.duration is 30 and timelogs.user.username is ann", ["t1"]),
        ("Task where not timelogs any ()", ["t2", "t3"]),
        ("AssetVersion where task has ()", ["v1"]),
        ("AssetVersion where not task has ()", ["v2"]),
        ("AssetVersion where task any (name is animate)", ["v1"]),
        ("AssetVersion where not task.name is light", ["v1", "v2"]),
        ("AssetVersion where task.name is_not light", ["v1"]),
        ("AssetVersion where task.description is none", ["v1"]),
        ("Task where not (timelogs any (duration > 50) or bid is 0)", ["t2"]),
        ("Task where assignments any (resource.username is ann)", ["t1"]),
        ("User where memberships.group.name is Lighting", ["u1"]),
        ("Shot where children[Task].status.state.short is DONE", ["sh1"]),
        ("AssetVersion where components any (name is main and file_type is '.exr')", ["v1"]),
        ("AssetVersion where asset.parent[Shot].parent.name is sq010", ["v1", "v2"]),
        ("AssetVersion where uses_versions any ()", ["v2"]),
        ("AssetVersion where used_in_versions.version is 2", ["v1"]),
        ("Task where outgoing_links.to.name is light", ["t1"]),
        ("Task where incoming_links any (from.name is animate)", ["t2"]),
        ("Task where notes any (content is hm)", ["t1"]),
        ("Note where replies.content is yes", ["n1"]),
        ("Task where lists any (name is Dailies)", ["t1"]),
        ("TypedContextList where items any (name is animate)", ["li1"]),
        ("Task where ancestors any (name is sq010) and bid is 0", ["t3"]),
        ("Sequence where descendants.name is light", ["sq1"]),
        ("Asset where latest_version.version is 2", ["as1"]),
        ("Asset where latest_version is none", ["as2"]),
        ("Asset where latest_version is v2", ["as1"]),
        ("Status where tasks any (id is t1)", [DONE]),
        ("Task where metadata any (key is camera and value like 'a%')", ["t1"]),
        ("Task where metadata.key is camera and metadata.value is B9", ["t2"]),
    ],
)
def test_tests_on_related_entities(found, expression, expected):
    assert found(expression) == expected


def test_composite_keys_are_asked_as_the_client_prints_them(rows):
    keys = '(parent_id is "t1"and key is "camera") or (parent_id is "t2"and key is "camera")'
    assert [row["value"] for row in rows(f"select value from Metadata where {keys}")] == [
        "A7",
        "B9",
    ]


# --- subqueries ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Task where parent_id in (select id from Shot where name is sh020)", ["t3"]),
        ("Task where parent_id not_in (select id from Shot where name is sh020)", ["t1", "t2"]),
        ("Task where parent in (select parent from Task where name is light)", ["t1", "t2"]),
        ("Shot where id in (select parent.id from Task order by bid desc limit 1)", ["sh1"]),
        ("Task where bid in (select bid from Task where name is comp)", ["t3"]),
        ("Shot where name in (select name from Shot where id is sh2)", ["sh2"]),
        ("Task where id in (select context_id from Timelog offset 5)", []),
        ("Task where id in (select id from Task where id in (select id from Task))", None),
        ("Shot where children any (id in (select context_id from Timelog))", ["sh1"]),
    ],
)
def test_a_list_may_be_another_query(found, expression, expected):
    assert found(expression) == (expected if expected is not None else ["t1", "t2", "t3"])


# --- order and pages -----------------------------------------------------------------------------


def test_order_puts_what_has_no_value_first_and_when_descending_last(found):
    assert found("Task order by description") == ["t1", "t2", "t3"]
    assert found("Task order by description descending") == ["t3", "t1", "t2"]
    assert found("AssetVersion order by task.name ascending") == ["v2", "v1"]
    assert found("AssetVersion order by task.name desc") == ["v1", "v2"]


def test_order_is_without_regard_to_case_and_goes_through_casts(found):
    assert found("Shot order by name") == ["sh1", "sh2"]
    assert found("Asset order by parent[Shot].name desc, name") == ["as1", "as2"]


def test_equal_keys_come_by_their_identifiers(found):
    assert found("Task order by project.name, parent.parent.name") == ["t1", "t2", "t3"]


@pytest.mark.parametrize(
    ("paging", "expected"),
    [
        ("offset 1 limit 1", ["t2"]),
        ("limit 1 offset 1", ["t2"]),
        ("limit 2 offset 0 limit 1", ["t1"]),
        ("offset 2", ["t3"]),
        ("limit 0", []),
    ],
)
def test_limit_and_offset_stand_in_either_order(found, paging, expected):
    assert found(f"Task {paging}") == expected


# --- groups --------------------------------------------------------------------------------------


def test_groups_know_five_aggregates(rows):
    asked = "count(id), sum(bid), avg(bid), min(bid), max(bid)"
    (group,) = rows(
        f"select {asked} from Task where parent_id is sh1 group by parent_id", strict=True
    )
    assert group == {
        "count_id": 2,
        "sum_bid": 10800.0,
        "avg_bid": 5400.0,
        "min_bid": 3600.0,
        "max_bid": 7200.0,
        "parent_id": "sh1",
    }


def test_groups_are_ordered_and_paged(rows):
    asked = "select count(id), parent.name from Task group by parent.name"
    assert [
        row["parent_name"] for row in rows(f"{asked} order by parent.name desc", strict=True)
    ] == [
        "sh010",
        "SH020",
    ]
    assert rows(f"{asked} offset 1", strict=True) == [{"count_id": 2, "parent_name": "sh010"}]


def test_groups_answer_times_and_truth_values_as_entities_do(rows):
    (group,) = rows("select max(start) from Timelog group by context_id", strict=True)
    assert group["max_start"] == {"__type__": "datetime", "value": "2031-05-07T00:00:00"}
    groups = rows("select count(id) from User where id in (u1, u2) group by is_active", strict=True)
    assert groups == [{"count_id": 1, "is_active": False}, {"count_id": 1, "is_active": True}]


def test_truth_values_have_a_least_and_a_greatest(rows):
    asked = "select min(is_active), max(is_active) from User where id in (u1, u2) group by {}"
    (group,) = rows(asked.format("thumbnail_id"), strict=True)
    assert group == {"min_is_active": False, "max_is_active": True, "thumbnail_id": None}
