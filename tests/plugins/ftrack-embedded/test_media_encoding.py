"""Media for review: what becomes of movies, who may ask for it, and that nobody waits meanwhile."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from ftrack_core.errors import ServerError
from ftrack_embedded import Caller, EmbeddedTransport, Studio
from ftrack_embedded.engine.files import images
from operations import create

SERVER_LOCATION = "3a372bde-05bc-11e4-8908-20c9d081909b"
ENDS_WITHIN = 60
"""In seconds; what waits here ends at once or never."""


@pytest.fixture
def studio():
    with Studio() as studio:
        studio.execute(
            [
                create("User", id="u-ann", username="ann"),
                create("Project", id="p1", name="orbit"),
                create("Asset", id="as1", name="plate", context_id="p1"),
                create("AssetVersion", id="v1", asset_id="as1"),
                create("Project", id="secret", name="secret", is_private=True),
                create("Asset", id="as2", name="plate", context_id="secret"),
                create("AssetVersion", id="v2", asset_id="as2"),
                create("FileComponent", id="c2", name="main", file_type=".png", version_id="v2"),
            ]
        )
        yield studio


@pytest.fixture
def upload(studio):
    def send(component_id, data, file_type):
        transport = EmbeddedTransport(studio, owns=False)
        asked = {"component_id": component_id, "file_name": "x", "file_size": len(data)}
        (told,) = studio.execute([{"action": "get_upload_metadata", **asked}])
        assert transport.stream("PUT", told["url"], body=data).status == 200
        place = {"component_id": component_id, "location_id": SERVER_LOCATION}
        studio.execute(
            [
                create("FileComponent", id=component_id, name="main", file_type=file_type),
                create("ComponentLocation", resource_identifier=component_id, **place),
            ]
        )

    return send


@pytest.fixture
def encode(studio):
    def ask(component_id, *, username="admin", **members):
        operation = {"action": "encode_media", "component_id": component_id, **members}
        return studio.execute([operation], caller=Caller(username))[0]["job_id"]

    return ask


@pytest.fixture
def job(studio):
    """Return a job with its data read."""

    def find(job_id):
        expression = (
            "select status, finished_at, data, job_components.component.name from Job "
            f"where id is {job_id}"
        )
        query = {"action": "query", "expression": expression}
        (found,) = studio.execute([query])[0]["data"]
        return {**found, "data": json.loads(found["data"])}

    return find


PICTURE = images.placeholder()


# --- movies ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def movie(tmp_path_factory):
    """Two seconds with a tone, as a camera may have written them."""
    if shutil.which("ffmpeg") is None or shutil.which("ffprobe") is None:
        pytest.skip("ffmpeg is not installed")
    path = tmp_path_factory.mktemp("movie") / "plate.mov"
    shown = ("-f", "lavfi", "-i", "testsrc=size=321x181:rate=25:duration=2")
    heard = ("-f", "lavfi", "-i", "sine=duration=2", "-c:v", "mpeg4", "-c:a", "aac")
    command = ["ffmpeg", "-v", "error", *shown, *heard, str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path.read_bytes()


def test_a_movie_becomes_one_that_browsers_play_and_a_thumbnail(studio, upload, encode, job, movie):
    upload("c1", movie, ".mov")
    job_id = encode("c1", version_id="v1", keep_original=True)
    studio.background.wait()
    found = job(job_id)
    assert found["status"] == "done", found["data"]
    assert [one["format"] for one in found["data"]["output"]] == ["video/mp4", "image/jpeg"]
    expression = "select thumbnail_id, components.name, components.metadata from AssetVersion"
    query = {"action": "query", "expression": f"{expression} where id is v1"}
    (version,) = studio.execute([query])[0]["data"]
    (review,) = version["components"]
    assert review["name"] == "ftrackreview-mp4"
    shown = {one["key"]: one["value"] for one in review["metadata"]}
    assert json.loads(shown["ftr_meta"]) == {
        "frameIn": 0,
        "frameOut": 49,
        "frameRate": 25,
        "width": 320,
        "height": 180,
    }
    assert version["thumbnail_id"] == found["data"]["output"][1]["component_id"]
    thumbnail = images.scaled(studio.files.path(version["thumbnail_id"]), 100)
    assert (thumbnail.width, thumbnail.height) == (100, 56)
    assert list((studio.files.folder / "incoming").iterdir()) == []


def test_what_is_no_movie_fails_with_the_words_of_the_encoder(studio, upload, encode, job, movie):
    upload("c1", b"not a movie", ".mov")
    job_id = encode("c1", keep_original=False)
    studio.background.wait()
    found = job(job_id)
    assert (found["status"], found["data"]["output"]) == ("failed", [])
    assert "ffmpeg cannot read it" in found["data"]["description"]
    assert str(studio.files.folder) not in found["data"]["description"]
    assert studio.files.has("c1")


def test_a_list_of_other_files_is_not_followed(studio, upload, encode, job, movie, tmp_path):
    other = tmp_path / "other.mov"
    other.write_bytes(movie)
    upload("c1", f"ffconcat version 1.0\nfile '{other}'\n".encode(), ".mov")
    job_id = encode("c1")
    studio.background.wait()
    assert job(job_id)["status"] == "failed"


def test_without_an_encoder_the_job_says_what_is_missing(
    upload, encode, job, monkeypatch, tmp_path
):
    monkeypatch.setenv("PATH", str(tmp_path))
    upload("c1", b"a movie", ".mov")
    found = job(encode("c1", keep_original=False))
    assert (found["status"], found["data"]["output"]) == ("failed", [])
    assert found["finished_at"]
    assert found["data"]["description"] == (
        "There is no encoder for movies: install ffmpeg on the server."
    )


def test_a_studio_that_closes_ends_the_encoder_and_says_so(tmp_path, monkeypatch):
    slow = tmp_path / "ffmpeg"
    slow.write_text("#!/bin/sh\nexec sleep 600\n")
    slow.chmod(0o755)
    (tmp_path / "ffprobe").symlink_to(slow)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    path = tmp_path / "studio.db"
    with Studio(path) as studio:
        studio.execute([create("FileComponent", id="c1", name="main", file_type=".mov")])
        with studio.files.receive() as receiver:
            receiver.write(b"a movie")
            studio.files.keep("c1", receiver.finish())
        studio.execute([{"action": "encode_media", "component_id": "c1"}])
        query = {"action": "query", "expression": "select status, data from Job"}
        assert studio.execute([query])[0]["data"][0]["status"] == "running"
    with Studio(path) as studio:
        (row,) = studio.execute([query])[0]["data"]
    assert row["status"] == "failed"
    assert "ended meanwhile" in row["data"]


# --- who may ask -------------------------------------------------------------------------------


@pytest.mark.parametrize("members", [{"component_id": "c2"}, {"version_id": "v2"}])
def test_nobody_encodes_what_cannot_be_seen(studio, upload, members):
    upload("c1", PICTURE, ".png")
    operation = {"action": "encode_media", "component_id": "c1", **members}
    with pytest.raises(ServerError, match="Could not find entity"):
        studio.execute([operation], caller=Caller("ann"))
    (jobs,) = studio.execute([{"action": "query", "expression": "Job"}])
    assert jobs["data"] == []


@pytest.mark.parametrize(
    ("entity_type", "entity_key"),
    [("AssetVersion", "v2"), ("Project", ["secret"]), ("Task", ["gone"]), ("Project", "gone")],
)
def test_nobody_gets_a_page_about_what_cannot_be_seen(studio, entity_type, entity_key):
    key = {"entity_type": entity_type, "entity_key": entity_key}
    operation = {"action": "get_widget_url", "name": "info", **key}
    with pytest.raises(ServerError, match="Could not find entity"):
        studio.execute([operation], caller=Caller("ann"))


def test_a_page_may_be_about_what_the_same_batch_has_made(studio):
    operation = {"action": "get_widget_url", "name": "info", "entity_type": "Folder"}
    batch = [
        create("Folder", id="f1", name="new", parent_id="p1"),
        operation | {"entity_key": "f1"},
    ]
    assert "widget_url" in studio.execute(batch, caller=Caller("ann"))[1]


# --- nobody waits ------------------------------------------------------------------------------


@pytest.fixture
def paused(monkeypatch):
    """Let *function* of *owner* stop where it begins, until it is let go."""

    def pause(owner, name):
        original = getattr(owner, name)
        reached, go_on = threading.Event(), threading.Event()

        def stop(*arguments, **named):
            reached.set()
            assert go_on.wait(ENDS_WITHIN)
            return original(*arguments, **named)

        monkeypatch.setattr(owner, name, stop)
        return reached, go_on

    return pause


def test_others_write_while_a_picture_is_decoded(studio, upload, encode, job, paused):
    pytest.importorskip("PIL.Image")
    upload("c1", PICTURE, ".png")
    reached, go_on = paused(images, "scaled")
    with ThreadPoolExecutor(2) as pool:
        encoding = pool.submit(encode, "c1", keep_original=True)
        assert reached.wait(ENDS_WITHIN)
        pool.submit(studio.execute, [create("Scope", name="meanwhile")]).result(ENDS_WITHIN)
        assert not encoding.done()
        go_on.set()
        assert job(encoding.result(ENDS_WITHIN))["status"] == "done"


def test_what_was_deleted_while_it_was_encoded_stays_deleted(studio, upload, encode, paused):
    pytest.importorskip("PIL.Image")
    upload("c1", PICTURE, ".png")
    reached, go_on = paused(images, "scaled")
    with ThreadPoolExecutor(1) as pool:
        encoding = pool.submit(encode, "c1", version_id="v1")
        assert reached.wait(ENDS_WITHIN)
        (jobs,) = studio.execute([{"action": "query", "expression": "Job"}])
        keys = (("AssetVersion", "v1"), ("Component", "c1"), ("Job", jobs["data"][0]["id"]))
        delete = {"action": "delete"}
        studio.execute([{**delete, "entity_type": one, "entity_key": [key]} for one, key in keys])
        go_on.set()
        encoding.result(ENDS_WITHIN)
    for entity_type in ("Job", "AssetVersion where id is v1", "FileComponent where id is_not c2"):
        query = {"action": "query", "expression": entity_type}
        assert studio.execute([query])[0]["data"] == []
    assert list((studio.files.folder / "incoming").iterdir()) == []


def test_others_write_while_parts_are_joined(studio, paused):
    asked = {"action": "get_upload_metadata", "component_id": "c1", "file_name": "x", "parts": 2}
    (told,) = studio.execute([asked | {"file_size": 8}])
    transport = EmbeddedTransport(studio, owns=False)
    parts = [
        {
            "part_number": one["part_number"],
            "e_tag": transport.stream("PUT", one["signed_url"], body=data).headers["ETag"],
        }
        for one, data in zip(told["urls"], (b"some", b"more"), strict=True)
    ]
    whole = {"component_id": "c1", "upload_id": told["upload_id"], "parts": parts}
    reached, go_on = paused(type(studio.files), "joined")
    with ThreadPoolExecutor(2) as pool:
        batch = [
            {"action": "complete_multipart_upload", **whole},
            create("FileComponent", id="c1", name="main"),
        ]
        completing = pool.submit(studio.execute, batch)
        assert reached.wait(ENDS_WITHIN)
        pool.submit(studio.execute, [create("Scope", name="meanwhile")]).result(ENDS_WITHIN)
        assert not studio.files.has("c1")
        go_on.set()
        assert completing.result(ENDS_WITHIN)[0]["component_id"] == "c1"
    assert studio.files.path("c1").read_bytes() == b"somemore"
    assert list((studio.files.folder / "incoming").iterdir()) == []


def test_a_refused_batch_leaves_nothing_of_the_parts_it_joined(studio):
    asked = {"action": "get_upload_metadata", "component_id": "c1", "file_name": "x", "parts": 1}
    (told,) = studio.execute([asked])
    transport = EmbeddedTransport(studio, owns=False)
    sent = transport.stream("PUT", told["urls"][0]["signed_url"], body=b"some")
    parts = [{"part_number": 1, "e_tag": sent.headers["ETag"]}]
    complete = {"action": "complete_multipart_upload", "upload_id": told["upload_id"]}
    complete |= {"component_id": "c1", "parts": parts}
    with pytest.raises(ServerError):
        studio.execute([create("Nothing"), complete])
    assert not studio.files.has("c1")
    assert list((studio.files.folder / "incoming").iterdir()) == []
    assert studio.execute([complete])[0]["component_id"] == "c1", "the parts are still there"
