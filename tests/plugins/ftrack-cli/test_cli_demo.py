"""``ftrack demo``: the story runs, its checks can fail, and it leaves nothing behind."""

from __future__ import annotations

import io
import os
import signal
import struct
import subprocess
import sys
import tempfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ftrack_cli.demo import command
from ftrack_cli.demo.checks import Check, judge
from ftrack_cli.demo.facts import Facts
from ftrack_cli.demo.frames import FIRST, HEIGHT, LAST, WIDTH, render
from ftrack_cli.demo.story import STORY, Chapter
from ftrack_cli.main import main

from ftrack_core import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ftrack_cli.demo.demo import Demo
    from ftrack_embedded import Server, Studio

pytest.importorskip("ftrack_accessor_disk", reason="the demo needs the default plugins")

FRAMES = range(FIRST, LAST + 1)
REOPEN = STORY[-1]
MISSING_SERVER = "http://127.0.0.1:1"


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home for temporary files that is empty, and an environment without settings."""
    for name in ("FTRACK_SERVER", "FTRACK_API_USER", "FTRACK_API_KEY", "FTRACK_PLUGIN_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("FTRACK_DEBUG", raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def clean_environment(**added: str) -> dict[str, str]:
    """Return an environment for a process, without settings of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FTRACK_")}
    return {**kept, "PYTHONIOENCODING": "utf-8", **added}


def with_step(step: Callable[[Demo], None]) -> tuple[Chapter, ...]:
    """Return the story with *step* before its last chapter."""
    return (*STORY[:-1], Chapter("A step that the test adds", step), REOPEN)


def errors_of(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder and the output of one demo that was kept."""
    folder = tmp_path_factory.mktemp("kept") / "my demo"
    done = subprocess.run(
        [sys.executable, "-m", "ftrack_cli", "demo", "--keep", str(folder)],
        env=clean_environment(COLUMNS="100"),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return folder, done.stdout


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    from ftrack_embedded import Studio

    with Studio(tmp_path_factory.mktemp("served") / "studio.db", seed="demo") as studio:
        yield studio


class TestTheStory:
    def test_it_tells_its_chapters_and_all_checks_hold(self, kept):
        _, output = kept
        for number, chapter in enumerate(STORY, start=1):
            assert f"\n{number}  {chapter.title} " in output
        assert output.count("✓") == 15
        assert "All 15 checks hold." in output
        assert "✗" not in output

    def test_it_has_no_colours_when_it_is_piped(self, kept):
        assert "\x1b" not in kept[1]

    def test_no_line_is_wider_than_the_terminal(self, kept):
        assert max(map(len, kept[1].splitlines())) <= 100

    def test_it_reads_a_show_in_a_handful_of_requests(self, kept):
        assert "24 shots, 76 tasks and their 7 statuses came in 3 requests" in kept[1]

    def test_the_second_version_is_named_by_the_plugin_it_shows(self, kept):
        folder, output = kept
        plugin = (folder / "plugins" / "naming.py").read_text()
        assert "@hookimpl(wrapper=True)" in plugin
        assert "def ftrack_resource_identifier(component, location):" in output
        assert "  dailies/crooked_quarry/sq010/sq010_sh0010/plate/v002/main.%04d.png\n" in output

    def test_published_frames_are_those_that_were_rendered(self, kept):
        folder, _ = kept
        shot = Path("crooked_quarry/sq010/sq010_sh0010/plate")
        for name, place in (
            ("plate", folder / "storage" / shot / "v001"),
            ("graded", folder / "storage" / "dailies" / shot / "v002"),
        ):
            for number in FRAMES:
                rendered = folder / "renders" / f"{name}.{number}.png"
                assert (place / f"main.{number}.png").read_bytes() == rendered.read_bytes()

    def test_a_kept_studio_opens_again(self, kept):
        folder, output = kept
        assert f"  ftrack serve --database '{folder / 'studio.db'}'" in output.replace("\n", "")
        with Session(f"embedded://{folder.as_posix().replace(' ', '%20')}/studio.db") as session:
            text = "select comment from AssetVersion where asset.name is plate order by version"
            found = [one["comment"] for one in session.query(text)]
        assert found == ["Straight from set", "Regraded for the night scene"]

    def test_a_kept_folder_is_not_used_twice(self, kept, capsys):
        assert main(["demo", "--keep", str(kept[0])]) == 1
        error, hint = errors_of(capsys)
        assert error.endswith("holds an earlier demo")
        assert hint.startswith("hint: remove that first")

    def test_nothing_is_left_and_another_seed_is_another_show(self, surroundings, capsys):
        assert main(["demo", "--seed", "7"]) == 0
        captured = capsys.readouterr()
        assert "Northern Archive" in captured.out
        assert captured.err == ""
        assert list(surroundings.iterdir()) == []

    def test_without_a_watcher_the_plugin_is_taken_in_on_demand(self, monkeypatch, capsys):
        monkeypatch.setenv("FTRACK_PLUGINS_BLOCK", "hotreload")
        monkeypatch.setenv("COLUMNS", "60")
        assert main(["demo"]) == 0
        shown = capsys.readouterr().out
        assert "session.plugins.refresh() took it in" in shown
        assert max(map(len, shown.splitlines())) <= 60


class TestFailingChecks:
    """What would go wrong unseen is brought about before the second session looks."""

    def run_with(self, step: Callable[[Demo], None], monkeypatch: pytest.MonkeyPatch) -> int:
        monkeypatch.setattr(command, "STORY", with_step(step))
        return main(["demo"])

    def test_a_damaged_frame_is_found(self, monkeypatch, capsys, surroundings):
        def damage(demo: Demo) -> None:
            (frame,) = demo.stage.folder.storage.rglob("v001/main.1012.png")
            frame.write_bytes(frame.read_bytes()[:-1] + b"?")

        assert self.run_with(damage, monkeypatch) == 1
        captured = capsys.readouterr()
        assert "✗ every frame has the checksum of what was written" in captured.out
        assert captured.out.count("✓") == 14
        assert captured.err.splitlines()[0] == (
            "error: 1 of 15 checks failed: every frame has the checksum of what was written"
        )
        assert list(surroundings.iterdir()) == []

    def test_a_missing_frame_and_a_strange_file_are_found(self, monkeypatch, capsys):
        def disturb(demo: Demo) -> None:
            (frame,) = demo.stage.folder.storage.rglob("v002/main.1024.png")
            frame.rename(frame.with_name(".main.1024.png.part"))

        assert self.run_with(disturb, monkeypatch) == 1
        failed = errors_of(capsys)[0]
        assert "3 of 15 checks failed" in failed
        assert "the storage holds these frames and nothing else" in failed

    def test_an_edit_that_was_lost_is_found(self, monkeypatch, capsys):
        def undo(demo: Demo) -> None:
            demo.shots[0]["description"] = "Somebody else was faster"

        assert self.run_with(undo, monkeypatch) == 1
        assert "every edit reads back in a new session" in errors_of(capsys)[0]

    def test_a_check_that_cannot_be_evaluated_does_not_hold(self):
        checks = [
            Check("there is a version", lambda facts: facts.versions[0].number == 1),
            Check("there are no tasks", lambda facts: facts.tasks == 0),
        ]
        assert [one.held for one in judge(Facts(), checks)] == [False, True]


class TestBadInput:
    """Each is one line and a hint, and leaves nothing behind."""

    @pytest.fixture
    def refused(self, surroundings: Path, capsys: pytest.CaptureFixture[str]) -> Any:
        def refuse(*arguments: str) -> tuple[str, str]:
            assert main(["demo", *arguments]) == 1
            captured = capsys.readouterr()
            assert captured.out == ""
            error, hint = captured.err.splitlines()
            assert list(surroundings.iterdir()) == []
            return error.removeprefix("error: "), hint.removeprefix("hint: ")

        return refuse

    def test_keeping_in_a_file(self, refused, tmp_path):
        path = tmp_path / "notes.txt"
        path.write_text("mine")
        error, hint = refused("--keep", str(path))
        assert error == f"{path} is a file, not a folder"
        assert "an empty one" in hint
        assert path.read_text() == "mine"

    def test_keeping_in_a_folder_with_other_things(self, refused, tmp_path):
        folder = tmp_path / "work"
        folder.mkdir()
        (folder / "thesis.tex").write_text("mine")
        error, _ = refused("--keep", str(folder))
        assert error == f"{folder} is not empty; it holds thesis.tex"
        assert [one.name for one in folder.iterdir()] == ["thesis.tex"]

    def test_keeping_below_a_file(self, refused, tmp_path):
        (tmp_path / "file").write_text("")
        error, hint = refused("--keep", str(tmp_path / "file" / "demo"))
        assert "cannot be" in error
        assert hint

    @pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder nobody can write")
    def test_keeping_where_nobody_can_write(self, refused):
        error, hint = refused("--keep", "/proc/ftrack-demo/here")
        assert error.startswith("/proc/ftrack-demo/here cannot be written: ")
        assert hint == "name a folder of your own"

    def test_folders_made_on_the_way_are_removed_again(self, refused, tmp_path, monkeypatch):
        real = Path.mkdir

        def refuse_storage(self: Path, *args: Any, **named: Any) -> None:
            if self.name == "storage":
                raise PermissionError(13, "Permission denied")
            real(self, *args, **named)

        monkeypatch.setattr(Path, "mkdir", refuse_storage)
        refused("--keep", str(tmp_path / "new" / "demo"))
        assert not (tmp_path / "new").exists()

    def test_no_place_for_temporary_files(self, refused, monkeypatch, tmp_path):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
        error, hint = refused()
        assert error.startswith("there is no place for temporary files")
        assert "TMPDIR" in hint

    def test_a_plugin_that_the_story_needs_is_missing(self, refused, monkeypatch):
        monkeypatch.setenv("FTRACK_PLUGINS_BLOCK", "entities,structure")
        error, hint = refused()
        assert error == "the demo needs ftrack-entities, ftrack-structure, which is not loaded"
        assert "ftrack-client" in hint

    def test_a_server_that_is_not_there(self, refused, monkeypatch):
        monkeypatch.setenv("FTRACK_API_USER", "admin")
        monkeypatch.setenv("FTRACK_API_KEY", "key")
        error, hint = refused("--server", MISSING_SERVER, "--yes")
        assert error.startswith(f"no connection to {MISSING_SERVER}")
        assert "ftrack serve" in hint

    def test_nobody_to_connect_as(self, refused):
        error, hint = refused("--server", MISSING_SERVER, "--yes")
        assert "FTRACK_API_USER and FTRACK_API_KEY not set" in error
        assert "ftrack serve" in hint

    def test_a_server_that_is_none(self, refused):
        assert "takes the address of a server" in refused("--server", "embedded:", "--yes")[0]

    @pytest.mark.parametrize("option", [("--keep", "there"), ("--seed", "3")])
    def test_options_that_a_server_does_not_go_with(self, option, refused):
        error, _ = refused("--server", MISSING_SERVER, "--yes", *option)
        assert error == f"{option[0]} and --server do not go together"


TYPES = (
    "Project",
    "TypedContext",
    "Asset",
    "AssetVersion",
    "Component",
    "Location",
    "Note",
    "User",
)


class TestOnAServer:
    @pytest.fixture
    def server(self, studio: Studio, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
        from ftrack_embedded import Server

        monkeypatch.setenv("FTRACK_API_USER", "admin")
        monkeypatch.setenv("FTRACK_API_KEY", studio.create_api_key("admin"))
        with Server(studio) as server:
            yield server

    def typing(self, answer: str, server: Server, monkeypatch: pytest.MonkeyPatch) -> int:
        """Run the demo without ``--yes`` and type *answer*; return the exit status."""
        monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
        return main(["demo", "--server", server.url])

    def content(self, studio: Studio) -> dict[str, set[str]]:
        """Return the ids of everything that the demo could have touched."""
        batch = [{"action": "query", "expression": f"select id from {one}"} for one in TYPES]
        batch.append({"action": "query", "expression": "select id from ComponentLocation"})
        answers = studio.execute(batch)
        return {
            one["expression"]: {row["id"] for row in answer["data"]}
            for one, answer in zip(batch, answers, strict=True)
        }

    def test_it_plays_in_a_project_of_its_own_and_puts_everything_back(
        self, server, studio, surroundings, monkeypatch, capsys
    ):
        before = self.content(studio)
        assert self.typing("y\n", server, monkeypatch) == 0
        captured = capsys.readouterr()
        assert "The ftrack demo" in captured.out
        assert "✓ the server is as it was before" in captured.out
        assert "All 16 checks hold." in captured.out
        assert captured.err.endswith("Go ahead? [y/N] ")
        assert self.content(studio) == before
        assert list(surroundings.iterdir()) == []

    @pytest.mark.parametrize(
        ("error", "status"), [(RuntimeError("the test says so"), 1), (KeyboardInterrupt(), 130)]
    )
    def test_it_puts_everything_back_when_it_fails_half_way(
        self, error, status, server, studio, surroundings, monkeypatch, capsys
    ):
        def fail(demo: Demo) -> None:
            demo.session.create("Task", {"name": "pending", "parent": demo.shots[0]})
            raise error

        before = self.content(studio)
        monkeypatch.setattr(command, "STORY", with_step(fail))
        assert main(["demo", "--server", server.url, "--yes"]) == status
        assert self.content(studio) == before
        assert list(surroundings.iterdir()) == []

    def test_it_says_what_it_had_to_leave_when_the_server_goes_away(
        self, server, studio, surroundings, monkeypatch, capsys
    ):
        def leave(demo: Demo) -> None:
            server.close()

        before = self.content(studio)
        monkeypatch.setattr(command, "STORY", (*STORY[:2], Chapter("Gone", leave), STORY[2]))
        assert main(["demo", "--server", server.url, "--yes"]) == 1
        shown = capsys.readouterr().err
        (left,) = (line for line in shown.splitlines() if "left behind" in line)
        assert "project ftrack_demo_" in left
        assert "remove it there by hand" in left
        assert list(surroundings.iterdir()) == []
        assert (
            len(self.content(studio)["select id from Project"])
            == len(before["select id from Project"]) + 1
        )
        self.tidy(studio)

    def tidy(self, studio: Studio) -> None:
        query = {
            "action": "query",
            "expression": "select id from Project where name like 'ftrack_d%'",
        }
        for row in studio.execute([query])[0]["data"]:
            delete = {"action": "delete", "entity_type": "Project", "entity_key": [row["id"]]}
            studio.execute([delete])

    def test_a_wrong_key_is_one_line_and_leaves_nothing(
        self, server, surroundings, monkeypatch, capsys
    ):
        monkeypatch.setenv("FTRACK_API_KEY", "wrong")
        assert main(["demo", "--server", server.url, "--yes"]) == 1
        captured = capsys.readouterr()
        assert captured.out == ""
        error, hint = captured.err.splitlines()
        assert "API key is not valid" in error
        assert "FTRACK_API_KEY" in hint
        assert list(surroundings.iterdir()) == []

    @pytest.mark.parametrize("answer", ["n\n", "\n", ""])
    def test_without_yes_it_asks_and_takes_no_for_an_answer(
        self, answer, server, studio, monkeypatch, capsys
    ):
        before = self.content(studio)
        assert self.typing(answer, server, monkeypatch) == 1
        lines = errors_of(capsys)
        assert "removes them at its end" in lines[0]
        assert lines[-2].endswith("error: nothing was done")
        assert lines[-1] == "hint: --yes goes ahead without asking"
        assert self.content(studio) == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_tidily(number, status, surroundings):
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "ftrack_cli", "demo"],
        env=clean_environment(TMPDIR=str(surroundings)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        next(line for line in process.stdout if line.startswith("3 "))
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == status
    assert "Traceback" not in errors
    assert list(surroundings.iterdir()) == []


class TestFrames:
    def test_each_is_a_png_with_a_picture_of_its_own(self, tmp_path):
        rendering = render(tmp_path, "plate", 0.5)
        pixels = {number: decoded(tmp_path / f"plate.{number}.png") for number in FRAMES}
        assert list(rendering.checksums) == list(FRAMES)
        assert len(set(rendering.checksums.values())) == len(FRAMES)
        for one in pixels.values():
            assert len(one) == HEIGHT * (1 + 3 * WIDTH)
            assert len(set(one)) > 100

    def test_the_same_frames_come_out_the_same(self, tmp_path):
        first, second = tmp_path / "first", tmp_path / "second"
        first.mkdir()
        second.mkdir()
        one, other = render(first, "plate", 0.5), render(second, "plate", 0.5)
        assert replace(other, expression=one.expression) == one


def decoded(path: Path) -> bytes:
    """Return the rows of a PNG, each with the byte that names its filter; check all checksums."""
    data, found = path.read_bytes(), {}
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    place = 8
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        name, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        (checksum,) = struct.unpack(">I", data[place + 8 + length : place + 12 + length])
        assert checksum == zlib.crc32(name + body)
        found[name] = body
        place += 12 + length
    assert struct.unpack(">II", found[b"IHDR"][:8]) == (WIDTH, HEIGHT)
    return zlib.decompress(found[b"IDAT"])
