"""What an entity object holds, for every type: what the schema says, and what clients merge by.

There is one row of each type, all of its columns filled, and each reference leads to nothing.
"""

from __future__ import annotations

import json

import pytest
from ftrack_embedded import Caller
from ftrack_embedded.model import load_model
from ftrack_embedded.model.description import Column

TYPES = load_model().types
VIEWS = {name for name in TYPES if name.endswith("CustomAttributeValue")} - {"CustomAttributeValue"}
STORED = [name for name in TYPES if name not in VIEWS | {"BaseUser", "Resource"}]
"""The types of which there are rows that are of no type below."""
VALUES = {
    "boolean": True,
    "datetime": "2031-05-06T12:00:00",
    "integer": 3,
    "number": 2.5,
    "object": None,
    "string": "gone",
    "variable": json.dumps("text"),
}


def key_of(entity_type):
    """Return the key of the row of a type: it bears the type's name, as no other text does."""
    kinds = {name: entity_type.attributes[name].data_type for name in entity_type.primary_key}
    return {
        name: 7 if kind == "integer" else f"a {entity_type.name}" for name, kind in kinds.items()
    }


def row_of(entity_type):
    """Return a whole row of a type; what refers to another refers to what is not there."""
    key = key_of(entity_type)
    columns = {
        one.storage.name: key.get(name, VALUES[one.data_type])
        for name, one in entity_type.attributes.items()
        if isinstance(one.storage, Column)
    }
    return {**columns, **dict(entity_type.classifiers)}


def asked_for(entity_type):
    """Return the attributes that a query may answer: links stand in criteria only."""
    names = entity_type.attributes
    return [name for name in names if not name.startswith("custom_attribute_links")]


@pytest.fixture(scope="module")
def studio(new_studio):
    with new_studio() as studio:
        with studio.writing(Caller()) as tx:
            for one in TYPES.values():
                tx.rows.insert(one.name, row_of(one))
        yield studio


@pytest.fixture(scope="module")
def rows(studio):
    """Ask for the row of a type that the fixture has made."""

    def ask(name, *attributes, **options):
        select = f"select {', '.join(attributes)} from " if attributes else ""
        (key, value), *_ = key_of(TYPES[name]).items()
        asked = {"action": "query", "expression": f'{select}{name} where {key} is "{value}"'}
        return studio.execute([asked], caller=Caller(**options))[0]["data"]

    return ask


@pytest.fixture(scope="module")
def schemas(studio):
    (answer,) = studio.execute([{"action": "query_schemas"}])
    return {schema["id"]: schema for schema in answer}


def public(schema, internal):
    """Return the public names of what a schema calls by its internal ones, as clients read it."""
    names = {
        alias: name
        for name, property_ in schema["properties"].items()
        for alias in [property_.get("alias_for", name)]
    }
    return {names.get(one, one) for one in internal} & set(schema["properties"])


@pytest.mark.parametrize("name", STORED)
def test_without_a_selection_the_default_attributes_come(rows, schemas, name):
    schema = schemas[name]
    (row,) = rows(name, lean=True)
    assert row["__entity_type__"] == name
    expected = {*schema["primary_key"], *schema["default_projections"]}
    assert set(row) == {"__entity_type__", *expected}


@pytest.mark.parametrize("name", STORED)
def test_whatever_is_asked_for_is_there_with_its_value_or_null(rows, name):
    attributes = asked_for(TYPES[name])
    (row,) = rows(name, *attributes)
    assert set(row) >= {"__entity_type__", *attributes}
    for attribute in attributes:
        kind = TYPES[name].attributes[attribute].kind
        if kind in ("collection", "mapped"):
            assert isinstance(row[attribute], list), attribute


@pytest.mark.parametrize("name", STORED)
def test_a_reference_to_what_is_gone_is_null_however_deep_it_is_asked(rows, name):
    references = [one for one in TYPES[name].attributes.values() if one.kind == "reference"]
    for reference in references:
        for path in (reference.name, f"{reference.name}.{TYPES[reference.target].primary_key[0]}"):
            (row,) = rows(name, path)
            found = row[reference.name]
            # A key that bears a type's name, and an object type, do lead somewhere.
            assert found is None or "gone" not in found.values(), path


def objects_in(value):
    """Return all objects inside a value of JSON."""
    if isinstance(value, list):
        return [one for item in value for one in objects_in(item)]
    if isinstance(value, dict):
        return [value, *(one for item in value.values() for one in objects_in(item))]
    return []


@pytest.mark.parametrize("name", STORED)
def test_every_object_can_be_decoded_and_merged_by_its_key(rows, name):
    """Clients decode whatever has one of two names, and find an entity by type and key."""
    found = objects_in(rows(name, *asked_for(TYPES[name])))
    for one in found:
        assert not {"__type__", "__entity_type__"} <= one.keys()
        if "__entity_type__" in one:
            key = [one.get(part) for part in TYPES[one["__entity_type__"]].primary_key]
            assert None not in key
        if "__type__" in one:
            assert one.keys() == {"__type__", "value"}
            assert (one["__type__"], one["value"]) == ("datetime", "2031-05-06T12:00:00")
    assert found


def test_there_are_times_among_what_is_decoded(rows):
    (row,) = rows("Task", "start_date", "custom_attributes")
    assert row["start_date"] == {"__type__": "datetime", "value": "2031-05-06T12:00:00"}


@pytest.mark.parametrize("name", STORED)
def test_what_comes_unasked_is_what_the_schema_names_in_its_own_words(rows, schemas, name):
    key = TYPES[name].primary_key[0]
    (lean,) = rows(name, key, lean=True)
    (row,) = rows(name, key)
    assert set(lean) == {"__entity_type__", *TYPES[name].primary_key}
    assert set(lean) <= set(row)
    unasked = public(schemas[name], schemas[name].get("system_projections", []))
    assert unasked <= set(row)
    # What else comes tells the types of a family apart.
    classifying = {column for column, _ in TYPES[name].classifiers}
    assert set(row) - set(lean) - unasked <= classifying | set(TYPES[name].system_projections)
