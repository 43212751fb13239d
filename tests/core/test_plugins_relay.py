"""The relay: how each hook is called, and what an error in a plugin becomes."""

from __future__ import annotations

import inspect
import logging

import pytest
from ftrack_core.errors import (
    AccessorError,
    FtrackError,
    PluginConflictError,
    PluginError,
    TransportError,
)
from ftrack_core.hookspecs import AREAS, PROJECT, hookimpl, provides
from ftrack_core.plugins import Hooks, Registry
from ftrack_core.ports import (
    Argument,
    Command,
    Context,
    LocationBinding,
    PluginChange,
    Subscription,
)

CONTEXT = Context("memory:", "jo")


def make_hooks(*plugins, **options) -> Hooks:
    registry = Registry(CONTEXT, plugins=plugins, installed=False, **options)
    registry.load()
    return registry.hooks


def specs() -> dict[str, inspect.Signature]:
    return {
        name: inspect.signature(value)
        for module in AREAS.values()
        for name, value in vars(module).items()
        if hasattr(value, f"{PROJECT}_spec")
    }


@pytest.mark.parametrize("name", sorted(specs()))
def test_every_hook_has_a_relay_method_with_its_arguments(name):
    method = inspect.signature(getattr(Hooks, name))
    parameters = list(method.parameters.values())[1:]
    assert [(p.name, p.annotation, p.kind, p.default) for p in parameters] == [
        (p.name, p.annotation, p.kind, p.default) for p in specs()[name].parameters.values()
    ]


def test_the_relay_has_no_hook_that_is_not_specified():
    methods = {name for name in vars(Hooks) if name.startswith("ftrack_")}
    assert methods == set(specs())


@pytest.mark.parametrize("name", sorted(specs()))
def test_every_hook_can_be_called_where_nobody_implements_it(name):
    hooks = make_hooks(defaults={"ftrack_execute_batch": lambda batch: []})
    arguments = dict.fromkeys(specs()[name].parameters)
    assert getattr(hooks, name)(**arguments) in (None, [], {})


# --- first result ----------------------------------------------------------------------------


def test_the_first_answer_counts_and_none_passes_on():
    class Nobody:
        @hookimpl(tryfirst=True)
        def ftrack_file_type(self, path):
            return None

    class Somebody:
        @hookimpl
        def ftrack_file_type(self, path):
            return path[-4:]

    assert make_hooks(Nobody, Somebody).ftrack_file_type("a.exr") == ".exr"


def test_wrappers_stand_around_the_kernels_own_implementation():
    class Tracing:
        @hookimpl(wrapper=True)
        def ftrack_execute_batch(self, session, batch):
            answers = yield
            return [f"{session}: {answer}" for answer in answers]

    class Carrier:
        def execute(self, session, batch):
            return [operation["action"] for operation in batch]

    hooks = make_hooks(Tracing, defaults={"ftrack_execute_batch": Carrier().execute})
    assert hooks.ftrack_execute_batch("s", [{"action": "query"}]) == ["s: query"]


def test_a_wrapper_that_loses_the_answers_is_told_what_to_do():
    class Forgetful:
        @hookimpl(wrapper=True)
        def ftrack_execute_batch(self):
            yield

    hooks = make_hooks(Forgetful, defaults={"ftrack_execute_batch": lambda batch: []})
    with pytest.raises(PluginError, match="return what its yield gave"):
        hooks.ftrack_execute_batch(None, [])


def test_the_names_that_plugins_state_are_listed():
    class Structures:
        @provides("show", "flat")
        @hookimpl
        def ftrack_create_structure(self, spec):
            return None

    hooks = make_hooks(Structures)
    assert hooks.providers("ftrack_create_structure") == ("flat", "show")
    assert hooks.providers("ftrack_create_cache") == ()


# --- all answers -----------------------------------------------------------------------------


def adding_headers(name: str, headers: dict[str, str] | None) -> type:
    class Plugin:
        @hookimpl
        def ftrack_request_headers(self):
            return headers

    Plugin.__name__ = name
    return Plugin


def test_headers_are_merged():
    hooks = make_hooks(
        adding_headers("A", {"X-Site": "vancouver"}),
        adding_headers("B", {"X-Farm": "1", "X-Site": "vancouver"}),
        adding_headers("C", None),
    )
    assert hooks.ftrack_request_headers(CONTEXT) == {"X-Farm": "1", "X-Site": "vancouver"}


def test_different_values_of_one_header_name_both_plugins_and_no_value():
    hooks = make_hooks(
        adding_headers("A", {"X-Token": "secret-a"}), adding_headers("B", {"x-token": "secret-b"})
    )
    with pytest.raises(PluginConflictError, match=r"'A'.*'B'|'B'.*'A'") as caught:
        hooks.ftrack_request_headers(CONTEXT)
    assert "secret" not in str(caught.value)


def binding(name: str, *bindings: LocationBinding) -> type:
    class Plugin:
        @hookimpl
        def ftrack_locations(self):
            return bindings

    Plugin.__name__ = name
    return Plugin


def test_one_name_bound_twice_in_a_tier_names_both_plugins():
    prod = LocationBinding("prod")
    hooks = make_hooks(binding("A", prod), binding("B", LocationBinding("prod")))
    with pytest.raises(PluginConflictError, match="location 'prod'") as caught:
        hooks.ftrack_locations(CONTEXT)
    assert "'A'" in str(caught.value)
    assert "'B'" in str(caught.value)


def test_across_tiers_the_later_binding_of_a_name_wins(tmp_path):
    (tmp_path / "here.py").write_text(
        "from ftrack_core.hookspecs import hookimpl\n"
        "from ftrack_core.ports import LocationBinding\n"
        "@hookimpl\n"
        "def ftrack_locations():\n"
        "    return [LocationBinding('prod', 'disk:/here')]\n"
    )
    hooks = make_hooks(
        binding("A", LocationBinding("prod", "disk:/mnt"), LocationBinding("cache")),
        folders=[tmp_path],
    )
    found = {one.name: one.accessor for one in hooks.ftrack_locations(CONTEXT)}
    assert found == {"prod": "disk:/here", "cache": None}


def test_a_default_binding_gives_way_to_another_of_its_tier():
    class Default:
        @hookimpl(trylast=True)
        def ftrack_locations(self):
            return [LocationBinding("prod", "disk:/default"), LocationBinding("own", "disk:/own")]

    for order in (
        (Default, binding("A", LocationBinding("prod", "disk:/mnt"))),
        (
            binding("Z", LocationBinding("prod", "disk:/mnt")),
            Default,
        ),
    ):
        found = make_hooks(*order).ftrack_locations(CONTEXT)
        assert {one.name: one.accessor for one in found} == {
            "prod": "disk:/mnt",
            "own": "disk:/own",
        }


def test_subscriptions_know_whose_they_are():
    class Farm:
        @hookimpl
        def ftrack_event_handlers(self):
            yield Subscription("topic=a", print, id="a")
            yield Subscription("topic=b", print, id="b", plugin="somebody else")

    found = make_hooks(Farm).ftrack_event_handlers(None)
    assert [(one.id, one.plugin) for one in found] == [("a", "Farm"), ("b", "somebody else")]


def adding_command(name: str, command: str) -> type:
    class Plugin:
        @hookimpl
        def ftrack_commands(self):
            return [Command(command, "Help.", run=lambda: 0, arguments=(Argument("x"),))]

    Plugin.__name__ = name
    return Plugin


def test_commands_are_gathered_and_one_name_twice_names_both_plugins():
    hooks = make_hooks(adding_command("A", "greet"), adding_command("B", "part"))
    assert {command.name for command in hooks.ftrack_commands()} == {"greet", "part"}
    with pytest.raises(PluginConflictError, match="command 'greet'"):
        make_hooks(adding_command("A", "greet"), adding_command("B", "greet")).ftrack_commands()


class OneForMany:
    @hookimpl
    def ftrack_locations(self):
        return LocationBinding("prod")


class WrongKind:
    @hookimpl
    def ftrack_locations(self):
        return ["prod"]


@pytest.mark.parametrize(
    ("plugin", "message"),
    [
        (OneForMany, "'OneForMany' in ftrack_locations: it answers a LocationBinding; a list of"),
        (WrongKind, "'WrongKind' in ftrack_locations: it answers a str among others"),
    ],
)
def test_an_answer_of_the_wrong_shape_names_its_plugin(plugin, message):
    with pytest.raises(PluginError, match=message):
        make_hooks(plugin).ftrack_locations(CONTEXT)


def test_the_first_that_raises_refuses_a_commit():
    class Guard:
        @hookimpl
        def ftrack_before_commit(self, operations):
            raise ValueError("wranglers only")

    with pytest.raises(PluginError, match="'Guard' in ftrack_before_commit: ValueError: wrang"):
        make_hooks(Guard).ftrack_before_commit(None, [])


# --- observers -------------------------------------------------------------------------------


def test_a_faulty_observer_silences_nobody(caplog):
    heard = []

    def observer(name, error=None):
        class Plugin:
            @hookimpl
            def ftrack_session_started(self, session):
                heard.append(name)
                if error:
                    raise error

        Plugin.__name__ = name
        return Plugin

    hooks = make_hooks(
        observer("a"), observer("b", ValueError("full")), observer("c", FtrackError("lost"))
    )
    with caplog.at_level(logging.ERROR, "ftrack_core.plugins"):
        errors = hooks.ftrack_session_started("session")
    assert heard == ["c", "b", "a"]
    assert [(error.plugin, error.hook) for error in errors] == [
        ("c", "ftrack_session_started"),
        ("b", "ftrack_session_started"),
    ]
    assert len(caplog.records) == 2
    assert "plugin 'b' in ftrack_session_started: ValueError: full" in caplog.text


def test_every_observer_hook_returns_the_errors():
    class Faulty:
        @hookimpl
        def ftrack_session_closing(self):
            raise ValueError

        @hookimpl
        def ftrack_after_commit(self):
            raise ValueError

        @hookimpl
        def ftrack_event_failed(self):
            raise ValueError

        @hookimpl
        def ftrack_plugins_changed(self):
            raise ValueError

    hooks = make_hooks(Faulty)
    assert len(hooks.ftrack_session_closing(None)) == 1
    assert len(hooks.ftrack_after_commit(None, [], [])) == 1
    assert len(hooks.ftrack_event_failed(None, None, None, ValueError())) == 1
    assert len(hooks.ftrack_plugins_changed(None, PluginChange(1))) == 1


# --- whose fault it is -----------------------------------------------------------------------


class Careless:
    @hookimpl
    def ftrack_file_type(self, path):
        return 1 / 0


class Innocent:
    @hookimpl(wrapper=True)
    def ftrack_file_type(self, path):
        return (yield)


def test_an_exception_becomes_an_error_that_names_the_plugin_it_arose_in():
    with pytest.raises(PluginError, match="'Careless' in ftrack_file_type: ZeroDiv") as caught:
        make_hooks(Careless, Innocent).ftrack_file_type("x")
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert (caught.value.plugin, caught.value.hook) == ("Careless", "ftrack_file_type")


def test_a_wrapper_that_raises_is_named_itself():
    class Strict:
        @hookimpl(wrapper=True)
        def ftrack_file_type(self, path):
            raise KeyError((yield))

    with pytest.raises(PluginError, match="'Strict'"):
        make_hooks(Innocent, Strict).ftrack_file_type("x")


def test_a_wrapper_that_yields_twice_is_an_error_of_plugins():
    class Twice:
        @hookimpl(wrapper=True)
        def ftrack_file_type(self, path):
            yield
            yield

    with pytest.raises(PluginError, match="in ftrack_file_type"):
        make_hooks(Twice).ftrack_file_type("x")


def test_plugins_that_share_a_decorator_are_told_apart():
    from functools import wraps

    def shared(function):
        @wraps(function)
        def call(*arguments):
            return function(*arguments)

        return call

    class Alpha:
        @hookimpl
        @shared
        def ftrack_file_type(self, path):
            return None

    class Omega:
        @hookimpl(trylast=True)
        @shared
        def ftrack_file_type(self, path):
            raise ValueError

    with pytest.raises(PluginError, match="'Omega'"):
        make_hooks(Alpha, Omega).ftrack_file_type("x")


def test_an_error_of_this_library_stays_what_it_is_and_a_note_names_the_plugin():
    class Storage:
        @hookimpl
        def ftrack_create_accessor(self, spec):
            raise AccessorError("no such bucket")

    with pytest.raises(AccessorError) as caught:
        make_hooks(Storage).ftrack_create_accessor(CONTEXT, None)
    assert str(caught.value) == "no such bucket"
    assert caught.value.__notes__ == ["raised in ftrack_create_accessor of plugin 'Storage'"]


@pytest.mark.parametrize("error", [TransportError("lost"), ZeroDivisionError("handler")])
def test_what_arises_in_the_kernels_own_implementation_stays_what_it_is(error):
    class Around:
        @hookimpl(wrapper=True)
        def ftrack_handle_event(self, event):
            return (yield)

    def handle(session, event, subscription):
        raise error

    with pytest.raises(type(error)) as caught:
        make_hooks(Around, defaults={"ftrack_handle_event": handle}).ftrack_handle_event(
            None, None, None
        )
    assert caught.value is error
    assert caught.value.__cause__ is None


def test_an_error_in_a_local_file_says_where(tmp_path):
    file = tmp_path / "naming.py"
    file.write_text(
        "from ftrack_core.hookspecs import hookimpl\n"
        "@hookimpl\n"
        "def ftrack_file_type(path):\n"
        "    return helper(path)\n"
        "def helper(path):\n"
        "    return path.no_such_method()\n"
    )
    with pytest.raises(PluginError) as caught:
        make_hooks(folders=[tmp_path]).ftrack_file_type("x")
    assert (caught.value.path, caught.value.line) == (str(file), 6)
