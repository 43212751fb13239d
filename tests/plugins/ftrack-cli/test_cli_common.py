"""What all commands that use a server have in common: options, errors, ends, and no secrets."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from ftrack_cli.commands import find_commands

TASK = 'name is lighting and parent.name is "sq010_sh0010"'
COMMANDS = {
    "query": ["query", "select name from Task"],
    "get": ["get", "Project", "crooked_quarry"],
    "create": ["create", "Disk", "name=new"],
    "set": ["set", "Project", "crooked_quarry", "full_name=Other"],
    "delete": ["delete", "Task", TASK, "--yes"],
    "types": ["types"],
    "shell": ["shell", "-c", "print(session.query('Project').one()['name'])"],
    "doctor": ["doctor"],
}
EACH = pytest.mark.parametrize("command", COMMANDS.values(), ids=list(COMMANDS))
BUT_THE_DOCTOR = pytest.mark.parametrize(
    "command", list(COMMANDS.values())[:-1], ids=list(COMMANDS)[:-1]
)


def test_each_command_is_a_module_of_its_name():
    found = {one.name for one in find_commands()}
    assert found == {*COMMANDS, "demo", "plugins"}


@pytest.mark.parametrize("name", sorted(one.name for one in find_commands()))
def test_the_help_has_every_option_and_examples_and_fits(name, run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    done = run(name, "--help")
    assert done.status == 0
    assert "\nExamples:\n  ftrack " in done.out
    (command,) = (one for one in find_commands() if one.name == name)
    assert command.examples
    for argument in command.arguments:
        assert argument.help
        assert argument.name.removeprefix("--").lower() in done.out.lower()
    options = done.out.partition("Examples:")[0]
    assert max(map(len, options.splitlines())) <= 80


class TestConnection:
    @EACH
    def test_the_environment_says_where_and_who(self, command, place, run):
        done = run(*command)
        assert (done.status, done.err) == (0, "")
        assert done.out

    @EACH
    def test_options_win_over_the_environment(self, command, served, run, monkeypatch):
        monkeypatch.setenv("FTRACK_SERVER", "http://127.0.0.1:1")
        monkeypatch.setenv("FTRACK_API_USER", "nobody")
        done = run(*command, "--server", served.url, "--user", "admin")
        assert (done.status, done.err) == (0, "")

    @BUT_THE_DOCTOR
    def test_no_server_is_a_wrong_use(self, command, run):
        done = run(*command)
        assert (done.status, done.out) == (2, "")
        assert (
            done.error
            == "error: no server: neither --server nor FTRACK_SERVER says where to connect"
        )
        assert done.hint.startswith("--server https://")

    @BUT_THE_DOCTOR
    def test_nobody_answers(self, command, run, monkeypatch):
        monkeypatch.setenv("FTRACK_API_KEY", "a-key-of-nobody")
        done = run(*command, "--server", "http://127.0.0.1:1")
        assert (done.status, done.out) == (1, "")
        assert done.error.startswith("error: no connection to http://127.0.0.1:1")
        assert "ftrack doctor" in done.hint
        assert len(done.err.splitlines()) == 2

    @BUT_THE_DOCTOR
    def test_a_wrong_key(self, command, served, run, monkeypatch):
        monkeypatch.setenv("FTRACK_API_KEY", "wrong-key-wrong-key")
        done = run(*command)
        assert (done.status, done.out) == (1, "")
        assert "key" in done.error
        assert done.hint.startswith("FTRACK_API_USER and FTRACK_API_KEY say who connects")
        assert "wrong-key-wrong-key" not in done.err

    @BUT_THE_DOCTOR
    def test_no_key(self, command, served, run, monkeypatch):
        monkeypatch.delenv("FTRACK_API_KEY")
        done = run(*command)
        assert (done.status, done.out) == (1, "")
        assert done.hint.startswith("FTRACK_API_KEY is not set")

    @EACH
    def test_a_broken_plugin_in_a_folder_is_told_and_left_out(
        self, command, embedded, run, tmp_path
    ):
        folder = tmp_path / "plugins"
        folder.mkdir()
        (folder / "broken.py").write_text("import nothing_of_this_name\n")
        done = run(*command, "--plugin-folder", str(folder))
        assert done.status == 0
        assert "warning: plugin not taken: broken" in done.err

    @EACH
    def test_plugins_of_a_folder_are_used(self, command, embedded, run, tmp_path):
        folder = tmp_path / "plugins"
        folder.mkdir()
        (folder / "counting.py").write_text(
            "import pathlib\n"
            "from ftrack_core import hookimpl\n"
            "@hookimpl(wrapper=True)\n"
            "def ftrack_execute_batch():\n"
            "    pathlib.Path(__file__).with_suffix('.seen').touch()\n"
            "    return (yield)\n"
        )
        assert run(*command, "--plugin-folder", str(folder)).status == 0
        assert (folder / "counting.seen").exists()


class TestSecrets:
    @EACH
    def test_the_key_is_nowhere(self, command, served, process):
        for arguments in (
            command,
            [*command, "--debug"],
            [*command, "--debug", "--server", "http://127.0.0.1:1"],
            [*command, "--debug", "--user", "nobody"],
        ):
            done = process(*arguments)
            assert served.key not in done.out
            assert served.key not in done.err


class TestEnds:
    @EACH
    def test_a_reader_that_goes_away_is_no_error(self, command, embedded):
        reading, writing = os.pipe()
        started = subprocess.Popen(
            [sys.executable, "-m", "ftrack_cli", *command], stdout=writing, stderr=subprocess.PIPE
        )
        os.close(writing)
        os.close(reading)
        _, errors = started.communicate(timeout=120)
        assert (started.returncode, errors) == (0, b"")

    def test_help_for_a_reader_that_goes_away(self, embedded):
        for arguments in (["--help"], ["query", "--help"]):
            reading, writing = os.pipe()
            started = subprocess.Popen(
                [sys.executable, "-m", "ftrack_cli", *arguments],
                stdout=writing,
                stderr=subprocess.PIPE,
            )
            os.close(writing)
            os.close(reading)
            _, errors = started.communicate(timeout=120)
            assert (started.returncode, errors) == (0, b"")

    def test_ctrl_c_ends_with_130_and_one_line(self, served):
        # Naps: Python misses a signal that comes when it has looked for one and not yet slept.
        code = "import time\nprint('begun', flush=True)\nfor _ in range(600): time.sleep(0.1)"
        with subprocess.Popen(
            [sys.executable, "-m", "ftrack_cli", "shell", "-c", code],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as started:
            assert started.stdout.readline() == "begun\n"
            started.send_signal(signal.SIGINT)
            _, errors = started.communicate(timeout=60)
        assert (started.returncode, errors) == (130, "ftrack: interrupted\n")

    @EACH
    def test_nothing_is_waited_for_visibly_where_nobody_looks(self, command, embedded, process):
        assert process(*command).err == ""


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        (["get"], "TYPE"),
        (["get", "Task"], "KEY"),
        (["create"], "TYPE"),
        (["set", "Task"], "KEY"),
        (["delete", "Task"], "KEY"),
        (["query"], "EXPRESSION"),
    ],
)
def test_an_argument_that_is_missing_is_named(embedded, run, words, missing):
    done = run(*words)
    assert done.status == 2
    assert missing in done.err
