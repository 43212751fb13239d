"""Local plugins change while a session runs."""

from __future__ import annotations

import gc
import os
import sys
from threading import Barrier, Event, Thread

import pytest
from ftrack_core.errors import PluginError
from ftrack_core.hookspecs import hookimpl
from ftrack_core.plugins import Registry
from ftrack_core.ports import Context

CONTEXT = Context("memory:", "jo")

HEAD = "from ftrack_core.hookspecs import hookimpl, provides\n"


def naming(answer: str) -> str:
    return f"{HEAD}@hookimpl\ndef ftrack_file_type(path):\n    return {answer!r}\n"


def structure(scheme: str) -> str:
    return f"{HEAD}@provides({scheme!r})\n@hookimpl\ndef ftrack_create_structure(spec): pass\n"


BROKEN = [
    ("def f(:\n", 1),
    ("\nimport no_such_module_here\n", 2),
    ("import sys\nsys.exit(1)\n", 2),
    (f"{HEAD}@hookimpl\ndef ftrack_filetype(path): pass\n", 2),
    (f"{HEAD}\n@hookimpl\ndef ftrack_file_type(pth): pass\n", 3),
]


@pytest.fixture
def studio(tmp_path):
    gc.collect()  # what earlier tests left is not counted here
    assert not local_modules()
    folder = tmp_path / "studio"
    folder.mkdir()
    return folder


@pytest.fixture
def changes():
    return []


@pytest.fixture
def registry(studio, changes):
    (studio / "naming.py").write_text(naming(".one"))
    registry = Registry(CONTEXT, folders=[studio], notify=changes.append, installed=False)
    registry.load()
    return registry


def file_type(registry: Registry) -> str | None:
    return registry.hooks.ftrack_file_type("x")


def local_modules() -> set[str]:
    return {name for name in sys.modules if name.startswith("ftrack_local_")}


def test_the_first_change_is_generation_one_with_all_plugins_added(registry, changes):
    (change,) = changes
    assert (change.generation, change.added, change.problems) == (1, ("naming",), ())


def test_a_saved_file_makes_a_new_generation(registry, changes, studio):
    before = registry.current
    (studio / "naming.py").write_text(naming(".two"))
    change = registry.refresh()
    assert (change.generation, change.reloaded) == (2, ("naming",))
    assert changes[-1] is change
    assert file_type(registry) == ".two"
    assert registry.current is not before


def test_nothing_changes_where_nothing_was_changed(registry, changes, studio):
    (studio / "naming.py").write_text(naming(".one"))
    os.utime(studio / "naming.py", (1_000_000_000, 1_000_000_000))
    before = registry.current
    assert registry.refresh() is None
    assert registry.current is before
    assert len(changes) == 1


def test_saves_of_one_size_within_one_second_are_all_taken(registry, studio):
    for answer in (".two", ".ten", ".six"):
        (studio / "naming.py").write_text(naming(answer))
        os.utime(studio / "naming.py", (1_000_000_000, 1_000_000_000))
        registry.refresh()
        assert file_type(registry) == answer


def test_a_new_file_is_a_new_plugin_and_a_deleted_file_a_removed_one(registry, studio):
    (studio / "other.py").write_text(naming(".other"))
    assert registry.refresh().added == ("other",)
    assert file_type(registry) == ".other"
    (studio / "other.py").unlink()
    assert registry.refresh().removed == ("other",)
    assert file_type(registry) == ".one"
    (studio / "naming.py").rename(studio / "names.py")
    change = registry.refresh()
    assert (change.added, change.removed) == (("names",), ("naming",))


def test_a_folder_that_comes_later_is_searched(tmp_path, studio):
    late = tmp_path / "late"
    registry = Registry(CONTEXT, folders=[late, studio], installed=False)
    registry.load()
    late.mkdir()
    (late / "naming.py").write_text(naming(".late"))
    registry.refresh()
    assert file_type(registry) == ".late"


def test_a_folder_plugin_reloads_as_a_whole(registry, studio):
    package = studio / "package"
    package.mkdir()
    (package / "__init__.py").write_text(
        f"{HEAD}from .answers import answer\n@hookimpl\ndef ftrack_file_type(path): return answer\n"
    )
    for answer in (".aa", ".bb"):
        (package / "answers.py").write_text(f"answer = {answer!r}\n")
        registry.refresh()
        assert file_type(registry) == answer


def test_a_file_given_by_its_path_reloads_as_well(tmp_path):
    file = tmp_path / "naming.py"
    file.write_text(naming(".one"))
    registry = Registry(CONTEXT, plugins=[file], installed=False)
    registry.load()
    file.write_text(naming(".two"))
    assert registry.refresh().reloaded == ("naming",)
    file.unlink()
    assert registry.refresh().removed == ("naming",)


# --- what cannot be taken --------------------------------------------------------------------


@pytest.mark.parametrize(("text", "line"), BROKEN)
def test_a_bad_file_changes_nothing_and_the_next_good_save_recovers(
    registry, changes, studio, text, line
):
    before = registry.current
    (studio / "naming.py").write_text(text)
    change = registry.refresh()
    assert registry.current is before
    assert file_type(registry) == ".one"
    assert (change.generation, change.reloaded) == (1, ())
    (problem,) = change.problems
    assert registry.problems == (problem,)
    assert (problem.name, problem.path, problem.line) == ("naming", studio / "naming.py", line)
    assert changes[-1] is change
    assert registry.refresh() is None

    (studio / "naming.py").write_text(naming(".two"))
    change = registry.refresh()
    assert (change.recovered, change.reloaded, change.problems) == (("naming",), ("naming",), ())
    assert (registry.problems, file_type(registry)) == ((), ".two")


def test_taking_back_a_bad_save_recovers_without_a_reload(registry, studio):
    before = registry.current
    (studio / "naming.py").write_text("def f(:\n")
    registry.refresh()
    (studio / "naming.py").write_text(naming(".one"))
    change = registry.refresh()
    assert (change.recovered, change.reloaded) == (("naming",), ())
    assert registry.current is before


def test_a_file_that_was_bad_from_the_start_comes_in_when_it_is_good(tmp_path):
    file = tmp_path / "naming.py"
    file.write_text("def f(:\n")
    registry = Registry(CONTEXT, folders=[tmp_path], installed=False)
    registry.load()
    file.write_text(naming(".one"))
    change = registry.refresh()
    assert (change.added, change.recovered) == (("naming",), ("naming",))


def test_a_bad_file_does_not_hold_up_a_good_one(registry, studio):
    (studio / "naming.py").write_text("def f(:\n")
    (studio / "other.py").write_text(naming(".other"))
    change = registry.refresh()
    assert (change.generation, change.added) == (2, ("other",))
    assert [problem.name for problem in change.problems] == ["naming"]
    assert file_type(registry) == ".other"


def test_a_bad_file_that_is_deleted_takes_its_old_plugin_and_its_problem_along(registry, studio):
    (studio / "naming.py").write_text("def f(:\n")
    registry.refresh()
    (studio / "naming.py").unlink()
    change = registry.refresh()
    assert (change.removed, change.problems, change.recovered) == (("naming",), (), ())
    assert file_type(registry) is None


def test_a_new_conflict_is_the_problem_of_the_file_that_changed(registry, studio):
    (studio / "zebra.py").write_text(structure("flat"))
    registry.refresh()
    (studio / "naming.py").write_text(structure("flat"))
    change = registry.refresh()
    assert [problem.name for problem in change.problems] == ["naming"]
    assert file_type(registry) == ".one"
    (studio / "zebra.py").unlink()
    (studio / "naming.py").write_text(structure("flat") + "# again\n")
    assert registry.refresh().recovered == ("naming",)


def test_two_files_can_exchange_what_they_provide_in_one_go(registry, studio):
    for name, scheme in (("one", "a"), ("two", "b")):
        (studio / f"{name}.py").write_text(structure(scheme))
    registry.refresh()
    for name, scheme in (("one", "b"), ("two", "a")):
        (studio / f"{name}.py").write_text(structure(scheme))
    change = registry.refresh()
    assert (change.reloaded, change.problems) == (("one", "two"), ())


def test_a_trial_refuses_a_generation_and_names_the_file(studio):
    (studio / "naming.py").write_text(naming(".one"))

    def trial(generation):
        for record in generation.records:
            if getattr(record.plugin, "unfit", False):
                raise PluginError("it does not fit", plugin=record.name)

    registry = Registry(CONTEXT, folders=[studio], trial=trial, installed=False)
    registry.load()
    (studio / "naming.py").write_text(naming(".two") + "unfit = True\n")
    (studio / "other.py").write_text("")
    change = registry.refresh()
    assert (change.added, [p.name for p in change.problems]) == (("other",), ["naming"])
    assert file_type(registry) == ".one"


def test_a_trial_that_fails_without_a_name_refuses_the_whole_change(studio):
    (studio / "naming.py").write_text(naming(".one"))
    fitting = [True]

    def trial(generation):
        if not fitting[0]:
            raise RuntimeError("layout conflict")

    registry = Registry(CONTEXT, folders=[studio], trial=trial, installed=False)
    registry.load()
    fitting[0] = False
    (studio / "naming.py").unlink()
    (studio / "other.py").write_text("")
    change = registry.refresh()
    assert (change.generation, change.added, change.removed) == (1, (), ())
    assert {problem.name for problem in change.problems} == {"naming", "other"}
    assert file_type(registry) == ".one"
    assert registry.refresh() is None


# --- what stays, and what goes ---------------------------------------------------------------


def test_a_slot_outlives_a_reload(registry, studio):
    registry.slot("farm")["jobs"] = 3
    (studio / "naming.py").write_text(naming(".two"))
    registry.refresh()
    assert registry.slot("farm") == {"jobs": 3}


def test_a_plugin_that_did_not_change_keeps_its_object(registry, studio):
    (kept,) = registry.current.records
    (studio / "other.py").write_text("")
    registry.refresh()
    assert registry.current.records[0] is kept


def test_the_modules_of_a_dropped_generation_are_gone(registry, studio):
    for number in range(20):
        (studio / "naming.py").write_text(naming(f".{number}"))
        registry.refresh()
        (studio / "naming.py").write_text(f"{HEAD}@hookimpl\ndef ftrack_filetype({number}\n")
        registry.refresh()
        (studio / "naming.py").write_text(f"{HEAD}@hookimpl\ndef ftrack_filetype(path): {number}\n")
        registry.refresh()
    (record,) = registry.current.records
    assert record.plugin.__name__ in sys.modules
    assert len(local_modules()) == 1


def test_an_operation_keeps_the_generation_it_began_with(registry, studio):
    hooks = registry.hooks
    (studio / "naming.py").write_text(naming(".two"))
    registry.refresh()
    assert hooks.ftrack_file_type("x") == ".one"
    assert len(local_modules()) == 2
    del hooks
    assert len(local_modules()) == 1


def test_a_session_that_ends_leaves_no_modules(studio):
    (studio / "naming.py").write_text(naming(".one"))
    registry = Registry(CONTEXT, folders=[studio], installed=False)
    registry.load()
    assert len(local_modules()) == 1
    del registry
    assert not local_modules()


# --- concurrency -----------------------------------------------------------------------------


def test_a_call_always_meets_one_whole_generation(registry, studio):
    pair = f"{HEAD}@hookimpl\ndef ftrack_file_type(path): return '{{0}}'\n"
    pair += "@hookimpl\ndef ftrack_default_projections(): return ['{0}']\n"
    (studio / "naming.py").write_text(pair.format(0))
    registry.refresh()
    stop, wrong = Event(), []

    def read():
        while not stop.is_set():
            hooks = registry.hooks
            answer = hooks.ftrack_file_type("x")
            if hooks.ftrack_default_projections("Task", None) != [answer]:
                wrong.append(answer)

    readers = [Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 12):
        (studio / "naming.py").write_text(pair.format(number) if number % 3 else "def f(:\n")
        registry.refresh()
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert file_type(registry) == "11"


def test_refreshes_from_many_threads_happen_once_and_are_told_in_order(registry, changes, studio):
    threads = 4
    together = Barrier(threads)

    def refresh():
        for _ in range(5):
            if together.wait() == 0:
                (studio / "naming.py").write_text(naming(f".{registry.current.number}"))
            together.wait()
            registry.refresh()

    workers = [Thread(target=refresh) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    numbers = [change.generation for change in changes]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == registry.current.number == 6


def test_a_listener_may_refresh_and_may_fail(studio, caplog):
    (studio / "naming.py").write_text(naming(".one"))
    told = []

    def listen(change):
        told.append(change.generation)
        if change.generation == 2:
            (studio / "naming.py").write_text(naming(".three"))
            registry.refresh()
        raise RuntimeError("a listener's own fault")

    registry = Registry(CONTEXT, folders=[studio], notify=listen, installed=False)
    registry.load()
    (studio / "naming.py").write_text(naming(".two"))
    registry.refresh()
    assert told == [1, 2, 3]
    assert file_type(registry) == ".three"
    assert "a listener's own fault" in caplog.text


def test_a_plugin_may_refresh_from_a_hook(studio):
    class Button:
        @hookimpl
        def ftrack_file_type(self, path):
            registry.refresh()
            return ".pressed"

    registry = Registry(CONTEXT, plugins=[Button], folders=[studio], installed=False)
    registry.load()
    (studio / "other.py").write_text("")
    assert file_type(registry) == ".pressed"
    assert registry.current.number == 2
