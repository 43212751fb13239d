"""Older plugin files: found below folders in sorted order, and called with what they take."""

from __future__ import annotations

import gc
import logging
import sys
from pathlib import Path

import pytest
from ftrack_api import plugin

LOGGER = "ftrack_api.plugin.discover"


class Calls(list):
    """What the plugins of a test were called with; like a session, it can be referred to weakly."""


@pytest.fixture
def calls():
    return Calls()


@pytest.fixture
def write(tmp_path):
    def write_file(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write_file


@pytest.fixture
def found(caplog):
    """Discover, and return the levels and texts of what was logged."""
    caplog.set_level(logging.DEBUG, logger=LOGGER)

    def discover(*args):
        caplog.clear()
        plugin.discover(*args)
        return [(one.levelname, one.getMessage()) for one in caplog.records if one.name == LOGGER]

    return discover


RECORDING = "def register(calls): calls.append(__file__)"


# --- finding -----------------------------------------------------------------------------------


def test_files_are_found_below_folders_in_sorted_order(write, tmp_path, calls):
    for name in ("b.py", "a.py", "sub/d.py", "sub/c.py", "other/e.py", "notes.txt"):
        write(name, RECORDING)
    plugin.discover([str(tmp_path)], [calls])
    found = [Path(one).relative_to(tmp_path).as_posix() for one in calls]
    assert found == ["a.py", "b.py", "other/e.py", "sub/c.py", "sub/d.py"]


def test_folders_come_in_the_order_in_which_they_are_given(write, tmp_path, calls):
    write("z/one.py", RECORDING)
    write("a/two.py", RECORDING)
    plugin.discover([str(tmp_path / "z"), tmp_path / "a"], [calls])
    assert [Path(one).name for one in calls] == ["one.py", "two.py"]


@pytest.mark.parametrize("paths", [[], [""], ["  "], ["", "/nowhere/at/all"]])
def test_blank_and_missing_folders_are_skipped(found, paths):
    assert found(paths) == []


def test_one_text_is_one_folder(write, tmp_path, calls, monkeypatch):
    write("plugins/a.py", RECORDING)
    monkeypatch.chdir(tmp_path)  # a relative name: taken letter by letter it would lead nowhere
    plugin.discover("plugins", [calls])
    plugin.discover(" plugins ", [calls])
    assert [Path(one).name for one in calls] == ["a.py", "a.py"]


# --- loading -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import nowhere_at_all", "nowhere_at_all"),
        ("def register(:", "SyntaxError"),
        ("raise ValueError('broken {0} %s')", "broken {0} %s"),
        ("import sys; sys.exit(3)", "sys.exit(3)"),
    ],
)
def test_a_file_that_does_not_load_is_told_twice_and_the_next_one_is_loaded(
    write, tmp_path, found, calls, text, said
):
    path = write("a_bad.py", text)
    write("b_good.py", RECORDING)
    warning, debug = found([str(tmp_path)], [calls])
    assert warning[0] == "WARNING"
    assert str(path) in warning[1]
    assert said in warning[1]
    assert debug[0] == "DEBUG"
    assert "Traceback" in debug[1]
    assert len(calls) == 1


@pytest.mark.parametrize("text", ["", "register = None", "register = 3"])
def test_a_file_without_a_register_function_is_told_once(write, tmp_path, found, text):
    path = write("a.py", text)
    ((level, message),) = found([str(tmp_path)])
    assert level == "WARNING"
    assert str(path) in message
    assert "register" in message


def test_what_register_raises_is_raised(write, tmp_path):
    write("a.py", "def register(): raise ZeroDivisionError('mine')")
    with pytest.raises(ZeroDivisionError, match="mine"):
        plugin.discover([str(tmp_path)])


def test_what_register_returns_is_of_no_interest(write, tmp_path, found):
    write("a.py", "def register(): return object()")
    assert found([str(tmp_path)]) == []


def test_a_file_may_hold_what_looks_its_own_module_up(write, tmp_path, calls):
    write(
        "a.py",
        "from __future__ import annotations\n"
        "from dataclasses import dataclass\n"
        "@dataclass\n"
        "class Shot:\n"
        "    name: str\n"
        "def register(calls): calls.append(Shot('010'))\n",
    )
    plugin.discover([str(tmp_path)], [calls])
    assert calls[0].name == "010"


def test_the_newest_text_of_a_file_is_loaded(write, tmp_path, calls):
    write("a.py", "def register(calls): calls.append(1)")
    plugin.discover([str(tmp_path)], [calls])
    write("a.py", "def register(calls): calls.append(2)")
    plugin.discover([str(tmp_path)], [calls])
    assert calls == [1, 2]
    assert not (tmp_path / "__pycache__").exists()


def test_files_go_when_the_session_they_were_registered_with_goes(write, tmp_path):
    write("a.py", "def register(owner): pass")
    before, owner = set(sys.modules), Calls()
    plugin.discover([str(tmp_path)], [owner])
    assert set(sys.modules) - before
    del owner
    gc.collect()
    assert set(sys.modules) - before == set()


@pytest.mark.parametrize("positional", [(), (1,)])
def test_files_go_at_once_where_nothing_tells_of_an_end(write, tmp_path, positional):
    write("a.py", "def register(*args): pass")
    before = set(sys.modules)
    plugin.discover([str(tmp_path)], positional)
    assert set(sys.modules) - before == set()


# --- arguments ---------------------------------------------------------------------------------

KEYWORDS = {"c": True, "d": True, "e": True}


@pytest.mark.parametrize(
    ("signature", "positional", "named", "received", "warned"),
    [
        ("a, b", (1, 2), {}, {"a": 1, "b": 2}, False),
        (
            "a, b=False, c=False, d=False",
            (1, 2),
            KEYWORDS,
            {"a": 1, "b": 2, "c": True, "d": True},
            True,
        ),
        ("*args", (1, 2), KEYWORDS, {"args": (1, 2)}, True),
        ("*args, **kwargs", (1, 2), KEYWORDS, {"args": (1, 2), "kwargs": KEYWORDS}, False),
        ("**kwargs", (), KEYWORDS, {"kwargs": KEYWORDS}, False),
        ("a=False, b=False", (True,), {"b": True}, {"a": True, "b": True}, False),
        ("a, *, c=False", (1,), KEYWORDS, {"a": 1, "c": True}, True),
        ("a, *, c, d, e", (1,), KEYWORDS, {"a": 1, **KEYWORDS}, False),
        ("", (1,), {}, {}, True),
        ("a", (1, 2), {}, {"a": 1}, True),
        ("a, **kwargs", (1,), {"a": 2, "b": 3}, {"a": 1, "kwargs": {"b": 3}}, True),
    ],
)
def test_register_gets_those_arguments_that_it_takes(
    write, tmp_path, found, signature, positional, named, received, warned
):
    result = tmp_path / "received"
    write(
        "plugins/a.py",
        f"def register({signature}):\n"
        "    received = {k: v for k, v in locals().items() if v != {}}\n"
        "    import pathlib\n"
        f"    pathlib.Path({str(result)!r}).write_text(repr(received))\n",
    )
    told = found([str(tmp_path / "plugins")], positional, named)
    assert eval(result.read_text()) == received
    assert [level for level, _ in told] == (["WARNING"] if warned else [])
    assert not warned or "register" in told[0][1]


def test_what_is_given_is_not_changed(write, tmp_path):
    write("a.py", "def register(a, c=False): pass")
    positional, named = [1, 2], dict(KEYWORDS)
    plugin.discover([str(tmp_path)], positional, named)
    assert (positional, named) == ([1, 2], KEYWORDS)


# --- one file ----------------------------------------------------------------------------------


@pytest.fixture
def modules():
    """Forget afterwards what a test has loaded by name."""
    before = dict(sys.modules)
    yield sys.modules
    for name in set(sys.modules) - set(before):
        del sys.modules[name]


def test_a_file_is_loaded_under_the_name_it_is_given(write, modules):
    path = write("a.py", "seen = __name__\nvalue = 7")
    module = plugin.load_source("studio_tools", str(path))
    assert (module.__name__, module.seen, module.value) == ("studio_tools", "studio_tools", 7)
    assert module.__file__ == str(path)


def test_loading_again_gives_a_fresh_module(write, modules):
    path = write("a.py", "value = 1")
    first = plugin.load_source("studio_tools", str(path))
    write("a.py", "value = 2")
    second = plugin.load_source("studio_tools", str(path))
    assert (first.value, second.value, second.__name__) == (1, 2, "studio_tools")


def test_a_module_of_that_name_stays_what_import_finds(write, modules):
    path = write("a.py", "value = 1")
    assert plugin.load_source("json", str(path)).value == 1
    import json

    assert modules["json"] is json
    assert json.dumps(1) == "1"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("import nowhere_at_all", ImportError),
        ("def (", SyntaxError),
        ("raise SystemExit(3)", SystemExit),
    ],
)
def test_what_a_file_raises_is_raised(write, modules, text, kind):
    path = write("a.py", text)
    with pytest.raises(kind):
        plugin.load_source("studio_tools", str(path))
    assert "studio_tools" not in modules


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        plugin.load_source("studio_tools", str(tmp_path / "none.py"))
