"""Custom attributes in criteria: every attribute that applies counts, with its default."""

from __future__ import annotations

import pytest
from operations import create

FSTART = "acd86546-4082-11e2-95b1-0019bb4983d8"
COLORSPACE = "131c27e8-13d5-4435-89bd-ad27d3de66db"
FULL_CG = "0821d84a-bb3b-4f0b-9fdd-379906332665"
DELIVERY = "c069efdd-4620-405b-9797-2b98431afc44"
COMPLEXITY = "3519a26d-6a50-4d29-845a-bbe7939061a3"
SUBMITTED = "70b7f63b-b87a-4a0d-96a9-fb7a9b8ec092"


def written(value_type, configuration, entity, value):
    return {
        "action": "update",
        "entity_type": value_type,
        "entity_key": [configuration, entity],
        "entity_data": {"value": value},
    }


def context(configuration, entity, value):
    return written("ContextCustomAttributeValue", configuration, entity, value)


MOMENT = {"__type__": "datetime", "value": "2031-05-06T07:08:09"}
SHOW = (
    create("Project", id="p1", name="orbit"),
    create("Shot", id="sh1", name="sh010", parent_id="p1"),
    create("Shot", id="sh2", name="sh020", parent_id="p1"),
    create("Task", id="t1", name="animate", parent_id="sh1"),
    create("User", id="u1", username="ann"),
    create("Asset", id="as1", name="plate", context_id="sh1"),
    create("AssetVersion", id="v1", asset_id="as1"),
    create("AssetVersion", id="v2", asset_id="as1"),
    context(FSTART, "sh1", 900),
    context(COLORSPACE, "sh1", "sRGB"),
    context(FULL_CG, "sh1", True),
    context(DELIVERY, "sh1", MOMENT),
    context(COMPLEXITY, "sh1", ["hard"]),
    written("AssetVersionCustomAttributeValue", SUBMITTED, "v1", ["lead", "client"]),
    create(
        "CustomAttributeLinkConfiguration",
        id="k1",
        key="lead",
        label="Lead",
        entity_type="task",
        entity_type_to="user",
        one_to_one=True,
    ),
    create("UserCustomAttributeLink", id="l1", configuration_id="k1", from_id="t1", to_id="u1"),
)


@pytest.fixture(scope="module")
def studio(new_studio):
    with new_studio() as studio:
        studio.execute(SHOW)
        yield studio


@pytest.fixture(scope="module")
def found(studio):
    def ask(expression):
        answer = studio.execute([{"action": "query", "expression": expression}])[0]
        return [row["id"] for row in answer["data"]]

    return ask


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        ("key is fstart and value is 900", ["sh1"]),
        ("key is fstart and value is 1001", ["sh2"]),
        ("key is fstart and value > 900", ["sh2"]),
        ("key is fstart and value != 900", ["sh2"]),
        ("key is fstart and value in (900, 1001)", ["sh1", "sh2"]),
        ("key is fstart and value is soon", []),
        ("key is fstart and value like '9%'", ["sh1"]),
        ("key is FSTART and value is 900", ["sh1"]),
        ("key is nothing", []),
    ],
)
def test_numbers_compare_as_numbers_and_defaults_count(found, criterion, expected):
    assert found(f"Shot where custom_attributes any ({criterion})") == expected


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        ("key is colorspace and value is srgb", ["sh1"]),
        ("key is colorspace and value like 's%'", ["sh1"]),
        ("key is colorspace and value is none", ["sh2"]),
        ("key is colorspace and value is_not none", ["sh1"]),
        ("key is is_full_cg and value is true", ["sh1"]),
        ("key is is_full_cg and value is false", []),
        ("key is delivery_date and value after 2031-05-06", ["sh1"]),
        ("key is delivery_date and value is '2031-05-06T09:08:09+02:00'", ["sh1"]),
        ("key is complexity and value is Hard", ["sh1"]),
        ("key is complexity and value in (easy, hard)", ["sh1"]),
        ("key is complexity and value not_like 'h%'", []),
        ("key is colorspace and value in ()", []),
        ("key is colorspace and value not_in ()", ["sh1", "sh2"]),
        ("key is colorspace and value not_in (none)", ["sh1"]),
    ],
)
def test_every_kind_compares_by_what_it_is_and_is_not_inherited(found, criterion, expected):
    """A hierarchical attribute counts where it is stored; elsewhere it has no value."""
    assert found(f"Shot where custom_attributes any ({criterion})") == expected


def test_a_list_equals_each_of_its_elements(found):
    asked = "AssetVersion where custom_attributes any (key is submitted_to and value"
    assert found(f"{asked} is client)") == ["v1"]
    assert found(f"{asked} is supervisor)") == []
    assert found(f"{asked} != client)") == ["v2"]


def test_the_configuration_of_a_value_can_be_asked(found):
    label = "configuration.label is 'Frame start' and value < 1000"
    assert found(f"Shot where custom_attributes any ({label})") == ["sh1"]


def test_value_rows_can_be_asked_for_by_themselves(studio):
    both = f"configuration_id in ({FSTART}, x) and entity_id in (sh1, sh2)"
    expression = f"select key, value from ContextCustomAttributeValue where {both}"
    answer = studio.execute([{"action": "query", "expression": expression}])[0]
    assert [(row["entity_id"], row["value"]) for row in answer["data"]] == [
        ("sh1", 900),
        ("sh2", 1001),
    ]


def test_only_stored_values_are_in_the_generic_type(studio):
    expression = f"select value from CustomAttributeValue where configuration_id is {FSTART}"
    answer = studio.execute([{"action": "query", "expression": expression}])[0]
    assert [(row["entity_id"], row["value"]) for row in answer["data"]] == [("sh1", 900)]


def test_custom_attribute_links_stand_in_criteria(found):
    by_key = 'custom_attribute_links any (configuration.key is "lead" and user.username is "ann")'
    assert found(f"Task where {by_key}") == ["t1"]
    by_ids = 'custom_attribute_links any (to_id is "u1" and configuration_id is "k1")'
    assert found(f"Task where {by_ids}") == ["t1"]
    assert found("User where custom_attribute_links_from any (context.name is animate)") == ["u1"]
    assert found("Task where custom_attribute_links[UserCustomAttributeLink].user.id is u1") == [
        "t1"
    ]
