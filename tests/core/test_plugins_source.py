"""Loading a plugin from its source: fresh each time, and gone without a trace afterwards."""

from __future__ import annotations

import gc
import os
import sys

import pytest
from ftrack_core.errors import PluginError
from ftrack_core.plugins import content_digest, load_source, unload


def loaded_names() -> set[str]:
    return {name for name in sys.modules if name.startswith("ftrack_local_")}


@pytest.fixture(autouse=True)
def nothing_loaded_yet():
    gc.collect()  # sessions of other tests
    assert not loaded_names()


def test_a_file_is_loaded_under_a_name_of_its_own(tmp_path):
    file = tmp_path / "naming.py"
    file.write_text("answer = 1\n")
    first, second = load_source(file), load_source(file)
    assert (first.answer, second.answer) == (1, 1)
    assert first.__name__ != second.__name__
    assert sys.modules[first.__name__] is first
    assert first.__file__ == str(file)
    unload(first)
    unload(second)
    assert not loaded_names()


def test_a_file_can_be_loaded_under_a_name_that_is_given(tmp_path):
    file = tmp_path / "naming.py"
    file.write_text("seen = __name__\n")
    module = load_source(file, name="ftrack_local_given")
    assert module.__name__ == module.seen == "ftrack_local_given"
    assert sys.modules["ftrack_local_given"] is module
    unload(module)


def test_a_save_of_the_same_size_in_the_same_second_is_seen(tmp_path):
    file = tmp_path / "naming.py"
    for answer in (1, 2, 3):
        file.write_text(f"answer = {answer}\n")
        os.utime(file, (1_000_000_000, 1_000_000_000))
        module = load_source(file)
        assert module.answer == answer
        unload(module)


def test_a_folder_is_one_plugin_whose_modules_see_one_another(tmp_path):
    folder = tmp_path / "studio"
    (folder / "parts").mkdir(parents=True)
    (folder / "__init__.py").write_text("from .names import show\nfrom .parts.deep import depth\n")
    (folder / "names.py").write_text("show = 'DUNE'\n")
    (folder / "parts" / "__init__.py").write_text("")
    (folder / "parts" / "deep.py").write_text("from ..names import show\ndepth = show.lower()\n")
    finders = len(sys.meta_path)
    module = load_source(folder)
    assert (module.show, module.depth) == ("DUNE", "dune")
    assert len(loaded_names()) == 4
    unload(module)
    assert not loaded_names()
    assert len(sys.meta_path) == finders


def test_a_module_inside_a_folder_is_never_served_from_old_bytecode(tmp_path):
    folder = tmp_path / "studio"
    folder.mkdir()
    (folder / "__init__.py").write_text("from .names import show\n")
    for show in ("DUNE", "MARS", "MOON"):
        (folder / "names.py").write_text(f"show = {show!r}\n")
        os.utime(folder / "names.py", (1_000_000_000, 1_000_000_000))
        module = load_source(folder)
        assert module.show == show
        unload(module)
    assert not list(folder.rglob("*.pyc"))


def test_a_folder_imports_its_modules_late_while_it_is_loaded(tmp_path):
    folder = tmp_path / "studio"
    folder.mkdir()
    (folder / "__init__.py").write_text("def make():\n    from ._client import x\n    return x\n")
    (folder / "_client.py").write_text("x = 7\n")
    module = load_source(folder)
    assert module.make() == 7
    unload(module)
    assert not loaded_names()


def test_a_dataclass_with_postponed_annotations_can_be_declared(tmp_path):
    file = tmp_path / "shot.py"
    file.write_text(
        "from __future__ import annotations\n"
        "from dataclasses import dataclass\n"
        "from typing import ClassVar\n"
        "@dataclass\n"
        "class Shot:\n"
        "    name: str\n"
        "    kinds: ClassVar[list[str]] = []\n"
    )
    module = load_source(file)
    assert module.Shot("sh010").name == "sh010"
    unload(module)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("x = 1\ny = (\n", 2, "SyntaxError"),
        ("x = 1\nimport no_such_module_here\n", 2, "No module named 'no_such_module_here'"),
        ("\n\nraise ValueError('no config')\n", 3, "ValueError: no config"),
        ("import sys\nsys.exit(3)\n", 2, "sys.exit(3)"),
        ("def f():\n    return 1 / 0\nf()\n", 2, "ZeroDivisionError"),
    ],
)
def test_a_file_that_fails_is_dropped_and_says_where(tmp_path, text, line, message):
    file = tmp_path / "broken.py"
    file.write_text(text)
    with pytest.raises(PluginError) as caught:
        load_source(file, plugin="broken")
    assert message in str(caught.value)
    assert (caught.value.plugin, caught.value.path, caught.value.line) == (
        "broken",
        str(file),
        line,
    )
    assert not loaded_names()


def test_an_error_inside_a_folder_names_the_module_it_is_in(tmp_path):
    folder = tmp_path / "studio"
    folder.mkdir()
    (folder / "__init__.py").write_text("from . import names\n")
    (folder / "names.py").write_text("\n1 / 0\n")
    with pytest.raises(PluginError) as caught:
        load_source(folder)
    assert (caught.value.path, caught.value.line) == (str(folder / "names.py"), 2)
    assert not loaded_names()


def test_the_digest_follows_the_content_and_nothing_else(tmp_path):
    file = tmp_path / "naming.py"
    file.write_text("answer = 1\n")
    before = content_digest(file)
    os.utime(file, (1_000_000_000, 1_000_000_000))
    assert content_digest(file) == before
    file.write_text("answer = 2\n")
    assert content_digest(file) != before
    file.unlink()
    assert content_digest(file) == ""


def test_the_digest_of_a_folder_covers_its_modules(tmp_path):
    folder = tmp_path / "studio"
    folder.mkdir()
    assert content_digest(folder) == ""
    (folder / "__init__.py").write_text("")
    first = content_digest(folder)
    (folder / "_client.py").write_text("x = 1\n")
    second = content_digest(folder)
    (folder / "_client.py").rename(folder / "_server.py")
    third = content_digest(folder)
    (folder / ".hidden.py").write_text("x = 1\n")
    assert len({first, second, third}) == 3
    assert content_digest(folder) == third
