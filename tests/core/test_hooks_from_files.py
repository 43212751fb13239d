"""Each hook again, in a plugin file: what its functions return changes what a session does.

A file is given to a session by its path, and is all that a user has to write. What the files below
have heard they write down in a text file beside them.
"""

from __future__ import annotations

import pytest
from ftrack_core.errors import PluginError
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import MemoryPlugin, memory_session

from ftrack_core import Session, hookimpl

ROWS = [
    {"__entity_type__": "Project", "id": "p1", "name": "orbit", "context_type": "show"},
    {"__entity_type__": "Task", "id": "t1", "name": "light", "project_id": "p1", "bid": 3.0},
]

HEAD = """
from pathlib import Path

from ftrack_core import Credentials, LocationBinding, hookimpl, provides
from ftrack_core.testing.memory_accessor import MemoryAccessor


def note(*words):
    with Path(__file__).with_suffix(".txt").open("a", encoding="utf-8") as notes:
        print(*words, file=notes)

"""

STORAGE = """
class Flat:
    def get_resource_identifier(self, entity, context):
        return context["clean_name"](entity["name"]) or entity["name"]

@provides("flat")
@hookimpl
def ftrack_create_structure(spec):
    return Flat() if spec == "flat" else None

@provides("shelf")
@hookimpl
def ftrack_create_accessor(spec):
    return MemoryAccessor() if spec.scheme == "shelf" else None

@hookimpl
def ftrack_locations():
    return [
        LocationBinding("studio.shelf", "shelf:", "flat", priority=10),
        LocationBinding("studio.other", "shelf:", "flat", priority=20),
    ]
"""


@pytest.fixture
def server():
    return MemoryTransport(rows=ROWS)


@pytest.fixture
def write(tmp_path):
    """Write a plugin file and return its path."""

    def write(text, name="studio"):
        path = tmp_path / f"{name}.py"
        path.write_text(HEAD + text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def notes(tmp_path):
    """What a plugin file has written down, line by line."""

    def notes(name="studio"):
        path = tmp_path / f"{name}.txt"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    return notes


@pytest.fixture
def open_session(server):
    opened = []

    def open_with(*paths, **options):
        opened.append(memory_session(server, plugins=paths, **options))
        return opened[-1]

    yield open_with
    for session in opened:
        session.close()


# --- session -------------------------------------------------------------------------------------


def test_ftrack_session_closing(open_session, write, notes):
    path = write("""
@hookimpl
def ftrack_session_closing(session):
    note("the last word to", session.query("Project").one()["name"])
""")
    session = open_session(path).connect()
    assert notes() == []
    session.close()
    session.close()
    assert notes() == ["the last word to orbit"]


# --- transport -----------------------------------------------------------------------------------


def test_ftrack_credentials(server, write, monkeypatch):
    monkeypatch.delenv("FTRACK_API_KEY", raising=False)
    seen = []

    class Seeing(MemoryPlugin):
        @hookimpl
        def ftrack_create_transport(self, context, credentials):
            seen.append((credentials.user, credentials.key))
            return super().ftrack_create_transport(context, credentials)

    path = write("""
@hookimpl
def ftrack_credentials(context):
    return Credentials(context.user, "from the vault")
""")
    with Session("memory:", api_user="ann", plugins=[Seeing(server), path], installed=False) as one:
        assert one.get("Task", "t1")["name"] == "light"
    assert seen == [("ann", "from the vault")]


# --- commits -------------------------------------------------------------------------------------


def test_ftrack_before_commit(open_session, write, server):
    path = write("""
@hookimpl
def ftrack_before_commit(session, operations):
    for operation in operations:
        if operation["entity_data"].get("bid", 0) < 0:
            raise ValueError(f"{session.user} bids less than nothing")
""")
    session = open_session(path)
    task = session.get("Task", "t1")
    task["bid"] = -1.0
    with pytest.raises(PluginError, match="ann bids less than nothing") as refused:
        session.commit()
    assert refused.value.path == str(path)
    task["bid"] = 1.0
    session.commit()
    assert server.rows("Task")[0]["bid"] == 1.0


def test_ftrack_after_commit(open_session, write, notes):
    path = write("""
@hookimpl
def ftrack_after_commit(operations, results):
    note(operations[0]["action"], results[0]["data"]["name"])
    raise RuntimeError("nobody is hurt by this")
""")
    session = open_session(path)
    session.get("Task", "t1")["name"] = "dusk"
    assert notes() == []
    session.commit()
    assert notes() == ["update dusk"]


# --- structure and accessors ---------------------------------------------------------------------


@pytest.fixture
def storage(write):
    """A file with a structure, an accessor and two locations of the studio's own."""
    return write(STORAGE, "storage")


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "sky.exr"
    path.write_bytes(b"clouds")
    return str(path)


def kept(session, location="studio.shelf"):
    """The identifiers of what is kept in a location."""
    return session.locations.get(location).accessor.list("")


def test_ftrack_create_structure(open_session, storage, write, picture):
    path = write("""
class ByType:
    def get_resource_identifier(self, entity, context=None):
        return f"{entity['file_type'].strip('.')}/{entity['name']}"

@provides("by-type")
@hookimpl
def ftrack_create_structure(spec):
    return ByType() if spec == "by-type" else None

@hookimpl
def ftrack_locations():
    return [LocationBinding("studio.sorted", "shelf:", "by-type")]
""")
    session = open_session(storage, path)
    component = session.create_component(picture, {"name": "sky"}, "studio.sorted")
    location = session.locations.get("studio.sorted")
    assert location.get_resource_identifier(component) == "exr/sky"


def test_ftrack_create_accessor(open_session, storage, picture):
    session = open_session(storage)
    session.create_component(picture, {"name": "sky"}, "studio.shelf")
    with session.locations.get("studio.shelf").accessor.open("sky") as stream:
        assert stream.read() == b"clouds"


def test_ftrack_clean_name(open_session, storage, write, picture):
    path = write("""
@hookimpl
def ftrack_clean_name(name, location):
    return f"{name}@{location['name']}" if name != "sea" else None
""")
    session = open_session(storage, path)
    for name in ("sky", "sea"):
        session.create_component(picture, {"name": name}, "studio.shelf")
    assert kept(session) == ["sea", "sky@studio.shelf"]


def test_ftrack_identifier_transformer(open_session, storage, write, picture, server):
    path = write("""
class Bars:
    def encode(self, resource_identifier, context=None):
        return f"|{resource_identifier}|"

    def decode(self, resource_identifier, context=None):
        return resource_identifier.strip("|")

@hookimpl
def ftrack_identifier_transformer(location):
    return Bars() if location["name"] == "studio.shelf" else None
""")
    session = open_session(storage, path)
    component = session.create_component(picture, {"name": "sky"}, "studio.shelf")
    (record,) = server.rows("ComponentLocation")
    assert record["resource_identifier"] == "|sky|"
    shelf = session.locations.get("studio.shelf")
    assert shelf.get_resource_identifier(component) == "sky"
    assert kept(session) == ["sky"]


def test_ftrack_transfer(open_session, storage, write, picture):
    path = write("""
@hookimpl
def ftrack_transfer(plan):
    for item in plan.items:
        with plan.target.open(item.target_identifier, "wb") as stream:
            stream.write(b"moved by the farm")
    return True
""")
    session = open_session(storage, path)
    session.create_component(picture, {"name": "sky"}, "studio.shelf")
    with session.locations.get("studio.shelf").accessor.open("sky") as stream:
        assert stream.read() == b"moved by the farm"


def test_ftrack_pick_location(open_session, storage, write, picture):
    path = write("""
@hookimpl
def ftrack_pick_location(component):
    return "studio.other" if component["name"] == "sea" else None
""")
    session = open_session(storage, path)
    for name in ("sky", "sea"):
        session.create_component(picture, {"name": name})
    assert kept(session, "studio.shelf") == ["sky"]
    assert kept(session, "studio.other") == ["sea"]


# --- events --------------------------------------------------------------------------------------


def test_ftrack_create_event_hub(open_session, write, notes):
    path = write("""
class Loop:
    # Brings every event straight back.

    connected = False

    def connect(self, receive):
        self.connected, self.receive = True, receive

    def subscribe(self, subscription):
        pass

    def unsubscribe(self, subscription_id):
        pass

    def send(self, event):
        note("sent", event.topic)
        self.receive(event)

    def close(self):
        self.connected = False

@hookimpl
def ftrack_create_event_hub(context):
    return Loop() if context.scheme == "memory" else None
""")
    session = open_session(path)
    heard = []
    session.events.subscribe("topic=studio.hello", lambda event: heard.append(event.topic))
    session.events.connect()
    session.events.publish("studio.hello")
    session.events.wait(0)
    assert notes() == ["sent studio.hello"]
    assert heard == ["studio.hello"]


def test_ftrack_handle_event(open_session, write, notes):
    path = write("""
@hookimpl(wrapper=True)
def ftrack_handle_event(event, subscription):
    note("before", event.topic)
    reply = yield
    note("after", subscription.id)
    return reply.upper()
""")
    session = open_session(path)
    session.events.subscribe("topic=studio.hello", lambda event: "hello back", id="greeter")
    assert session.events.publish("studio.hello", synchronous=True) == ["HELLO BACK"]
    assert notes() == ["before studio.hello", "after greeter"]


def test_ftrack_event_failed(open_session, write, notes):
    path = write("""
@hookimpl
def ftrack_event_failed(event, subscription, error):
    note(event.topic, subscription.id, error)
""")
    session = open_session(path)
    session.events.subscribe("topic=studio.hello", lambda event: 1 / 0, id="broken", priority=1)
    session.events.subscribe("topic=studio.hello", lambda event: "the next one", priority=2)
    assert session.events.publish("studio.hello", synchronous=True) == ["the next one"]
    assert notes() == ["studio.hello broken division by zero"]


# --- reload --------------------------------------------------------------------------------------

NAMING = """
@hookimpl
def ftrack_default_projections(entity_type):
    return ["name", "{0}"]
"""


@pytest.fixture
def asked(server):
    """What the server was asked last."""
    return lambda: server.batches[-1][0]["expression"]


def test_ftrack_watch_paths(open_session, write, tmp_path, asked):
    (tmp_path / "show").mkdir()
    write(NAMING.format("bid"), "show/naming")
    path = write("""
@hookimpl
def ftrack_watch_paths():
    return [Path(__file__).parent / "show"]
""")
    session = open_session(path)
    session.query("Task").all()
    assert "select id, name, bid from Task" in asked()
    write(NAMING.format("sort"), "show/naming")
    session.plugins.refresh()
    session.query("Task").all()
    assert "select id, name, sort from Task" in asked()


def test_ftrack_plugins_changed(open_session, write, tmp_path, notes):
    path = write("""
@hookimpl
def ftrack_plugins_changed(change):
    note(change.generation, *change.reloaded, *[one.name for one in change.problems])
""")
    (tmp_path / "show").mkdir()
    naming = write(NAMING.format("bid"), "show/naming")
    session = open_session(path, plugin_folders=[naming.parent])
    write(NAMING.format("sort"), "show/naming")
    session.plugins.refresh()
    naming.write_text("this is no Python", encoding="utf-8")
    session.plugins.refresh()
    assert notes() == ["1", "2 naming", "2 naming"]
