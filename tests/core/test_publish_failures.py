"""What fails while publishing leaves nothing behind, and says what to do."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from ftrack_core.errors import (
    AccessorError,
    CommitRefusedError,
    ConfigurationError,
    ConnectionLostError,
    FtrackError,
    LocationError,
    OutcomeUnknownError,
    PluginError,
    ResourceExistsError,
    ResourceNotFoundError,
    ServerError,
    StructureError,
    TransferError,
    UnknownAttributeError,
)
from ftrack_core.publish import publish_component, recorded_in
from ftrack_core.testing.memory_accessor import MemoryAccessor, PlainMemoryAccessor
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session
from ftrack_core.transfer import pending_journals, verify

from ftrack_core import LocationBinding, hookimpl

PROD = {"__entity_type__": "Location", "id": "l-prod", "name": "studio.prod"}


class FlatStructure:
    def get_resource_identifier(self, entity, context=None):
        container = entity["container"]
        return f"{container['name'] + '.' if container else ''}{entity['name']}.exr"


class FullDisk(MemoryAccessor):
    """Has room for *room* files; the next one fails in the middle."""

    def __init__(self, room):
        super().__init__()
        self.room = room

    def copy_from(self, source, source_identifier, resource_identifier):
        return False

    @contextmanager
    def open_atomic(self, resource_identifier, *, overwrite=False):
        with super().open_atomic(resource_identifier, overwrite=overwrite) as stream:
            if len(self._files) >= self.room:
                raise AccessorError("no space left on the device")
            yield stream


class FullOldDisk(PlainMemoryAccessor):
    """The same without atomic writes: half a file is there when it fails."""

    def open(self, resource_identifier, mode="rb"):
        stream = super().open(resource_identifier, mode)
        if mode == "wb":
            self._files[resource_identifier] = b"half"
            stream.write = self._fail
        return stream

    @staticmethod
    def _fail(piece):
        raise AccessorError("no space left on the device")


@pytest.fixture
def server():
    return MemoryTransport(rows=[PROD])


@pytest.fixture
def journals(tmp_path):
    return tmp_path / "cache" / "transfers"


@pytest.fixture
def session(server, tmp_path):
    with memory_session(server, cache_folder=tmp_path / "cache") as session:
        yield session


@pytest.fixture
def plates(tmp_path):
    for frame in range(1, 21):
        (tmp_path / f"plate.{frame:04d}.exr").write_bytes(b"x" * frame)
    return str(tmp_path / "plate.%04d.exr")


@pytest.fixture
def storage(session):
    return bound(session, MemoryAccessor())


def bound(session, accessor, structure=None):
    structure = structure or FlatStructure()
    session.locations.bind(LocationBinding("studio.prod", accessor, structure, priority=1))
    return accessor


def assert_nothing_is_left(session, server, journals):
    assert server.rows("Component") == []
    assert server.rows("ComponentLocation") == []
    assert len(session.work.log) == 0
    assert pending_journals(journals) == []


def message(caught):
    text = str(caught.value)
    assert "\n" not in text
    return text


# --- before anything moves -----------------------------------------------------------------------


def test_a_location_without_an_accessor_says_how_to_bind_one(session, server, plates, journals):
    with pytest.raises(LocationError) as caught:
        session.create_component(plates, {"name": "plate"}, "studio.prod")
    assert "session.locations.bind(LocationBinding('studio.prod'" in message(caught)
    assert_nothing_is_left(session, server, journals)


def test_an_unknown_location_offers_near_names(session, server, storage, plates, journals):
    with pytest.raises(LocationError, match=r"Did you mean 'studio.prod'\?"):
        session.create_component(plates, {"name": "plate"}, "studio.prd")
    assert_nothing_is_left(session, server, journals)


def test_a_scheme_that_nobody_claims_names_the_distribution(session, server, plates, journals):
    bound(session, "s3://key:secret@bucket/prefix")
    with pytest.raises(ConfigurationError) as caught:
        session.create_component(plates, {"name": "plate"})
    assert "Install ftrack-accessor-s3" in message(caught)
    assert "secret" not in message(caught)
    assert_nothing_is_left(session, server, journals)


def test_a_missing_file_is_named(session, server, storage, tmp_path, journals):
    with pytest.raises(ResourceNotFoundError, match=r"gone\.exr"):
        session.create_component(str(tmp_path / "gone.exr"), {"name": "plate"})
    assert_nothing_is_left(session, server, journals)


def test_missing_frames_are_counted(session, server, storage, plates, journals):
    with pytest.raises(ResourceNotFoundError, match=r"plate\.0021\.exr and 4 more"):
        session.create_component(f"{plates} [1-25]", {"name": "plate"})
    assert_nothing_is_left(session, server, journals)


def test_missing_frames_are_found_before_a_member_is_made(session, server, storage, plates):
    made = []
    create = session.work.create
    session.work.create = lambda *wanted: made.append(wanted) or create(*wanted)
    with pytest.raises(ResourceNotFoundError):
        session.create_component(f"{plates} [1-2000]", {"name": "plate"})
    assert [entity_type for entity_type, _ in made] == ["SequenceComponent"]


def test_a_folder_is_no_file(session, server, storage, tmp_path, journals):
    with pytest.raises(AccessorError, match="is a folder; name a file in it"):
        session.create_component(str(tmp_path), {"name": "plate"})
    assert_nothing_is_left(session, server, journals)


def test_files_that_are_no_sequence_are_refused(session, server, storage, tmp_path, journals):
    files = [tmp_path / "plate.0001.exr", tmp_path / "matte.0001.exr"]
    with pytest.raises(LocationError, match="do not make up one sequence"):
        session.create_component(files, {"name": "plate"})
    assert_nothing_is_left(session, server, journals)


def test_a_structure_that_raises_is_named(session, server, plates, journals):
    class Broken:
        def get_resource_identifier(self, entity, context=None):
            return 1 / 0

    accessor = bound(session, MemoryAccessor(), Broken())
    with pytest.raises(StructureError) as caught:
        session.create_component(plates, {"name": "plate"})
    assert "Broken of location 'studio.prod'" in message(caught)
    assert "ZeroDivisionError" in message(caught)
    assert accessor.list("") == []
    assert_nothing_is_left(session, server, journals)


def test_an_attribute_that_does_not_exist_is_refused(session, server, storage, plates, journals):
    with pytest.raises(UnknownAttributeError, match="Did you mean 'name'"):
        session.create_component(plates, {"nmae": "plate"})
    assert_nothing_is_left(session, server, journals)


# --- while data moves ----------------------------------------------------------------------------


def test_what_is_there_already_is_never_replaced(session, server, storage, plates, journals):
    with storage.open_atomic("plate.0013.exr") as stream:
        stream.write(b"somebody else's")
    with pytest.raises(ResourceExistsError) as caught:
        session.create_component(plates, {"name": "plate"})
    assert "plate.0013.exr" in message(caught)
    assert "Publish a new version" in message(caught)
    assert storage.list("") == ["plate.0013.exr"]
    with storage.open("plate.0013.exr") as stream:
        assert stream.read() == b"somebody else's"
    assert_nothing_is_left(session, server, journals)


def test_a_file_where_a_folder_is_needed(session, server, plates, journals):
    class Nested:
        def get_resource_identifier(self, entity, context=None):
            return f"show/{entity['name']}.exr"

    accessor = bound(session, MemoryAccessor(), Nested())
    with accessor.open_atomic("show") as stream:
        stream.write(b"a file")
    with pytest.raises(TransferError) as caught:
        session.create_component(plates, {"name": "plate"})
    assert "location 'studio.prod'" in message(caught)
    assert "Nothing was left behind" in message(caught)
    assert accessor.list("") == ["show"]
    assert_nothing_is_left(session, server, journals)


@pytest.mark.parametrize("room", [0, 7])
def test_a_disk_that_is_full(session, server, plates, journals, room):
    accessor = bound(session, FullDisk(room))
    with pytest.raises(TransferError, match="no space left") as caught:
        session.create_component(plates, {"name": "plate"})
    assert isinstance(caught.value.__cause__, AccessorError)
    assert accessor.list("") == []
    assert_nothing_is_left(session, server, journals)


def test_half_a_file_is_removed_where_writes_are_not_atomic(session, server, plates, journals):
    accessor = bound(session, FullOldDisk())
    with pytest.raises(TransferError, match="no space left"):
        session.create_component(plates, {"name": "plate"})
    assert accessor.list("") == []
    assert_nothing_is_left(session, server, journals)


def test_data_that_cannot_be_removed_again_is_named(session, server, plates, journals):
    class Stuck(FullDisk):
        def remove_many(self, resource_identifiers):
            raise AccessorError("the disk is read-only")

    accessor = bound(session, Stuck(3))
    with pytest.raises(TransferError) as caught:
        session.create_component(plates, {"name": "plate"})
    assert "no space left" in message(caught)
    assert "read-only" in message(caught)
    assert sorted(caught.value.transferred) == accessor.list("")
    [journal] = pending_journals(journals)
    left = verify(journal, accessor, recorded_in(session))
    assert sorted(one.resource_identifier for one in left) == accessor.list("")


def test_progress_can_cancel(session, server, storage, plates, journals):
    def cancel(progress):
        if progress.items > 3:
            raise RuntimeError("the artist pressed cancel")

    with pytest.raises(TransferError, match="pressed cancel"):
        publish_component(session, plates, {"name": "plate"}, progress=cancel)
    assert storage.list("") == []
    assert_nothing_is_left(session, server, journals)


def test_an_interrupt_leaves_nothing_behind(session, server, storage, plates, journals):
    def interrupt(progress):
        if progress.items > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish_component(session, plates, {"name": "plate"}, progress=interrupt)
    assert storage.list("") == []
    assert_nothing_is_left(session, server, journals)


# --- when the records are committed --------------------------------------------------------------


@pytest.fixture
def commit_fails(session, server, storage):
    """Let the next commit fail; where the location is, is known before."""
    session.locations.get("studio.prod")
    return server.fail_next


REFUSAL = ServerError("PermissionError", "you may not publish")


def test_a_refused_commit_removes_the_data(
    session, server, storage, plates, journals, commit_fails
):
    commit_fails(REFUSAL)
    with pytest.raises(CommitRefusedError, match="you may not publish"):
        session.create_component(plates, {"name": "plate"})
    assert storage.list("") == []
    assert_nothing_is_left(session, server, journals)


def test_a_refused_commit_leaves_other_changes_pending(
    session, server, storage, plates, commit_fails
):
    version = session.create("AssetVersion", {"comment": "first"})
    commit_fails(REFUSAL)
    with pytest.raises(CommitRefusedError):
        session.create_component(plates, {"name": "plate", "version": version})
    assert version["comment"] == "first"
    session.commit()
    assert [row["id"] for row in server.rows("AssetVersion")] == [version["id"]]
    assert server.rows("Component") == []


def test_the_same_can_be_published_after_the_cause_is_gone(
    session, server, storage, plates, commit_fails
):
    commit_fails(REFUSAL)
    with pytest.raises(CommitRefusedError):
        session.create_component(plates, {"name": "plate"})
    session.create_component(plates, {"name": "plate"})
    assert len(storage.list("")) == 20


def test_a_plugin_that_refuses_the_commit_removes_the_data(server, plates):
    class Freeze:
        @hookimpl
        def ftrack_before_commit(self, operations):
            raise RuntimeError("the show is frozen")

    with memory_session(server, plugins=[Freeze()]) as session:
        accessor = bound(session, MemoryAccessor())
        with pytest.raises(PluginError, match="the show is frozen"):
            session.create_component(plates, {"name": "plate"})
        assert accessor.list("") == []
        assert len(session.work.log) == 0


def test_no_connection_when_committing_removes_the_data(
    session, server, storage, plates, journals, commit_fails
):
    commit_fails(ConnectionLostError("no route to the server", sent=False))
    with pytest.raises(ConnectionLostError):
        session.create_component(plates, {"name": "plate"})
    assert storage.list("") == []
    assert_nothing_is_left(session, server, journals)


def test_an_answer_that_was_lost_is_found_out(session, server, storage, plates, commit_fails):
    commit_fails(ConnectionLostError("the line broke"), after=True)
    session.create_component(plates, {"name": "plate"})
    assert len(server.rows("ComponentLocation")) == 21
    assert len(storage.list("")) == 20


def test_where_nothing_tells_the_outcome_the_data_stays(
    session, server, storage, plates, journals, commit_fails
):
    commit_fails(ConnectionLostError("the line broke"), after=True)
    server.fail_next(ConnectionLostError("and is still broken"))
    with pytest.raises(OutcomeUnknownError):
        session.create_component(plates, {"name": "plate"})
    assert len(storage.list("")) == 20
    [journal] = pending_journals(journals)
    assert verify(journal, storage, recorded_in(session)) == []  # it had been carried out


# --- the journal ---------------------------------------------------------------------------------


def test_the_journal_names_data_whose_record_did_not_come_about(
    session, server, storage, plates, journals, commit_fails
):
    commit_fails(ConnectionLostError("the line broke"))
    server.fail_next(ConnectionLostError("and is still broken"))
    with pytest.raises(OutcomeUnknownError):
        session.create_component(plates, {"name": "plate"})
    [journal] = pending_journals(journals)
    assert journal.location_name == "studio.prod"
    assert len(journal.moved) == 20
    unrecorded = verify(journal, storage, recorded_in(session))
    assert sorted(one.resource_identifier for one in unrecorded) == storage.list("")
    journal.discard()
    assert pending_journals(journals) == []


def test_a_journal_that_cannot_be_written_stops_the_publish(server, tmp_path, plates):
    (tmp_path / "taken").write_bytes(b"")
    with memory_session(server, cache_folder=tmp_path / "taken") as session:
        accessor = bound(session, MemoryAccessor())
        with pytest.raises(FtrackError, match="give the session a cache_folder"):
            session.create_component(plates, {"name": "plate"})
        assert accessor.list("") == []


# --- other threads -------------------------------------------------------------------------------


def test_a_commit_meanwhile_takes_nothing_of_an_unfinished_publish(
    session, server, storage, plates
):
    seen = []

    def commit_meanwhile(progress):
        session.create("Type", {"name": "Lookdev"})
        session.commit()
        seen.append(len(server.rows("Component")))

    publish_component(session, plates, {"name": "plate"}, progress=commit_meanwhile)
    assert set(seen) == {0}
    assert len(server.rows("Component")) == 21
