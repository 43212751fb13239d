"""Showing which hooks are called, by ``FTRACK_TRACE_HOOKS`` or a switch."""

from __future__ import annotations

import pytest
from ftrack_core.errors import PluginError
from ftrack_core.plugins import Hooks, Registry
from ftrack_core.plugins.specs import LISTS, read_specs
from ftrack_core.plugins.trace import short_form
from ftrack_core.ports import AccessorSpec, ConnectionSettings, Context
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session

from ftrack_core import Credentials, Event, Subscription, hookimpl

ROWS = [{"__entity_type__": "Task", "id": "t1", "name": "light"}]


class Studio:
    @hookimpl(wrapper=True)
    def ftrack_execute_batch(self, batch):
        return (yield)

    @hookimpl
    def ftrack_default_projections(self, entity_type):
        return ["name"] if entity_type == "Task" else None

    @hookimpl
    def ftrack_entity_mixins(self):
        yield type("Helpers", (), {})

    @hookimpl
    def ftrack_session_started(self, session):
        raise ValueError("token=s3cret is not accepted")


def open_session():
    return memory_session(MemoryTransport(rows=ROWS), plugins=[Studio()])


@pytest.fixture
def lines(capsys, monkeypatch):
    monkeypatch.setenv("FTRACK_TRACE_HOOKS", "1")
    with open_session() as session:
        assert session.query("Task").first()["name"] == "light"
    text = capsys.readouterr().err
    return [one.removeprefix("[ftrack hooks] ") for one in text.splitlines()]


def test_a_line_tells_hook_plugin_arguments_and_result(lines):
    assert "ftrack_default_projections Studio(entity_type='Task') -> ['name']" in lines


def test_each_plugin_has_a_line_of_its_own(lines):
    asked = [one for one in lines if one.startswith("ftrack_create_transport")]
    assert asked == [
        "ftrack_create_transport MemoryPlugin(context=<Context>, credentials=<Credentials>) -> "
        "<MemoryTransport>"
    ]


def test_a_wrapper_begins_and_ends_around_the_others(lines):
    (start,) = (place for place, one in enumerate(lines) if "from Task" in one and "begins" in one)
    begins, inside, ends = lines[start : start + 3]
    assert begins.startswith("ftrack_execute_batch Studio(batch=[query select id, name from Task")
    assert inside.startswith("ftrack_execute_batch ftrack-core(session=<Session>, batch=[query")
    assert ends.startswith("ftrack_execute_batch Studio ends -> [query")


def test_an_answer_that_is_yielded_arrives_all_the_same(lines):
    assert "ftrack_entity_mixins Studio() -> [Helpers]" in lines


def test_what_is_raised_is_shown_without_secrets(lines):
    called = "ftrack_session_started Studio(session=<Session>)"
    assert f"{called} raised ValueError: token=*** is not accepted" in lines


def test_no_line_holds_the_key(lines):
    assert lines
    assert not any("no key" in one or "s3cret" in one for one in lines)


@pytest.mark.parametrize("value", ["", "0", "false", "No", "off"])
def test_it_is_off_unless_asked_for(capsys, monkeypatch, value):
    monkeypatch.setenv("FTRACK_TRACE_HOOKS", value)
    with open_session() as session:
        session.query("Task").first()
    assert "ftrack hooks" not in capsys.readouterr().err


def test_off_it_leaves_every_function_as_it_is():
    studio = Studio()
    registry = Registry(Context("memory:", "ann"), plugins=[studio], installed=False)
    registry.load()
    (one,) = registry.current.manager.hook.ftrack_entity_mixins.get_hookimpls()
    assert one.function == studio.ftrack_entity_mixins


def test_errors_still_name_the_plugin(monkeypatch):
    class Broken:
        @hookimpl
        def ftrack_default_projections(self):
            raise ZeroDivisionError("division by zero")

    monkeypatch.setenv("FTRACK_TRACE_HOOKS", "1")
    with (
        memory_session(MemoryTransport(), plugins=[Broken()]) as session,
        pytest.raises(PluginError, match="plugin 'Broken' in ftrack_default_projections"),
    ):
        session.query("Task").all()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "None"),
        (3.5, "3.5"),
        ("plate.exr", "'plate.exr'"),
        ("redis://:hunter2@cache/0", "'redis://***@cache/0'"),
        ("https://host/get?id=1&apiKey=s3cret&x=2", "'https://host/get?id=1&apiKey=***&x=2'"),
        ("x" * 100, "'" + "x" * 76 + "..."),
        ({"X-Token": "s3cret"}, "{X-Token}"),
        (Credentials("ann", "s3cret"), "<Credentials>"),
        (ConnectionSettings(headers={"a": "s3cret"}), "<ConnectionSettings>"),
        (Context("https://x", "ann", plugin_arguments={"a": "s3cret"}), "<Context>"),
        (AccessorSpec("s3://key:secret@bucket"), "<AccessorSpec s3:>"),
        (Event("ftrack.update", {"a": "s3cret"}), "<Event ftrack.update>"),
        (Subscription("topic=x", print), "<Subscription topic=x>"),
        ([1, 2, 3, 4], "[1, 2, 3, ... 4]"),
        ([{"action": "update", "entity_type": "User", "x": "s3cret"}], "[update User]"),
        ([{"action": "reset_remote", "data": {"api_key": "s3cret"}}], "[reset_remote]"),
        ({"api_key": "s3cret"}, "{api_key}"),
        (dict, "dict"),
    ],
)
def test_values_are_told_in_short_and_without_secrets(value, shown):
    assert short_form(value) == shown


SECRET = "s3cret-of-the-studio"
VALUES = {
    "context": Context(
        "https://studio",
        "ann",
        ConnectionSettings(headers={"X-Token": SECRET}, cookies={"a": SECRET}, proxy=SECRET),
        plugin_arguments={"key": SECRET},
    ),
    "credentials": Credentials("ann", SECRET),
    "spec": AccessorSpec(f"s3://ann:{SECRET}@bucket", {"secret": SECRET}),
    "batch": [{"action": "create", "entity_type": "User", "entity_data": {"password": SECRET}}],
    "operations": [{"action": "update", "entity_type": "User", "entity_data": {"key": SECRET}}],
    "results": [{"action": "reset_remote", "data": {"api_key": SECRET}}],
    "event": Event("ftrack.update", {"key": SECRET}),
    "subscription": Subscription("topic=x", print),
    "error": ValueError(f"api_key={SECRET} was refused"),
}
ANSWERS = {"ftrack_request_headers": {"X-Token": SECRET}, "ftrack_create_transport": None}


@pytest.mark.parametrize("hook", sorted(read_specs()))
def test_every_hook_has_a_line_with_its_arguments_and_without_secrets(capsys, hook):
    arguments = {name: VALUES.get(name) for name in read_specs()[hook].arguments}
    names = ", ".join(arguments)
    answer = ANSWERS.get(hook, () if hook in LISTS else None)
    function = eval(f"lambda {names}: answer", {"answer": answer})
    plugin = type("Studio", (), {hook: staticmethod(hookimpl(specname=hook)(function))})
    defaults = {"ftrack_execute_batch": lambda batch: [{"data": {"key": SECRET}}]}
    registry = Registry(
        VALUES["context"], plugins=[plugin], installed=False, trace=True, defaults=defaults
    )
    registry.load()
    capsys.readouterr()
    getattr(Hooks(registry.current), hook)(**arguments)
    text = capsys.readouterr().err
    assert f"[ftrack hooks] {hook} Studio(" in text
    assert all(f"{name}=" in text for name in arguments)
    assert " -> " in text
    assert SECRET not in text


def test_entities_are_told_by_name():
    with open_session() as session:
        assert short_form(session.query("Task").first()) == "<Task 'light' (t1)>"
