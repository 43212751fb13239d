"""A commit that the server refuses at any of its operations: it is named, and nothing is lost."""

from __future__ import annotations

import pytest
from ftrack_core.errors import CommitRefusedError
from ftrack_core.work import states

from ftrack_core import Session, hookimpl

OPERATIONS = [
    "create of Task",
    "create of Note",
    "update of Task",
    "create of metadata['added'] of Task",
    "update of metadata['known'] of Task",
    "delete of metadata['old'] of Task",
    "update of custom_attributes['fstart'] of Shot",
    "delete of Task",
]


class Spoiler:
    """Makes one operation of the next commits wrong, so that the server refuses just that one."""

    position = None

    @hookimpl(wrapper=True)
    def ftrack_execute_batch(self, batch):
        writes = [one for one in batch if one["action"] in ("create", "update", "delete")]
        if self.position is not None and len(writes) == len(OPERATIONS):
            wrong = writes[self.position]
            if wrong["action"] == "delete":
                wrong["entity_key"] = ["no-such-key"] * len(wrong["entity_key"])
            else:
                wrong["entity_data"]["no_such_attribute"] = 1
        return (yield)


@pytest.fixture
def spoiler():
    return Spoiler()


@pytest.fixture
def session(spoiler):
    with Session("embedded:", api_user="admin", plugins=[spoiler]) as session:
        yield session


@pytest.fixture
def studio(session):
    """A small show, in which each kind of change has something to change."""
    project = session.create("Project", {"name": "orbit", "full_name": "Orbit"})
    shot = session.create("Shot", {"name": "sh010", "parent": project})
    task, gone = (
        session.create("Task", {"name": name, "parent": shot}) for name in ("light", "gone")
    )
    task["metadata"].update({"known": "1", "old": "1"})
    scope = session.create("Scope", {"name": "main"})
    session.commit()
    session.expire(project, shot, task, gone)
    return {"shot": shot, "task": task, "gone": gone, "scope": scope}


def change(session, studio):
    """Record one change of each kind; return the entities that are concerned."""
    task, shot = studio["task"], studio["shot"]
    created = session.create("Task", {"name": "new", "parent": shot})
    user = session.query("User").first()
    note = session.create("Note", {"content": "look", "author": user, "parent_id": task["id"]})
    task["name"] = "relit"
    studio["gone"]["description"] = "goes"
    task["scopes"].append(studio["scope"])
    task["metadata"]["added"] = "2"
    task["metadata"]["known"] = "2"
    del task["metadata"]["old"]
    shot["custom_attributes"]["fstart"] = 1009
    session.delete(studio["gone"])
    return [created, note, task, shot, studio["gone"]]


def seen(entities):
    created, note, task, shot, gone = entities
    return (
        (created["name"], note["content"], task["name"], [one["name"] for one in task["scopes"]]),
        (dict(task["metadata"]), shot["custom_attributes"]["fstart"], gone["name"]),
        states(entities),
    )


def on_the_server(session, studio):
    with session.fork() as fork:
        task = fork.get("Task", studio["task"]["id"])
        shot = fork.get("Shot", studio["shot"]["id"])
        fork.refresh(task, shot)
        return (
            sorted(one["name"] for one in fork.query("select name from Task")),
            task["name"],
            [one["name"] for one in task["scopes"]],
            dict(task["metadata"]),
            shot["custom_attributes"]["fstart"],
            [one["content"] for one in fork.query("select content from Note")],
        )


AFTER = (["new", "relit"], "relit", ["main"], {"added": "2", "known": "2"}, 1009, ["look"])


@pytest.mark.parametrize("position", range(len(OPERATIONS)))
def test_a_refusal_at_any_operation_loses_nothing(session, studio, spoiler, position):
    before = on_the_server(session, studio)
    entities = change(session, studio)
    visible, pending = seen(entities), list(session.work.log)
    spoiler.position = position
    with pytest.raises(CommitRefusedError) as refused:
        session.commit()

    text = str(refused.value)
    assert f"operation {position + 1} of {len(OPERATIONS)}, {OPERATIONS[position]} " in text
    assert refused.value.operation.action == OPERATIONS[position].split()[0]
    assert seen(entities) == visible
    assert list(session.work.log) == pending
    assert on_the_server(session, studio) == before
    assert session.query("User").first() is not None

    spoiler.position = None
    session.commit()
    assert on_the_server(session, studio)[1:] == AFTER[1:]
    assert not any(states(entities[:-1]))
    assert len(session.work.log) == 0


@pytest.mark.parametrize("position", range(len(OPERATIONS)))
def test_a_refused_commit_can_be_taken_back(session, studio, spoiler, position):
    before = on_the_server(session, studio)
    change(session, studio)
    spoiler.position = position
    with pytest.raises(CommitRefusedError):
        session.commit()
    session.rollback()
    spoiler.position = None
    session.commit()
    assert on_the_server(session, studio) == before
    assert studio["task"]["name"] == "light"
    assert dict(studio["task"]["metadata"]) == {"known": "1", "old": "1"}


@pytest.mark.parametrize("position", [0, 3, 7])
def test_a_refused_transaction_leaves_nothing_behind(session, studio, spoiler, position):
    before = on_the_server(session, studio)
    spoiler.position = position
    with pytest.raises(CommitRefusedError), session.transaction():
        change(session, studio)
    assert len(session.work.log) == 0
    assert on_the_server(session, studio) == before
    assert studio["task"]["name"] == "light"
    spoiler.position = None
    with session.transaction():
        change(session, studio)
    assert on_the_server(session, studio)[1:] == AFTER[1:]
