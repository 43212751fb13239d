"""Saving a plugin file is enough: the running session has the new one."""

from __future__ import annotations

import gc
import shutil
import subprocess
import sys
import threading
from queue import Empty, Queue
from typing import TYPE_CHECKING
from weakref import WeakMethod

import pytest
from ftrack_core.hookspecs import hookimpl
from ftrack_core.plugins import Registry
from ftrack_core.ports import Context
from ftrack_hotreload import plugin
from ftrack_hotreload.relevance import Relevance
from ftrack_hotreload.watcher import Watcher

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 20.0


def naming(answer: str) -> str:
    return (
        "from ftrack_core.hookspecs import hookimpl\n"
        f"@hookimpl\ndef ftrack_file_type(path):\n    return {answer!r}\n"
    )


def save(file: Path, text: str) -> None:
    """Save as editors do that take care: nobody ever meets half a file."""
    beside = file.with_name(f".{file.name}.tmp")
    beside.write_text(text)
    beside.replace(file)


class Session:
    """As much of a session as the plugin needs: the registry, its slots, and their hooks."""

    def __init__(self, *folders: Path, **arguments):
        self.context = Context("memory:", "jo", plugin_arguments=arguments)
        self.changes: Queue = Queue()
        self.plugins = Registry(
            self.context, plugins=[plugin], folders=folders, notify=self._told, installed=False
        )
        self.slot = self.plugins.slot
        self.plugins.load()

    def _told(self, change):
        self.plugins.hooks.ftrack_plugins_changed(self, change)
        self.changes.put(change)

    def next_change(self):
        return self.changes.get(timeout=PATIENCE)

    def file_type(self) -> str | None:
        return self.plugins.hooks.ftrack_file_type("x")

    def close(self):
        assert self.plugins.hooks.ftrack_session_closing(self) == []


@pytest.fixture
def studio(tmp_path):
    folder = tmp_path / "studio"
    folder.mkdir()
    (folder / "naming.py").write_text(naming(".one"))
    return folder


@pytest.fixture
def session(studio):
    session = Session(studio)
    assert session.next_change().generation == 1
    yield session
    session.close()


def watching_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if "hotreload" in thread.name]


def test_a_saved_file_is_taken(session, studio):
    save(studio / "naming.py", naming(".two"))
    assert session.next_change().reloaded == ("naming",)
    assert session.file_type() == ".two"


def test_a_new_a_renamed_and_a_deleted_file_are_noticed(session, studio):
    save(studio / "other.py", naming(".other"))
    assert session.next_change().added == ("other",)
    (studio / "other.py").rename(studio / "zebra.py")
    change = session.next_change()
    assert (change.added, change.removed) == (("zebra",), ("other",))
    (studio / "zebra.py").unlink()
    assert session.next_change().removed == ("zebra",)
    assert session.file_type() == ".one"


def test_a_file_that_is_written_in_place_is_taken_when_it_is_whole(session, studio):
    (studio / "naming.py").write_text(naming(".two"))
    while session.file_type() != ".two":  # a busy machine may show it half written
        assert session.next_change()


def test_a_broken_save_keeps_the_old_plugin_and_the_next_one_recovers(session, studio):
    save(studio / "naming.py", "def f(:\n")
    change = session.next_change()
    assert [problem.line for problem in change.problems] == [1]
    assert session.file_type() == ".one"
    save(studio / "naming.py", naming(".two"))
    assert session.next_change().recovered == ("naming",)
    assert session.file_type() == ".two"


def test_a_package_that_is_dropped_in_and_changed_inside_is_noticed(session, studio, tmp_path):
    package = tmp_path / "made elsewhere" / "package"
    (package / "parts").mkdir(parents=True)
    (package / "parts" / "__init__.py").write_text("answer = '.a'\n")
    (package / "__init__.py").write_text(
        "from .parts import answer\nfrom ftrack_core.hookspecs import hookimpl\n"
        "@hookimpl\ndef ftrack_file_type(path): return answer\n"
    )
    package.rename(studio / "package")
    assert session.next_change().added == ("package",)
    save(studio / "package" / "parts" / "__init__.py", "answer = '.b'\n")
    assert session.next_change().reloaded == ("package",)
    assert session.file_type() == ".b"


def test_reading_files_and_droppings_of_editors_change_nothing(session, studio):
    (studio / "naming.py").read_text()
    (studio / "__pycache__").mkdir()
    for name in ("naming.py~", ".naming.py.swp", "#naming.py#", "4913", "__pycache__/x.py"):
        (studio / name).write_text("x")
    save(studio / "naming.py", naming(".one"))
    with pytest.raises(Empty):
        session.changes.get(timeout=0.6)


def test_what_was_saved_between_loading_and_watching_is_not_missed(studio):
    class Impatient:
        @hookimpl(tryfirst=True)
        def ftrack_plugins_changed(self, session, change):
            if change.generation == 1:
                save(studio / "naming.py", naming(".two"))

    session = Session.__new__(Session)
    session.context, session.changes = Context("memory:", "jo"), Queue()
    session.plugins = Registry(
        session.context,
        plugins=[plugin, Impatient],
        folders=[studio],
        notify=session._told,
        installed=False,
    )
    session.slot = session.plugins.slot
    session.plugins.load()
    assert session.next_change().generation == 1
    assert session.next_change().reloaded == ("naming",)
    session.close()


# --- folders that come and go ----------------------------------------------------------------


def test_a_folder_that_is_made_later_is_watched(tmp_path):
    late = tmp_path / "show" / "plugins"
    session = Session(late)
    session.next_change()
    late.mkdir(parents=True)
    save(late / "naming.py", naming(".late"))
    assert session.next_change().added == ("naming",)
    save(late / "naming.py", naming(".later"))
    assert session.next_change().reloaded == ("naming",)
    session.close()


def test_a_folder_that_is_replaced_is_watched_again(session, studio, tmp_path):
    shutil.rmtree(studio)
    assert session.next_change().removed == ("naming",)
    studio.mkdir()
    save(studio / "naming.py", naming(".new"))
    assert session.next_change().added == ("naming",)
    studio.rename(tmp_path / "aside")
    assert session.next_change().removed == ("naming",)
    (tmp_path / "aside").rename(studio)
    assert session.next_change().added == ("naming",)
    save(studio / "naming.py", naming(".newer"))
    assert session.next_change().reloaded == ("naming",)


def test_a_folder_inside_another_is_watched_too(studio):
    inner = studio / "shows" / "dune"
    inner.mkdir(parents=True)
    session = Session(studio, inner)
    session.next_change()
    save(inner / "dune.py", naming(".dune"))
    assert session.next_change().added == ("dune",)
    save(studio / "naming.py", naming(".two"))
    assert session.next_change().reloaded == ("naming",)
    session.close()


def test_a_drive_that_reports_nothing_can_be_polled(studio, monkeypatch):
    monkeypatch.setattr(Relevance, "concerns", lambda *_, **__: False)
    session = Session(studio, hotreload={"poll": 0.05})
    session.next_change()
    save(studio / "naming.py", naming(".two"))
    assert session.next_change().reloaded == ("naming",)
    session.close()


# --- starting and stopping -------------------------------------------------------------------


def test_nothing_runs_after_closing(session, studio):
    assert watching_threads() == ["ftrack-hotreload"]
    session.close()
    assert watching_threads() == []
    save(studio / "naming.py", naming(".two"))
    with pytest.raises(Empty):
        session.changes.get(timeout=0.4)


def test_a_session_without_folders_is_not_watched():
    session = Session()
    assert session.slot("hotreload") == {}
    session.close()


def test_two_sessions_on_one_folder_reload_each_for_itself(session, studio):
    other = Session(studio)
    other.next_change()
    save(studio / "naming.py", naming(".two"))
    assert session.next_change().reloaded == other.next_change().reloaded == ("naming",)
    other.close()
    save(studio / "naming.py", naming(".three"))
    assert session.next_change().reloaded == ("naming",)
    assert (session.file_type(), other.file_type()) == (".three", ".two")


def test_a_session_may_be_closed_by_what_a_reload_calls(studio):
    session = Session(studio)
    session.next_change()
    worker = session.slot("hotreload")["watcher"]._worker
    session.changes.put = lambda change: session.close()
    save(studio / "naming.py", naming(".two"))
    worker.join(PATIENCE)
    assert not worker.is_alive()


def test_a_watcher_ends_with_the_session_nobody_holds(studio):
    session = Session(studio, hotreload={"poll": 0.05})
    session.next_change()
    worker = session.slot("hotreload")["watcher"]._worker
    del session
    gc.collect()
    worker.join(PATIENCE)
    assert not worker.is_alive()


def test_a_reload_that_raises_does_not_end_the_watching(studio, caplog):
    class Fragile:
        calls: Queue = Queue()

        def refresh(self):
            self.calls.put(None)
            raise RuntimeError("out of memory")

    fragile = Fragile()
    watcher = Watcher([studio], WeakMethod(fragile.refresh))
    watcher.start()
    fragile.calls.get(timeout=PATIENCE)
    save(studio / "naming.py", naming(".two"))
    fragile.calls.get(timeout=PATIENCE)
    watcher.stop()
    assert "out of memory" in caplog.text


def test_the_plugin_imports_no_watchdog_before_it_is_needed():
    code = "import ftrack_hotreload.plugin, sys; print('watchdog' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.stdout.strip() == "False", answer.stderr


# --- what concerns a plugin ------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["created", "modified", "moved", "deleted", "closed"])
def test_every_kind_of_writing_counts(tmp_path, kind):
    assert Relevance([tmp_path]).concerns(kind, [str(tmp_path / "a.py")], is_directory=False)


@pytest.mark.parametrize("kind", ["opened", "closed_no_write", "attrib"])
def test_reading_does_not_count(tmp_path, kind):
    assert not Relevance([tmp_path]).concerns(kind, [str(tmp_path / "a.py")], is_directory=False)


def test_above_a_folder_only_its_own_coming_and_going_counts(tmp_path):
    relevance = Relevance([tmp_path / "show" / "plugins"])

    def concerns(place: str) -> bool:
        return relevance.concerns("created", [str(tmp_path / place)], is_directory=True)

    assert concerns("show")
    assert concerns("show/plugins")
    assert not concerns("show/other")
    assert not concerns("others")


def test_a_move_counts_by_either_of_its_ends(tmp_path):
    relevance = Relevance([tmp_path / "plugins"])
    inside, outside = str(tmp_path / "plugins" / "a.py"), str(tmp_path / "a.py")
    assert relevance.concerns("moved", [inside, outside], is_directory=False)
    assert relevance.concerns("moved", [outside, inside.encode()], is_directory=False)
    assert not relevance.concerns("moved", [outside, outside], is_directory=False)
