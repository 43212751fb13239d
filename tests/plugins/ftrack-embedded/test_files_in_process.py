"""Files without HTTP: the embedded transport answers the same paths; where the bytes are kept."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from ftrack_core.errors import ServerError, TransportError
from ftrack_embedded import EmbeddedTransport, Studio
from ftrack_embedded.engine.files.garbage import collect_garbage
from ftrack_embedded.engine.files.store import FileStore
from operations import create

if TYPE_CHECKING:
    from pathlib import Path

DATA = b"pixels" * 1000


def announced(component_id, data=DATA, **members):
    return {
        "action": "get_upload_metadata",
        "component_id": component_id,
        "file_name": "plate.exr",
        "file_size": len(data),
        "checksum": None,
        **members,
    }


@pytest.fixture
def transport(tmp_path):
    transport = EmbeddedTransport.from_url(f"embedded://{tmp_path}/studio.db", "admin")
    yield transport
    transport.close()


def put(transport, component_id, body=DATA, data=DATA):
    (told,) = transport.execute([announced(component_id, data)])
    return transport.stream("PUT", told["url"], told["headers"], body)


def body_of(response):
    data = b"".join(response.iter_bytes(1000))
    response.close()
    return data


# --- the transport -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make", [lambda: DATA, lambda: io.BytesIO(DATA), lambda: iter([DATA[:7], DATA[7:]])]
)
def test_bytes_go_in_as_bytes_file_or_pieces_and_come_out_in_pieces(transport, make):
    answer = put(transport, "c1", make())
    assert answer.status == 200
    assert answer.headers["etag"] == f'"{hashlib.md5(DATA).hexdigest()}"'
    transport.execute([create("FileComponent", id="c1", name="plate", file_type=".exr")])
    fetched = transport.stream("GET", "/component/get?id=c1")
    assert fetched.headers["CONTENT-TYPE"] == "image/x-exr"
    pieces = list(fetched.iter_bytes(1000))
    assert max(map(len, pieces)) == 1000
    assert b"".join(pieces) == DATA


def test_a_range_and_a_missing_file_are_answered_as_over_http(transport):
    put(transport, "c1")
    transport.execute([create("FileComponent", id="c1", name="plate")])
    part = transport.stream("get", "component/get?id=c1", {"Range": "bytes=0-5"})
    assert (part.status, body_of(part)) == (206, b"pixels")
    missing = transport.stream("GET", "/component/get?id=c2")
    assert missing.status == 404
    assert b"NotFoundError" in body_of(missing)
    assert transport.stream("DELETE", "/component/get?id=c1").status == 405
    assert transport.stream("PUT", "/component/get?id=c1", body=b"").status == 404


def test_a_body_that_breaks_off_keeps_nothing_and_tells_its_own_error(transport):
    def broken():
        yield DATA[:10]
        raise RuntimeError("the tape ended")

    with pytest.raises(RuntimeError, match="tape"):
        put(transport, "c1", broken())
    assert not transport.studio.files.has("c1")
    assert list((transport.studio.files.folder / "incoming").iterdir()) == []


def test_a_picture_that_does_not_exist_is_the_placeholder(transport):
    put(transport, "c1")
    transport.execute([create("FileComponent", id="c1", name="plate", file_type=".txt")])
    answer = transport.stream("GET", "/component/thumbnail?id=c1")
    assert answer.headers["Content-Type"] == "image/png"
    assert body_of(answer).startswith(b"\x89PNG")


def test_nothing_is_fetched_from_elsewhere(transport):
    with pytest.raises(TransportError, match=r"http://example\.com"):
        transport.stream("GET", "http://example.com/component/get?id=c1")


def test_parts_work_in_process_too(transport):
    _, told = transport.execute([create("FileComponent", id="c1"), announced("c1", parts=2)])
    tags = [
        transport.stream("PUT", part["signed_url"], body=data).headers["ETag"]
        for part, data in zip(told["urls"], (DATA[:100], DATA[100:]), strict=True)
    ]
    parts = [{"part_number": number, "e_tag": tag} for number, tag in enumerate(tags, 1)]
    done = {"action": "complete_multipart_upload", "component_id": "c1"}
    transport.execute([{**done, "upload_id": told["upload_id"], "parts": parts}])
    assert body_of(transport.stream("GET", "/component/get?id=c1")) == DATA


# --- where the bytes are -----------------------------------------------------------------------


def test_the_bytes_are_beside_the_database_and_stay(transport, tmp_path):
    put(transport, "c1")
    transport.execute([create("FileComponent", id="c1", name="plate")])
    transport.close()
    assert (tmp_path / "studio.db.files").is_dir()
    again = EmbeddedTransport.from_url(f"embedded://{tmp_path}/studio.db", "admin")
    assert body_of(again.stream("GET", "/component/get?id=c1")) == DATA
    again.close()


def test_a_private_studio_takes_its_files_along_when_it_closes():
    transport = EmbeddedTransport.from_url("embedded:", "admin")
    put(transport, "c1")
    folder = transport.studio.files.folder
    assert folder.is_dir()
    transport.close()
    assert not folder.exists()


def test_the_folder_of_files_can_be_chosen(tmp_path):
    with Studio(tmp_path / "studio.db", files=tmp_path / "media") as studio:
        put(EmbeddedTransport(studio, owns=False), "c1")
    assert (tmp_path / "media" / "objects").is_dir()
    assert not (tmp_path / "studio.db.files").exists()


def test_a_studio_that_has_no_folder_says_what_to_do():
    files = FileStore.beside(None)
    assert not files.has("c1")
    with pytest.raises(ServerError, match="files="):
        files.path("c1")


@pytest.mark.parametrize(
    "identifier", ["../../x", "a/b", "CON", ".", "A" * 36, "\u00e4" * 30, "x" * 300]
)
def test_every_id_has_a_file_of_its_own_inside_the_folder(transport, identifier):
    files = transport.studio.files
    path = files.path(identifier)
    assert path.is_relative_to(files.folder)
    assert path.name.isalnum()
    assert path != files.path(identifier.swapcase() + "0")


# --- what is left over -------------------------------------------------------------------------


def make_old(folder: Path, hours: float = 48):
    moment = time.time() - hours * 3600
    for path in folder.rglob("*"):
        os.utime(path, (moment, moment))


def test_bytes_without_a_row_are_collected_when_they_are_old(transport):
    studio = transport.studio
    put(transport, "c-kept")
    transport.execute([create("FileComponent", id="c-kept", name="plate")])
    put(transport, "c-lost")
    (told,) = transport.execute([announced("c-parts", parts=2)])
    transport.stream("PUT", told["urls"][0]["signed_url"], body=DATA[:10])
    assert collect_garbage(studio) == 0
    make_old(studio.files.folder)
    put(transport, "c-young")
    assert collect_garbage(studio) == 2
    present = [one for one in ("c-kept", "c-lost", "c-young") if studio.files.has(one)]
    assert present == ["c-kept", "c-young"]
    assert list((studio.files.folder / "parts").iterdir()) == []


def test_there_is_nothing_to_collect_before_the_first_file(transport):
    assert collect_garbage(transport.studio) == 0


def leave_garbage(transport):
    """Leave old bytes with and without a row, then a young upload whose row is still to come."""
    put(transport, "c-kept")
    transport.execute([create("FileComponent", id="c-kept", name="plate")])
    put(transport, "c-lost")
    (told,) = transport.execute([announced("c-parts", parts=2)])
    transport.stream("PUT", told["urls"][0]["signed_url"], body=DATA[:10])
    make_old(transport.studio.files.folder)
    put(transport, "c-young")


def present(studio):
    return [one for one in ("c-kept", "c-lost", "c-young") if studio.files.has(one)]


def test_opening_a_studio_collects_what_is_left_over(transport):
    path = transport.studio.path
    leave_garbage(transport)
    transport.close()
    with Studio(path) as studio:
        studio.background.wait()
        assert present(studio) == ["c-kept", "c-young"]
        assert list((studio.files.folder / "parts").iterdir()) == []


def test_it_is_done_once_a_day_whoever_opens_the_studio(transport):
    path = transport.studio.path
    leave_garbage(transport)
    transport.close()
    Studio(path).close()
    with Studio(path) as studio:
        put(EmbeddedTransport(studio, owns=False), "c-lost")
        make_old(studio.files.folder / "objects")
    with Studio(path) as studio:
        studio.background.wait()
        assert present(studio) == ["c-kept", "c-lost", "c-young"]
        make_old(studio.files.folder)
    with Studio(path) as studio:
        studio.background.wait()
        assert present(studio) == ["c-kept"]


def test_a_studio_that_stays_open_collects_after_a_commit(transport, monkeypatch):
    leave_garbage(transport)
    studio = transport.studio
    transport.execute([create("Scope", name="today")])
    studio.background.wait()
    assert "c-lost" in present(studio)
    tomorrow = time.monotonic() + 25 * 3600
    monkeypatch.setattr("ftrack_embedded.engine.files.garbage.time.monotonic", lambda: tomorrow)
    transport.execute([{"action": "query", "expression": "Scope"}])
    studio.background.wait()
    assert "c-lost" in present(studio)
    transport.execute([create("Scope", name="tomorrow")])
    studio.background.wait()
    assert present(studio) == ["c-kept", "c-young"]


def test_bytes_whose_row_comes_while_they_are_looked_for_stay(transport, monkeypatch):
    put(transport, "c-kept")
    make_old(transport.studio.files.folder)
    files, look = transport.studio.files, FileStore.unused

    def and_then_the_row_comes(*arguments, **named):
        found = look(files, *arguments, **named)
        transport.execute([create("FileComponent", id="c-kept", name="plate")])
        return found

    monkeypatch.setattr(files, "unused", and_then_the_row_comes)
    assert collect_garbage(transport.studio) == 0
    assert files.has("c-kept")


def test_a_folder_that_was_named_may_be_of_others_too_and_is_left_alone(tmp_path):
    for name in ("one", "another"):
        with Studio(tmp_path / f"{name}.db", files=tmp_path / "files") as studio:
            transport = EmbeddedTransport(studio, owns=False)
            put(transport, f"c-{name}")
            studio.execute([create("FileComponent", id=f"c-{name}", name="plate")])
    make_old(tmp_path / "files")
    with Studio(tmp_path / "one.db", files=tmp_path / "files") as studio:
        studio.background.wait()
        assert studio.files.has("c-another")


# --- a disk that is full -----------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path):
    """Mount a disk of 3 MB; only root may."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)],
            capture_output=True,
            check=False,
        )
        if os.name == "posix" and os.geteuid() == 0
        else None
    )
    if mounted is None or mounted.returncode:
        pytest.skip("a small disk cannot be mounted by this user")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_refuses_a_file_and_keeps_the_others(small_disk, tmp_path):
    with Studio(tmp_path / "studio.db", files=small_disk) as studio:
        transport = EmbeddedTransport(studio, owns=False)
        put(transport, "c1")
        transport.execute([create("FileComponent", id="c1", name="plate")])
        large = b"x" * 8_000_000
        answer = put(transport, "c2", large, large)
        assert answer.status == 507
        assert b"disk is full" in body_of(answer)
        assert list((small_disk / "incoming").iterdir()) == []
        assert body_of(transport.stream("GET", "/component/get?id=c1")) == DATA


def test_a_full_disk_refuses_a_batch_and_keeps_the_others(small_disk):
    with Studio(small_disk / "studio.db") as studio:
        studio.execute([create("Project", id="p1", name="orbit")])
        with pytest.raises(ServerError, match="disk is full") as caught:
            studio.execute(
                [create("Folder", name="x" * 10_000, parent_id="p1") for _ in range(1000)]
            )
        assert caught.value.exception == "StorageFullError"
        (answer,) = studio.execute([{"action": "query", "expression": "Folder"}])
        assert answer["data"] == []
    with Studio(small_disk / "studio.db") as studio:
        (answer,) = studio.execute([{"action": "query", "expression": "Context"}])
        assert [row["id"] for row in answer["data"]] == ["p1"]
