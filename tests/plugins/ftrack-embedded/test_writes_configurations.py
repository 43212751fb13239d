"""Configuring custom attributes: what a configuration needs is said when it is written."""

from __future__ import annotations

import json

import pytest
from ftrack_core.errors import ServerError

KINDS = {
    "text": "6268aef0-381c-11e0-acff-0019bb49847a",
    "number": "92009b00-381c-11e0-acff-0019bb49847a",
    "boolean": "ad1034d8-15e2-11e1-b21a-0019bb4983d8",
    "date": "79968e9e-381c-11e0-acff-0019bb49847a",
    "enumerator": "6ff9c812-ead3-11e2-846c-f23c91dfaa16",
    "dynamic enumerator": "882e4aee-fae6-11e3-b623-20c9d0831e59",
    "expression": "d2e6a530-357f-11e2-bd73-0019bb4985b8",
    "url": "ec616dcd-56e2-4147-99f8-7e4a4f040cf9",
}
COLOURS = json.dumps([{"menu": "Red", "value": "red"}, {"menu": "Blue", "value": "blue"}])
MENU = json.dumps({"multiSelect": False, "data": COLOURS})
CONFIGS = {
    "text": '{"markdown": false}',
    "number": '{"isdecimal": true}',
    "enumerator": MENU,
    "dynamic enumerator": '{"multiSelect": true}',
}


def configure(kind, /, **data):
    data = {
        "id": "a1",
        "key": "extra",
        "label": "Extra",
        "entity_type": "show",
        "type_id": KINDS[kind],
        **data,
    }
    return {
        "action": "create",
        "entity_type": "CustomAttributeConfiguration",
        "entity_data": data,
    }


def change(**data):
    return {
        "action": "update",
        "entity_type": "CustomAttributeConfiguration",
        "entity_key": ["a1"],
        "entity_data": data,
    }


@pytest.fixture
def studio(new_studio):
    with new_studio() as studio:
        project = {"id": "p1", "name": "orbit"}
        create = {"action": "create", "entity_type": "Project", "entity_data": project}
        studio.execute([create, create | {"entity_data": {"id": "p2", "name": "comet"}}])
        yield studio


@pytest.fixture
def value(studio):
    """Return the value that the new attribute has where nobody has set one."""

    def read():
        criterion = "select value from ContextCustomAttributeValue where key is extra"
        found = studio.execute([{"action": "query", "expression": criterion}])[0]["data"]
        return found[0]["value"]

    return read


@pytest.fixture
def refused(studio):
    def attempt(*operations):
        with pytest.raises(ServerError) as caught:
            studio.execute(operations)
        assert caught.value.exception == "ValidationError"
        assert caught.value.operation == len(operations) - 1
        return caught.value.content

    return attempt


@pytest.mark.parametrize(
    ("kind", "default"),
    [
        ("text", ""),
        ("number", 0),
        ("boolean", False),
        ("date", None),
        ("enumerator", []),
        ("dynamic enumerator", []),
        ("expression", ""),
        ("url", None),
    ],
)
def test_each_kind_has_a_default_of_its_own(studio, value, kind, default):
    (made,) = studio.execute([configure(kind, config=CONFIGS.get(kind, "{}"))])
    assert made["data"]["default"] == default
    assert value() == default


@pytest.mark.parametrize(
    ("kind", "default"),
    [
        ("text", "none yet"),
        ("number", 24.5),
        ("boolean", True),
        ("date", {"__type__": "datetime", "value": "2031-05-06T00:00:00"}),
        ("enumerator", ["red"]),
        ("dynamic enumerator", ["x"]),
        ("expression", "{self.a + 1}"),
        ("url", "https://example.com"),
    ],
)
def test_a_default_is_a_value_of_its_kind(studio, value, kind, default):
    studio.execute([configure(kind, config=CONFIGS.get(kind, "{}"), default=default)])
    assert value() == default


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "enumerator"])
def test_a_configuration_that_is_left_out_is_empty(studio, kind):
    (made,) = studio.execute([configure(kind)])
    assert made["data"]["config"] == "{}"


@pytest.mark.parametrize("config", ["", "nonsense", "[]", "3", "null", '"text"', "{"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_configuration_is_an_object_in_json(studio, refused, kind, config):
    expected = "CustomAttributeConfiguration.config must be"
    assert expected in refused(configure(kind, config=config))
    good = configure(kind, config=CONFIGS.get(kind, "{}"))
    assert expected in refused(good, change(config=config))


def test_a_configuration_is_never_null(refused):
    assert "config must be the JSON text of an object" in refused(configure("text", config=None))
    assert '"config"' in refused(configure("text"), change(config=None))


NO_MENUS = [
    ("enumerator", "{}", "data"),
    ("enumerator", '{"multiSelect": true}', "data"),
    ("enumerator", '{"data": [], "multiSelect": true}', "data"),
    ("enumerator", '{"data": "nonsense"}', "data"),
    ("enumerator", '{"data": "{}"}', "data"),
    ("enumerator", '{"data": "[3]"}', "data"),
    ("enumerator", json.dumps({"data": '[{"menu": "Red"}]'}), "data"),
    ("enumerator", json.dumps({"data": '[{"menu": "Red", "value": 3}]'}), "data"),
    ("enumerator", json.dumps({"data": "[]", "multiSelect": "yes"}), "multiSelect"),
    ("dynamic enumerator", '{"multiSelect": 1}', "multiSelect"),
    ("text", '{"markdown": "no"}', "markdown"),
    ("number", '{"isdecimal": 2}', "isdecimal"),
]


@pytest.mark.parametrize(("kind", "config", "member"), NO_MENUS)
def test_what_a_kind_needs_is_named(refused, kind, config, member):
    good = configure(kind, config=CONFIGS[kind])
    for text in (refused(configure(kind, config=config)), refused(good, change(config=config))):
        assert f'"{member}"' in text
        assert kind in text


def test_a_menu_cannot_be_left_out(refused):
    assert '"data"' in refused(configure("enumerator"))


@pytest.mark.parametrize(
    ("kind", "default"),
    [
        ("text", 3),
        ("number", "many"),
        ("boolean", "yes"),
        ("date", "soon"),
        ("enumerator", ["green"]),
        ("enumerator", ["red", "blue"]),
        ("dynamic enumerator", 3),
    ],
)
def test_a_default_of_another_kind_is_refused(refused, kind, default):
    good = configure(kind, config=CONFIGS.get(kind, "{}"))
    bad = configure(kind, config=CONFIGS.get(kind, "{}"), default=default)
    for text in (refused(bad), refused(good, change(default=default))):
        assert text.startswith("CustomAttributeConfiguration.default: ")
        assert '"extra"' in text


@pytest.mark.parametrize("name", ["entity_type", "key", "type_id"])
def test_a_configuration_says_what_it_is_for(refused, name):
    operation = configure("text")
    del operation["entity_data"][name]
    assert f"needs a value for {name}" in refused(operation)


def test_the_kind_of_an_attribute_cannot_be_changed(refused):
    text = refused(configure("text"), change(type_id=KINDS["number"]))
    assert "type" in text
    assert "cannot be changed" in text


def test_an_attribute_of_one_project_may_become_one_of_all(studio, refused):
    studio.execute([configure("text", project_id="p1"), change(project_id=None)])
    assert "cannot go back to one project" in refused(change(project_id="p1"))


def test_a_new_menu_holds_from_the_next_operation_on(studio, refused):
    white = json.dumps({"data": json.dumps([{"menu": "White", "value": "white"}])})

    def choose(word):
        return {
            "action": "update",
            "entity_type": "ContextCustomAttributeValue",
            "entity_key": ["a1", "p1"],
            "entity_data": {"value": word},
        }

    make = configure("enumerator", config=MENU)
    studio.execute([make, choose("red"), change(config=white), choose("white")])
    assert '"red"' in refused(choose("red"))
