"""From a component to its project, through containers, versions and what leads on from there."""

from __future__ import annotations

import pytest
from ftrack_core.errors import EntityError
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session

from ftrack_core import project_of

ROWS = [
    {"__entity_type__": "Project", "id": "p1", "name": "DUNE"},
    {"__entity_type__": "Shot", "id": "s1", "name": "sh010", "parent_id": "p1", "project_id": "p1"},
    {"__entity_type__": "Asset", "id": "a1", "name": "plate", "context_id": "s1"},
    {"__entity_type__": "AssetVersion", "id": "v1", "asset_id": "a1", "version": 1},
    {"__entity_type__": "SequenceComponent", "id": "c1", "name": "main", "version_id": "v1"},
    *(
        {"__entity_type__": "FileComponent", "id": f"m{n}", "name": f"{n}", "container_id": "c1"}
        for n in range(20)
    ),
    {"__entity_type__": "FileComponent", "id": "thumb", "name": "thumbnail"},
]


@pytest.fixture
def session():
    with memory_session(MemoryTransport(rows=ROWS)) as session:
        yield session


@pytest.mark.parametrize(
    ("entity_type", "key"),
    [
        ("SequenceComponent", "c1"),
        ("FileComponent", "m3"),
        ("AssetVersion", "v1"),
        ("Asset", "a1"),
        ("Shot", "s1"),
        ("Project", "p1"),
    ],
)
def test_everything_below_a_project_leads_to_it(session, entity_type, key):
    assert project_of(session.get(entity_type, key)) is session.get("Project", "p1")


def test_a_new_component_is_followed_as_it_was_created(session):
    version = session.create("AssetVersion", {"asset": session.get("Asset", "a1")})
    sequence = session.create("SequenceComponent", {"version": version})
    member = session.create("FileComponent", {"container": sequence})
    assert project_of(member)["name"] == "DUNE"


def test_a_foreign_key_will_do(session):
    component = session.create("FileComponent", {"version_id": "v1"})
    assert project_of(component)["name"] == "DUNE"


def test_many_members_cost_hardly_more_than_one(session):
    members = session.query('FileComponent where container_id is "c1"').all()
    before = session.request_count
    assert {project_of(member)["name"] for member in members} == {"DUNE"}
    assert session.request_count - before <= 7


def test_a_component_without_a_version_belongs_to_none(session):
    with pytest.raises(EntityError, match="give version_id or version"):
        project_of(session.get("FileComponent", "thumb"))
