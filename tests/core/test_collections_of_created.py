"""What was created is in the collections of what it names, whoever loaded them and when."""

from __future__ import annotations

import pytest
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session


@pytest.fixture
def session():
    server = MemoryTransport(
        rows=[
            *[{"__entity_type__": "Asset", "id": f"a{n}", "name": f"a{n}"} for n in range(3)],
            {"__entity_type__": "Project", "id": "p1", "name": "orbit", "context_type": "show"},
            {"__entity_type__": "Task", "id": "t1", "name": "light", "project_id": "p1"},
        ]
    )
    with memory_session(server) as session:
        yield session


def test_it_is_in_collections_that_came_along_with_others(session):
    """The first look loads the versions of all assets, before theirs are created."""
    for asset in session.query("Asset").all():
        version = session.create("AssetVersion", {"asset": asset})
        session.commit()
        assert list(asset["versions"]) == [version]


def test_it_is_in_a_collection_that_is_held_after_one_request(session):
    asset = session.get("Asset", "a0")
    versions = asset["versions"]
    assert list(versions) == []
    created = [session.create("AssetVersion", {"asset": asset}) for _ in range(3)]
    session.commit()
    with session.explain() as requests:
        assert set(versions) == set(created)
        assert set(asset["versions"]) == set(created)
    assert len(requests) == 1


def test_it_is_there_by_the_type_that_it_derives_from(session):
    project = session.get("Project", "p1")
    assert list(project["children"]) == []
    task = session.create("Task", {"name": "paint", "parent": project})
    session.commit()
    assert task in project["children"]


def test_what_holds_nothing_like_it_stays(session):
    asset = session.get("Asset", "a0")
    assert (asset["name"], dict(asset["metadata"])) == ("a0", {})
    with session.explain() as requests:
        session.create("AssetVersion", {"asset": asset})
        session.commit()
        assert (asset["name"], dict(asset["metadata"])) == ("a0", {})
    assert len(requests) == 1


def test_a_collection_that_the_server_said_is_null_does_no_harm(session):
    asset = session.get("Asset", "a0")
    session.work.store.learn([{"__entity_type__": "Asset", "id": "a0", "versions": None}])
    version = session.create("AssetVersion", {"asset": asset})
    session.commit()
    assert list(asset["versions"]) == [version]


def test_what_was_assigned_to_the_collection_stays_pending(session):
    asset = session.get("Asset", "a0")
    mine = session.create("AssetVersion", {"comment": "mine"})
    session.commit()
    asset["versions"] = [mine]
    with session.transaction():
        session.create("AssetVersion", {"asset": asset})
    assert list(asset["versions"]) == [mine]
    session.rollback()
    assert mine not in asset["versions"]
    assert len(asset["versions"]) == 1


def test_where_nothing_is_loaded_what_is_here_stays(session):
    asset = session.get("Asset", "a0")
    first = session.create("AssetVersion", {"asset": asset})
    session.commit()
    assert list(asset["versions"]) == [first]
    with session.auto_populating(False):
        session.create("AssetVersion", {"asset": asset})
        session.commit()
        assert list(asset["versions"]) == [first]


def test_a_collection_that_was_assigned_with_it_keeps_its_order(session):
    asset = session.create("Asset", {"name": "new"})
    versions = [session.create("AssetVersion", {"asset": asset}) for _ in range(3)]
    asset["versions"] = versions[::-1]
    session.commit()
    with session.explain() as requests:
        assert list(asset["versions"]) == versions[::-1]
    assert len(requests) == 0
