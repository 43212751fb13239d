"""What a session has deleted is in none of its collections, whoever loaded them and when."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from ftrack_core.changes import Create
from ftrack_core.errors import CommitRefusedError, EntityError
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session


@pytest.fixture
def server():
    return MemoryTransport(
        rows=[
            {"__entity_type__": "AssetVersion", "id": "v0"},
            *[
                {"__entity_type__": "FileComponent", "id": f"c{n}", "version_id": "v0"}
                for n in range(4)
            ],
        ]
    )


@pytest.fixture
def session(server):
    with memory_session(server) as session:
        yield session


@pytest.fixture
def content(session):
    content = session.get("AssetVersion", "v0")["components"]
    list(content)
    return content


def keys(content):
    return [one["id"] for one in content]


def delete(session, key):
    session.delete(session.get("FileComponent", key))
    session.commit()


def test_it_is_not_there_any_more(session, content):
    delete(session, "c1")
    assert keys(content) == ["c0", "c2", "c3"]
    assert (len(content), content[1]["id"], keys(content[1:])) == (3, "c2", ["c2", "c3"])


def test_it_is_there_until_the_server_has_deleted_it(session, content):
    session.delete(content[1])
    assert keys(content) == ["c0", "c1", "c2", "c3"]
    session.rollback()
    session.commit()
    assert keys(content) == ["c0", "c1", "c2", "c3"]


def test_the_next_change_does_not_name_it(session, server, content):
    delete(session, "c0")
    content.append(session.create("FileComponent", {"id": "new"}))
    del content[0]
    session.commit()
    assert keys(content) == ["c2", "c3", "new"]
    assert sorted(row["id"] for row in server.rows("FileComponent") if row["version_id"]) == [
        "c2",
        "c3",
        "new",
    ]


def test_what_was_assigned_before_does_not_name_it_either(session, content):
    session.get("AssetVersion", "v0")["components"] = content[1:]
    with session.transaction():
        session.delete(content[0])
    assert keys(content) == ["c2", "c3"]
    session.commit()
    assert keys(content) == ["c2", "c3"]


def test_what_is_known_of_the_server_does_not_name_it(session, content):
    delete(session, "c3")
    version = session.get("AssetVersion", "v0")
    assert keys(version.known("components")) == ["c0", "c1", "c2"]


def test_a_row_that_is_created_anew_with_its_key_is_there_again(session, content):
    delete(session, "c3")
    session.create("FileComponent", {"id": "c3", "version": session.get("AssetVersion", "v0")})
    session.commit()
    session.refresh(session.get("AssetVersion", "v0"))
    assert sorted(keys(content)) == ["c0", "c1", "c2", "c3"]


def test_what_somebody_else_creates_anew_with_its_key_is_there_again(session, server, content):
    delete(session, "c3")
    server.add({"__entity_type__": "FileComponent", "id": "c3", "version_id": "v0"})
    session.refresh(session.get("AssetVersion", "v0"))
    assert sorted(keys(content)) == ["c0", "c1", "c2", "c3"]
    assert session.get("FileComponent", "c3") is not None


def test_a_change_recorded_by_key_creates_it_anew(session, content):
    delete(session, "c3")
    values = {"id": "c3", "version_id": "v0"}
    session.work.record(Create("FileComponent", "c3", values))
    session.commit()
    session.refresh(session.get("AssetVersion", "v0"))
    assert sorted(keys(content)) == ["c0", "c1", "c2", "c3"]


def test_what_was_created_with_its_key_and_rolled_back_deletes_nothing(session, server, content):
    version = session.get("AssetVersion", "v0")
    created = session.create("FileComponent", {"id": "c1", "version": version})
    with pytest.raises(CommitRefusedError):
        session.commit()
    session.rollback()
    assert keys(content) == ["c0", "c1", "c2", "c3"]
    session.get("FileComponent", "c1")["name"] = "theirs"
    with pytest.raises(EntityError, match="rolled back"):
        created["name"] = "mine"
    content.append(session.create("FileComponent", {"id": "new"}))
    session.commit()
    assert sorted(row["id"] for row in server.rows("FileComponent") if row["version_id"]) == [
        "c0",
        "c1",
        "c2",
        "c3",
        "new",
    ]


def test_taking_back_that_it_was_created_anew_takes_back_no_more(session, content):
    version = session.get("AssetVersion", "v0")
    session.delete(content[3])
    session.create("FileComponent", {"id": "c3", "version": version})
    session.rollback()
    assert keys(content) == ["c0", "c1", "c2", "c3"]
    delete(session, "c3")
    session.create("FileComponent", {"id": "c3", "version": version})
    session.rollback()
    assert keys(content) == ["c0", "c1", "c2"]


def test_it_cannot_be_put_into_one(session, content):
    deleted = content[3]
    delete(session, "c3")
    with pytest.raises(EntityError, match="deleted"):
        session.get("AssetVersion", "v0")["components"] = [deleted]
    with pytest.raises(EntityError, match="deleted"):
        content.append(deleted)
    assert keys(content) == ["c0", "c1", "c2"]


def test_a_row_with_a_key_of_several_parts_is_not_there_either():
    server = MemoryTransport(
        rows=[
            {"__entity_type__": "Task", "id": "t0"},
            *[
                {"__entity_type__": "Metadata", "parent_id": "t0", "key": key, "value": "1"}
                for key in "ab"
            ],
        ]
    )
    with memory_session(server) as session:
        task = session.get("Task", "t0")
        rows = session.query("Metadata").all()
        session.delete(rows[0])
        session.commit()
        assert session.work.without_gone(rows) == rows[1:]
        assert dict(task["metadata"]) == {"b": "1"}


def test_two_objects_of_one_row_are_one_item(session):
    version, old = session.get("AssetVersion", "v0"), session.get("FileComponent", "c0")
    session.expunge(old)
    new = session.get("FileComponent", "c0")
    version["components"] = [old, new]
    assert len(version["components"]) == 1
    created = session.create("AssetVersion", {"components": [new, old]})
    assert len(created["components"]) == 1


def test_what_was_rolled_back_is_in_no_list_that_another_thread_commits(session, server, content):
    version, (first, *_) = session.get("AssetVersion", "v0"), content
    created = session.create("FileComponent", {"id": "new"})
    with ThreadPoolExecutor(1) as other:
        transaction = session.transaction()
        other.submit(transaction.__enter__).result()
        other.submit(version.__setitem__, "components", [first, created]).result()
        session.rollback()
        other.submit(transaction.__exit__, None, None, None).result()
    assert keys(content) == ["c0"]
    assert [row["id"] for row in server.rows("FileComponent") if row["version_id"]] == ["c0"]
