"""trackteroid: its queries and collections; importing it opens a session from the environment."""

import tempfile
from pathlib import Path
from uuid import uuid4

import ftrack_api
from ftrack_api.symbol import NOT_SET
from trackteroid import (
    SESSION,
    Asset,
    AssetVersion,
    Folder,
    Note,
    Project,
    Query,
    Sequence,
    Shot,
    Status,
    Task,
    TypedContext,
    User,
)
from trackteroid.entities.base import EmptyCollection, EntityCollection
from trackteroid.session import Session

# --- its session stands around ours --------------------------------------------------------------
native = SESSION._session
assert isinstance(native, ftrack_api.Session)
assert SESSION == native  # noqa: SIM300 -- it is its comparison that is asked for
assert native.delegate is SESSION
assert SESSION.auto_populate is False
assert native.auto_populate is False
assert SESSION.api_user == native.api_user
assert "Task" in SESSION.types

# --- queries -------------------------------------------------------------------------------------
projects = Query(Project).get_all()
assert isinstance(projects, EntityCollection)
name = projects.name[0]
shots = (
    Query(Shot)
    .by_name(Project, name)
    .get_all(
        projections=["parent.name", "description", "metadata", "children.name", Asset.name],
        order_by="name",
    )
)
assert len(shots) > 3
assert shots.name == sorted(shots.name)
assert {one.entity_type for one in (shots, shots[0])} == {Shot}
one = Query(Shot).by_name(Project, name).by_id(shots.id[0]).get_one()
assert one.id == shots.id[:1]
assert one.name == shots.name[:1]
few = Query(Shot).by_name(Project, name).get_first(projections=["name"])
assert len(few) == 1
like = Query(Shot).by_name(Project, name).by_name(f"{shots.name[0][:3]}%").get_all()
assert shots.id[0] in like
assert not Query(Shot).not_by_name("%").get_all()
nothing = Query(Shot).by_name("no such shot").get_all()
assert isinstance(nothing, EmptyCollection)
assert not nothing.parent.name
for refuse, error in (
    (Query(Shot).by_name("no such shot").get_one, ftrack_api.exception.NoResultFoundError),
    (Query(Shot).get_one, ftrack_api.exception.MultipleResultsFoundError),
):
    try:
        refuse()
    except error as told:
        print("as expected:", told)
    else:
        raise AssertionError(error.__name__)

# --- what was fetched, what was not --------------------------------------------------------------
assert set(shots.parent.entity_type.__name__.split()) <= {"TypedContext", "Sequence"}
assert all(shots.parent.name)
print(sorted(set(shots.parent.name)))
assert shots.Asset.entity_type.__name__ == "Asset"
assert all(isinstance(value, str) for value in shots.Asset.name)
assert all(value is NOT_SET for value in shots.status_id)  # nobody has asked for it
shots.fetch_attributes("status_id", "status.name", "bid", "custom_attributes")
assert all(isinstance(value, str) for value in shots.status_id)
assert set(shots.status.name) - {NOT_SET}
assert all(isinstance(value, float) for value in shots.bid)
assert len(shots.metadata) == len(shots)
assert all(isinstance(value, dict) for value in shots.metadata)
assert all(value is not NOT_SET for value in shots.custom_fstart)
tasks = shots.children[Task]
assert tasks.entity_type.__name__ == "Task"
assert len(tasks) > len(shots) / 2
assert isinstance(shots.children, EntityCollection)
tasks.fetch_attributes("parent.name", "type.name")
groups = tasks.group(lambda each: each.type.name[0])
assert sum(map(len, groups.values())) == len(tasks)
counted = tasks.group_and_map(lambda each: each.parent.name[0], len)
assert set(counted) <= set(shots.name)

# --- as with any collection ----------------------------------------------------------------------
half = shots.filter(lambda each: each.name[0] < shots.name[3])
assert half.name == shots.name[:3]
assert shots.difference(half).name == shots.name[3:]
assert half.union(shots) == shots.filter(lambda each: True)
assert half.intersection(shots[:2]).name == shots.name[:2]
assert len(half.symmetric_difference(shots)) == len(shots) - 3
assert shots.fold(0, lambda total, each: total + each.bid[0]) == sum(shots.bid)
assert shots.sort(lambda each: each.name, reverse=True).name == shots.name[::-1]
assert shots.max(lambda each: each.name).name == shots.name[-1:]
assert shots.min(lambda each: each.name).name == shots.name[:1]
assert shots.count(lambda each: each.name[0] == shots.name[0]) == 1
yes, no = shots.partition(lambda each: each.name[0] in half.name)
assert (len(yes), len(no)) == (3, len(shots) - 3)
assert shots.map(lambda each: each.name[0]) == shots.name
assert TypedContext(shots).name == shots.name
assert (
    shots.apply(lambda each: [f"about {each.name[0]}"], "description")[0]
    == "about " + shots.name[0]
)
SESSION.rollback()

# --- changes -------------------------------------------------------------------------------------
shots = Query(Shot).by_id(*shots.id[:2]).get_all(projections=["description", "status", "metadata"])
approved = Query(Status).by_name("Approved").get_first()
shots[0].description = "from a collection"
shots[0].status = approved
shots[0].metadata = {"colour": "warm"}
shots.commit()
with ftrack_api.Session() as other:
    seen = other.get("Shot", shots.id[0])
    assert seen["description"] == "from a collection"
    assert seen["status"]["name"] == "Approved"
    assert seen["metadata"]["colour"] == "warm"

shot = (
    Query(Shot).by_id(shots.id[0]).get_one(projections=["children", "assets", "notes", "project"])
)
kind = Query(Task).get_first(projections=["type.name"]).type.name[0].replace(" ", "")
made = (
    TypedContext(shot).children[Task].create(name="collected", type=kind)
    if not shot.children
    else shot.children[Task].create(name="collected", type=kind)
)
asset_kind = Query(Asset).get_first(projections=["type.name"]).type.name[0].replace(" ", "")
asset = shot.assets.create(name="collected asset", type=asset_kind)
SESSION.commit()
with ftrack_api.Session() as other:
    task = other.get("Task", made.id[0])
    assert task["parent_id"] == shot.id[0]
    assert other.get("Asset", asset.id[0])["name"] == "collected asset"

note = shot.notes.create(content="a note from a collection")
SESSION.commit()
with ftrack_api.Session() as other:
    seen = other.get("Note", note.id[0])
    assert seen["parent_id"] == shot.id[0]
    assert seen["author"]["username"] == SESSION.api_user
    assert len(seen["recipients"]) >= 1

me = Query(User).by_name(SESSION.api_user).get_one()
assert me.username == [SESSION.api_user]
made.delete().commit()
assert not Query(Task).by_id(made.id[0]).get_all()
linked = Query(Shot).by_name(Project, name).get_all(limit=2, projections=["incoming_links"])
linked[0].link_inputs(linked[1])
SESSION.commit()
assert linked[1].id[0] in Query(Shot).by_id(linked[0].id[0]).get_inputs().id
assert linked[0].id[0] in Query(Shot).by_id(linked[1].id[0]).get_outputs().id
assert not Query(AssetVersion).by_name("no such asset").get_all()
assert Query(Sequence).by_name(Project, name).get_all()
assert len(Query(Folder).get_all()) == len(native.query("Folder").all())
assert (
    Query(Note).by_id(note.id[0]).get_one(projections=["content"]).content[0].startswith("a note")
)

# --- results kept --------------------------------------------------------------------------------
with SESSION.reusing_query_results():
    first = Query(Shot).by_name(Project, name).get_all()
    assert Query(Shot).by_name(Project, name).get_all() is first

# --- changes put off into a file, and made by another session ------------------------------------
with tempfile.TemporaryDirectory() as folder:
    path, words = str(Path(folder) / "deferred.dbm"), f"put off {uuid4()}"
    late = Session()
    with late.deferred_operations(path):
        # What is new to a session lands in the file, and only with that do the changes.
        target = Query(Shot, session=late).by_id(shots.id[1]).get_one(projections=["description"])
        target.description = words
    assert not list(late.recorded_operations)
    with ftrack_api.Session() as other:
        assert other.get("Shot", shots.id[1])["description"] != words
    before = late._session
    late.reconnect_and_commit(path)
    assert late._session is not before
    assert before.closed
    late.close()
    with ftrack_api.Session() as other:
        assert other.get("Shot", shots.id[1])["description"] == words

# --- a second session, with arguments ------------------------------------------------------------
second = Session(auto_populate=True)
assert second._session.auto_populate is True
kept = Query(Shot, session=second).by_id(shots.id[0]).get_one(projections=["description"])
assert kept.description == ["from a collection"]
assert second != SESSION
second.close()
assert second.closed
SESSION.close()
