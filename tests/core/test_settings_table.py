"""The tables of docs/settings.md: complete, and true row by row."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from ftrack_core.errors import ConfigurationError
from ftrack_core.ports import ConnectionSettings
from ftrack_core.session.settings import Settings
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import MemoryPlugin, memory_session

from ftrack_core import Session, hookimpl, provides

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "ftrack_core" / "src" / "ftrack_core"
SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
NAMES = re.compile(r"`([^`]+)`")
OURS = [
    "SERVER",
    "API_KEY",
    "APIKEY",
    "API_USER",
    "CACHE_FOLDER",
    "PLUGIN_PATH",
    "PLUGINS_BLOCK",
    "TRACE_HOOKS",
]
ROWS = [
    {"__entity_type__": "Project", "id": "p1", "name": "orbit", "context_type": "show"},
    *[
        {
            "__entity_type__": "Task",
            "id": f"t{n}",
            "name": f"task {n}",
            "project_id": "p1",
            "parent_id": "p1",
        }
        for n in range(5)
    ],
]


def table(title):
    """The rows of one table, as lists of cells, by what their first cell names."""
    text = dict(SECTION.findall((ROOT / "docs" / "settings.md").read_text()))[title]
    lines = [line for line in text.splitlines() if line.startswith("|")][2:]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {name: row for row in rows for name in NAMES.findall(row[0])}


ARGUMENTS = table("Arguments of `Session`")
ELSEWHERE = table("Arguments that are elsewhere")
VARIABLES = table("Environment variables")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    for name in OURS:
        monkeypatch.delenv(f"FTRACK_{name}", raising=False)


class SharedServer(MemoryTransport):
    """Serves one session after another."""

    def close(self):
        """Stay."""


@pytest.fixture
def server():
    return SharedServer(rows=ROWS)


class Noted:
    """Notes what it is given when a session connects."""

    def __init__(self, server):
        self.server = server

    @provides("noted")
    @hookimpl
    def ftrack_create_transport(self, context, credentials):
        self.context, self.credentials = context, credentials
        return self.server if context.scheme == "noted" else None


def connected(server, **options):
    """What a plugin hears of a session with these arguments."""
    noted = Noted(server)
    given = {"server_url": "noted:", **options}
    with Session(plugins=[noted], installed=False, cache=None, **given) as session:
        session.connect()
    return noted


# --- complete ------------------------------------------------------------------------------------


def test_each_argument_is_a_row_with_its_default():
    parameters = dict(inspect.signature(Session.__init__).parameters)
    del parameters["self"]
    assert list(ARGUMENTS) == list(parameters)
    defaults = {name: repr(one.default) for name, one in parameters.items()}
    assert {name: row[1].strip("`") for name, row in ARGUMENTS.items()} == defaults


def test_each_variable_that_the_kernel_reads_is_a_row():
    read = {
        found
        for path in SOURCES.rglob("*.py")
        for found in re.findall(
            r'(?:environ(?:ment)?\.get|_switch|_split)\(\s*"([A-Z_]+)"', path.read_text()
        )
    }
    assert read >= {f"FTRACK_{name}" for name in OURS}
    assert read - VARIABLES.keys() == set()


def test_a_variable_of_an_argument_has_a_row_of_its_own():
    named = {name for row in ARGUMENTS.values() for name in NAMES.findall(row[3])}
    assert named == {f"FTRACK_{name}" for name in OURS}
    assert named - VARIABLES.keys() == set()


def test_every_row_says_something_in_every_column_that_it_has_to():
    assert all(row[2] and row[4] for row in ARGUMENTS.values())
    assert all(all(row) for row in [*VARIABLES.values(), *ELSEWHERE.values()])


def test_every_argument_of_the_official_client_is_found():
    official = [
        "server_url",
        "api_key",
        "api_user",
        "auto_populate",
        "plugin_paths",
        "cache",
        "cache_key_maker",
        "auto_connect_event_hub",
        "schema_cache_path",
        "plugin_arguments",
        "timeout",
        "cookies",
        "headers",
        "strict_api",
    ]
    assert [name for name in official if name not in {*ARGUMENTS, *ELSEWHERE}] == []
    fields = set(inspect.signature(ConnectionSettings).parameters)
    named = {name for row in ELSEWHERE.values() for name in re.findall(r"Settings\((\w+)=", row[1])}
    assert named == {"timeout", "cookies", "headers", "strict"} <= fields


# --- true: the arguments -------------------------------------------------------------------------


def server_url(server, monkeypatch, tmp_path):
    assert Session("https://studio.example//", installed=False).server_url == (
        "https://studio.example"
    )
    with pytest.raises(ConfigurationError, match="FTRACK_SERVER"):
        Session()
    monkeypatch.setenv("FTRACK_SERVER", "https://other.example")
    assert Session("", installed=False).server_url == "https://other.example"
    assert Session("https://a.example", installed=False).server_url == "https://a.example"


def api_key(server, monkeypatch, tmp_path):
    monkeypatch.setenv("FTRACK_APIKEY", "oldest")
    assert connected(server, api_key="").credentials.key == "oldest"
    monkeypatch.setenv("FTRACK_API_KEY", "variable")
    assert connected(server).credentials.key == "variable"
    found = connected(server, api_key="argument")
    assert found.credentials.key == "argument"
    assert "argument" not in repr(found.credentials)


def api_user(server, monkeypatch, tmp_path):
    monkeypatch.setenv("LOGNAME", "system")
    assert connected(server).context.user == "system"
    monkeypatch.setenv("FTRACK_API_USER", "variable")
    assert connected(server, api_user="").context.user == "variable"
    assert connected(server, api_user="argument").context.user == "argument"


def plugins(server, monkeypatch, tmp_path):
    with Session("memory:", "key", "ann", plugins=[MemoryPlugin(server)], installed=False) as one:
        assert one.get("Task", "t1")["name"] == "task 1"


def plugin_folders(server, monkeypatch, tmp_path):
    (tmp_path / "show.py").write_text("from ftrack_core import hookimpl\n")
    (tmp_path / "show.py").write_text(
        "from ftrack_core import hookimpl\n\n\n@hookimpl\n"
        "def ftrack_file_type(path):\n    return '.show'\n"
    )
    for given in ([tmp_path], str(tmp_path), tmp_path):
        with memory_session(server, plugin_folders=given) as session:
            assert session.plugins.hooks.ftrack_file_type("a.exr") == ".show"
    monkeypatch.setenv("FTRACK_PLUGIN_PATH", str(tmp_path))
    with memory_session(server) as session:
        assert session.plugins.hooks.ftrack_file_type("a.exr") == ".show"
    with memory_session(server, plugin_folders=[]) as session:
        assert session.plugins.hooks.ftrack_file_type("a.exr") != ".show"


def plugin_arguments(server, monkeypatch, tmp_path):
    assert connected(server, plugin_arguments={"a": 1}).context.plugin_arguments == {"a": 1}


class Typed:
    @hookimpl
    def ftrack_file_type(self, path):
        return ".typed"


def block(server, monkeypatch, tmp_path):
    with memory_session(server, plugins=[Typed()], block="Typed") as session:
        assert session.plugins.hooks.ftrack_file_type("a.exr") == ".exr"
    monkeypatch.setenv("FTRACK_PLUGINS_BLOCK", "Typed, MemoryPlugin")
    with memory_session(server, plugins=[Typed()], block=[]) as session:
        assert [one.name for one in session.plugins.infos] == []


def use(server, monkeypatch, tmp_path):
    class Other(Noted):
        pass

    first, second = Noted(server), Other(server)
    options = {"plugins": [first, second], "installed": False, "cache": None}
    for chosen, name in ((first, "Noted"), (second, "Other")):
        with Session("noted:", "key", "ann", use={"transport": name}, **options) as session:
            session.connect()
        assert hasattr(chosen, "credentials")


def installed(server, monkeypatch, tmp_path):
    with Session("https://studio.example", "key", "ann", installed=False) as session:
        assert list(session.plugins.infos) == []


def on_plugin_error(server, monkeypatch, tmp_path):
    missing = tmp_path / "missing.py"
    with pytest.raises(Exception, match="missing"):
        memory_session(server, plugins=[missing])
    with memory_session(server, plugins=[missing], on_plugin_error="skip") as session:
        assert [problem.name for problem in session.plugins.problems] == ["missing"]


def cache(server, monkeypatch, tmp_path):
    for url, more in (("memory:", 0), (None, 1)):
        with memory_session(server, cache=url) as session:
            session.get("Task", "t1")
            before = session.request_count
            session.get("Task", "t1")
            assert session.request_count == before + more


def connection(server, monkeypatch, tmp_path):
    settings = ConnectionSettings(timeout=5, headers={"a": "b"})
    heard = connected(server, connection=settings).context.settings
    assert (heard.timeout, heard.headers) == (5, {"a": "b"})


def cache_folder(server, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert connected(server).context.cache_folder is None
    assert list(tmp_path.iterdir()) == []
    assert connected(server, cache_folder="kept").context.cache_folder == Path("kept")


def requests_of(server, look, **options):
    with memory_session(server, **options) as session:
        tasks = session.query("select name from Task").all()
        before = session.request_count
        for task in tasks:
            look(task)
        return session.request_count - before


def auto_populate(server, monkeypatch, tmp_path):
    assert requests_of(server, lambda task: task["bid"], auto_populate=False) == 0


def sibling_loading(server, monkeypatch, tmp_path):
    assert requests_of(server, lambda task: task["bid"]) == 1
    assert requests_of(server, lambda task: task["bid"], sibling_loading=False) == 5


def read_ahead(server, monkeypatch, tmp_path):
    for switch in (True, False):
        with memory_session(server, read_ahead=switch, page_size=1) as session:
            assert session.context.options["read_ahead"] is switch
            assert len(session.query("Task")) == 5


def trace_hooks(server, monkeypatch, tmp_path, capsys):
    for variable, switch, shown in (
        ("0", True, True),
        ("1", None, True),
        ("1", False, False),
        ("off", None, False),
    ):
        monkeypatch.setenv("FTRACK_TRACE_HOOKS", variable)
        with memory_session(server, trace_hooks=switch) as session:
            session.get("Task", "t1")
        assert ("ftrack hooks" in capsys.readouterr().err) is shown


def page_size(server, monkeypatch, tmp_path):
    with memory_session(server, page_size=2) as session:
        session.connect()
        before = session.request_count
        session.query("Task").all()
        assert session.request_count == before + 3
        session.query("Task", page_size=5).all()
        assert session.request_count <= before + 5


def compact_rows(server, monkeypatch, tmp_path):
    named = "__entity_type__"
    for switch in (True, False):
        rows = [{named: "Task", "id": f"t{n}", "status_id": "".join(["s", "1"])} for n in range(2)]
        with memory_session(MemoryTransport(rows=rows), compact_rows=switch) as session:
            first, second = session.query("select status_id from Task").all()
            assert (first["status_id"] is second["status_id"]) is switch


def test_the_switch_that_prints_hooks(server, monkeypatch, tmp_path, capsys):
    trace_hooks(server, monkeypatch, tmp_path, capsys)


@pytest.mark.parametrize("name", [one for one in ARGUMENTS if one != "trace_hooks"])
def test_an_argument_does_what_its_row_says(name, server, monkeypatch, tmp_path):
    globals()[name](server, monkeypatch, tmp_path)


# --- true: the variables -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [name for name, row in VARIABLES.items() if row[1].startswith("not read")]
)
def test_a_variable_that_is_not_read_changes_nothing(name, server, monkeypatch, tmp_path):
    (tmp_path / "show.py").write_text("raise RuntimeError('it was loaded')\n")
    without = resolved()
    monkeypatch.setenv(name, str(tmp_path))
    assert resolved() == without
    with memory_session(server) as session:
        session.connect()
    assert [path.name for path in tmp_path.iterdir()] == ["show.py"]


def resolved():
    given = dict.fromkeys(inspect.signature(Settings.resolve).parameters)
    given.update(server_url="memory:", plugins=(), block=(), options={}, installed=True)
    return Settings.resolve(**given)


def test_the_cache_folder_may_be_said_by_the_environment(server, monkeypatch, tmp_path):
    monkeypatch.setenv("FTRACK_CACHE_FOLDER", str(tmp_path / "kept"))
    assert connected(server).context.cache_folder == tmp_path / "kept"
    assert connected(server, cache_folder=tmp_path).context.cache_folder == tmp_path


LOGINS = ["FTRACK_API_USER", "LOGNAME", "USER", "LNAME", "USERNAME"]


@pytest.mark.parametrize("position", range(len(LOGINS)))
def test_the_login_name_is_the_first_that_the_environment_has(server, monkeypatch, position):
    for place, name in enumerate(LOGINS):
        monkeypatch.delenv(name, raising=False)
        if place >= position:
            monkeypatch.setenv(name, f"from {name}")
    assert connected(server).context.user == f"from {LOGINS[position]}"
