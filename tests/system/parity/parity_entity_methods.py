"""What entities can do: notes, timers, jobs, workflows, media; and mixing in, formatting."""

import json

import ftrack_api
import ftrack_api.entity.factory
import ftrack_api.formatter
import ftrack_api.logging
import pytest
from ftrack_api.operation import CreateEntityOperation, UpdateEntityOperation
from ftrack_api.symbol import NOT_SET


@pytest.fixture
def me(session, server):
    return session.query(f'User where username is "{server.user}"').one()


@pytest.fixture
def idle(session, me):
    """The user, without a timer."""
    for timer in session.query(f'Timer where user_id is "{me["id"]}"'):
        session.delete(timer)
    session.commit()
    return me


def test_mixing_in_twice_is_once(session, new_user):
    """71: the same class changes the MRO once."""

    class Mixin:
        def mixed(self):
            return self["username"]

    plain = type(new_user)
    assert ftrack_api.mixin(new_user, Mixin) is None
    length = len(type(new_user).__mro__)
    assert length == len(plain.__mro__) + 2
    ftrack_api.mixin(new_user, Mixin)
    assert len(type(new_user).__mro__) == length
    assert new_user.mixed() == new_user["username"]
    assert isinstance(new_user, plain)
    assert session.get("User", new_user["id"]) is new_user
    assert not hasattr(session.query("User where username is admin").one(), "mixed")


def test_mixing_in_gives_a_name():
    """0.2: instance class and mixin class, unless one is given."""

    class Plain:
        pass

    class Mixin:
        pass

    one, other = Plain(), Plain()
    ftrack_api.mixin(one, Mixin)
    ftrack_api.mixin(other, Mixin, name="Given")
    assert (type(one).__name__, type(other).__name__) == ("PlainMixin", "Given")
    assert len(type(one).__mro__) == 4


def test_what_is_mixed_in_has_attributes_of_its_own(session, new_user):
    """0.2: and the instance keeps them."""

    class Mixin:
        def remember(self, value):
            self.value = value

    ftrack_api.mixin(new_user, Mixin)
    new_user.remember(5)
    assert session.get("User", new_user["id"]).value == 5


def test_entities_are_formatted(session, new_user):
    """72: the type first, then attributes by name."""
    text = ftrack_api.formatter.format(
        new_user, attribute_filter=lambda entity, name, value: name in ("username", "first_name")
    )
    lines = text.splitlines()
    assert text.startswith("User\n")
    assert [line.split(":")[0].strip() for line in lines[1:]] == ["first_name", "username"]
    assert "Some" in lines[1]


def test_unset_values_can_be_left_out(session, unique):
    """11: `FILTER["ignore_unset"]`; own formatters for header and label."""
    status = session.query("select name from Status").first()
    with session.auto_populating(False):
        text = ftrack_api.formatter.format(
            status,
            formatters={"header": str.upper, "label": str.title},
            attribute_filter=ftrack_api.formatter.FILTER["ignore_unset"],
        )
    assert text.startswith("STATUS\n")
    assert f"Name: {status['name']}" in text


def test_messages_are_formatted_late():
    """11: `LazyLogMessage`."""
    message = ftrack_api.logging.LazyLogMessage("{0} and {other}", 1, other=2)
    assert str(message) == "1 and 2"


def test_a_note_is_not_committed(session, new_task, me, new_user, wire, which):
    """73: it is among the task's notes before the commit, with its recipients.

    These the drop-in learns from the answer to the commit.
    """
    session.populate(new_task, "notes")
    wire.clear()
    note = new_task.create_note("hello", author=me, recipients=[new_user])
    assert session.created[0] is note
    assert wire.changes == []
    assert note in new_task["notes"]
    if which == "official":
        assert [one["resource_id"] for one in note["recipients"]] == [new_user["id"]]
    session.commit()
    assert new_user["id"] in [one["resource_id"] for one in note["recipients"]]


def test_what_a_note_records(session, new_task, me, new_user, which):
    """73: Note, update of the owner, Recipient, update of the note.

    In the drop-in the created ones name what they belong to, and need no updates.
    """
    new_task.create_note("hello", author=me, recipients=[new_user])
    recorded = [
        (type(one), one.entity_type, getattr(one, "attribute_name", None))
        for one in session.recorded_operations
    ]
    wanted = [
        (CreateEntityOperation, "Note", None),
        (UpdateEntityOperation, "Task", "notes"),
        (CreateEntityOperation, "Recipient", None),
        (UpdateEntityOperation, "Note", "recipients"),
    ]
    if which == "official":
        assert [one for one in recorded if one in wanted] == wanted
    else:
        assert recorded == [one for one in wanted if one[0] is CreateEntityOperation]


def test_a_note_is_committed_and_answered(session, new_task, me, new_user):
    """73, 5.5: with the next commit; a reply is among its replies."""
    note = new_task.create_note("hello", author=me, recipients=[new_user])
    session.commit()
    assert note["content"] == "hello"
    assert note in new_task["notes"]
    assert new_user["id"] in [one["resource_id"] for one in note["recipients"]]
    reply = note.create_reply("answer", author=me)
    session.commit()
    assert list(note["replies"]) == [reply]


def test_a_note_has_labels(session, new_task, me):
    """5.5: labels, a category as the label, but not both."""
    label = session.query("NoteLabel").first()
    category = session.query("NoteCategory").first()
    note = new_task.create_note("x", author=me, labels=[label])
    session.commit()
    links = session.query(f'NoteLabelLink where note_id is "{note["id"]}"').all()
    assert [one["label_id"] for one in links] == [label["id"]]
    with pytest.raises(ValueError):
        new_task.create_note("x", author=me, labels=[label], category=category)
    session.rollback()


def test_a_category_is_taken_as_the_label(session, new_task, me):
    """5.5: with a PendingDeprecationWarning."""
    category = session.query("NoteCategory").first()
    with pytest.warns(PendingDeprecationWarning):
        note = new_task.create_note("x", author=me, category=category)
    session.commit()
    assert session.query(f'NoteLabelLink where note_id is "{note["id"]}"').one()


def test_workflows_tell_statuses_and_types(session, project):
    """74: lists; ValueError for what has none."""
    schema = project["project_schema"]
    for name in ("Task", "AssetVersion", "Shot"):
        statuses = schema.get_statuses(name)
        assert type(statuses) is list
        assert statuses
        assert {one.entity_type for one in statuses} == {"Status"}
    for name in ("Invalid", "User"):
        with pytest.raises(ValueError):
            schema.get_statuses(name)
        with pytest.raises(ValueError):
            schema.get_types(name)
    types = schema.get_types("Task")
    assert type(types) is list
    assert {one.entity_type for one in types} == {"Type"}
    assert schema.get_statuses("Task", types[0]["id"])
    assert type(schema.get_types("Shot")) is list


def test_one_timer_at_a_time(session, idle, new_task):
    """75: a second one is NotUniqueError; durations are whole seconds."""
    timer = idle.start_timer(new_task, comment="first", name="n")
    assert timer["context"] is new_task
    with pytest.raises(ftrack_api.exception.NotUniqueError):
        idle.start_timer(new_task)
    session.rollback()
    timelog = idle.stop_timer()
    assert timelog.entity_type == "Timelog"
    assert (timelog["comment"], timelog["name"]) == ("first", "n")
    assert timelog["context_id"] == new_task["id"]
    assert int(timelog["duration"]) == timelog["duration"]
    with pytest.raises(ftrack_api.exception.NoResultFoundError):
        idle.stop_timer()


def test_a_timer_may_replace_another(session, idle, new_task):
    """5.5: `force` stops the one that runs, if there is one."""
    idle.start_timer(new_task, comment="first", force=True)
    second = idle.start_timer(new_task, comment="second", force=True)
    assert session.query(f'Timer where user_id is "{idle["id"]}"').one() is second
    logged = session.query(f'Timelog where context_id is "{new_task["id"]}"').all()
    assert [one["comment"] for one in logged] == ["first"]


@pytest.mark.better("a timer that was refused leaves nothing pending")
def test_a_refused_timer_leaves_nothing(session, idle, new_task):
    """15.4, 59."""
    idle.start_timer(new_task)
    with pytest.raises(ftrack_api.exception.NotUniqueError):
        idle.start_timer(new_task)
    assert not session.recorded_operations


def test_a_job_is_of_our_type(session, me):
    """76: a foreign type is a ValueError at create time."""
    with pytest.raises(ValueError):
        session.create("Job", {"user": me, "type": "other"})
    session.rollback()
    text = json.dumps({"description": "work"})
    job = session.create("Job", {"user": me, "status": "running", "data": text})
    session.commit()
    assert job["type"] == "api_job"
    job["status"] = "done"
    session.commit()
    assert session.query(f'Job where id is "{job["id"]}"').one()["status"] == "done"


@pytest.mark.better("a job may be made without data")
def test_a_job_may_be_made_without_data(session):
    """15.3, 36."""
    assert session.create("Job").entity_type == "Job"


def test_a_user_has_a_new_key_and_is_invited(session, new_user, wire):
    """5.5: `reset_api_key` gives the text, `send_invite` None."""
    assert isinstance(new_user.reset_api_key(), str)
    wire.clear()
    assert new_user.send_invite() is None
    assert wire.operations == [{"action": "send_user_invite", "user_id": new_user["id"]}]


@pytest.fixture
def picture(tmp_path):
    """The smallest PNG there is."""
    path = tmp_path / "picture.png"
    path.write_bytes(
        bytes.fromhex(
            "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
            "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
        )
    )
    return str(path)


def test_a_picture_for_a_thing(session, new_task, picture):
    """5.5: `create_thumbnail` uploads, sets and commits."""
    component = new_task.create_thumbnail(picture)
    assert not session.recorded_operations
    assert component["name"] == "thumbnail"
    assert new_task["thumbnail_id"] == component["id"]
    server = session.get("Location", ftrack_api.symbol.SERVER_LOCATION_ID)
    assert server.get_component_availability(component) == 100.0


def test_media_is_encoded(session, new_version, picture, wire):
    """1.14, 5.5: a path, or a component that is on the server; the job comes back."""
    job = session.encode_media(picture)
    assert job.entity_type == "Job"
    sent = [one for one in wire.operations if one["action"] == "encode_media"]
    assert (sent[-1]["keep_original"], sent[-1]["version_id"]) == (False, None)
    server = session.get("Location", ftrack_api.symbol.SERVER_LOCATION_ID)
    component = session.create_component(picture, {"name": "x"}, location=server)
    assert new_version.encode_media(component).entity_type == "Job"
    sent = [one for one in wire.operations if one["action"] == "encode_media"]
    assert (sent[-1]["keep_original"], sent[-1]["version_id"]) == (True, new_version["id"])
    assert sent[-1]["component_id"] == component["id"]
    with pytest.raises(ValueError):
        session.encode_media(new_version)


def test_people_are_assigned(session, new_task, me):
    """19: appointments, lists, links."""
    session.create("Appointment", {"context": new_task, "resource": me, "type": "assignment"})
    session.commit()
    session.populate(new_task, "assignments.resource")
    assert [one["resource"] for one in new_task["assignments"]] == [me]


def test_lists_have_items(session, project, new_task, me, unique):
    """19: `items` is appended to and removed from."""
    category = session.query("ListCategory").first()
    made = session.create(
        "TypedContextList",
        {"name": unique, "project": project, "category": category, "owner": me},
    )
    made["items"].append(new_task)
    session.commit()
    assert session.query(f'Task where lists any (id is "{made["id"]}")').all() == [new_task]
    made["items"].remove(new_task)
    session.commit()
    assert session.query(f'Task where lists any (id is "{made["id"]}")').all() == []


SCHEMA = {
    "id": "Thing", "type": "object", "primary_key": ["id"], "immutable": ["id"],
    "computed": ["link"], "default_projections": ["id", "name"],
    "properties": {
        "id": {"type": "string", "default": "{uid}"}, "name": {"type": "string", "default": "x"},
        "amount": {"type": "number"}, "when": {"type": "string", "format": "date-time"},
        "link": {"type": "variable"}, "status": {"$ref": "Status"},
        "children": {"type": "array", "items": {"$ref": "Thing"}},
        "secret": {"type": "string", "restricted_projection": True},
        "odd": {"type": "unheard-of"},
        "metadata": {"type": "mapped_array", "items": {"$ref": "Metadata"}},
    },
}  # fmt: skip


def test_a_factory_makes_classes_from_schemas():
    """5.2: attributes, projections, keys; what is restricted or unknown is left out."""
    made = ftrack_api.entity.factory.StandardFactory().create(SCHEMA)
    assert made.entity_type == made.__name__ == "Thing"
    assert made.primary_key_attributes == ["id"]
    assert made.default_projections == ["id", "name"]
    names = [attribute.name for attribute in made.attributes]
    assert names == ["id", "name", "amount", "when", "link", "status", "children", "metadata"]
    assert made.attributes.get("amount").data_type == "float"
    assert made.attributes.get("when").data_type == "datetime"
    assert made.attributes.get("link").computed is True
    assert made.attributes.get("name").default_value == "x"
    assert made.attributes.get("amount").default_value is NOT_SET
    assert repr(made) == "<dynamic ftrack class 'Thing'>"


def test_a_plain_factory_makes_no_mappings():
    """5.2: those of the standard factory do; bases may be given."""

    class Base(ftrack_api.entity.base.Entity):
        pass

    made = ftrack_api.entity.factory.Factory().create(SCHEMA, bases=[Base])
    assert made.attributes.get("metadata") is None
    assert issubclass(made, Base)


def test_a_factorys_steps_can_be_replaced():
    """5.2: each kind of attribute has a method; None leaves the attribute out."""

    class Own(ftrack_api.entity.factory.StandardFactory):
        def create_scalar_attribute(self, class_name, name, mutable, computed, default, data_type):
            if name == "amount":
                return None
            return super().create_scalar_attribute(
                class_name, name, mutable, computed, default, data_type
            )

    made = Own().create(SCHEMA)
    assert made.attributes.get("amount") is None
    assert made.attributes.get("name") is not None


def test_types_have_their_classes(session):
    """5.3: by name, by the end of the name, by their attributes."""
    assert issubclass(session.types["Job"], ftrack_api.entity.job.Job)
    assert issubclass(session.types["Note"], ftrack_api.entity.note.Note)
    assert issubclass(session.types["User"], ftrack_api.entity.user.User)
    assert issubclass(session.types["Location"], ftrack_api.entity.location.Location)
    assert issubclass(session.types["AssetVersion"], ftrack_api.entity.asset_version.AssetVersion)
    assert issubclass(session.types["FileComponent"], ftrack_api.entity.component.Component)
    assert issubclass(session.types["Task"], ftrack_api.entity.note.CreateNoteMixin)
    assert issubclass(session.types["Task"], ftrack_api.entity.component.CreateThumbnailMixin)
    assert issubclass(
        session.types["ProjectSchema"], ftrack_api.entity.project_schema.ProjectSchema
    )
