"""No hook without a section in the docs, a relay, a test, and a default or the reason for none."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import textwrap
from pathlib import Path

import pytest
from ftrack_core.hookspecs import AREAS
from ftrack_core.plugins import Hooks

ROOT = Path(__file__).parents[2]
HOOKS = [
    hook
    for area in AREAS.values()
    for name, hook in vars(area).items()
    if name.startswith("ftrack_") and inspect.isfunction(hook)
]
PAGE = (ROOT / "docs" / "hooks.md").read_text()
TESTS = (ROOT / "tests" / "core" / "test_hooks_through_session.py").read_text()


def arguments(hook):
    return [name for name in inspect.signature(hook).parameters if name != "self"]


def test_each_area_has_at_least_two_hooks():
    counts = dict.fromkeys(AREAS, 0)
    for hook in HOOKS:
        counts[next(name for name, area in AREAS.items() if hook.__name__ in vars(area))] += 1
    assert all(count >= 2 for count in counts.values()), counts


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.__name__)
def test_a_hook_has_a_section_with_its_exact_signature(hook):
    assert f"### `{hook.__name__}({', '.join(arguments(hook))})`" in PAGE


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.__name__)
def test_a_hook_has_a_typed_relay_with_its_arguments(hook):
    relay = getattr(Hooks, hook.__name__)
    assert arguments(relay) == arguments(hook)
    assert inspect.signature(relay).return_annotation is not inspect.Signature.empty


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.__name__)
def test_a_hook_has_a_test_in_which_a_foreign_plugin_uses_it(hook):
    assert f"def test_{hook.__name__}(" in TESTS


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.__name__)
def test_a_hook_states_its_default_and_shows_an_example(hook):
    text = inspect.getdoc(hook)
    assert "\nDefault: " in text
    assert "Example::" in text


def marked(function):
    """The names of the decorators of a function."""
    calls = [one.func if isinstance(one, ast.Call) else one for one in function.decorator_list]
    return {one.id for one in calls if isinstance(one, ast.Name)}


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.__name__)
def test_the_example_is_an_implementation_of_the_hook(hook):
    _, _, example = inspect.getdoc(hook).partition("Example::\n")
    tree = ast.parse(textwrap.dedent(example))
    functions = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]
    (shown,) = [one for one in functions if one.name == hook.__name__]
    assert "hookimpl" in marked(shown)
    assert {one.arg for one in shown.args.args} <= {"self", *arguments(hook)}


def test_the_page_is_what_the_specifications_say():
    spec = importlib.util.spec_from_file_location("write_hooks", ROOT / "docs" / "write_hooks.py")
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)
    assert writer.page() == PAGE
