"""Where plugins come from: installed distributions, the session's arguments, local folders."""

from __future__ import annotations

import logging
import sys
from types import ModuleType

import pytest
from ftrack_core.errors import ConfigurationError, PluginConflictError, PluginError
from ftrack_core.hookspecs import hookimpl, provides
from ftrack_core.plugins import Registry, load_source, unload
from ftrack_core.plugins.discovery import installed_entry_points
from ftrack_core.ports import Context, Tier
from ftrack_core.testing.memory_transport import MemoryTransport

CONTEXT = Context("memory:", "jo")

FILE_TYPE = """
from ftrack_core.hookspecs import hookimpl

@hookimpl
def ftrack_file_type(path):
    return {answer!r}
"""


def make_registry(**options) -> Registry:
    registry = Registry(CONTEXT, **{"installed": False, **options})
    registry.load()
    return registry


def names(registry: Registry) -> list[str]:
    return [info.name for info in registry.infos]


class Naming:
    """A plugin as a class."""

    @hookimpl
    def ftrack_file_type(self, path):
        return ".class"


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install a distribution that registers plugins, for the time of a test."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def install(distribution: str, **points: str) -> None:
        for name, text in points.items():
            (tmp_path / f"{distribution}_{name}.py").write_text(text)
        info = tmp_path / f"{distribution}-1.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2\n"
        )
        lines = [f"{name} = {distribution}_{name}" for name in points]
        (info / "entry_points.txt").write_text("\n".join(["[ftrack]", *lines]))
        installed_entry_points.cache_clear()

    yield install
    for module in [name for name in sys.modules if name.startswith("probe")]:
        del sys.modules[module]
    installed_entry_points.cache_clear()


def others(*kept: str) -> list[str]:
    """Name the plugins that happen to be installed beside the ones of a test."""
    return [point.name for point in installed_entry_points() if point.name not in kept]


def test_before_loading_only_the_kernel_answers():
    registry = Registry(CONTEXT, plugins=[Naming], installed=False)
    assert registry.current.number == 0
    assert registry.hooks.ftrack_file_type("a.exr") is None
    registry.load()
    assert registry.current.number == 1
    assert registry.hooks.ftrack_file_type("a.exr") == ".class"
    registry.load()
    assert registry.current.number == 1


# --- installed -------------------------------------------------------------------------------


def test_an_installed_plugin_is_known_with_its_distribution(install):
    install("probe", sizes=FILE_TYPE.format(answer=".sizes"))
    registry = make_registry(installed=True, block=others("sizes"))
    (info,) = registry.infos
    assert (info.name, info.tier, info.distribution, info.version) == (
        "sizes",
        Tier.INSTALLED,
        "probe",
        "1.2",
    )
    assert info.hooks == ("ftrack_file_type",)


def test_entry_points_are_looked_for_once_in_a_process(install):
    install("probe", sizes=FILE_TYPE.format(answer=".sizes"))
    assert installed_entry_points() is installed_entry_points()


def test_a_broken_installed_plugin_is_an_error_that_names_its_distribution(install):
    install("probe", sizes="import no_such_module_here\n")
    with pytest.raises(
        PluginError, match=r"plugin 'sizes' from probe 1.2.*no_such_module_here.*block"
    ):
        make_registry(installed=True, block=others("sizes"))


def test_a_broken_installed_plugin_can_be_skipped_and_does_not_stop_the_others(install):
    install("probe", alpha="import sys\nsys.exit(1)\n", beta=FILE_TYPE.format(answer=".beta"))
    registry = make_registry(installed=True, block=others("alpha", "beta"), on_plugin_error="skip")
    assert names(registry) == ["beta"]
    (problem,) = registry.problems
    assert problem.name == "alpha"
    assert "sys.exit(1)" in problem.message
    assert str(problem).startswith("alpha from probe 1.2: ")


def test_a_blocked_plugin_is_not_even_imported(install):
    install("probe", sizes="raise RuntimeError('imported')\n")
    assert names(make_registry(installed=True, block=others())) == []


def test_two_distributions_that_register_one_name_are_both_named(install):
    install("probe", sizes=FILE_TYPE.format(answer=".one"))
    install("probetwo", sizes=FILE_TYPE.format(answer=".two"))
    with pytest.raises(PluginConflictError) as caught:
        make_registry(installed=True, block=others("sizes"))
    assert "probe 1.2" in str(caught.value)
    assert "probetwo 1.2" in str(caught.value)


def test_an_installed_plugin_that_is_given_again_moves_to_the_tier_of_the_session(install):
    install("probe", sizes=FILE_TYPE.format(answer=".sizes"))
    registry = make_registry(installed=True, block=others("sizes"), plugins=["probe_sizes"])
    assert [(info.name, info.tier) for info in registry.infos] == [("probe_sizes", Tier.EXPLICIT)]


# --- given to the session --------------------------------------------------------------------


def test_a_class_is_made_once_for_each_session():
    made = []

    class Counting:
        def __init__(self):
            made.append(self)

        @hookimpl
        def ftrack_file_type(self, path):
            return str(made.index(self))

    one, two = make_registry(plugins=[Counting]), make_registry(plugins=[Counting])
    assert len(made) == 2
    assert [r.hooks.ftrack_file_type("x") for r in (one, two, one)] == ["0", "1", "0"]


def test_modules_instances_paths_and_module_names_are_taken(tmp_path, monkeypatch):
    module = ModuleType("studio_module")
    file = tmp_path / "by_path.py"
    file.write_text(FILE_TYPE.format(answer=".path"))
    (tmp_path / "by_name.py").write_text(FILE_TYPE.format(answer=".name"))
    monkeypatch.syspath_prepend(str(tmp_path))
    registry = make_registry(plugins=[module, Naming(), Naming(), file, "by_name"])
    monkeypatch.delitem(sys.modules, "by_name")
    assert names(registry) == ["Naming", "Naming-2", "by_name", "by_path", "studio_module"]
    assert {info.tier for info in registry.infos} == {Tier.EXPLICIT}


def test_a_plugin_may_be_an_equal_or_unhashable_object():
    class Equal(Naming):
        def __eq__(self, other):
            return True

        __hash__ = None

    assert names(make_registry(plugins=[Equal(), Equal()])) == ["Equal", "Equal-2"]


def test_the_properties_of_a_plugin_are_left_alone():
    class Lazy(Naming):
        @property
        def connection(self):
            raise AssertionError("nobody asked for it")

    assert make_registry(plugins=[Lazy]).hooks.ftrack_file_type("x") == ".class"


def test_static_and_class_methods_are_hooks_too():
    class Plain:
        @staticmethod
        @hookimpl
        def ftrack_file_type(path):
            return f"static {path}"

        @classmethod
        @hookimpl
        def ftrack_clean_name(cls, name):
            return cls.__name__

    hooks = make_registry(plugins=[Plain]).hooks
    assert hooks.ftrack_file_type("x") == "static x"
    assert hooks.ftrack_clean_name("x", None) == "Plain"


def test_a_function_may_implement_a_hook_under_a_name_of_its_own():
    class Plugin:
        @hookimpl(specname="ftrack_file_type")
        def type_of(self, path):
            return ".own"

    registry = make_registry(plugins=[Plugin])
    assert registry.hooks.ftrack_file_type("x") == ".own"
    assert registry.infos[0].hooks == ("ftrack_file_type",)


@pytest.mark.parametrize("plugin", ["no_such_package.module", "os:no_such_attribute"])
def test_an_unknown_module_is_an_error(plugin):
    with pytest.raises(PluginError, match="no_such"):
        make_registry(plugins=[plugin])


def test_a_class_that_cannot_be_made_is_an_error():
    class Demanding:
        def __init__(self, server):
            pass

    with pytest.raises(PluginError, match=r"'Demanding'.*server"):
        make_registry(plugins=[Demanding])


def test_a_path_that_holds_no_plugin_is_an_error_with_a_hint(tmp_path):
    with pytest.raises(PluginError, match=r"folders=\[\.\.\.\]"):
        make_registry(plugins=[tmp_path])
    with pytest.raises(PluginError, match="neither a Python file"):
        make_registry(plugins=[tmp_path / "missing.py"])
    skipping = make_registry(plugins=[tmp_path / "missing.py"], on_plugin_error="skip")
    assert [problem.name for problem in skipping.problems] == ["missing"]


def test_a_broken_file_given_by_its_path_is_an_error_or_skipped(tmp_path):
    file = tmp_path / "broken.py"
    file.write_text("x = (\n")
    with pytest.raises(PluginError) as caught:
        make_registry(plugins=[str(file)])
    assert (caught.value.path, caught.value.line) == (str(file), 1)
    assert len(make_registry(plugins=[file], on_plugin_error="skip").problems) == 1


# --- local folders ---------------------------------------------------------------------------


def test_every_file_and_package_of_a_folder_is_a_plugin(tmp_path):
    for name in ("alpha.py", "_private.py", ".hidden.py", "notes.txt"):
        (tmp_path / name).write_text("")
    (tmp_path / "beta").mkdir()
    (tmp_path / "beta" / "__init__.py").write_text("")
    (tmp_path / "no_package").mkdir()
    registry = make_registry(folders=[tmp_path])
    assert [(i.name, i.tier, i.path) for i in registry.infos] == [
        ("alpha", Tier.LOCAL, tmp_path / "alpha.py"),
        ("beta", Tier.LOCAL, tmp_path / "beta"),
    ]


def test_files_of_one_name_in_two_folders_are_told_apart(tmp_path):
    for folder in ("show", "studio"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "naming.py").write_text("")
    registry = make_registry(folders=[tmp_path / "studio", tmp_path / "show"])
    assert names(registry) == ["naming", "show/naming"]


def test_a_broken_local_file_is_a_problem_and_never_fatal(tmp_path, caplog):
    (tmp_path / "broken.py").write_text("import sys\nsys.exit()\n")
    (tmp_path / "sound.py").write_text(FILE_TYPE.format(answer=".sound"))
    registry = make_registry(folders=[tmp_path])
    assert names(registry) == ["sound"]
    (problem,) = registry.problems
    assert (problem.name, problem.path, problem.line) == ("broken", tmp_path / "broken.py", 2)
    assert f"{tmp_path / 'broken.py'}:2" in caplog.text


def test_plugins_can_name_further_folders(tmp_path):
    (tmp_path / "studio").mkdir()
    (tmp_path / "studio" / "naming.py").write_text(FILE_TYPE.format(answer=".studio"))

    class Pipeline:
        @hookimpl
        def ftrack_watch_paths(self, context):
            assert context is CONTEXT
            return [tmp_path / "studio", str(tmp_path / "not there yet")]

    registry = make_registry(plugins=[Pipeline])
    assert registry.hooks.ftrack_file_type("x") == ".studio"
    assert registry.folders == (tmp_path / "studio", tmp_path / "not there yet")


def test_the_folder_of_a_file_given_by_its_path_is_watched_but_not_searched(tmp_path):
    for name in ("naming.py", "other.py"):
        (tmp_path / name).write_text("")
    registry = make_registry(plugins=[tmp_path / "naming.py"])
    assert registry.folders == (tmp_path,)
    assert names(registry) == ["naming"]


def test_a_hook_without_its_marker_is_pointed_out(caplog):
    class Forgetful:
        def ftrack_file_type(self, path):
            return ".never"

    with caplog.at_level(logging.WARNING):
        registry = make_registry(plugins=[Forgetful])
    assert registry.hooks.ftrack_file_type("x") is None
    assert "ftrack_file_type is not marked with @hookimpl" in caplog.text


# --- names in block and use ------------------------------------------------------------------


def test_an_unknown_name_in_block_offers_the_nearest(tmp_path):
    (tmp_path / "naming.py").write_text("")
    with pytest.raises(ConfigurationError, match=r"'namig'.*Did you mean 'naming'"):
        make_registry(folders=[tmp_path], block=["namig"])
    assert names(make_registry(folders=[tmp_path], block=["naming"])) == []
    assert names(make_registry(plugins=[Naming], block=["Naming"])) == []


class RedTransport(MemoryTransport):
    """That of one plugin."""


class BlueTransport(MemoryTransport):
    """That of another one."""


class Red:
    @provides("http")
    @hookimpl
    def ftrack_create_transport(self, context, credentials):
        return RedTransport()


class Blue:
    @provides("http")
    @hookimpl
    def ftrack_create_transport(self, context, credentials):
        return BlueTransport()


def test_use_settles_which_plugin_provides():
    for chosen, made in (("Red", RedTransport), ("Blue", BlueTransport)):
        registry = make_registry(plugins=[Red, Blue], use={"transport": chosen})
        assert type(registry.hooks.ftrack_create_transport(CONTEXT, None)) is made


def test_use_leaves_wrappers_and_other_hooks_alone():
    seen = []

    class Tracing(Naming):
        @hookimpl(wrapper=True)
        def ftrack_create_transport(self, context, credentials):
            seen.append((yield))
            return seen[-1]

    registry = make_registry(plugins=[Red, Blue, Tracing], use={"transport": "Red"})
    assert registry.hooks.ftrack_create_transport(CONTEXT, None) is seen[0]
    assert isinstance(seen[0], RedTransport)
    assert registry.hooks.ftrack_file_type("x") == ".class"


@pytest.mark.parametrize(
    ("use", "message"),
    [
        ({"transprot": "Red"}, "no area 'transprot'.*'transport'"),
        ({"transport": "Redd"}, "no plugin 'Redd'.*Did you mean 'Red'"),
        ({"cache": "Red"}, "no plugin 'Red' implements ftrack_create_cache.*none"),
    ],
)
def test_an_unknown_name_in_use_offers_the_nearest(use, message):
    with pytest.raises(ConfigurationError, match=message):
        make_registry(plugins=[Red], use=use)


def test_two_sessions_do_not_see_one_another():
    one, two = make_registry(plugins=[Naming]), make_registry()
    one.slot("farm")["jobs"] = 3
    assert (one.hooks.ftrack_file_type("x"), two.hooks.ftrack_file_type("x")) == (".class", None)
    assert two.slot("farm") == {}


def test_a_module_loaded_by_hand_is_a_plugin_like_any_other(tmp_path):
    file = tmp_path / "naming.py"
    file.write_text(FILE_TYPE.format(answer=".hand"))
    module = load_source(file)
    assert make_registry(plugins=[module]).hooks.ftrack_file_type("x") == ".hand"
    unload(module)


def test_a_policy_that_does_not_exist_is_refused():
    with pytest.raises(ConfigurationError, match="'ignore'"):
        Registry(CONTEXT, on_plugin_error="ignore")
