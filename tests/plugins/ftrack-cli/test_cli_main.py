"""The ``ftrack`` command: its sub-commands come from plugins, its errors are one line each."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from ftrack_cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

GREETING = """
from ftrack_core import Argument, Command, hookimpl


def greet(name, times, loud=False, tone="warm", note=()):
    text = f"{tone} hello {name}"
    for _ in range(times):
        print(text.upper() if loud else text, *note)
    return 7 if loud else 0


@hookimpl
def ftrack_commands():
    return [
        Command(
            "greet",
            "Say hello.",
            run=greet,
            arguments=(
                Argument("name", "Who is greeted.", required=True),
                Argument("--times", "How often.", int, 1),
                Argument("--loud", "In capitals.", bool),
                Argument("--tone", "How it sounds.", default="warm", choices=("warm", "cold")),
                Argument("--note", "Added at the end.", multiple=True),
            ),
            examples=("ftrack greet Ada --times 2",),
        )
    ]
"""


def command_raising(expression: str) -> str:
    """Return the source of a plugin whose command ``fail`` raises what *expression* makes."""
    return f"""
from ftrack_core import Command, hookimpl
from ftrack_core import errors


def fail():
    raise {expression}


@hookimpl
def ftrack_commands():
    return [Command("fail", "Always fails.", run=fail)]
"""


@pytest.fixture(autouse=True)
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of local plugins that the command line looks into."""
    folder = tmp_path / "plugins"
    folder.mkdir()
    monkeypatch.setenv("FTRACK_PLUGIN_PATH", str(folder))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("FTRACK_PLUGINS_BLOCK", raising=False)
    monkeypatch.delenv("FTRACK_DEBUG", raising=False)
    return folder


@pytest.fixture
def greeting(plugins: Path) -> Path:
    path = plugins / "greeting.py"
    path.write_text(GREETING)
    return path


class TestCommandsOfPlugins:
    def test_the_help_lists_what_plugins_add(self, greeting, capsys):
        assert main(["--help"]) == 0
        shown = capsys.readouterr().out
        for name in ("demo", "plugins", "serve", "greet"):
            assert f"\n  {name} " in shown
        assert "Say hello." in shown

    def test_without_arguments_it_shows_the_help(self, capsys):
        assert main([]) == 0
        assert capsys.readouterr().out.startswith("Usage: ftrack")

    def test_a_command_gets_its_arguments_by_name_and_with_their_types(self, greeting, capsys):
        assert main(["greet", "Ada", "--times", "2", "--note", "a", "--note", "b"]) == 0
        assert capsys.readouterr().out == "warm hello Ada a b\nwarm hello Ada a b\n"

    def test_what_a_command_returns_is_the_exit_status(self, greeting):
        assert main(["greet", "Ada", "--loud"]) == 7

    def test_the_help_of_a_command_has_arguments_choices_defaults_and_examples(
        self, greeting, capsys
    ):
        assert main(["greet", "--help"]) == 0
        shown = capsys.readouterr().out
        assert "NAME  Who is greeted." in shown
        assert "[warm|cold]" in shown
        assert "[default: 1]" in shown
        assert shown.endswith("Examples:\n  ftrack greet Ada --times 2\n")

    def test_a_value_that_is_no_choice_is_a_wrong_use(self, greeting, capsys):
        assert main(["greet", "Ada", "--tone", "blue"]) == 2
        lines = capsys.readouterr().err.splitlines()
        assert "'blue' is not one of" in lines[0]
        assert lines[1] == "hint: ftrack greet --help says what there is"

    def test_an_unknown_command_offers_the_nearest(self, capsys):
        assert main(["dmeo"]) == 2
        first, hint = capsys.readouterr().err.splitlines()
        assert first.startswith("error: there is no command 'dmeo'. Did you mean 'demo'?")
        assert hint == "hint: ftrack --help says what there is"

    def test_the_version_tells_that_of_the_kernel_too(self, capsys):
        assert main(["--version"]) == 0
        shown = capsys.readouterr().out
        assert shown.startswith("ftrack 0.")
        assert "ftrack-core 0." in shown


class TestErrors:
    def fail(self, plugins: Path, capsys, expression: str) -> tuple[int, list[str]]:
        (plugins / "failing.py").write_text(command_raising(expression))
        status = main(["fail"])
        return status, capsys.readouterr().err.splitlines()

    def test_an_error_of_the_library_is_one_line_and_a_hint(self, plugins, capsys):
        status, lines = self.fail(plugins, capsys, "errors.LocationError('no such\\n place')")
        assert status == 1
        assert lines == [
            "error: no such place",
            "hint: --debug shows where it arose",
        ]

    def test_a_long_error_is_not_broken_into_lines(self, plugins, capsys):
        _, lines = self.fail(plugins, capsys, "errors.EntityError('word ' * 100)")
        assert len(lines) == 2

    def test_a_query_that_does_not_parse_shows_the_place(self, plugins, capsys):
        fault = "errors.QuerySyntaxError('Task whree', 5, 'expected where')"
        status, lines = self.fail(plugins, capsys, fault)
        assert status == 1
        assert lines[0] == "error: expected where at position 5: Task >>>whree"
        assert lines[1].startswith("hint: >>> stands before")

    def test_any_other_exception_is_told_with_its_class(self, plugins, capsys):
        status, lines = self.fail(plugins, capsys, "ZeroDivisionError('by zero')")
        assert (status, lines[0]) == (1, "error: ZeroDivisionError: by zero")

    def test_what_looks_like_markup_is_shown_as_it_is(self, plugins, capsys):
        _, lines = self.fail(plugins, capsys, "errors.EntityError('[bold]x[/bold] :smile:')")
        assert lines[0] == "error: [bold]x[/bold] :smile:"

    def test_debugging_shows_the_traceback_first(self, plugins, capsys, monkeypatch):
        monkeypatch.setenv("FTRACK_DEBUG", "1")
        status, lines = self.fail(plugins, capsys, "errors.EntityError('broken')")
        assert status == 1
        assert lines[0].startswith("Traceback")
        assert "error: broken" in lines

    @pytest.mark.parametrize("arguments", [["--debug", "fail"], ["fail", "--debug"]])
    def test_debugging_can_be_asked_for_before_and_behind_the_command(
        self, arguments, plugins, capsys
    ):
        (plugins / "failing.py").write_text(command_raising("errors.EntityError('broken')"))
        assert main(arguments) == 1
        assert capsys.readouterr().err.startswith("Traceback")

    def test_a_key_in_an_error_is_not_shown(self, plugins, capsys, monkeypatch):
        monkeypatch.setenv("FTRACK_API_KEY", "secret-key-of-ada")
        monkeypatch.setenv("FTRACK_DEBUG", "1")
        fault = "errors.EntityError('refused: secret-key-of-ada')"
        _, lines = self.fail(plugins, capsys, fault.replace("-of-", "-' 'of-"))
        assert "error: refused: ********" in lines
        assert not any("secret-key-of-ada" in line for line in lines)

    def test_what_acts_on_a_terminal_is_made_harmless(self, plugins, capsys):
        _, lines = self.fail(plugins, capsys, "errors.EntityError('a\\x1b[2Jb')")
        assert lines[0] == r"error: a\x1b[2Jb"

    def test_ctrl_c_ends_with_status_130(self, plugins, capsys):
        status, lines = self.fail(plugins, capsys, "KeyboardInterrupt")
        assert status == 130
        assert lines[-1] == "ftrack: interrupted"

    def test_warnings_of_the_library_are_one_line_each_and_told_once(self, plugins, capsys):
        (plugins / "warning.py").write_text(
            command_raising("errors.EntityError('x')").replace(
                "    raise",
                "    import logging\n"
                "    for name in ('ftrack_core.work', 'ftrack_core.work', 'watchdog'):\n"
                "        logging.getLogger(name).warning('slow\\nserver of %s', name)\n"
                "    raise",
            )
        )
        assert main(["fail"]) == 1
        shown = capsys.readouterr().err
        assert shown.count("warning: slow server of ftrack_core.work\n") == 1
        assert "watchdog" not in shown

    def test_no_handler_stays_behind(self, greeting):
        before = list(logging.getLogger().handlers)
        main(["greet", "Ada"])
        assert logging.getLogger().handlers == before


BROKEN = {
    "does not import": "import nothing_of_this_name",
    "is no Python": "def (",
    "ends the process": "import sys\nsys.exit(3)",
    "misspells a hook": (
        "from ftrack_core import hookimpl\n@hookimpl\ndef ftrack_comands():\n    return []\n"
    ),
    "raises when asked": (
        "from ftrack_core import hookimpl\n@hookimpl\ndef ftrack_commands():\n    return [1 / 0]\n"
    ),
    "raises an error of ours when asked": (
        "from ftrack_core import hookimpl, FtrackError\n"
        "@hookimpl\ndef ftrack_commands():\n    raise FtrackError('not today')\n"
    ),
    "ends the process when asked": (
        "from ftrack_core import hookimpl\n"
        "@hookimpl\ndef ftrack_commands():\n    raise SystemExit(3)\n"
    ),
    "answers no commands": (
        "from ftrack_core import hookimpl\n@hookimpl\ndef ftrack_commands():\n    return ['x']\n"
    ),
    "takes a name that is taken": GREETING,
}


class TestBrokenPlugins:
    @pytest.mark.parametrize("kind", BROKEN)
    def test_a_plugin_that_is_skipped_leaves_the_others_alone(
        self, kind, plugins, greeting, capsys
    ):
        (plugins / "zz_broken.py").write_text(BROKEN[kind])
        assert main(["greet", "Ada"]) == 0
        captured = capsys.readouterr()
        assert captured.out == "warm hello Ada\n"
        assert "Traceback" not in captured.err
        assert [line.split(":")[0] for line in captured.err.splitlines()] == ["warning"]

    def test_one_that_does_not_name_itself_is_found_beside_another_broken_one(
        self, plugins, greeting, capsys
    ):
        (plugins / "aa_broken.py").write_text(BROKEN["raises when asked"])
        (plugins / "zz_broken.py").write_text(BROKEN["ends the process when asked"])
        assert main(["greet", "Ada"]) == 0
        warnings = capsys.readouterr().err
        assert "aa_broken in ftrack_commands: ZeroDivisionError" in warnings
        assert "zz_broken in ftrack_commands: SystemExit: 3" in warnings

    def test_a_command_with_impossible_arguments_is_left_out(self, plugins, greeting, capsys):
        (plugins / "odd.py").write_text(
            GREETING.replace('"greet"', '"odd"').replace('"--times"', "None")
        )
        assert main(["--help"]) == 0
        captured = capsys.readouterr()
        assert "greet" in captured.out
        assert "\n  odd" not in captured.out
        assert "warning: command odd is left out" in captured.err

    def test_a_blocked_plugin_adds_nothing(self, greeting, monkeypatch, capsys):
        monkeypatch.setenv("FTRACK_PLUGINS_BLOCK", "greeting")
        assert main(["greet", "Ada"]) == 2

    def test_blocking_an_unknown_plugin_is_one_line(self, monkeypatch, capsys):
        monkeypatch.setenv("FTRACK_PLUGINS_BLOCK", "embeded")
        assert main(["plugins"]) == 1
        assert "Did you mean 'embedded'?" in capsys.readouterr().err.splitlines()[0]


class TestPluginsCommand:
    def test_it_lists_order_name_tier_version_distribution_and_hooks(self, greeting, capsys):
        assert main(["plugins"]) == 0
        header, *lines = [line.split() for line in capsys.readouterr().out.splitlines()]
        assert header == ["#", "name", "tier", "version", "distribution", "hooks", "(ftrack_...)"]
        assert [line[0] for line in lines] == [str(number + 1) for number in range(len(lines))]
        (cli,) = (line[1:] for line in lines if line[1] == "cli")
        assert cli == ["cli", "installed", "0.1.0", "ftrack-cli", "commands"]
        assert lines[-1][1:] == ["greeting", "local", str(greeting), "commands"]

    def test_it_says_what_is_wrong_and_where(self, plugins, capsys):
        (plugins / "bad.py").write_text("\n\nimport nothing_of_this_name\n")
        assert main(["plugins"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert "not loaded  bad" in lines
        assert "problem     ModuleNotFoundError: No module named 'nothing_of_this_name'" in lines
        assert f"at          {plugins / 'bad.py'}:3" in lines

    def test_it_names_a_folder_that_is_not_there(self, tmp_path, monkeypatch, capsys):
        monkeypatch.setenv("FTRACK_PLUGIN_PATH", str(tmp_path / "plugns"))
        assert main(["plugins"]) == 0
        assert f"no such folder  {tmp_path / 'plugns'}" in capsys.readouterr().out.splitlines()

    def test_json_holds_all_of_it(self, plugins, greeting, capsys):
        (plugins / "bad.py").write_text("import nothing_of_this_name\n")
        assert main(["plugins", "--format", "json"]) == 0
        told = json.loads(capsys.readouterr().out)
        last = told["plugins"][-1]
        assert (last["name"], last["tier"], last["path"]) == ("greeting", "local", str(greeting))
        assert last["hooks"] == ["ftrack_commands"]
        assert [one["order"] for one in told["plugins"]] == list(range(1, len(told["plugins"]) + 1))
        (problem,) = told["problems"]
        assert (problem["name"], problem["line"]) == ("bad", 1)

    def test_a_folder_can_be_named(self, greeting, capsys, monkeypatch):
        monkeypatch.delenv("FTRACK_PLUGIN_PATH")
        assert main(["plugins", "--plugin-folder", str(greeting.parent)]) == 0
        assert "greeting" in capsys.readouterr().out

    def test_a_folder_that_is_none_is_a_wrong_use(self, tmp_path, capsys):
        for before in ([], ["plugins"]):
            assert main([*before, "--plugin-folder", str(tmp_path / "nowhere")]) == 2
            assert "there is no folder" in capsys.readouterr().err


class TestPluginFolder:
    def test_commands_of_a_folder_named_before_them_are_there(self, greeting, capsys, monkeypatch):
        monkeypatch.delenv("FTRACK_PLUGIN_PATH")
        folder = str(greeting.parent)
        assert main(["--plugin-folder", folder, "greet", "Ada"]) == 0
        assert main(["--plugin-folder", folder, "--help"]) == 0
        shown = capsys.readouterr().out
        assert shown.startswith("warm hello Ada\n")
        assert "\n  greet " in shown

    def test_it_is_forgotten_at_the_end(self, greeting, monkeypatch):
        monkeypatch.setenv("FTRACK_PLUGIN_PATH", "/elsewhere")
        main(["--debug", "--plugin-folder", str(greeting.parent), "greet", "Ada"])
        assert os.environ["FTRACK_PLUGIN_PATH"] == "/elsewhere"
        assert "FTRACK_DEBUG" not in os.environ


class TestProcess:
    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )

    def test_python_m_ftrack_cli_is_the_command(self, greeting):
        done = self.run("-m", "ftrack_cli", "greet", "Ada", "--loud")
        assert (done.returncode, done.stdout) == (7, "WARM HELLO ADA\n")

    def test_a_name_that_the_terminal_cannot_write_is_no_error(self, greeting):
        done = self.run(
            "-m", "ftrack_cli", "plugins", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C"
        )
        assert done.returncode == 0
        assert done.stderr == ""

    def test_the_plugin_module_imports_neither_click_nor_rich(self):
        code = (
            "import sys, ftrack_cli.plugin\n"
            "list(ftrack_cli.plugin.ftrack_commands())\n"
            "print({one.partition('.')[0] for one in sys.modules} & {'click', 'rich'})\n"
        )
        assert self.run("-c", code).stdout == "set()\n"
