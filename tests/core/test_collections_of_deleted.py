"""What a session has deleted is in none of its collections, whoever loaded them and when."""

from __future__ import annotations

import pytest
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


def test_two_objects_of_one_row_are_one_item(session):
    version, old = session.get("AssetVersion", "v0"), session.get("FileComponent", "c0")
    session.expunge(old)
    new = session.get("FileComponent", "c0")
    version["components"] = [old, new]
    assert len(version["components"]) == 1
    created = session.create("AssetVersion", {"components": [new, old]})
    assert len(created["components"]) == 1
