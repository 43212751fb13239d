"""What the embedded server answers to a query: which rows, in which order, in which shape."""

from __future__ import annotations

import pytest
from ftrack_core.errors import ServerError
from ftrack_embedded import Caller, Studio
from operations import create


def reference(entity_type, identifier):
    return {"__entity_type__": entity_type, "id": identifier}


SHOW = (
    create("Project", id="p1", name="orbit", full_name="The Orbit"),
    create("Sequence", id="sq1", name="sq010", parent=reference("Project", "p1")),
    create("Shot", id="sh1", name="sh010", parent=reference("Sequence", "sq1"), description="Rain"),
    create("Shot", id="sh2", name="SH020", parent=reference("Sequence", "sq1")),
    create("Task", id="t1", name="animate", parent=reference("Shot", "sh1"), bid=7200),
    create("Task", id="t2", name="light", parent=reference("Shot", "sh1"), bid=3600),
    create("Task", id="t3", name="comp_final", parent=reference("Shot", "sh2")),
    create("User", id="u1", username="ann", first_name="Ann"),
    create("User", id="u2", username="bob", first_name="Bob"),
    create("Appointment", id="a1", context_id="t1", resource_id="u1", type="assignment"),
    create("Appointment", id="a2", context_id="t2", resource_id="u1", type="allocation"),
    create("Timelog", id="g1", context_id="t1", user_id="u1", duration=60, start="2031-05-06"),
    create("Timelog", id="g2", context_id="t1", user_id="u2", duration=30, start="2031-05-07"),
    create("Asset", id="as1", name="plate", parent=reference("Shot", "sh1")),
    create("AssetVersion", id="v1", asset=reference("Asset", "as1"), task_id="t1"),
    create("AssetVersion", id="v2", asset=reference("Asset", "as1"), comment="better"),
    create("Metadata", parent_id="t1", key="camera", value="A7", parent_type="Task"),
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
    """Ask and return the ids, in order."""
    return lambda expression: [row["id"] for row in rows(expression)]


# --- which rows --------------------------------------------------------------------------------


def test_a_subtype_holds_only_its_own_rows_and_a_base_type_those_of_all(found):
    assert found("Shot") == ["sh1", "sh2"]
    assert found("TypedContext") == ["sh1", "sh2", "sq1", "t1", "t2", "t3"]
    assert found("Context") == ["p1", "sh1", "sh2", "sq1", "t1", "t2", "t3"]


def test_every_row_bears_its_concrete_type(rows):
    kinds = {row["id"]: row["__entity_type__"] for row in rows("Context")}
    assert kinds["p1"] == "Project"
    assert kinds["sq1"] == "Sequence"
    assert kinds["t1"] == "Task"


def test_texts_compare_without_regard_to_case_and_identifiers_exactly(found):
    assert found('Shot where name is "sh020"') == ["sh2"]
    assert found('Shot where id is "SH2"') == []


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        ('name like "%i%"', ["t1", "t2", "t3"]),
        ('name like "L_ght"', ["t2"]),
        (r'name like "comp\_%"', ["t3"]),
        (r'name like "a\_imate"', []),
        ('name not_like "%light%"', ["t1", "t3"]),
    ],
)
def test_like_knows_both_wildcards_and_their_escape(found, criterion, expected):
    assert found(f"Task where {criterion}") == expected


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        ("bid > 3600", ["t1"]),
        ('bid >= "3600"', ["t1", "t2"]),
        ("bid in (7200, 3600)", ["t1", "t2"]),
        ("bid != 0 and bid < 7200", ["t2"]),
        ("is_published is true", None),
    ],
)
def test_numbers_compare_as_numbers(found, criterion, expected):
    if expected is None:
        assert found(f"AssetVersion where {criterion}") == ["v1", "v2"]
    else:
        assert found(f"Task where {criterion}") == expected


def test_times_compare_as_instants(found):
    assert found("Timelog where start after 2031-05-06") == ["g2"]
    assert found('Timelog where start is "2031-05-06T02:00:00+02:00"') == ["g1"]
    assert found("Timelog where start >= 2031-05-06 and start before 2031-05-07") == ["g1"]


def test_no_value_matches_only_the_test_for_none(found):
    assert found("Shot where description is none") == ["sh2"]
    assert found("Shot where description is_not none") == ["sh1"]
    assert found('Shot where description != "Rain"') == []
    assert found('Shot where description in (none, "rain")') == ["sh1", "sh2"]
    assert found('Shot where description is "none"') == []


def test_and_binds_tighter_than_or_and_not_negates_what_follows(found):
    assert found("Task where name is light or name is animate and bid is 0") == ["t2"]
    assert found("Task where not (name is light or name is animate)") == ["t3"]


def test_a_dotted_path_follows_references_and_collections(found):
    assert found("Task where parent.parent.name is sq010 and project.name is orbit") == [
        "t1",
        "t2",
        "t3",
    ]
    assert found("Shot where children.name is light") == ["sh1"]
    assert found("Task where assignments.resource.username is ann") == ["t1"]


def test_any_asks_for_one_item_that_fulfils_everything(found):
    assert found('Task where timelogs any (duration is 30 and user.username is "bob")') == ["t1"]
    assert found('Task where timelogs any (duration is 30 and user.username is "ann")') == []
    assert found("Task where not timelogs any ()") == ["t2", "t3"]


def test_has_asks_the_referenced_entity(found):
    assert found('Timelog where user has (username is "ann" and first_name is "Ann")') == ["g1"]


def test_a_cast_lets_only_rows_of_its_type_pass(found):
    assert found("Task where parent[Shot].name is sh010") == ["t1", "t2"]
    assert found("Task where parent[Sequence].name like '%'") == []


def test_what_only_a_subtype_declares_may_be_named_on_its_base(found):
    assert found('Appointment where resource.username is "ann"') == ["a1", "a2"]


def test_lists_and_subqueries_choose(found):
    assert found("Task where name in (light, animate)") == ["t1", "t2"]
    assert found("Task where name not_in (light)") == ["t1", "t3"]
    assert found("Task where id in ()") == []
    assert found('Task where parent_id in (select id from Shot where name like "sh%")') == [
        "t1",
        "t2",
        "t3",
    ]
    assert found("Shot where id in (select parent.id from Task where name is light)") == ["sh1"]


def test_the_tree_can_be_asked_upwards_and_downwards(found):
    assert found('Task where ancestors any (id is "sq1")') == ["t1", "t2", "t3"]
    assert found("TypedContext where descendants any (name is light)") == ["sh1", "sq1"]
    assert found("Project where descendants.name is light") == ["p1"]


def test_computed_scalars_can_be_compared(found):
    assert found("AssetVersion where is_latest_version is true") == ["v2"]
    assert found("Task where time_logged > 60") == ["t1"]


def test_metadata_and_custom_attributes_are_asked_by_key_and_value(found):
    assert found('Task where metadata any (key is "camera" and value is "A7")') == ["t1"]
    assert found('Shot where custom_attributes any (key is "fstart" and value >= 1001)') == [
        "sh1",
        "sh2",
    ]
    assert found('Shot where custom_attributes any (key is "fstart" and value > 1001)') == []


# --- order and pages ---------------------------------------------------------------------------


def test_without_an_order_rows_come_by_primary_key(found):
    assert found("Task") == ["t1", "t2", "t3"]


def test_order_follows_references_and_both_directions(found):
    assert found("Task order by parent.name descending, name") == ["t3", "t1", "t2"]
    assert found("Task order by bid, name descending") == ["t3", "t2", "t1"]


def test_a_full_page_names_the_offset_of_the_next_one(studio):
    def page(expression):
        answer = studio.execute([{"action": "query", "expression": expression}])[0]
        return [row["id"] for row in answer["data"]], answer["metadata"]["next"]["offset"]

    assert page("Task limit 2") == (["t1", "t2"], 2)
    assert page("Task offset 2 limit 2") == (["t3"], None)
    assert page("Task limit 2 offset 1") == (["t2", "t3"], 3)
    assert page("Task") == (["t1", "t2", "t3"], None)


# --- what a row holds --------------------------------------------------------------------------


def test_a_row_holds_type_key_what_was_asked_and_the_system_attributes(rows):
    (row,) = rows("select name, description from Task where id is t1")
    assert row == {
        "__entity_type__": "Task",
        "id": "t1",
        "name": "animate",
        "description": None,
        "context_type": "task",
        "object_type_id": "11c137c0-ee7e-4f9c-91c5-8c77cec22b2c",
        "project_id": "p1",
    }


def test_a_lean_row_holds_only_type_key_and_what_was_asked(rows):
    (row,) = rows("select name from Task where id is t1", lean=True)
    assert row == {"__entity_type__": "Task", "id": "t1", "name": "animate"}


def test_without_select_the_default_projections_are_answered(rows):
    (row,) = rows("Metadata where parent_id is t1")
    assert row == {
        "__entity_type__": "Metadata",
        "parent_id": "t1",
        "key": "camera",
        "value": "A7",
        "parent_type": "Task",
    }


def test_times_are_tagged_and_without_zone(rows):
    (row,) = rows("select start from Timelog where id is g1")
    assert row["start"] == {"__type__": "datetime", "value": "2031-05-06T00:00:00"}


def test_a_path_answers_nested_objects(rows):
    (row,) = rows("select parent.parent.name from Task where id is t1", lean=True)
    assert row["parent"] == {
        "__entity_type__": "Shot",
        "id": "sh1",
        "parent": {"__entity_type__": "Sequence", "id": "sq1", "name": "sq010"},
    }


def test_a_collection_answers_a_list_and_a_missing_reference_null(rows):
    (shot,) = rows("select children.name, thumbnail.name from Shot where id is sh2", lean=True)
    assert shot["children"] == [{"__entity_type__": "Task", "id": "t3", "name": "comp_final"}]
    assert shot["thumbnail"] is None


def test_a_cast_in_a_projection_leaves_out_other_types(rows):
    (row,) = rows("select parent[Sequence].name from Task where id is t1")
    assert row["parent"] is None


def test_a_repeated_entity_is_written_once_and_then_only_its_key(rows):
    first, second = rows("select parent.name from Task where parent_id is sh1", lean=True)
    assert first["parent"] == {"__entity_type__": "Shot", "id": "sh1", "name": "sh010"}
    assert second["parent"] == {"__entity_type__": "Shot", "id": "sh1"}


def test_a_repeated_entity_still_answers_what_another_path_asks(rows):
    (row,) = rows("select parent.name, children.parent.description from Shot where id is sh1")
    assert row["parent"]["name"] == "sq010"
    children = row["children"]
    assert children[0]["parent"] == {"__entity_type__": "Shot", "id": "sh1", "description": "Rain"}
    assert children[1]["parent"] == {"__entity_type__": "Shot", "id": "sh1"}


def test_denormalised_answers_repeat_everything(rows):
    options = {"lean": True, "denormalize": True}
    first, second = rows("select parent.name from Task where parent_id is sh1", **options)
    assert first["parent"] == second["parent"]
    assert second["parent"]["name"] == "sh010"


def test_a_context_links_from_its_project_down_to_itself(rows):
    (row,) = rows("select link from Shot where id is sh1")
    assert row["link"] == [
        {"id": "p1", "name": "orbit", "type": "Project"},
        {"id": "sq1", "name": "sq010", "type": "TypedContext"},
        {"id": "sh1", "name": "sh010", "type": "TypedContext"},
    ]


def test_a_version_links_without_its_asset(rows):
    (row,) = rows("select link from AssetVersion where id is v2")
    assert [part["name"] for part in row["link"]] == ["orbit", "sq010", "sh010", "plate v002"]


def test_ancestors_come_top_most_first(rows):
    (row,) = rows("select ancestors.name from Task where id is t1")
    assert [one["name"] for one in row["ancestors"]] == ["sq010", "sh010"]


def test_the_ancestors_of_an_asset_end_with_the_context_it_is_in(rows):
    (row,) = rows("select ancestors.name from Asset where id is as1")
    assert [one["name"] for one in row["ancestors"]] == ["sq010", "sh010"]
    assert [one["__entity_type__"] for one in row["ancestors"]] == ["Sequence", "Shot"]


def test_assets_in_one_context_have_the_same_ancestors_and_those_of_a_project_none(studio):
    assets = [
        create("Asset", id=f"as-{name}", name=name, context_id=context)
        for name, context in (("a", "sq1"), ("b", "sq1"), ("c", "p1"))
    ]
    undo = [
        {"action": "delete", "entity_type": "Asset", "entity_key": [one["entity_data"]["id"]]}
        for one in assets
    ]
    expression = "select ancestors.id from Asset where id like 'as-%' order by name"
    *_, asked, _, _, _ = studio.execute(
        [*assets, {"action": "query", "expression": expression}, *undo]
    )
    shown = [[one["id"] for one in row["ancestors"]] for row in asked["data"]]
    assert shown == [["sq1"], ["sq1"], []]


@pytest.mark.parametrize(
    ("criterion", "assets"),
    [
        ("ancestors.id is sq1", ["as1"]),
        ("ancestors any (name is sh010)", ["as1"]),
        ("ancestors.name is SH020", []),
        ("ancestors.id is p1", []),
        ("not ancestors any ()", []),
        ("ancestors any ()", ["as1"]),
    ],
)
def test_assets_are_found_by_what_they_are_in(found, criterion, assets):
    assert found(f"Asset where {criterion}") == assets


def test_versions_are_found_by_what_their_asset_is_in(found):
    assert sorted(found("AssetVersion where asset.ancestors.id is sq1")) == ["v1", "v2"]


def test_an_asset_knows_its_latest_version(rows):
    (row,) = rows("select latest_version.version from Asset")
    assert row["latest_version"]["version"] == 2


def test_custom_attributes_answer_every_configuration_with_its_default(rows):
    (row,) = rows("select custom_attributes from Shot where id is sh1")
    values = {one["key"]: one["value"] for one in row["custom_attributes"]}
    assert values["fstart"] == 1001
    assert {one["entity_id"] for one in row["custom_attributes"]} == {"sh1"}


def test_a_custom_value_says_its_key_whatever_was_asked(rows):
    values = rows('select value from ContextCustomAttributeValue where entity_id is "sh1"')
    assert {row["key"] for row in values} >= {"fstart", "handles"}
    (asked,) = rows('select custom_attributes.value from Shot where id is "sh2"')
    assert {row["key"] for row in asked["custom_attributes"]} >= {"fstart", "handles"}


def test_groups_count_and_sum_their_rows_for_strict_callers(rows):
    expression = "select count(id), sum(bid) from Task group by parent.name"
    assert rows(expression, strict=True) == [
        {"count_id": 1, "sum_bid": 0.0, "parent_name": "SH020"},
        {"count_id": 2, "sum_bid": 10800.0, "parent_name": "sh010"},
    ]
    with pytest.raises(ServerError, match="strict API"):
        rows(expression)


def test_thousands_of_choices_and_conditions_can_be_asked_at_once(found):
    identifiers = ", ".join(f"x{number}" for number in range(40_000))
    assert found(f"Task where id in ({identifiers}, t2)") == ["t2"]
    assert found(f"Task where name in ({identifiers}, LIGHT)") == ["t2"]
    keys = " or ".join(f'(parent_id is "x{number}"and key is "k")' for number in range(3000))
    assert found(f'Task where metadata any ({keys} or (parent_id is t1 and key is "camera"))') == [
        "t1"
    ]


# --- refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("Tsak", "Entity type \"Tsak\" does not exist. Did you mean 'Task'"),
        ("select nam from Task", "No attribute 'nam' exists for schema 'Task'. Did you mean"),
        ("Task where nam is x", "No attribute 'nam' exists for schema 'Task'."),
        ("Task where", "Failed to parse: Task where"),
        ("Task where bid > soon", "'soon' is no number"),
        ("Task where children is none", "children any"),
        ("Task where link is x", "computed"),
        ("Task where parent[Asset].name is x", "no kind of"),
        ("Task where name.first is x", "does not lead to other entities"),
        ("Shot where children.status.name is Done", "with a cast, such as [TypedContext]"),
        ("select custom_attribute_links from Task", "criteria only"),
        ("select count(id) from Task", "group by"),
        ("Task order by children.name", "collection"),
        ('Task where name is "{x}', "(x"),
    ],
)
def test_a_query_that_makes_no_sense_is_a_parse_error(studio, expression, text):
    with pytest.raises(ServerError) as caught:
        studio.execute([{"action": "query", "expression": expression}])
    assert caught.value.exception == "ParseError"
    assert text in caught.value.content
    assert "{" not in caught.value.content
    assert "}" not in caught.value.content


def test_a_ring_of_parents_does_not_keep_a_query_from_ending():
    """No batch makes a ring; an older database may hold one."""
    with Studio(seed="demo") as studio:
        project = studio.execute([{"action": "query", "expression": "Project"}])[0]["data"][0]["id"]
        studio.execute([create("Folder", id="ring", name="ring", parent_id=project)])
        with studio.writing(Caller()) as tx:
            tx.rows.update("Folder", tx.rows.get("Folder", ("ring",)), {"parent_id": "ring"})
        for name in ("ancestors", "descendants"):
            text = f"select {name}.name from Folder where id is ring"
            found = studio.execute([{"action": "query", "expression": text}])[0]["data"]
            assert found[0]["id"] == "ring"
