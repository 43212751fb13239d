"""Commands in groups, and what plugins tell the doctor of themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from ftrack_cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

FARM = """
from ftrack_core import Argument, Command, hookimpl


def start(nodes):
    print(f"{nodes} nodes")
    return 3


@hookimpl
def ftrack_commands():
    return [
        Command("farm start", "Start it.", start, (Argument("--nodes", "How many.", int, 1),)),
        Command("farm jobs list", "List jobs.", lambda: print("none") or 0),
    ]
"""

EXAMINED = """
from ftrack_core import Finding, Verdict, hookimpl


@hookimpl
def ftrack_examine():
    yield Finding("storage", Verdict.{verdict}, "/mnt/prod says\\n hello", "mount it")
"""


@pytest.fixture(autouse=True)
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "plugins"
    folder.mkdir()
    (folder / "farm.py").write_text(FARM)
    monkeypatch.setenv("FTRACK_PLUGIN_PATH", str(folder))
    return folder


class TestGroups:
    def test_a_name_of_two_words_is_a_command_of_a_group(self, capsys):
        assert main(["farm", "start", "--nodes", "4"]) == 3
        assert capsys.readouterr().out == "4 nodes\n"

    def test_groups_lie_in_groups(self, capsys):
        assert main(["farm", "jobs", "list"]) == 0
        assert capsys.readouterr().out == "none\n"

    def test_the_help_lists_the_group_with_its_commands(self, capsys):
        assert main(["--help"]) == 0
        shown = capsys.readouterr().out
        assert "\n  farm     Commands: jobs, start.\n" in shown
        assert "farm start" not in shown

    @pytest.mark.parametrize("arguments", [["farm"], ["farm", "--help"]])
    def test_a_group_alone_lists_its_commands(self, capsys, arguments):
        main(arguments)
        captured = capsys.readouterr()
        assert "Start it." in captured.out + captured.err

    def test_the_usage_names_all_words(self, capsys):
        assert main(["farm", "start", "--help"]) == 0
        assert capsys.readouterr().out.startswith("Usage: ftrack farm start [OPTIONS]")

    def test_an_unknown_command_of_a_group_offers_the_nearest(self, capsys):
        assert main(["farm", "stert"]) == 2
        lines = capsys.readouterr().err.splitlines()
        assert "there is no command 'stert'. Did you mean 'start'?" in lines[0]
        assert lines[1] == "hint: ftrack farm --help says what there is"

    def test_a_command_is_no_group(self, plugins, capsys, caplog):
        (plugins / "plain.py").write_text(
            "from ftrack_core import Command, hookimpl\n"
            "@hookimpl\n"
            "def ftrack_commands():\n"
            "    return [Command('farm', 'All of it.', lambda: 5)]\n"
        )
        assert main(["farm"]) == 5
        assert "farm start is left out: farm is a command, no group" in capsys.readouterr().err


class TestTheDoctorAsksPlugins:
    @pytest.mark.parametrize(("verdict", "status"), [("OK", 0), ("WARNING", 0), ("FAILS", 1)])
    def test_what_they_say_is_shown_and_counts(self, plugins, embedded, run, verdict, status):
        (plugins / "examined.py").write_text(EXAMINED.format(verdict=verdict))
        done = run("doctor", "--format", "json")
        assert done.status == status
        assert {
            "check": "storage",
            "verdict": verdict.lower(),
            "message": "/mnt/prod says hello",
            "advice": "mount it",
        } in json.loads(done.out)

    def test_the_one_that_raises_is_named_and_the_doctor_goes_on(self, plugins, embedded, run):
        (plugins / "examined.py").write_text(EXAMINED.format(verdict="GOOD"))
        done = run("doctor", "--format", "json")
        told = [one for one in json.loads(done.out) if "not examined" in one["message"]]
        assert done.status == 0
        assert "examined" in told[0]["message"]
        assert told[0]["advice"] == "FTRACK_PLUGINS_BLOCK=examined leaves it out"
        assert any(one["check"] == "schemas" for one in json.loads(done.out))
