"""What a piece of work leaves on the server, in how many requests: transcripts of known scripts.

The batches of both clients may differ in their wording; what is there afterwards does not.
"""

import arrow
import ftrack_api
import ftrack_api.symbol as symbol
import pytest


def sent(wire):
    """The batches that change something."""
    changing = ("create", "update", "delete")
    return [batch for batch in wire.batches if any(one["action"] in changing for one in batch)]


def test_a_child_with_metadata_in_one_commit(session, project, unique, wire, ask):
    """17: parent, child, two rows of metadata; the parent first, creates before what needs them."""
    wire.clear()
    parent = session.create("Folder", {"name": f"{unique}p", "parent": project})
    child = session.create(
        "Folder",
        {"name": f"{unique}c", "parent": parent, "metadata": {"a": "1", "b": "2"}},
    )
    session.commit()
    (batch,) = sent(wire)
    created = [tuple(one["entity_key"]) for one in batch if one["action"] == "create"]
    assert created[:2] == [(parent["id"],), (child["id"],)]
    assert set(created[2:]) == {(child["id"], "a"), (child["id"], "b")}
    assert batch[1]["entity_data"]["parent"] == {"__entity_type__": "Folder", "id": parent["id"]}
    metadata = next(one for one in batch if one["entity_type"] == "Metadata")
    assert metadata["entity_data"]["parent_type"] == "Folder"
    (row,) = ask(f'select parent_id, metadata.value from Folder where id is "{child["id"]}"')
    assert row["parent_id"] == parent["id"]
    assert sorted(one["value"] for one in row["metadata"]) == ["1", "2"]


def test_a_cleared_reference(session, new_version, wire, ask):
    """17: null travels under the name of the reference."""
    task = session.query("select id from Task").first()
    new_version["task"] = task
    session.commit()
    wire.clear()
    new_version["task"] = None
    session.commit()
    ((update,),) = sent(wire)
    assert update["entity_data"] == {"__entity_type__": "AssetVersion", "task": None}
    assert update["entity_key"] == [new_version["id"]]
    (row,) = ask(f'select task_id from AssetVersion where id is "{new_version["id"]}"')
    assert row["task_id"] is None


def test_a_reference_travels_as_type_and_key(session, new_task, wire):
    """1.7: a changed reference."""
    status = session.query("select name from Status").first()
    wire.clear()
    new_task["status"] = status
    session.commit()
    ((update,),) = sent(wire)
    assert update["entity_data"]["status"] == {"__entity_type__": "Status", "id": status["id"]}
    assert new_task["status"] is status


def test_metadata_changed_and_removed(session, new_task, wire, ask):
    """17: one update; then the row is deleted."""
    new_task["metadata"]["k"] = "v"
    session.commit()
    wire.clear()
    new_task["metadata"]["k"] = "v2"
    session.commit()
    ((update,),) = sent(wire)
    assert update == {
        "action": "update",
        "entity_data": {"__entity_type__": "Metadata", "value": "v2"},
        "entity_key": [new_task["id"], "k"],
        "entity_type": "Metadata",
    }
    wire.clear()
    del new_task["metadata"]["k"]
    session.commit()
    (batch,) = sent(wire)
    assert batch[-1] == {
        "action": "delete",
        "entity_key": [new_task["id"], "k"],
        "entity_type": "Metadata",
    }
    assert ask(f'Metadata where parent_id is "{new_task["id"]}"') == []


def test_a_note_on_a_task(session, new_task, wire, ask):
    """17: the note is created, and is among the task's notes."""
    me = session.query("User where username is admin").one()
    wire.clear()
    note = new_task.create_note("hi", author=me)
    session.commit()
    (batch,) = sent(wire)
    assert (batch[0]["action"], batch[0]["entity_type"]) == ("create", "Note")
    assert batch[0]["entity_data"]["author"] == {"__entity_type__": "User", "id": me["id"]}
    (row,) = ask(f'select notes.content, notes.parent_id from Task where id is "{new_task["id"]}"')
    assert [(one["id"], one["content"]) for one in row["notes"]] == [(note["id"], "hi")]


def test_a_custom_attribute_of_a_new_entity(session, project, unique, wire, ask):
    """17: an update of the value, by configuration and entity."""
    (configuration,) = ask(
        'CustomAttributeConfiguration where key is "handles" and object_type.name is "Shot"'
    )
    wire.clear()
    shot = session.create("Shot", {"name": unique, "parent": project})
    shot["custom_attributes"]["handles"] = 30
    session.commit()
    (batch,) = sent(wire)
    assert [(one["action"], one["entity_type"]) for one in batch] == [
        ("create", "Shot"),
        ("update", "ContextCustomAttributeValue"),
    ]
    assert batch[1]["entity_key"] == [configuration["id"], shot["id"]]
    assert batch[1]["entity_data"]["value"] == 30
    (row,) = ask(
        "select value from ContextCustomAttributeValue where "
        f'entity_id is "{shot["id"]}" and configuration_id is "{configuration["id"]}"'
    )
    assert row["value"] == 30


def test_a_custom_attribute_by_a_pushed_operation(session, project, unique, wire, ask):
    """17: what synchronising scripts push themselves."""
    (configuration,) = ask(
        'CustomAttributeConfiguration where key is "handles" and object_type.name is "Shot"'
    )
    shot = session.create("Shot", {"name": unique, "parent": project})
    session.commit()
    session.recorded_operations.push(
        ftrack_api.operation.UpdateEntityOperation(
            "ContextCustomAttributeValue",
            {"configuration_id": configuration["id"], "entity_id": shot["id"]},
            "value",
            symbol.NOT_SET,
            12,
        )
    )
    session.commit()
    session.reset()
    assert session.get("Shot", shot["id"])["custom_attributes"]["handles"] == 12


def test_a_timer_started_and_stopped(session, new_task, wire, ask):
    """17: Timer; then Timelog with whole seconds, and the Timer is deleted in the same batch."""
    me = session.query("User where username is admin").one()
    for timer in session.query(f'Timer where user_id is "{me["id"]}"'):
        session.delete(timer)
    session.commit()
    wire.clear()
    timer = me.start_timer(new_task, comment="co", name="n")
    ((create,),) = sent(wire)
    data = create["entity_data"]
    assert (data["comment"], data["name"]) == ("co", "n")
    assert data["user"] == {"__entity_type__": "User", "id": me["id"]}
    wire.clear()
    timelog = me.stop_timer()
    (batch,) = sent(wire)
    assert [(one["action"], one["entity_type"]) for one in batch] == [
        ("create", "Timelog"),
        ("delete", "Timer"),
    ]
    assert batch[0]["entity_data"]["context_id"] == new_task["id"]
    assert batch[0]["entity_data"]["start"]["__type__"] == "datetime"
    assert batch[1]["entity_key"] == [timer["id"]]
    (row,) = ask(f'select comment, duration from Timelog where id is "{timelog["id"]}"')
    assert row["comment"] == "co"


def test_a_component_in_a_picked_location(session, tmp_path, wire, ask):
    """17: one batch of two creates."""
    path = tmp_path / "x.txt"
    path.write_bytes(b"hello")
    session.pick_location()
    wire.clear()
    component = session.create_component(str(path), {"name": "x"})
    (batch,) = sent(wire)
    assert [(one["action"], one["entity_type"]) for one in batch] == [
        ("create", "FileComponent"),
        ("create", "ComponentLocation"),
    ]
    (row,) = ask(
        "select resource_identifier, location_id, component.size, component.file_type "
        f'from ComponentLocation where component_id is "{component["id"]}"'
    )
    assert row["resource_identifier"] == str(path)
    assert row["location_id"] == symbol.UNMANAGED_LOCATION_ID
    assert (row["component"]["size"], row["component"]["file_type"]) == (5, ".txt")


def test_an_upload(session, new_version, tmp_path, wire, ask):
    """17: `get_upload_metadata`, PUT of the bytes, then the registration."""
    path = tmp_path / "x.txt"
    path.write_bytes(b"hello")
    server = session.get("Location", symbol.SERVER_LOCATION_ID)
    wire.clear()
    component = new_version.create_component(str(path), {"name": "x"}, location=server)
    session.commit()
    asked = [one for one in wire.operations if one["action"] == "get_upload_metadata"]
    assert asked
    assert asked[0]["component_id"] == component["id"]
    assert (asked[0]["file_name"], asked[0]["file_size"]) == ("x.txt", 5)
    uploads = [one for one in wire.requests if one.method == "PUT"]
    assert {one.body for one in uploads} == {b"hello"}
    (row,) = ask(
        "select resource_identifier from ComponentLocation"
        f' where component_id is "{component["id"]}"'
    )
    assert row["resource_identifier"] == component["id"]


@pytest.mark.better("what is uploaded is sent once")
def test_an_upload_is_one_request(session, new_version, tmp_path, wire):
    """15.1, 14: flush and close do not upload twice."""
    path = tmp_path / "x.txt"
    path.write_bytes(b"hello")
    server = session.get("Location", symbol.SERVER_LOCATION_ID)
    component = new_version.create_component(str(path), {"name": "x"})
    target = server.accessor.open(component["id"], "wb")
    wire.clear()
    target.write(b"hello")
    target.flush()
    target.close()
    assert len([one for one in wire.requests if one.method == "PUT"]) == 1


def test_a_sequence_of_three(session, tmp_path, unique, wire, ask):
    """17: one batch: the sequence, its members with their container."""
    for frame in (1, 2, 3):
        (tmp_path / f"f.{frame:04d}.exr").write_bytes(b"x")
    wire.clear()
    component = session.create_component(
        f"{tmp_path}/f.%04d.exr [1-3]", {"name": unique}, location=None
    )
    session.commit()
    (batch,) = sent(wire)
    assert (batch[0]["action"], batch[0]["entity_type"]) == ("create", "SequenceComponent")
    assert batch[0]["entity_data"]["padding"] == 4
    rows = ask(f'select name, size from FileComponent where container_id is "{component["id"]}"')
    assert sorted((row["name"], row["size"]) for row in rows) == [
        ("0001", 1), ("0002", 1), ("0003", 1),
    ]  # fmt: skip


def test_populating_asks_by_key(session, wire, ask):
    """17: `in` for several, `is` for one; keys of several parts one by one."""
    first, second = session.query("select id from Priority limit 2").all()
    wire.clear()
    session.populate([first, second], "name")
    (expression,) = wire.expressions
    assert expression.startswith("select name from Priority where id in (")
    assert first["id"] in expression
    assert second["id"] in expression
    rows = session.query("select key from Metadata limit 2").all()
    wire.clear()
    session.populate(rows, "value")
    (expression,) = wire.expressions
    assert expression.startswith("select value from Metadata where ")
    assert all(one["parent_id"] in expression for one in rows)


@pytest.mark.parametrize(
    ("attribute", "text"),
    [
        ("description", "select description"),
        ("notes", "select notes"),
    ],
)
def test_what_is_read_late_is_asked_for_alone(session, new_task, wire, attribute, text):
    """17: lazy reads of one entity."""
    session.reset()
    task = session.query(f'select id from Task where id is "{new_task["id"]}"').one()
    wire.clear()
    task[attribute]
    (expression,) = wire.expressions
    assert expression.startswith(text)
    assert " from Task where id is " in expression
    assert new_task["id"] in expression


def test_times_travel_with_their_offset(session, new_task, wire, ask):
    """1.7: the moment arrives, in whichever offset."""
    wire.clear()
    new_task["start_date"] = arrow.get("2031-05-06T10:00:00+02:00")
    session.commit()
    ((update,),) = sent(wire)
    value = update["entity_data"]["start_date"]
    assert value["__type__"] == "datetime"
    assert arrow.get(value["value"]) == arrow.get("2031-05-06T08:00:00+00:00")
    (row,) = ask(f'select start_date from Task where id is "{new_task["id"]}"')
    assert arrow.get(row["start_date"]["value"]) == arrow.get("2031-05-06T08:00:00+00:00")


def test_an_assignment_in_the_order_of_the_script(session, project, unique, wire, ask):
    """1.11: operations keep the order in which they were recorded."""
    me = session.query("User where username is admin").one()
    wire.clear()
    task = session.create("Task", {"name": unique, "parent": project})
    session.create("Appointment", {"context": task, "resource": me, "type": "assignment"})
    task["description"] = "later"
    session.commit()
    (batch,) = sent(wire)
    assert [one["entity_type"] for one in batch if one["action"] == "create"] == [
        "Task",
        "Appointment",
    ]
    (row,) = ask(
        f'select description, assignments.resource_id from Task where id is "{task["id"]}"'
    )
    assert row["description"] == "later"
    assert [one["resource_id"] for one in row["assignments"]] == [me["id"]]
