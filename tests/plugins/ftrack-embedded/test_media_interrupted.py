"""Media whose server was killed while it made them: the job says so to whoever opens the studio."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager, suppress

import pytest
from ftrack_core.errors import ServerError
from ftrack_embedded import Studio
from operations import create

UNIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
ENCODES = """
import sys
from ftrack_embedded import Studio
path, files, movie = sys.argv[1:]
studio = Studio(path, files=files or None)
(answer,) = studio.execute([{"action": "encode_media", "component_id": movie}])
print(answer["job_id"], flush=True)
sys.stdin.read()
"""


@pytest.fixture
def encoder(tmp_path, monkeypatch):
    """An encoder on PATH that goes on for as long as whoever has called it."""
    programs = tmp_path / "programs"
    programs.mkdir()
    slow = programs / "ffmpeg"
    # It ends with its parent, and after a minute, since the number may be another process's then.
    slow.write_text(
        "#!/bin/sh\nn=0\nwhile [ $n -lt 600 ] && kill -0 $PPID; do sleep 0.1; n=$((n + 1)); done\n"
    )
    slow.chmod(0o755)
    (programs / "ffprobe").symlink_to(slow)
    monkeypatch.setenv("PATH", f"{programs}:/bin:/usr/bin")


def hold_movie(studio, movie="c1"):
    studio.execute([create("FileComponent", id=movie, name="main", file_type=".mov")])
    with studio.files.receive() as receiver:
        receiver.write(b"a movie")
        studio.files.keep(movie, receiver.finish())


@contextmanager
def encoding(path, files="", movie="c1"):
    """Another process, which encodes until the block ends; then it is killed."""
    command = [sys.executable, "-c", ENCODES, str(path), str(files), movie]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def jobs(studio):
    query = {"action": "query", "expression": "select status, data, finished_at from Job"}
    return {row["id"]: row for row in studio.execute([query])[0]["data"]}


def pledges(studio):
    return list((studio.files.folder / "pledges").iterdir())


@UNIX
def test_the_job_of_a_server_that_was_killed_has_failed_when_the_studio_is_opened_next(
    tmp_path, encoder
):
    path = tmp_path / "studio.db"
    with Studio(path) as studio:
        hold_movie(studio)
    with encoding(path) as job_id:
        pass
    with Studio(path) as studio:
        job = jobs(studio)[job_id]
        assert job["status"] == "failed"
        assert job["finished_at"]
        assert "ended while it made the media; ask again" in json.loads(job["data"])["description"]
        assert json.loads(job["data"])["source_component_id"] == "c1"
        assert studio.files.has("c1")
        assert pledges(studio) == []


@UNIX
def test_what_another_process_still_encodes_is_left_to_it(tmp_path, encoder):
    path = tmp_path / "studio.db"
    with Studio(path) as studio:
        hold_movie(studio)
    with encoding(path) as job_id, Studio(path) as studio:
        assert jobs(studio)[job_id]["status"] == "running"
    with Studio(path) as studio:
        assert jobs(studio)[job_id]["status"] == "failed"


@UNIX
def test_of_several_that_open_it_at_once_each_finds_it_failed(tmp_path, encoder):
    path = tmp_path / "studio.db"
    with Studio(path) as studio:
        hold_movie(studio)
    with encoding(path) as job_id:
        pass
    with Studio(path) as one, Studio(path) as other:
        for studio in (one, other):
            assert jobs(studio)[job_id]["status"] == "failed"


@UNIX
def test_studios_that_share_a_folder_fail_their_own_jobs_only(tmp_path, encoder):
    paths = tmp_path / "one.db", tmp_path / "other.db"
    files = tmp_path / "files"
    for path in paths:
        with Studio(path, files=files) as studio:
            hold_movie(studio)
    with encoding(paths[0], files) as job_id:
        pass
    with Studio(paths[1], files=files) as other:
        assert jobs(other) == {}
        assert len(pledges(other)) == 1
    with Studio(paths[0], files=files) as studio:
        assert jobs(studio)[job_id]["status"] == "failed"
        assert pledges(studio) == []


def test_jobs_of_others_that_run_are_not_touched(tmp_path):
    path = tmp_path / "studio.db"
    data = json.dumps({"source_component_id": "c1", "output": []})
    with Studio(path) as studio:
        hold_movie(studio)
        studio.execute([create("Job", id="j1", status="running", data=data)])
    with Studio(path) as studio:
        assert jobs(studio)["j1"]["status"] == "running"


@UNIX
def test_a_job_that_somebody_has_ended_meanwhile_does_not_fail(tmp_path, encoder):
    path = tmp_path / "studio.db"
    with Studio(path) as studio:
        hold_movie(studio)
    with encoding(path) as job_id, Studio(path) as studio:
        change = {"action": "update", "entity_type": "Job", "entity_key": [job_id]}
        studio.execute([change | {"entity_data": {"status": "done"}}])
    with Studio(path) as studio:
        assert jobs(studio)[job_id]["status"] == "done"
        assert pledges(studio) == []


def test_a_batch_that_is_refused_leaves_nothing_to_be_told(tmp_path):
    path = tmp_path / "studio.db"
    with Studio(path) as studio:
        hold_movie(studio)
        with pytest.raises(ServerError):
            studio.execute([{"action": "encode_media", "component_id": "c1"}, {"action": "dance"}])
        with pytest.raises(ServerError):
            studio.execute(
                [{"action": "encode_media", "component_id": "c1"}, create("Task", bid="a lot")]
            )
    with Studio(path) as studio:
        assert jobs(studio) == {}
        assert pledges(studio) == []


def test_a_job_that_cannot_be_failed_does_not_keep_a_studio_from_opening(tmp_path, caplog):
    path = tmp_path / "studio.db"
    with Studio(path) as studio:
        hold_movie(studio)
        studio.execute([create("Job", id="j1", status="running", data="no JSON")])
        with suppress(OSError), studio.files.pledge("j1"):
            raise OSError
    with Studio(path) as studio:
        assert jobs(studio)["j1"]["status"] == "running"
        assert len(pledges(studio)) == 1
    assert "could not be failed" in caplog.text
