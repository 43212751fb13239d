"""Every attribute of every type is written with JSON of every wrong kind: each time a clear error.

The errors are those of a client's mistake, name the attribute, and leave nothing behind.
"""

from __future__ import annotations

import pytest
from ftrack_core.errors import ServerError
from ftrack_embedded import Caller
from ftrack_embedded.model import load_model

TYPES = load_model().types
TAGGED = {"__type__": "datetime", "value": "2031-05-06"}
UNTAGGED = [{"__type__": "datetime"}, {"__type__": "datetime", "value": 3}]
SCALARS = {
    "boolean": ["true", 3, 1.5, [], [True], {}, TAGGED],
    "datetime": [True, 3, 1.5, "soon", [], ["2031-05-06"], {}, *UNTAGGED],
    "integer": [True, "3", 1.5, [], [3], {}, TAGGED],
    "number": [True, "3", [], [3], {}, TAGGED],
    "object": [True, 3, "x", ["x"], {"url": "x"}],
    "string": [True, 3, 1.5, [], ["x"], {}, {"id": "x"}, *UNTAGGED],
    "variable": [],
}
REFERENCES = [
    True,
    1.5,
    "",
    [],
    ["x"],
    {},
    {"id": None},
    {"id": True},
    {"id": {}},
    {"__entity_type__": "Nonsense", "id": "x"},
    {"__entity_type__": 3, "id": "x"},
    {"__entity_type__": "Setting", "id": "x"},
]
COLLECTIONS = [True, 3, 1.5, "x", {"a": 1}, *([one] for one in REFERENCES), [None], [[{}]]]
MAPPED = [True, 3, 1.5, "x", [True], ["x"], [None], [[]], [{}], [{"key": 3, "value": "x"}]]
MAPPED += [[{"value": "x"}], [{"configuration_id": 3, "value": "x"}]]
METADATA = [{"a": 3}, {"a": []}, {"a": {}}, [{"key": "a", "value": 3}]]


def wrong_values(attribute):
    if attribute.kind == "scalar":
        return SCALARS[attribute.data_type]
    if attribute.kind == "reference":
        return REFERENCES
    if attribute.name == "metadata":
        return MAPPED + METADATA
    return MAPPED if attribute.kind == "mapped" else COLLECTIONS


def key_of(entity_type):
    kinds = [entity_type.attributes[name].data_type for name in entity_type.primary_key]
    return [7 if kind == "integer" else f"a {entity_type.name}" for kind in kinds]


@pytest.fixture(scope="module")
def studio(new_studio):
    """A studio with one row of each type."""
    with new_studio() as studio:
        with studio.writing(Caller()) as tx:
            for one in TYPES.values():
                key = dict(zip(tx.catalogue.key_columns(one.name), key_of(one), strict=True))
                tx.rows.insert(one.name, {**dict(one.classifiers), **key})
        yield studio


@pytest.fixture
def content(studio):
    """Return all rows, to see that nothing has changed."""

    def read():
        with studio.reading(Caller()) as tx:
            return {name: tx.rows.find(name) for name in TYPES}

    return read


def refused(studio, *operations):
    with pytest.raises(ServerError) as caught:
        studio.execute(operations)
    return caught.value


def check(error, attribute, operation):
    assert error.exception == "ValidationError"
    assert attribute in error.content
    assert error.operation == operation
    for word in ("Traceback", "object at", "sqlite", "psycopg", "{", "}"):
        assert word not in error.content


# They are refused before any database hears of them, so one will do for so many.
@pytest.mark.parametrize("new_studio", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", TYPES)
def test_a_value_of_the_wrong_kind_is_refused_with_the_name_of_its_attribute(studio, content, name):
    before = content()
    other = {"action": "create", "entity_type": "Scope", "entity_data": {"name": "other"}}
    named = {"entity_type": name, "entity_key": key_of(TYPES[name])}
    for attribute in TYPES[name].attributes.values():
        for value in wrong_values(attribute):
            data = {"entity_type": name, "entity_data": {attribute.name: value}}
            check(refused(studio, {"action": "create", **data}), attribute.name, 0)
            change = {"action": "update", **named, **data}
            check(refused(studio, other, change), attribute.name, 1)
    assert content() == before


KEYS = [None, True, 1.5, "", {}, [], [None], [True], [""], [[]], [{}], ["x"] * 4]


@pytest.mark.parametrize("action", ["delete", "update"])
@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_a_key_of_the_wrong_kind_is_refused_with_the_names_of_its_parts(studio, action, key):
    for one in TYPES.values():
        error = refused(studio, {"action": action, "entity_type": one.name, "entity_key": key})
        check(error, ", ".join(one.primary_key), 0)


@pytest.mark.parametrize("data", [True, 3, "x", [], ["name"]], ids=repr)
@pytest.mark.parametrize("action", ["create", "update"])
def test_data_that_is_no_object_is_refused(studio, action, data):
    operation = {"action": action, "entity_type": "Task", "entity_key": ["a Task"]}
    check(refused(studio, {**operation, "entity_data": data}), "entity_data", 0)


@pytest.mark.parametrize("picture", ["gone", "a Task", "a Status"])
@pytest.mark.parametrize("name", ["AssetVersion", "Project", "Task", "User"])
def test_a_thumbnail_is_a_component(studio, name, picture):
    key = key_of(TYPES[name])
    for data in ({"thumbnail_id": picture}, {"thumbnail": {"id": picture}}):
        operation = {"action": "update", "entity_type": name, "entity_key": key}
        error = refused(studio, {**operation, "entity_data": data})
        assert error.exception == "IntegrityError"
        assert f"{name}.thumbnail" in error.content
        assert f"Component {picture}, which does not exist" in error.content


def test_where_a_thumbnail_comes_from_is_for_the_server_to_say(studio):
    data = {"thumbnail_source_id": "a Project"}
    operation = {"action": "update", "entity_type": "Task", "entity_key": ["a Task"]}
    check(refused(studio, {**operation, "entity_data": data}), "thumbnail_source_id", 0)
