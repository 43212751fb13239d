"""Files of one studio that several servers serve: what one has begun another goes on with."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from ftrack_embedded import EmbeddedTransport, Server, Studio
from operations import create

SERVER_LOCATION = "3a372bde-05bc-11e4-8908-20c9d081909b"
KEY = "a-key-for-tests"
PROCESSES = 4
LOST = 200
COLLECTS = """
import sys
from ftrack_embedded import Studio
from ftrack_embedded.engine.files.garbage import collect_garbage
with Studio(sys.argv[1]) as studio:
    print("ready", flush=True)
    sys.stdin.readline()
    collect_garbage(studio)
"""


@pytest.fixture
def servers(tmp_path):
    """Two servers, each with a studio of its own on the same file."""
    path = tmp_path / "studio.db"
    with Studio(path) as one, Studio(path) as other, Server(one) as first, Server(other) as second:
        one.register_api_key("admin", KEY)
        one.execute([create("FileComponent", id="c1", name="plate", file_type=".bin")])
        yield first, second


def call(server, *operations):
    headers = {"ftrack-user": "admin", "ftrack-api-key": KEY}
    answer = requests.post(f"{server.url}/api", json=operations, headers=headers, timeout=30)
    return answer.json()


def elsewhere(address, one, other):
    """The same address at another server, as a balancer in front of both may choose."""
    assert address.startswith(one.url)
    return address.replace(one.url, other.url)


def fetched(server):
    query = {"id": "c1", "username": "admin", "apiKey": KEY}
    return requests.get(f"{server.url}/component/get", params=query, timeout=30).content


def test_what_one_has_announced_can_be_put_at_the_other(servers):
    one, other = servers
    wanted = {"action": "get_upload_metadata", "component_id": "c1", "file_name": "x"}
    (told,) = call(one, wanted)
    put = requests.put(elsewhere(told["url"], one, other), data=b"some bytes", timeout=30)
    assert put.status_code == 200
    assert fetched(one) == fetched(other) == b"some bytes"
    assert requests.put(told["url"], data=b"other byte", timeout=30).status_code == 403


def test_parts_that_came_to_several_become_one_file(servers):
    one, other = servers
    wanted = {"action": "get_upload_metadata", "component_id": "c1", "file_name": "x", "parts": 2}
    (told,) = call(one, wanted)
    first, second = (part["signed_url"] for part in told["urls"])
    sent = (
        requests.put(first, data=b"some ", timeout=30),
        requests.put(elsewhere(second, one, other), data=b"bytes", timeout=30),
    )
    parts = [
        {"part_number": number, "e_tag": answer.headers["ETag"]}
        for number, answer in enumerate(sent, 1)
    ]
    whole = {"action": "complete_multipart_upload", "upload_id": told["upload_id"]}
    call(other, whole | {"component_id": "c1", "parts": parts})
    assert fetched(one) == b"some bytes"


def test_links_of_one_are_good_at_the_other_and_so_are_pages_and_browsers(servers):
    one, other = servers
    place = {"location_id": SERVER_LOCATION, "resource_identifier": "c1"}
    with one.studio.files.receive() as receiver:
        receiver.write(b"some bytes")
        one.studio.files.keep("c1", receiver.finish())
    query = "select url from ComponentLocation where component_id is c1"
    _, rows, widget = call(
        one,
        create("ComponentLocation", component_id="c1", **place),
        {"action": "query", "expression": query},
        {"action": "get_widget_url", "name": "tasks"},
    )
    link = elsewhere(rows["data"][0]["url"]["url"], one, other)
    assert requests.get(link, timeout=30).content == b"some bytes"
    page = elsewhere(widget["widget_url"], one, other)
    assert requests.get(page, timeout=30).status_code == 200
    with requests.Session() as browser:
        form = {"username": "admin", "key": KEY}
        browser.post(f"{one.url}/user/sign_in", data=form, timeout=30)
        query = {"action": "query", "expression": "User"}
        answer = browser.post(f"{other.url}/api", json=[query], timeout=30)
        assert answer.json()[0]["data"]


# --- what is left over -------------------------------------------------------------------------


def leave(studio, component_id, *, hours):
    with studio.files.receive() as receiver:
        receiver.write(b"some bytes")
        studio.files.keep(component_id, receiver.finish())
    moment = time.time() - hours * 3600
    os.utime(studio.files.path(component_id), (moment, moment))


def begun(studio, component_id, *, hours):
    """Leave one part of an upload that was given up."""
    wanted = {"action": "get_upload_metadata", "component_id": component_id, "file_name": "x"}
    (told,) = studio.execute([wanted | {"parts": 2}])
    transport = EmbeddedTransport(studio, owns=False)
    transport.stream("PUT", told["urls"][0]["signed_url"], body=b"some")
    moment = time.time() - hours * 3600
    for path in (studio.files.folder / "parts").rglob("*"):
        os.utime(path, (moment, moment))


def test_several_that_collect_at_once_remove_what_nobody_needs_and_nothing_else(tmp_path):
    path = tmp_path / "studio.db"
    with Studio(path) as studio:
        kept = [f"c-kept-{number}" for number in range(LOST)]
        studio.execute([create("FileComponent", id=one, name="plate") for one in kept])
        for number in range(LOST):
            leave(studio, kept[number], hours=48)
            leave(studio, f"c-lost-{number}", hours=48)
        for number in range(20):
            begun(studio, f"c-begun-{number}", hours=48)
        leave(studio, "c-young", hours=1)
        (studio.files.folder / "collected").touch()
    command = [sys.executable, "-c", COLLECTS, str(path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    running = [subprocess.Popen(command, text=True, **pipes) for _ in range(PROCESSES)]
    for process in running:
        assert process.stdout.readline() == "ready\n"
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in running:
        assert process.communicate(timeout=60) == ("", "")
        assert process.returncode == 0
    with Studio(path) as studio:
        files = studio.files
        assert all(map(files.has, kept))
        assert not any(files.has(f"c-lost-{number}") for number in range(LOST))
        assert files.has("c-young")
        assert list((files.folder / "parts").iterdir()) == []


def test_a_part_is_kept_although_another_process_removes_its_empty_folder(tmp_path, monkeypatch):
    replace, folders = Path.replace, []

    def another_was_faster(source, target):
        if not folders:
            folders.append(target.parent)
            target.parent.rmdir()
        return replace(source, target)

    with Studio(tmp_path / "studio.db") as studio:
        monkeypatch.setattr(Path, "replace", another_was_faster)
        begun(studio, "c1", hours=0)
        assert folders
        assert [path.read_bytes() for path in folders[0].iterdir()] == [b"some"]


def test_a_folder_that_goes_while_it_is_looked_through_is_no_error(tmp_path, monkeypatch):
    with Studio(tmp_path / "studio.db") as studio:
        for number in range(3):
            begun(studio, f"c{number}", hours=48)
        parts = studio.files.folder / "parts"
        scandir, gone = os.scandir, []

        def another_was_faster(path):
            inner = Path(path)
            if inner.parent == parts and not gone:
                gone.append(inner)
                for file in inner.iterdir():
                    file.unlink()
                with suppress(OSError):
                    inner.rmdir()
            return scandir(path)

        monkeypatch.setattr(os, "scandir", another_was_faster)
        assert studio.files.remove_unfinished(older_than=3600) == 2
        assert gone
        assert list(parts.iterdir()) == []
