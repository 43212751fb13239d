"""Which plugin wins, what is a conflict, and what is checked before a plugin is taken."""

from __future__ import annotations

import pytest
from ftrack_core.errors import PluginConflictError, PluginError
from ftrack_core.hookspecs import hookimpl, provides
from ftrack_core.plugins import Registry
from ftrack_core.ports import Context

CONTEXT = Context("memory:", "jo")

ANSWER = """
from ftrack_core.hookspecs import hookimpl

@hookimpl
def ftrack_entity_mixins():
    return [type({name!r}, (), {{}})]

@hookimpl
def ftrack_file_type(path):
    return {name!r}
"""


def make_registry(*plugins, **options) -> Registry:
    registry = Registry(CONTEXT, plugins=plugins, **{"installed": False, **options})
    registry.load()
    return registry


def answering(name: str, **marks) -> object:
    """Make a plugin called *name* that answers with its name."""

    class Plugin:
        @hookimpl(**marks)
        def ftrack_entity_mixins(self):
            return [type(name, (), {})]

        @hookimpl(**marks)
        def ftrack_file_type(self, path):
            return name

    Plugin.__name__ = name
    return Plugin


def mixins(registry: Registry) -> list[str]:
    return [mixin.__name__ for mixin in registry.hooks.ftrack_entity_mixins("Task", None)]


def test_a_later_tier_wins_and_within_a_tier_the_later_name(tmp_path):
    for name in ("c", "a"):
        (tmp_path / f"{name}.py").write_text(ANSWER.format(name=f"local {name}"))
    registry = make_registry(answering("z"), answering("b"), folders=[tmp_path])
    assert registry.hooks.ftrack_file_type("x") == "local c"
    assert mixins(registry) == ["local c", "local a", "z", "b"]
    assert [info.name for info in registry.infos] == ["b", "z", "a", "c"]


def test_the_order_does_not_depend_on_the_order_of_arguments():
    one = make_registry(answering("a"), answering("b"))
    two = make_registry(answering("b"), answering("a"))
    assert mixins(one) == mixins(two) == ["b", "a"]


def test_a_default_stands_behind_every_plugin_that_does_not_say_so():
    registry = make_registry(answering("a"), answering("z", trylast=True))
    assert mixins(registry) == ["a", "z"]


def test_the_bridge_stands_between_all_plugins_and_the_defaults():
    def kernel(name):
        return {"ftrack_entity_mixins": lambda: [type(name, (), {})]}

    registry = make_registry(
        answering("plugin"),
        answering("a default", trylast=True),
        bridge=kernel("bridge"),
        defaults=kernel("kernel"),
    )
    assert mixins(registry) == ["plugin", "bridge", "a default", "kernel"]


# --- conflicts -------------------------------------------------------------------------------


def providing(name: str, *schemes: str) -> type:
    class Plugin:
        @provides(*schemes)
        @hookimpl
        def ftrack_create_accessor(self, context, spec):
            return name

    Plugin.__name__ = name
    return Plugin


def test_two_plugins_of_one_tier_that_provide_one_scheme_are_both_named():
    with pytest.raises(PluginConflictError) as caught:
        make_registry(providing("Vault", "s3", "vault"), providing("Amazon", "s3"))
    assert "'Vault'" in str(caught.value)
    assert "'Amazon'" in str(caught.value)
    assert "'s3'" in str(caught.value)
    assert caught.value.hook == "ftrack_create_accessor"


def test_one_scheme_for_two_hooks_is_no_conflict():
    class Cache:
        @provides("s3")
        @hookimpl
        def ftrack_create_cache(self, spec):
            return None

    registry = make_registry(providing("Amazon", "s3"), Cache)
    assert registry.hooks.providers("ftrack_create_accessor") == ("s3",)


def test_across_tiers_the_later_provider_wins(tmp_path):
    (tmp_path / "vault.py").write_text(
        "from ftrack_core.hookspecs import hookimpl, provides\n"
        "@provides('s3')\n"
        "@hookimpl\n"
        "def ftrack_create_accessor(spec):\n"
        "    from ftrack_core.testing.memory_accessor import PlainMemoryAccessor\n"
        "    return PlainMemoryAccessor()\n"
    )
    registry = make_registry(providing("Amazon", "s3"), folders=[tmp_path])
    made = registry.hooks.ftrack_create_accessor(CONTEXT, None)
    assert type(made).__name__ == "PlainMemoryAccessor"


def test_a_skipped_conflict_leaves_the_first_by_name():
    registry = make_registry(
        providing("Vault", "s3"), providing("Amazon", "s3"), on_plugin_error="skip"
    )
    assert [info.name for info in registry.infos] == ["Amazon"]
    assert [problem.name for problem in registry.problems] == ["Vault"]


def test_a_conflict_between_local_files_is_a_problem_of_the_later(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text(
            "from ftrack_core.hookspecs import hookimpl, provides\n"
            "@provides('flat')\n"
            "@hookimpl\n"
            "def ftrack_create_structure(spec):\n    pass\n"
        )
    registry = make_registry(folders=[tmp_path])
    assert [info.name for info in registry.infos] == ["one"]
    (problem,) = registry.problems
    assert (problem.name, problem.path, problem.line) == ("two", tmp_path / "two.py", 2)
    assert str(tmp_path / "one.py") in problem.message


# --- what does not fit -----------------------------------------------------------------------


class Misspelt:
    @hookimpl
    def ftrack_location(self, context):
        return []


class WrongArgument:
    @hookimpl
    def ftrack_file_type(self, pth):
        return ".x"


class NoArgumentThere:
    @hookimpl
    def ftrack_commands(self, session):
        return []


class WithDefault:
    @hookimpl
    def ftrack_file_type(self, path="x"):
        return ".x"


class WrapperThatDoesNotYield:
    @hookimpl(wrapper=True)
    def ftrack_file_type(self):
        return ".x"


class WrapperUnmarked:
    @hookimpl
    def ftrack_file_type(self):
        return (yield)


class WrapsAnObserver:
    @hookimpl(wrapper=True)
    def ftrack_session_started(self):
        return (yield)


class Awaited:
    @hookimpl
    async def ftrack_session_started(self, session):
        pass


@pytest.mark.parametrize(
    ("plugin", "message"),
    [
        (Misspelt, "'Misspelt' in ftrack_location: there is no such hook.*'ftrack_locations'"),
        (WrongArgument, "'WrongArgument' in ftrack_file_type:.*no argument 'pth'.*mean 'path'"),
        (NoArgumentThere, r"no argument 'session' \(it has: none\)"),
        (WithDefault, "take the default from argument 'path'"),
        (WrapperThatDoesNotYield, "a wrapper has to yield"),
        (WrapperUnmarked, r"@hookimpl\(wrapper=True\)"),
        (WrapsAnObserver, "no wrapper can stand around it"),
        (Awaited, "nobody awaits"),
    ],
)
def test_an_implementation_that_does_not_fit_its_hook_is_refused(plugin, message):
    with pytest.raises(PluginError, match=message):
        make_registry(plugin)
    assert len(make_registry(plugin, on_plugin_error="skip").problems) == 1


def test_a_local_file_that_does_not_fit_says_the_line_of_the_function(tmp_path):
    (tmp_path / "naming.py").write_text(
        "from ftrack_core.hookspecs import hookimpl\n\n\n"
        "@hookimpl\ndef ftrack_filetype(path):\n    pass\n"
    )
    (problem,) = make_registry(folders=[tmp_path]).problems
    assert problem.line == 4
    start = "naming in ftrack_filetype: there is no such hook. Did you mean 'ftrack_file_type'"
    assert str(problem).startswith(start)
    assert str(problem).endswith(f"({tmp_path / 'naming.py'}:4)")


def test_an_optional_hook_of_a_later_version_is_no_mistake():
    class Ahead:
        @hookimpl(optionalhook=True)
        def ftrack_hook_of_next_year(self):
            pass

    assert make_registry(Ahead).problems == ()


def test_a_list_hook_may_yield_its_answers():
    class Generous:
        @hookimpl
        def ftrack_entity_mixins(self):
            yield dict
            yield list

    assert mixins(make_registry(Generous)) == ["dict", "list"]


def test_a_trial_can_refuse_the_first_generation():
    def trial(generation):
        raise PluginError("its class cannot be built", plugin="a")

    with pytest.raises(PluginError, match="cannot be built"):
        make_registry(answering("a"), trial=trial)
