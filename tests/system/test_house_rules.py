"""The measures of the house: short functions, short files, a stated public surface."""

from __future__ import annotations

import ast
import gc
import importlib
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for folder in ("ftrack_core", "ftrack_plugins", "accessors")
    for path in (ROOT / folder).rglob("src/**/*.py")
)
DECLARATIONS = ("ftrack_embedded/model/", "ftrack_embedded/seed/", "testing/memory_schemas")
"""Declarations of data, which are as long as the data is."""


@pytest.fixture(autouse=True, scope="module")
def _without_collector():
    """Python 3.11 takes no parsing within a parsing, as a traceback printed by the collector is."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def functions_of(path: Path) -> list[tuple[str, int]]:
    tree = ast.parse(path.read_text())
    return [
        (f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    ]


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    return ".".join(parts[parts.index("src") + 1 :]).removesuffix(".py").removesuffix(".__init__")


def declares_data(path: Path) -> bool:
    return any(part in path.as_posix() for part in DECLARATIONS)


def test_there_is_something_to_measure():
    assert len(SOURCES) > 50


def test_no_function_is_beyond_sixty_lines():
    too_long = [
        name
        for path in SOURCES
        if not declares_data(path)
        for name, length in functions_of(path)
        if length > 60
    ]
    # A constructor whose signature and docstring list every option is a declaration of data.
    exempt = ("session/session.py", "__init__")
    assert [name for name in too_long if not all(part in name for part in exempt)] == []


def test_functions_are_short_on_the_whole():
    lengths = sorted(length for path in SOURCES for _, length in functions_of(path))
    assert statistics.median(lengths) <= 9
    assert lengths[int(len(lengths) * 0.95)] <= 35


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_no_file_is_beyond_six_hundred_lines(path):
    assert declares_data(path) or len(path.read_text().splitlines()) <= 600


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_every_public_name_of_a_module_is_listed(path):
    if path.name.startswith("_") and path.name != "__init__.py":
        return
    tree = ast.parse(path.read_text())
    defined = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    }
    if not defined:
        return
    listed = getattr(importlib.import_module(module_name(path)), "__all__", None)
    if path.name == "plugin.py" or (listed is None and "hookspecs" in path.parts):
        return  # the hooks are the surface
    assert listed is not None, "state the public surface in __all__"
    assert defined <= set(listed)


def test_every_distribution_has_the_same_shape():
    members = [path.parent for path in ROOT.glob("*/pyproject.toml")]
    members += [path.parent for path in ROOT.glob("*/*/pyproject.toml")]
    assert len(members) >= 12
    for member in members:
        package = next((member / "src").iterdir())
        assert (package / "py.typed").exists(), member
        assert len((member / "README.md").read_text().splitlines()) > 10, member


def test_the_kernel_imports_nothing_heavy_and_neither_do_the_default_plugins():
    import subprocess
    import sys

    program = (
        "import sys\n"
        "from importlib.metadata import entry_points\n"
        "[one.load() for one in entry_points(group='ftrack')]\n"
        "import ftrack_core.session\n"
        "heavy = 'requests boto3 fsspec sqlalchemy aiohttp watchdog websocket cachetools'.split()\n"
        "print([one for one in heavy if one in sys.modules])\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
