"""The JSON of values: what may be written for each kind, and the one form that is answered."""

from __future__ import annotations

import json
import uuid

import pytest
from ftrack_core.errors import ServerError
from operations import create

IN_PROGRESS = "44ddd0fe-4164-11df-9218-0019bb4983d8"
NOT_STARTED = "44dd9fb2-4164-11df-9218-0019bb4983d8"
NO_PRIORITY = "9661b320-3a0c-11e2-81c1-0800200c9a66"
HIGH = "847f9cda-ead3-11e2-846c-f23c91dfaa16"
DATE_KIND = "79968e9e-381c-11e0-acff-0019bb49847a"
NOON = {"__type__": "datetime", "value": "2031-05-06T12:00:00"}
MIDNIGHT = {"__type__": "datetime", "value": "2031-05-06T00:00:00"}


def update(entity_type, key, /, **data):
    return {"action": "update", "entity_type": entity_type, "entity_key": key, "entity_data": data}


def reference(entity_type, identifier):
    return {"__entity_type__": entity_type, "id": identifier}


@pytest.fixture
def studio(new_studio):
    with new_studio() as studio:
        studio.execute(
            [
                create("Project", id="p1", name="orbit"),
                create("Shot", id="sh1", name="sh010", parent_id="p1"),
                create("Task", id="t1", name="animate", parent_id="sh1"),
            ]
        )
        yield studio


@pytest.fixture
def write(studio):
    """Carry out operations and return the entity of the last answer."""
    return lambda *operations: studio.execute(operations)[-1]["data"]


@pytest.fixture
def rows(studio):
    def ask(expression):
        return studio.execute([{"action": "query", "expression": expression}])[0]["data"]

    return ask


@pytest.fixture
def refused(studio):
    def attempt(*operations):
        with pytest.raises(ServerError) as caught:
            studio.execute(operations)
        return caught.value

    return attempt


# --- plain values ------------------------------------------------------------------------------

PLAIN = [
    ("Task", "t1", "description", 'Quotes " and \\ and \n and \U0001f3ac'),
    ("Task", "t1", "description", ""),
    ("Task", "t1", "bid", 7200.5),
    ("Task", "t1", "bid", 0),
    ("Task", "t1", "sort", -3),
    ("Project", "p1", "is_private", True),
    ("Project", "p1", "is_private", False),
    ("Task", "t1", "start_date", None),
]


@pytest.mark.parametrize(("entity_type", "key", "name", "value"), PLAIN)
def test_a_plain_value_is_answered_and_found_as_it_was_written(
    write, rows, entity_type, key, name, value
):
    answer = write(update(entity_type, [key], **{name: value}))
    (row,) = rows(f"select {name} from {entity_type} where id is {key}")
    for found in (answer[name], row[name]):
        assert found == value
        assert type(found) is type(value) or {type(found), type(value)} == {int, float}


def test_json_inside_a_text_stays_the_text_it_was(write, rows):
    text = json.dumps({"description": "Publish", "steps": [1, None, "ä"]})
    assert write(create("Job", id="j1", data=text))["data"] == text
    assert rows("select data from Job")[0]["data"] == text


# --- times -------------------------------------------------------------------------------------

TIMES = [
    (NOON, NOON),
    ({"__type__": "datetime", "value": "2031-05-06T12:00:00+00:00"}, NOON),
    ({"__type__": "datetime", "value": "2031-05-06T12:00:00Z"}, NOON),
    ({"__type__": "datetime", "value": "2031-05-06T14:00:00+02:00"}, NOON),
    ({"__type__": "datetime", "value": "2031-05-06T08:30:00-03:30"}, NOON),
    ({"__type__": "datetime", "value": "2031-05-06"}, MIDNIGHT),
    ({"__type__": "date", "value": "2031-05-06"}, MIDNIGHT),
    ("2031-05-06T12:00:00", NOON),
    ("2031-05-06T14:00:00+02:00", NOON),
    ("2031-05-06", MIDNIGHT),
    (None, None),
    ({"__type__": "datetime", "value": None}, None),
]


@pytest.mark.parametrize(("written", "answered"), TIMES, ids=lambda one: str(one)[-30:])
def test_a_time_of_any_form_is_answered_in_utc_without_zone_and_fraction(
    write, rows, written, answered
):
    assert write(update("Task", ["t1"], start_date=written))["start_date"] == answered
    assert rows("select start_date from Task")[0]["start_date"] == answered


FRACTIONS = ["12:00:00.123456", "12:00:00.5+00:00", "12:00:00.000Z", "14:00:00.999999+02:00"]


@pytest.mark.parametrize("value", FRACTIONS)
def test_a_time_with_a_fraction_is_echoed_and_found_by_the_whole_second(write, rows, value):
    sent = {"__type__": "datetime", "value": f"2031-05-06T{value}"}
    assert write(update("Task", ["t1"], start_date=sent))["start_date"] == sent
    made = write(create("Timelog", id="g1", context_id="t1", duration=1, start=sent))
    assert made["start"] == sent
    (found,) = rows('select start_date from Task where start_date is "2031-05-06T12:00:00"')
    assert found["start_date"] == NOON
    assert rows('Timelog where start is "2031-05-06T12:00:00"')[0]["id"] == "g1"


def configured(**data):
    given = {"id": "c1", "key": "due", "label": "Due", "entity_type": "show", "type_id": DATE_KIND}
    return create("CustomAttributeConfiguration", **given, **data)


@pytest.mark.parametrize(
    "default",
    ["2031-05-06T12:00:00", "2031-05-06T14:00:00.000+02:00", NOON, {**NOON, "value": "2031-05-06"}],
    ids=str,
)
def test_the_default_of_a_custom_date_is_a_time_like_any_other(write, rows, default):
    expected = MIDNIGHT if isinstance(default, dict) and "T" not in default["value"] else NOON
    assert write(configured(default=default))["default"] == expected
    assert rows("select default from CustomAttributeConfiguration where id is c1")[0][
        "default"
    ] == (expected)
    asked = "select value from ContextCustomAttributeValue where configuration_id is c1"
    assert [row["value"] for row in rows(asked)] == [expected]
    for criterion, is_met in (("value after 2031-05-05", True), ("value after 2031-05-07", False)):
        found = rows(f"Project where custom_attributes any (key is due and {criterion})")
        assert bool(found) is is_met


# --- references --------------------------------------------------------------------------------

STATUS = reference("Status", IN_PROGRESS)


@pytest.mark.parametrize(
    "written",
    [STATUS, {"id": IN_PROGRESS}, IN_PROGRESS, {**STATUS, "name": "In progress", "sort": 3}],
    ids=["reference", "key", "id", "entity"],
)
def test_a_reference_is_read_by_its_key_alone(write, rows, written):
    answer = write(update("Task", ["t1"], status=written))
    assert (answer["status"], answer["status_id"]) == (STATUS, IN_PROGRESS)
    assert rows("select status.name from Task")[0]["status"]["name"] == "In progress"


@pytest.mark.parametrize("reference_first", [True, False])
def test_of_a_reference_and_an_id_that_differ_the_id_counts(write, reference_first):
    pair = [("status", STATUS), ("status_id", NOT_STARTED)]
    data = dict(pair if reference_first else reversed(pair))
    for operation in (
        create("Task", name="x", parent_id="sh1", **data),
        update("Task", ["t1"], **data),
    ):
        answer = write(operation)
        assert answer["status_id"] == NOT_STARTED
        assert answer["status"] == reference("Status", NOT_STARTED)


@pytest.mark.parametrize("reference_first", [True, False])
@pytest.mark.parametrize(("written", "expected"), [(HIGH, HIGH), (None, NO_PRIORITY)])
def test_an_id_that_is_but_the_schemas_default_says_nothing_against_a_reference(
    write, rows, written, expected, reference_first
):
    """The Python client sends defaults with every create, whatever its user gave."""
    given = None if written is None else reference("Priority", written)
    pair = [("priority", given), ("priority_id", NO_PRIORITY)]
    data = dict(pair if reference_first else reversed(pair))
    answer = write(create("Task", name="x", parent_id="sh1", **data))
    assert answer["priority_id"] == expected
    assert answer["priority"] == reference("Priority", expected)
    asked = f"select priority_id from Task where id is {answer['id']}"
    assert rows(asked)[0]["priority_id"] == expected


@pytest.mark.parametrize("written", ["sh1", {"id": "sh1"}, reference("Context", "sh1")], ids=str)
def test_an_answer_names_the_concrete_type_of_what_it_refers_to(write, written):
    shot, project = reference("Shot", "sh1"), reference("Project", "p1")
    assert write(create("Task", name="x", parent=written))["parent"] == shot
    assert write(update("Task", ["t1"], parent=written))["parent"] == shot
    assert write(update("Task", ["t1"], parent="p1"))["parent"] == project
    assert write(create("Asset", name="plate", parent=written))["parent"] == shot


def test_no_wrong_type_is_repeated_of_what_was_named_wrongly(write):
    answer = write(create("Task", name="x", parent=reference("Task", "sh1")))
    assert answer["parent"] == reference("Shot", "sh1")


# --- collections -------------------------------------------------------------------------------


def test_a_collection_takes_references_of_every_form_and_answers_one(write, rows):
    components = [
        create("FileComponent", id="c1", name="one"),
        create("SequenceComponent", id="c2", name="two"),
        create("Component", id="c3", name="three"),
    ]
    listed = ["c1", {"id": "c2"}, reference("Component", "c3"), reference("Component", "c1")]
    answer = write(*components, create("ContainerComponent", id="all", name="all", members=listed))
    assert answer["members"] == [
        reference("FileComponent", "c1"),
        reference("SequenceComponent", "c2"),
        reference("Component", "c3"),
        reference("FileComponent", "c1"),
    ]
    (row,) = rows("select members.id from ContainerComponent where id is all")
    assert {(one["__entity_type__"], one["id"]) for one in row["members"]} == {
        ("FileComponent", "c1"),
        ("SequenceComponent", "c2"),
        ("Component", "c3"),
    }


def test_metadata_come_as_rows_or_as_one_object(write, rows):
    camera = {"__entity_type__": "Metadata", "parent_id": "t1", "key": "camera"}
    write(
        create("Metadata", **{**camera, "value": "A7"}, parent_type="Task"),
        update("Task", ["t1"], metadata=[camera]),
    )
    assert rows("select value from Metadata")[0]["value"] == "A7"
    write(update("Task", ["t1"], metadata={"lens": "50 mm"}))
    assert [(row["key"], row["value"]) for row in rows("select value from Metadata")] == [
        ("lens", "50 mm")
    ]


# --- ids ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [{}, {"id": None}], ids=["absent", "null"])
def test_without_an_id_the_server_makes_one(write, data):
    made = write(create("Scope", name="vfx", **data))["id"]
    assert str(uuid.UUID(made)) == made


@pytest.mark.parametrize("identifier", ["1", "-", "ä" * 36, "A" * 36, " x "])
def test_any_text_of_up_to_36_characters_is_an_id(write, rows, identifier):
    assert write(create("Scope", id=identifier, name="vfx"))["id"] == identifier
    assert rows(f'Scope where id is "{identifier}"')[0]["id"] == identifier
    assert write(update("Scope", [identifier], name="sound"))["id"] == identifier


@pytest.mark.parametrize("identifier", ["", "x" * 37])
def test_another_text_is_no_id(refused, identifier):
    error = refused(create("Scope", id=identifier, name="vfx"))
    assert error.exception == "ValidationError"
    assert error.content == "The id of a Scope has 1 to 36 characters."


# --- what clients decode -----------------------------------------------------------------------


def test_the_order_of_members_means_nothing(write):
    data = {"name": "x", "parent": reference("Shot", "sh1"), "status": STATUS, "bid": 3}
    answers = [
        write({"entity_data": one, "entity_type": "Task", "action": "create"})
        for one in (data, dict(sorted(data.items())), dict(reversed(data.items())))
    ]
    kept = ("bid", "name", "parent", "status", "status_id")
    assert {json.dumps({name: one[name] for name in kept}) for one in answers} == {
        json.dumps({name: answers[0][name] for name in kept})
    }
