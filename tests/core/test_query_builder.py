"""Queries built in steps: names checked against the schema, the same text as one would write."""

from __future__ import annotations

import datetime

import pytest
from ftrack_core.errors import SchemaError, UnknownAttributeError, UnknownEntityTypeError
from ftrack_core.query import Builder, parse
from ftrack_core.schema import Schemas
from ftrack_core.store import QueryResult
from ftrack_core.testing.memory_schemas import memory_schemas
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session
from hypothesis import given, settings
from hypothesis import strategies as st

ROWS = [
    {"__entity_type__": "Project", "id": "p1", "name": "orbit"},
    {"__entity_type__": "Shot", "id": "sh1", "name": "sh010", "parent_id": "p1"},
    {"__entity_type__": "Status", "id": "s0", "name": "Ready"},
    {"__entity_type__": "Status", "id": "s1", "name": "Done"},
    *[
        {
            "__entity_type__": "Task",
            "id": f"t{number}",
            "name": name,
            "status_id": f"s{number % 2}",
            "parent_id": "sh1",
            "project_id": "p1",
            "bid": float(number),
        }
        for number, name in enumerate(["comp", "comp fix", "light", "100% done"])
    ],
]


@pytest.fixture
def server():
    return MemoryTransport(rows=ROWS)


@pytest.fixture
def session(server):
    with memory_session(server) as session:
        yield session


@pytest.fixture
def build(session):
    def run(text):
        return QueryResult(text, lambda: session.work.store)

    return lambda entity_type: Builder(session.schemas, entity_type, run)


@pytest.fixture
def task(build):
    return build("Task")


def names(found):
    return [one["name"] for one in found]


# --- the whole of it -----------------------------------------------------------------------------


def test_a_query_is_built_and_printed(task):
    query = (
        task.select("name", task.status.name)
        .where(task.name.like("comp%") & (task.status.name != "Done"))
        .order_by(task.name.desc())
        .limit(10)
    )
    assert query.text == (
        'select name, status.name from Task where name like "comp%" and status.name != "Done" '
        "order by name descending limit 10"
    )
    assert names(query) == ["comp"]


def test_without_anything_it_is_the_name_of_the_type(task):
    assert task.text == str(task) == "Task"
    assert repr(task) == "<Builder 'Task'>"


def test_a_builder_never_changes(task):
    first = task.where(task.bid > 1)
    second = first.where(task.bid < 3)
    assert task.text == "Task"
    assert first.text == "Task where bid > 1"
    assert second.text == "Task where bid > 1 and bid < 3"
    with pytest.raises(AttributeError):
        task.text = "Shot"


def test_building_sends_nothing_and_each_look_asks_anew(session, server, task):
    before = len(server.batches)
    query = task.where(task.bid > 1)
    assert len(server.batches) == before
    assert names(query) == names(query) == ["light", "100% done"]
    assert len(server.batches) == before + 2


def test_a_result_keeps_what_it_found(server, task):
    result = task.where(task.bid > 1).result()
    before = len(server.batches)
    assert len(result) == len(list(result)) == 2
    assert len(server.batches) == before + 1


def test_all_first_and_one_hand_on_to_the_result(task):
    assert names(task.order_by("name").all())[0] == "100% done"
    assert task.order_by(task.bid.desc()).first()["name"] == "100% done"
    assert task.where(task.name == "light").one()["id"] == "t2"


# --- clauses -------------------------------------------------------------------------------------


def test_what_is_selected_adds_up_and_is_asked_for_once(task):
    query = task.select("name").select(task.parent["Shot"].name, "name", "parent[Shot].parent.name")
    assert query.text == "select name, parent[Shot].name, parent[Shot].parent.name from Task"


def test_the_order_has_several_keys(task):
    query = task.order_by(task.status.name.desc(), "name", task.bid.asc()).offset(5)
    assert query.text == "Task order by status.name descending, name, bid offset 5"


def test_a_limit_can_be_taken_away(task):
    assert task.limit(5).limit(None).text == "Task"
    with pytest.raises(ValueError, match="-1"):
        task.limit(-1)


def test_groups_and_aggregates(task):
    query = task.select(task.id.count(), task.bid.sum()).group_by(task.status_id, "type_id")
    assert query.text == "select count(id), sum(bid) from Task group by status_id, type_id"


def test_several_conditions_are_all_to_be_met(task):
    query = task.where(task.bid > 0, task.bid < 3)
    assert names(query) == ["comp fix", "light"]
    assert task.where().text == "Task"


# --- conditions ----------------------------------------------------------------------------------


def conditions(task):
    moment = datetime.datetime(2031, 5, 6, 7, tzinfo=datetime.timezone.utc)
    return [
        (task.name == "comp", 'name = "comp"'),
        (task.name != "comp", 'name != "comp"'),
        (task.bid > 3, "bid > 3"),
        (task.bid >= 3.5, "bid >= 3.5"),
        (task.bid < 3, "bid < 3"),
        (task.bid <= 3, "bid <= 3"),
        (task.end_date < datetime.date(2031, 5, 6), 'end_date < "2031-05-06"'),
        (task.end_date > moment, 'end_date > "2031-05-06T07:00:00"'),
        (task.project.is_private == False, "project.is_private = false"),  # noqa: E712
        (task.status.is_none(), "status = none"),
        (task.status.is_not_none(), "status != none"),
        (task.name.like("c%"), 'name like "c%"'),
        (task.name.not_like("c%"), 'name not_like "c%"'),
        (task.name.contains("100%"), r'name like "%100\\%%"'),
        (task.name.startswith("a_b"), r'name like "a\\_b%"'),
        (task.name.endswith("c\\d"), r'name like "%c\\\\d"'),
        (task.id.in_(["a", "b"]), 'id in ("a", "b")'),
        (task.id.not_in({"a": 1}.keys()), 'id not_in ("a")'),
        (task.id.in_([]), "id in ()"),
        (task.parent["Shot"].name == "x", 'parent[Shot].name = "x"'),
        (task.timelogs.any(), "timelogs any ()"),
        (~task.timelogs.any(), "not timelogs any ()"),
        (task.status.has(), "status has ()"),
        (task.status.has(lambda one: one.name == "x"), 'status has (name = "x")'),
        (
            task.custom_attributes.any(lambda one: (one.key == "fstart") & (one.value > 100)),
            'custom_attributes any (key = "fstart" and value > 100)',
        ),
        (
            task.assignments.any(lambda one: one.resource["User"].username == "ann"),
            'assignments any (resource[User].username = "ann")',
        ),
    ]


@pytest.mark.parametrize("position", range(26))
def test_each_condition_is_printed_as_one_would_write_it(position):
    schemas = Schemas.from_wire(memory_schemas())
    task = Builder(schemas, "Task", lambda text: pytest.fail(text))
    offered = conditions(task)
    assert len(offered) == 26
    condition, text = offered[position]
    assert task.where(condition).text == f"Task where {text}"
    assert parse(f"Task where {text}") == task.where(condition).tree


def test_and_or_not_keep_their_grouping(task):
    one, two, three = task.bid > 1, task.bid > 2, task.bid > 3
    assert task.where(one & two & three).text == "Task where bid > 1 and bid > 2 and bid > 3"
    assert task.where(one | two | three).text == "Task where bid > 1 or bid > 2 or bid > 3"
    assert task.where(one & (two | three)).text == "Task where bid > 1 and (bid > 2 or bid > 3)"
    assert task.where(~(one & two)).text == "Task where not (bid > 1 and bid > 2)"
    assert task.where(one | two, three).text == "Task where (bid > 1 or bid > 2) and bid > 3"


def test_an_entity_is_compared_by_its_identifier(session, task):
    done = session.get("Status", "s1")
    assert task.where(task.status == done).text == 'Task where status.id = "s1"'
    assert names(task.where(task.status == done)) == ["comp fix", "100% done"]
    assert names(task.where(task.status.in_([done]))) == ["comp fix", "100% done"]
    assert task.where(task.status == None).text == "Task where status = none"  # noqa: E711


def test_a_result_can_be_the_list_of_an_in(session, task):
    statuses = session.query("Status where name is Ready")
    assert names(task.where(task.status.in_(statuses))) == ["comp", "light"]


def test_a_builder_of_one_attribute_becomes_a_subquery(build, task):
    status = build("Status")
    done = status.select("id").where(status.name == "Done")
    query = task.where(task.status_id.in_(done))
    assert query.text == ('Task where status_id in (select id from Status where name = "Done")')
    assert names(query) == ["comp fix", "100% done"]
    with pytest.raises(SchemaError, match="exactly one attribute"):
        task.status_id.in_(status)


@settings(deadline=None, max_examples=100)
@given(st.text(), st.lists(st.text(), max_size=3))
def test_no_value_changes_the_query(value, values):
    schemas = Schemas.from_wire(memory_schemas())
    task = Builder(schemas, "Task", lambda text: pytest.fail(text))
    query = task.where(task.name.contains(value), task.id.in_(values), task.name != value)
    assert parse(query.text) == query.tree


# --- names ---------------------------------------------------------------------------------------


def test_an_unknown_attribute_is_told_with_near_names(task):
    with pytest.raises(UnknownAttributeError, match=r"Task has no attribute 'nmae'.*'name'"):
        task.nmae  # noqa: B018
    with pytest.raises(UnknownAttributeError, match=r"Status has no attribute 'nmae'.*'name'"):
        task.status.nmae  # noqa: B018
    with pytest.raises(UnknownAttributeError, match="'name'"):
        task.select("status.nmae")


def test_an_unknown_type_is_told_with_near_names(build, task):
    with pytest.raises(UnknownEntityTypeError, match="'Task'"):
        build("Taks")
    with pytest.raises(UnknownEntityTypeError, match="'Shot'"):
        task.parent["Shto"]


def test_an_attribute_of_a_subtype_asks_for_a_cast(task):
    with pytest.raises(UnknownAttributeError, match=r"cast with \['User'\]"):
        task.assignments.resource.username  # noqa: B018


def test_an_attribute_may_be_called_like_a_method(build, task):
    configuration = build("CustomAttributeConfiguration")
    assert configuration.entity_type.path == configuration.attribute("entity_type").path
    assert task.attribute("status.name").path == task.status.name.path


def test_attributes_are_offered_for_completion(task):
    assert {"where", "status", "bid"} <= set(dir(task))
    assert {"like", "name", "color"} <= set(dir(task.status))
    assert repr(task.parent["Shot"].name) == "<attribute Task.parent[Shot].name>"


def test_what_the_schema_says_is_at_hand(task):
    assert task.status.leads_to == "Status"
    assert task.parent["Shot"].leads_to == "Shot"
    assert task.bid.leads_to is None
    assert task.bid.declared.data_type == "number"


# --- what goes wrong -----------------------------------------------------------------------------


def test_python_words_between_conditions_are_refused(task):
    with pytest.raises(TypeError, match=r"& \| ~"):
        task.where((task.bid > 1) and (task.bid < 3))
    with pytest.raises(TypeError, match=r"& \| ~"):
        task.where(1 < task.bid < 3)


def test_what_is_no_condition_is_refused(task):
    with pytest.raises(TypeError, match="no condition"):
        task.where(True)
    with pytest.raises(TypeError, match="no condition"):
        task.status.has(lambda one: True)
    with pytest.raises(TypeError, match="no condition"):
        task.where((task.bid > 1) & "x")


def test_a_condition_begins_at_the_type_that_is_found(build, task):
    shot = build("Shot")
    with pytest.raises(SchemaError, match="begins at Shot and has to begin at Task"):
        task.where(shot.name == "x")
    with pytest.raises(SchemaError, match="begins at Task and has to begin at Appointment"):
        task.assignments.any(lambda one: task.assignments.resource.id == "x")
    with pytest.raises(SchemaError, match="does not begin at Task"):
        task.select(shot.name)


def test_a_collection_is_not_compared(task):
    with pytest.raises(SchemaError, match=r"use any|test it with any\(\)"):
        task.timelogs == "x"  # noqa: B015


def test_a_value_has_no_attributes_and_no_relations(task):
    with pytest.raises(SchemaError, match=r"Task\.name holds a value"):
        task.name.status  # noqa: B018
    with pytest.raises(SchemaError, match=r"Task\.name holds a value"):
        task.name["Shot"]
    with pytest.raises(SchemaError, match=r"Task\.name holds a value"):
        task.name.any()


def test_an_attribute_is_compared_with_a_value(task):
    with pytest.raises(TypeError, match="compared with a value"):
        task.name == task.description  # noqa: B015
    with pytest.raises(TypeError, match=r"use in_\(\)"):
        task.name == ["a", "b"]  # noqa: B015
    with pytest.raises(TypeError, match="list of values"):
        task.name.in_("abc")
    with pytest.raises(TypeError, match="is_none"):
        task.status.in_([None])
