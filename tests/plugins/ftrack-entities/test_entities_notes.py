"""Notes, replies and attachments."""

from __future__ import annotations

import pytest
from ftrack_core.errors import EntityError

from ftrack_core import Session


@pytest.fixture
def session():
    with Session("embedded:?seed=demo", api_user="admin") as session:
        yield session


@pytest.fixture
def task(session):
    return session.query("Task").first()


def fresh(session, note):
    return session.query(
        "select content, author.username, parent_id, parent_type, in_reply_to_id, category.name, "
        f'recipients.resource_id, replies.content from Note where id is "{note["id"]}"'
    ).one()


def test_a_note_belongs_to_its_entity_and_to_who_is_connected(session, task):
    note = task.create_note("The horizon is not level.")
    session.commit()
    found = fresh(session, note)
    assert found["content"] == "The horizon is not level."
    assert found["author"]["username"] == session.user
    assert (found["parent_id"], found["parent_type"]) == (task["id"], "Task")


def test_it_is_sent_with_the_next_commit(session, task):
    note = task.create_note("Not yet.")
    assert session.created == [note]


def test_it_shows_at_once_in_notes_that_were_looked_at(session, task):
    before = len(task["notes"])
    note = task.create_note("Here.")
    assert list(task["notes"])[before:] == [note]
    session.commit()
    assert note in session.query(f'Note where parent_id is "{task["id"]}"').all()


def test_many_notes_ask_once_who_is_connected(session, task):
    task.create_note("one")
    before = session.request_count
    for number in range(5):
        task.create_note(f"note {number}")
    assert session.request_count == before


def test_a_note_may_name_its_author_and_recipients(session, task):
    author = session.create("User", {"username": "mary"})
    group = session.create("Group", {"name": "lighting"})
    note = task.create_note("Please look.", author, recipients=[group])
    session.commit()
    found = fresh(session, note)
    assert found["author"]["username"] == "mary"
    assert group["id"] in {one["resource_id"] for one in found["recipients"]}


def test_a_label_is_the_category_of_a_note(session, task):
    label = session.create("NoteLabel", {"name": "Client feedback", "color": "#ff0000"})
    labelled = task.create_note("labelled", labels=[label])
    categorised = task.create_note("categorised", None, None, label)
    session.commit()
    assert fresh(session, labelled)["category"]["id"] == label["id"]
    assert fresh(session, categorised)["category"]["id"] == label["id"]


def test_labels_and_a_category_together_are_refused(session, task):
    label = session.query("NoteLabel").first()
    with pytest.raises(EntityError, match="not both"):
        task.create_note("which?", category=label, labels=[label])
    assert session.created == []


def test_a_reply_is_a_note_in_the_same_place(session, task):
    note = task.create_note("Too dark.")
    session.commit()
    assert list(note["replies"]) == []
    reply = note.create_reply("Brighter now.")
    assert list(note["replies"]) == [reply]
    session.commit()
    found = fresh(session, reply)
    assert (found["in_reply_to_id"], found["parent_id"]) == (note["id"], task["id"])
    assert [one["content"] for one in fresh(session, note)["replies"]] == ["Brighter now."]


def test_a_component_may_be_attached(session, task):
    note = task.create_note("See the picture.")
    component = session.create("FileComponent", {"name": "sketch", "file_type": ".png"})
    note.attach(component)
    session.commit()
    links = session.query(f'NoteComponent where note_id is "{note["id"]}"').all()
    assert [one["component_id"] for one in links] == [component["id"]]
