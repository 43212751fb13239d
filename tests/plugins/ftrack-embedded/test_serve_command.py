"""``ftrack serve``: a studio behind HTTP as a process of its own, until somebody ends it."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
from ftrack_embedded import Caller, Studio, plugin
from ftrack_embedded.serve import serve
from operations import create

PROGRAM = """
import json, sys
from ftrack_embedded import plugin
from ftrack_embedded.serve import serve
(command,) = plugin.ftrack_commands()
sys.exit(command.run(**json.loads(sys.argv[1])))
"""
BREAKS = (
    """
from ftrack_embedded.http import answer

def fail(operations):
    raise RuntimeError("a bug")

answer.writes = fail
"""
    + PROGRAM
)
UPLOAD = {
    "action": "get_upload_metadata",
    "component_id": "c1",
    "file_name": "plate.bin",
    "file_size": 1,
}
PROJECT = {"id": "p1", "name": "orbit"}
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")


def command_line(**arguments):
    """The command as the command line calls it: every option by name."""
    defaults = {
        argument.name.lstrip("-").replace("-", "_"): argument.default
        for argument in plugin.ftrack_commands()[0].arguments
    }
    return [sys.executable, "-c", PROGRAM, json.dumps(defaults | arguments)]


class Served:
    """A server that runs, and what it has said about itself."""

    def __init__(self, process):
        self.process = process
        self.lines = [process.stdout.readline().rstrip("\n") for _ in range(4)]
        words = [shlex.split(line) for line in self.lines[1:]]
        self.environment = dict(word[1].split("=", 1) for word in words)
        self.url = self.environment["FTRACK_SERVER"]

    def query(self, expression):
        (answer,) = self.call({"action": "query", "expression": expression})
        return answer["data"]

    def call(self, *operations):
        headers = {
            "Content-Type": "application/json",
            "ftrack-user": self.environment["FTRACK_API_USER"],
            "ftrack-api-key": self.environment["FTRACK_API_KEY"],
        }
        body = json.dumps(operations).encode()
        request = urllib.request.Request(f"{self.url}/api", body, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def kept(self, data):
        """Upload *data* and return what is then fetched."""
        component = {"id": "c1", "name": "plate"}
        (told, _) = self.call(
            UPLOAD | {"file_size": len(data)},
            {"action": "create", "entity_type": "FileComponent", "entity_data": component},
        )
        put = urllib.request.Request(told["url"], data, told["headers"], method="PUT")
        urllib.request.urlopen(put, timeout=30).close()
        who = {
            "id": "c1",
            "username": self.environment["FTRACK_API_USER"],
            "apiKey": self.environment["FTRACK_API_KEY"],
        }
        address = f"{self.url}/component/get?{urllib.parse.urlencode(who)}"
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.read()

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        output, errors = self.process.communicate(timeout=30)
        assert (output, errors) == ("", "")
        return self.process.returncode


@contextmanager
def serving(**arguments):
    """Serve until the block ends, however it ends."""
    with subprocess.Popen(
        command_line(**arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Served(process)
        finally:
            process.kill()


def refused(**arguments):
    """The one line that says why nothing is served."""
    done = subprocess.run(
        command_line(**arguments), capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    return line


@pytest.fixture
def told(capsys):
    """The same, without the price of a process."""

    def run(**arguments):
        assert serve(**arguments) == 1
        output = capsys.readouterr()
        assert output.out == ""
        (line,) = output.err.splitlines()
        assert line.startswith("error: ")
        return line

    return run


def test_the_options_are_those_that_the_help_tells():
    (command,) = plugin.ftrack_commands()
    named = {argument.name: argument for argument in command.arguments}
    assert list(named) == [
        "--database",
        "--files",
        "--seed",
        "--host",
        "--port",
        "--origin",
        "--api-user",
        "--api-key",
    ]
    assert named["--seed"].choices == ("empty", "default", "demo")
    assert named["--port"].type is int


@UNIX
@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"])
def test_it_says_where_it_is_and_who_may_come_in_and_ends_on_a_signal(number):
    with serving() as served:
        ready, *exported = served.lines
        assert re.fullmatch(r"ftrack server ready at http://127\.0\.0\.1:\d+", ready)
        assert ready.endswith(served.url)
        assert [line.split("=")[0] for line in exported] == [
            "export FTRACK_SERVER",
            "export FTRACK_API_USER",
            "export FTRACK_API_KEY",
        ]
        assert served.environment["FTRACK_API_USER"] == "admin"
        assert [user["username"] for user in served.query("select username from User")] == ["admin"]
        assert served.end(getattr(signal, number)) == 0


@UNIX
def test_it_ends_at_once_although_a_client_keeps_its_connection():
    with serving() as served:
        host, port = served.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=30) as idle:
            idle.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert idle.recv(100).startswith(b"HTTP/1.1 200")
            assert served.end() == 0


@UNIX
def test_a_second_signal_ends_it_whatever_is_under_way(tmp_path):
    database = str(tmp_path / "studio.db")
    with serving(database=database) as served, Studio(database) as studio:
        with studio.writing(Caller()), ThreadPoolExecutor(1) as pool:
            # Its thread waits for the database, longer than anybody wants to.
            pool.submit(served.call, create("Scope", name="never"))
            assert served.query("User")
            served.process.send_signal(signal.SIGTERM)
            served.process.send_signal(signal.SIGINT)
            assert served.process.wait(30) in (128 + signal.SIGTERM, 128 + signal.SIGINT)
        assert served.process.communicate() == ("", "")
        assert (
            studio.execute([{"action": "query", "expression": "Scope where name is never"}])[0][
                "data"
            ]
            == []
        )


@UNIX
def test_what_goes_wrong_in_it_is_told_on_standard_error_with_its_trace():
    command = [sys.executable, "-c", BREAKS, json.dumps({"api_key": "key"})]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        served = Served(process)
        for _ in range(2):
            answer = served.call({"action": "query", "expression": "User"})
            assert answer["exception"] == "InternalError"
            assert "a bug" not in answer["content"]
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert errors.count("ERROR A batch could not be answered.") == 2
    assert errors.count("Traceback") == 2
    assert errors.count("RuntimeError: a bug") == 2
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", errors)


@UNIX
def test_a_database_file_stays(tmp_path):
    file = tmp_path / "studio.db"
    with serving(database=str(file), seed="demo", api_key="the first") as served:
        (project,) = served.query("Project")
        served.end()
    assert file.exists()
    with serving(database=f"sqlite:///{file}", api_key="the second") as served:
        assert served.query("Project") == [project]
        assert served.query("Task") != []
        served.end()


@UNIX
def test_uploaded_files_are_kept_in_the_folder_that_is_named(tmp_path):
    with serving(database=str(tmp_path / "studio.db"), files=str(tmp_path / "kept")) as served:
        assert served.kept(b"some bytes") == b"some bytes"
        served.end()
    objects = (tmp_path / "kept" / "objects").rglob("*")
    assert [path.read_bytes() for path in objects if path.is_file()] == [b"some bytes"]
    assert not (tmp_path / "studio.db.files").exists()


@UNIX
def test_a_studio_in_postgresql_keeps_files_where_a_folder_is_named(postgresql, tmp_path):
    database = postgresql.empty_database()
    with serving(database=database) as served:
        assert "keeps no files" in served.call(UPLOAD)["content"]
        served.end()
    with serving(database=database, files=str(tmp_path)) as served:
        assert served.kept(b"some bytes") == b"some bytes"
        served.end()


@UNIX
def test_user_and_key_may_be_given_and_the_user_is_made_where_there_is_none():
    key = "a 'secret' $key"
    with serving(seed="empty", api_user="ann lee", api_key=key) as served:
        assert served.environment["FTRACK_API_USER"] == "ann lee"
        assert served.environment["FTRACK_API_KEY"] == key
        assert [user["username"] for user in served.query("select username from User")] == [
            "ann lee"
        ]
        assert served.end() == 0


@UNIX
def test_a_user_who_is_known_in_other_letters_is_that_user():
    with serving(api_user="ADMIN") as served:
        assert served.environment["FTRACK_API_USER"] == "admin"
        assert [user["username"] for user in served.query("select username from User")] == ["admin"]
        assert served.end() == 0


def test_a_user_who_cannot_sign_in_is_told(told, tmp_path):
    file = tmp_path / "studio.db"
    with Studio(file) as studio:
        person = {"username": "ann", "is_active": False}
        studio.execute([{"action": "create", "entity_type": "User", "entity_data": person}])
    line = told(database=str(file), api_user="ann")
    assert "ann is deactivated" in line
    assert "--api-user" in line


@UNIX
@pytest.mark.parametrize("seed", ["empty", "default"])
def test_without_a_key_a_new_one_is_made(seed):
    with serving(seed=seed) as served:
        assert served.query("User")
        assert len(served.environment["FTRACK_API_KEY"]) > 20
        served.end()


def test_a_port_in_use_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = refused(port=port)
    assert f"port {port} of 127.0.0.1 is in use" in line
    assert "--port 0 takes a free one" in line


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_cannot_be_is_told(told, port):
    assert f"there is no port {port}" in told(port=port)


def test_a_host_of_another_machine_is_told(told):
    line = told(host="192.0.2.1")
    assert "192.0.2.1" in line
    assert "--host 127.0.0.1" in line


def test_a_host_that_nobody_knows_is_told(told):
    line = told(host="nowhere.invalid")
    assert line.startswith("error: cannot listen on nowhere.invalid: ")
    assert "Errno" not in line


@pytest.mark.parametrize("host", ["", " "])
def test_a_host_without_a_name_is_told(told, host):
    line = told(host=host)
    assert "--host is empty" in line
    assert "0.0.0.0" in line


@UNIX
def test_who_listens_everywhere_is_told_an_address_that_a_client_can_use():
    with serving(host="0.0.0.0") as served:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", served.url)
        assert served.lines[0] == (
            f"ftrack server ready at {served.url} and at every address of this machine"
        )
        assert served.query("User")
        assert served.end() == 0


def test_a_folder_that_does_not_exist_is_told(tmp_path):
    line = refused(database=str(tmp_path / "shows" / "studio.db"))
    assert f"the folder {tmp_path / 'shows'} does not exist" in line
    assert "make it first" in line


def test_a_folder_in_place_of_a_file_is_told(told, tmp_path):
    line = told(database=str(tmp_path))
    assert f"{tmp_path} is a folder" in line
    assert "studio.db" in line


@pytest.fixture
def read_only(tmp_path):
    """A folder with a studio that this user can only read; for root only a mounted one is."""
    folder = tmp_path / "archive"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    is_root = os.name == "posix" and os.geteuid() == 0
    if is_root and subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    Studio(folder / "studio.db").close()
    if is_root:
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    else:
        (folder / "studio.db").chmod(0o444)
        folder.chmod(0o555)
    yield folder
    if is_root:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
    else:
        folder.chmod(0o755)


@UNIX
def test_a_database_that_can_only_be_read_is_told(told, read_only):
    line = told(database=str(read_only / "studio.db"))
    assert f"{read_only / 'studio.db'} can only be read" in line
    assert "make it writable" in line


@UNIX
def test_a_folder_where_nothing_can_be_written_is_told(told, read_only):
    line = told(database=str(read_only / "new.db"))
    assert f"nothing into the folder {read_only}" in line


def test_a_file_in_place_of_the_folder_for_files_is_told(told, tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("of some value")
    line = told(files=str(file))
    assert f"{file} is no folder" in line
    assert "--files" in line


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("not a database, but of some value\n" * 100)
    line = refused(database=str(file))
    assert str(file) in line
    assert "not a database" in line
    assert "Give --database" in line
    assert file.read_text().startswith("not a database, but of some value")


def test_a_database_of_another_program_is_told(told, tmp_path):
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("create table orders (id integer)")
    connection.close()
    line = told(database=str(file))
    assert str(file) in line
    assert "another program" in line


@pytest.mark.parametrize(
    "url",
    ["nosuchthing://ann:secret@nowhere/studio", "://secret", "mysql://ann:secret@host/studio"],
)
def test_a_database_url_that_nothing_understands_is_told_without_its_password(told, url):
    line = told(database=url)
    assert "postgresql://user@host/database" in line
    assert "secret" not in line


def test_a_database_server_that_does_not_answer_is_told_without_its_password(told):
    pytest.importorskip("psycopg", reason="PostgreSQL is not installed: its driver psycopg")
    line = told(database="postgresql://ann:secret@127.0.0.1:1/studio")
    assert "secret" not in line
    assert "Check that the database server runs" in line
    assert "folder" not in line


@pytest.mark.parametrize(("seed", "hint"), [("defualt", "Did you mean 'default'?"), ("", "demo")])
def test_a_seed_that_does_not_exist_is_told(told, seed, hint):
    line = told(seed=seed)
    assert f"There is no seed {seed!r}" in line
    assert hint in line


@pytest.mark.parametrize("origin", ["pipeline.example.com", "*"])
def test_an_origin_that_cannot_be_one_is_told(told, origin):
    assert f"{origin!r} is no origin of pages" in told(origin=(origin,))


# --- several at once ---------------------------------------------------------------------------


@UNIX
def test_several_servers_of_one_file_take_turns_and_lose_nothing(tmp_path):
    database = str(tmp_path / "studio.db")
    users, shots = 4, 25
    with serving(database=database) as one, serving(database=database) as other:
        one.call({"action": "create", "entity_type": "Project", "entity_data": PROJECT})

        def work(number):
            served = (one, other)[number % 2]
            for shot in range(shots):
                name = f"{number}-{shot}"
                data = {"id": name, "name": name, "parent_id": "p1"}
                change = {"metadata": [], "description": name}
                key = {"entity_type": "Shot", "entity_key": [name]}
                answers = served.call(
                    {"action": "create", "entity_type": "Shot", "entity_data": data},
                    {"action": "update", "entity_data": change, **key},
                    {
                        "action": "query",
                        "expression": f"select description from Shot where id is '{name}'",
                    },
                )
                assert answers[2]["data"][0]["description"] == name, answers
                assert len(served.query("select name from Shot where name like '0-%'")) <= shots

        with ThreadPoolExecutor(users) as pool:
            list(pool.map(work, range(users)))
        expected = sorted(f"{number}-{shot}" for number in range(users) for shot in range(shots))
        for served in (one, other):
            assert sorted(row["name"] for row in served.query("select name from Shot")) == expected
        assert (one.end(), other.end()) == (0, 0)


@UNIX
def test_a_second_server_uses_the_keys_and_files_of_the_first(tmp_path):
    database = str(tmp_path / "studio.db")
    with serving(database=database) as one, serving(database=database) as other:
        assert one.kept(b"some bytes") == b"some bytes"
        other.environment["FTRACK_API_KEY"] = one.environment["FTRACK_API_KEY"]
        assert len(other.query("FileComponent where id is c1")) == 1
        address = other.query("select component_locations.url from FileComponent")
        assert address
        assert (one.end(), other.end()) == (0, 0)


@UNIX
def test_a_server_that_is_killed_leaves_the_others_at_work(tmp_path):
    database = str(tmp_path / "studio.db")
    with serving(database=database) as one, serving(database=database) as other:
        one.call({"action": "create", "entity_type": "Project", "entity_data": PROJECT})
        one.process.kill()
        one.process.wait(30)
        assert len(other.query("Project")) == 1
        other.call({"action": "create", "entity_type": "Project", "entity_data": {"name": "next"}})
        assert other.end() == 0
