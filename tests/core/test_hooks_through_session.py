"""Each hook: a foreign plugin changes what a user sees through a session."""

from __future__ import annotations

from datetime import timedelta

import pytest
from ftrack_core.errors import ConfigurationError, PluginError
from ftrack_core.testing.memory_accessor import MemoryAccessor
from ftrack_core.testing.memory_cache import DictCache
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import MemoryPlugin, memory_session

from ftrack_core import (
    CachePolicy,
    Command,
    ConnectionSettings,
    Credentials,
    Entity,
    Event,
    Finding,
    LocationBinding,
    RetryPolicy,
    Session,
    Subscription,
    Verdict,
    hookimpl,
    provides,
)

ROWS = [
    {"__entity_type__": "Project", "id": "p1", "name": "orbit", "context_type": "show"},
    {
        "__entity_type__": "Task",
        "id": "t1",
        "name": "light",
        "project_id": "p1",
        "parent_id": "p1",
        "bid": 3.0,
    },
]


@pytest.fixture
def server():
    return MemoryTransport(rows=ROWS)


@pytest.fixture
def open_session(server):
    opened = []

    def open_with(*plugins, **options):
        opened.append(memory_session(server, plugins=plugins, **options))
        return opened[-1]

    yield open_with
    for session in opened:
        session.close()


def plugin(**hooks):
    """A plugin object with these functions as its hooks."""
    return type("Plugin", (), {name: staticmethod(hookimpl(one)) for name, one in hooks.items()})()


# --- session -------------------------------------------------------------------------------------


def test_ftrack_session_started(open_session):
    names = []

    def ftrack_session_started(session):
        names.append(session.query("Project").one()["name"])

    session = open_session(plugin(ftrack_session_started=ftrack_session_started))
    assert names == []
    session.get("Task", "t1")
    assert names == ["orbit"]


def test_ftrack_session_closing(open_session):
    counts = []

    def ftrack_session_closing(session):
        counts.append(len(session.query("Task")))

    session = open_session(plugin(ftrack_session_closing=ftrack_session_closing)).connect()
    session.close()
    session.close()
    assert counts == [1]


# --- transport -----------------------------------------------------------------------------------


def test_ftrack_credentials(server):
    seen = []

    class Vault:
        @hookimpl
        def ftrack_credentials(self, context):
            return Credentials(context.user, "from the vault")

        @hookimpl
        def ftrack_create_transport(self, context, credentials):
            seen.append(credentials.key)
            return server

    with Session("memory:", api_user="ann", plugins=[Vault()], installed=False, cache=None) as one:
        one.connect()
    assert seen == ["from the vault"]


def test_ftrack_create_transport(server):
    with Session("memory:", "key", "ann", plugins=[MemoryPlugin(server)], installed=False) as one:
        assert one.get("Task", "t1")["name"] == "light"
    with (
        Session("memry:", "key", "ann", plugins=[MemoryPlugin(server)], installed=False) as one,
        pytest.raises(ConfigurationError, match="Did you mean 'memory'"),
    ):
        one.connect()


def test_ftrack_request_headers(server):
    seen = []

    class Site:
        @hookimpl
        def ftrack_request_headers(self):
            return {"X-Site": "vancouver"}

        @hookimpl
        def ftrack_create_transport(self, context):
            seen.append(dict(context.settings.headers))
            return server

    with Session("memory:", "key", "ann", plugins=[Site()], installed=False, cache=None) as one:
        one.connect()
    assert seen == [{"X-Site": "vancouver"}]


def test_ftrack_retry_policy():
    seen = []

    class Patient:
        @hookimpl
        def ftrack_retry_policy(self, context):
            return RetryPolicy(attempts=10) if context.scheme == "memory" else None

        @hookimpl
        def ftrack_create_transport(self, context):
            seen.append(context.settings.retry)
            return MemoryTransport()

    with Session("memory:", "key", "ann", plugins=[Patient], installed=False) as one:
        one.connect()
    own = ConnectionSettings(retry=RetryPolicy(attempts=1))
    with Session(
        "memory:", "key", "ann", plugins=[Patient], installed=False, connection=own
    ) as one:
        one.connect()
    assert [policy.attempts for policy in seen] == [10, 1]


def test_ftrack_execute_batch(open_session):
    class ReadOnly:
        @hookimpl(wrapper=True)
        def ftrack_execute_batch(self, batch):
            if any(one["action"] == "delete" for one in batch):
                raise PermissionError("this tool deletes nothing")
            return (yield)

    session = open_session(ReadOnly())
    task = session.get("Task", "t1")
    session.delete(task)
    with pytest.raises(PluginError, match="this tool deletes nothing"):
        session.commit()


# --- cache ---------------------------------------------------------------------------------------


def test_ftrack_create_cache(open_session):
    kept = DictCache()

    class Kept:
        @provides("kept")
        @hookimpl
        def ftrack_create_cache(self, spec):
            return kept if spec == "kept:" else None

    session = open_session(Kept(), cache="kept:")
    session.get("Task", "t1")
    assert ("Task", "t1") in kept.rows


def test_ftrack_cache_policy(open_session):
    kept = DictCache()

    class Kept:
        @hookimpl
        def ftrack_create_cache(self):
            return kept

        @hookimpl
        def ftrack_cache_policy(self, entity_type):
            return CachePolicy(keep=entity_type == "Project")

    session = open_session(Kept())
    session.get("Task", "t1")
    session.get("Project", "p1")
    assert {entity_type for entity_type, _ in kept.rows} == {"Project"}


# --- entities ------------------------------------------------------------------------------------


def test_ftrack_entity_mixins(open_session):
    class TaskHelpers:
        def hours(self):
            return self["bid"] / 3

    def ftrack_entity_mixins(entity_type):
        return [TaskHelpers] if entity_type == "Task" else None

    session = open_session(plugin(ftrack_entity_mixins=ftrack_entity_mixins))
    assert session.get("Task", "t1").hours() == 1
    assert not hasattr(session.get("Project", "p1"), "hours")


def test_ftrack_entity_base(open_session):
    class Audited(Entity):
        def __getitem__(self, name):
            read.append(name)
            return super().__getitem__(name)

    def ftrack_entity_base(entity_type):
        return Audited if entity_type == "Task" else None

    read = []
    session = open_session(plugin(ftrack_entity_base=ftrack_entity_base))
    task = session.get("Task", "t1")
    assert isinstance(task, Audited)
    assert task["name"] == "light"
    assert read == ["name"]
    assert not isinstance(session.get("Project", "p1"), Audited)


def test_ftrack_attribute_codec(open_session, server):
    class Minutes:
        def decode(self, value):
            return timedelta(minutes=value)

        def encode(self, value):
            return value.total_seconds() / 60

    def ftrack_attribute_codec(entity_type, attribute):
        return Minutes() if (entity_type, attribute) == ("Task", "bid") else None

    session = open_session(plugin(ftrack_attribute_codec=ftrack_attribute_codec))
    task = session.get("Task", "t1")
    assert task["bid"] == timedelta(minutes=3)
    task["bid"] *= 2
    session.commit()
    assert server.rows("Task")[0]["bid"] == 6


def test_ftrack_default_projections(open_session, server):
    def ftrack_default_projections(entity_type):
        return ["name", "bid"] if entity_type == "Task" else None

    session = open_session(plugin(ftrack_default_projections=ftrack_default_projections))
    session.query("Task").all()
    assert server.batches[-1][0]["expression"].startswith("select id, name, bid from Task")


def test_ftrack_before_commit(open_session):
    def ftrack_before_commit(operations):
        raise ValueError(f"{len(operations)} operation(s) refused")

    session = open_session(plugin(ftrack_before_commit=ftrack_before_commit))
    session.get("Task", "t1")["name"] = "x"
    with pytest.raises(PluginError, match=r"1 operation\(s\) refused"):
        session.commit()


def test_what_is_changed_in_one_operation_of_a_commit_is_changed_in_no_other(open_session):
    """Operations name the same entity over and over, and a plugin may write into one of them."""
    seen = []

    def ftrack_before_commit(operations):
        first, second = (one["entity_data"]["project"] for one in operations)
        first["id"] = "p2"
        seen.append(second)

    session = open_session(plugin(ftrack_before_commit=ftrack_before_commit))
    project = session.get("Project", "p1")
    for name in ("model", "rig"):
        session.create("Task", {"name": name, "project": project})
    session.commit()
    assert seen == [{"__entity_type__": "Project", "id": "p1"}]


def test_ftrack_after_commit(open_session):
    heard = []

    def ftrack_after_commit(operations, results):
        heard.append((operations[0]["action"], results[0]["data"]["name"]))
        raise RuntimeError("nobody is hurt by this")

    session = open_session(plugin(ftrack_after_commit=ftrack_after_commit))
    session.get("Task", "t1")["name"] = "x"
    session.commit()
    assert heard == [("update", "x")]


# --- structure and accessors ---------------------------------------------------------------------


class Flat:
    def get_resource_identifier(self, entity, context=None):
        return f"{entity['name']}{entity['file_type']}"


class Storage:
    """A structure, an accessor and a location of the studio's own."""

    def __init__(self):
        self.accessor = MemoryAccessor()

    @provides("flat")
    @hookimpl
    def ftrack_create_structure(self, spec):
        return Flat() if spec == "flat" else None

    @provides("shelf")
    @hookimpl
    def ftrack_create_accessor(self, spec):
        return self.accessor if spec.scheme == "shelf" else None

    @hookimpl
    def ftrack_locations(self):
        return [
            LocationBinding("studio.shelf", "shelf:", "flat", priority=10),
            LocationBinding("studio.other", "shelf:", "flat", priority=20),
        ]


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "sky.tar.gz"
    path.write_bytes(b"clouds")
    return str(path)


def test_ftrack_create_structure(open_session, picture):
    storage = Storage()
    open_session(storage).create_component(picture, {"name": "sky"}, location="studio.shelf")
    assert storage.accessor.exists("sky.gz")


def test_ftrack_create_accessor(open_session, picture):
    storage = Storage()
    open_session(storage).create_component(picture, {"name": "sky"}, location="studio.shelf")
    with storage.accessor.open("sky.gz") as stream:
        assert stream.read() == b"clouds"


def test_ftrack_locations(open_session):
    session = open_session(Storage()).connect()
    assert session.pick_location()["name"] == "studio.shelf"


def test_ftrack_resource_identifier(open_session, picture):
    class Dated:
        @hookimpl(wrapper=True)
        def ftrack_resource_identifier(self, component, location):
            identifier = yield
            return f"{location['name']}/{identifier}"

    storage = Storage()
    open_session(storage, Dated()).create_component(picture, {"name": "sky"}, "studio.shelf")
    assert storage.accessor.exists("studio.shelf/sky.gz")


def test_ftrack_clean_name(open_session, picture):
    class Cleaning:
        def get_resource_identifier(self, entity, context):
            return context["clean_name"](entity["name"]) or entity["name"]

    class Names(Storage):
        @hookimpl(tryfirst=True)
        def ftrack_create_structure(self):
            return Cleaning()

        @hookimpl
        def ftrack_clean_name(self, name, location):
            return f"{name}@{location['name']}" if name != "sea" else None

    storage = Names()
    session = open_session(storage)
    session.create_component(picture, {"name": "sky"}, "studio.shelf")
    session.create_component(picture, {"name": "sea"}, "studio.shelf")
    assert storage.accessor.list("") == ["sea", "sky@studio.shelf"]


def test_ftrack_identifier_transformer(open_session, picture, server):
    class Bars:
        def encode(self, resource_identifier, context=None):
            return f"|{resource_identifier}|"

        def decode(self, resource_identifier, context=None):
            return resource_identifier.strip("|")

    def ftrack_identifier_transformer(context, location):
        return Bars() if location["name"] == "studio.shelf" else None

    session = open_session(
        Storage(), plugin(ftrack_identifier_transformer=ftrack_identifier_transformer)
    )
    component = session.create_component(picture, {"name": "sky"}, "studio.shelf")
    (record,) = server.rows("ComponentLocation")
    assert record["resource_identifier"] == "|sky.gz|"
    shelf = session.locations.get("studio.shelf")
    assert shelf.get_resource_identifier(component) == "sky.gz"


def test_ftrack_file_type(open_session, picture):
    def ftrack_file_type(path):
        return ".tar.gz" if path.endswith(".tar.gz") else None

    storage = Storage()
    session = open_session(storage, plugin(ftrack_file_type=ftrack_file_type))
    component = session.create_component(picture, {"name": "sky"}, location="studio.shelf")
    assert component["file_type"] == ".tar.gz"
    assert storage.accessor.exists("sky.tar.gz")


def test_ftrack_transfer(open_session, picture):
    plans = []

    def ftrack_transfer(plan):
        plans.append([item.target_identifier for item in plan.items])
        for item in plan.items:
            with plan.target.open(item.target_identifier, "wb") as stream:
                stream.write(b"moved by the farm")
        return True

    storage = Storage()
    session = open_session(storage, plugin(ftrack_transfer=ftrack_transfer))
    session.create_component(picture, {"name": "sky"}, location="studio.shelf")
    with storage.accessor.open("sky.gz") as stream:
        assert stream.read() == b"moved by the farm"
    assert plans == [["sky.gz"]]


def test_ftrack_pick_location(open_session):
    def ftrack_pick_location():
        return "studio.other"

    session = open_session(Storage(), plugin(ftrack_pick_location=ftrack_pick_location))
    component = session.create("FileComponent", {"name": "sky", "file_type": ".exr"})
    assert session.pick_location(component)["name"] == "studio.other"


# --- events --------------------------------------------------------------------------------------


class Loop:
    """A hub that brings every event straight back."""

    connected = False

    def __init__(self):
        self.sent = []

    def connect(self, receive):
        self.connected, self._receive = True, receive

    def subscribe(self, subscription):
        pass

    def unsubscribe(self, subscription_id):
        pass

    def send(self, event):
        self.sent.append(event.topic)
        self._receive(event)

    def close(self):
        self.connected = False


def test_ftrack_create_event_hub(open_session):
    hub = Loop()
    session = open_session(plugin(ftrack_create_event_hub=lambda: hub))
    heard = []
    session.events.subscribe("topic=studio.hello", lambda event: heard.append(event.topic))
    session.events.connect()
    session.events.publish("studio.hello")
    session.events.wait(0)
    assert hub.sent == ["studio.hello"]
    assert heard == ["studio.hello"]


def test_ftrack_event_handlers(open_session):
    heard = []

    def ftrack_event_handlers(session):
        return [Subscription("topic=studio.hello", lambda event: heard.append(event.data["who"]))]

    session = open_session(plugin(ftrack_event_handlers=ftrack_event_handlers))
    session.events.publish("studio.hello", {"who": "ann"}, synchronous=True)
    assert heard == ["ann"]


def test_ftrack_handle_event(open_session):
    traced = []

    class Trace:
        @hookimpl(wrapper=True)
        def ftrack_handle_event(self, event, subscription):
            traced.append(event.topic)
            return (yield)

    session = open_session(Trace())
    session.events.subscribe("topic=studio.hello", lambda event: "hello back")
    assert session.events.publish("studio.hello", synchronous=True) == ["hello back"]
    assert traced == ["studio.hello"]


def test_ftrack_event_failed(open_session, caplog):
    failed = []

    def ftrack_event_failed(event, error):
        failed.append((event.topic, str(error)))

    session = open_session(plugin(ftrack_event_failed=ftrack_event_failed))
    session.events.subscribe("topic=studio.hello", lambda event: 1 / 0, priority=1)
    session.events.subscribe("topic=studio.hello", lambda event: "the next one runs", priority=2)
    replies = session.events.publish(Event("studio.hello"), synchronous=True)
    assert replies == ["the next one runs"]
    assert failed == [("studio.hello", "division by zero")]
    assert "raised for studio.hello" in caplog.text


# --- reload and command line ---------------------------------------------------------------------

NAMING = """
from ftrack_core import hookimpl

@hookimpl
def ftrack_default_projections(entity_type):
    return ["name", "{0}"]
"""


def test_ftrack_watch_paths(open_session, server, tmp_path):
    (tmp_path / "naming.py").write_text(NAMING.format("bid"))
    session = open_session(plugin(ftrack_watch_paths=lambda: [tmp_path]))
    session.query("Task").all()
    assert "select id, name, bid from Task" in server.batches[-1][0]["expression"]


def test_ftrack_plugins_changed(open_session, server, tmp_path):
    changes = []

    def ftrack_plugins_changed(change):
        changes.append((change.generation, change.reloaded, len(change.problems)))

    (tmp_path / "naming.py").write_text(NAMING.format("bid"))
    session = open_session(
        plugin(ftrack_plugins_changed=ftrack_plugins_changed), plugin_folders=[tmp_path]
    )
    (tmp_path / "naming.py").write_text(NAMING.format("sort"))
    session.plugins.refresh()
    session.query("Task").all()
    assert "select id, name, sort from Task" in server.batches[-1][0]["expression"]
    (tmp_path / "naming.py").write_text("this is no Python")
    session.plugins.refresh()
    assert changes == [(1, (), 0), (2, ("naming",), 0), (2, (), 1)]


def test_ftrack_commands(open_session):
    def ftrack_commands():
        return [Command("greet", "Say hello.", run=lambda: 0)]

    session = open_session(plugin(ftrack_commands=ftrack_commands))
    assert [one.name for one in session.plugins.hooks.ftrack_commands()] == ["greet"]


def test_ftrack_examine(open_session):
    def ftrack_examine():
        yield Finding("storage", Verdict.FAILS, "/mnt/prod is not mounted", "mount /mnt/prod")

    session = open_session(plugin(ftrack_examine=ftrack_examine))
    (found,) = session.plugins.hooks.ftrack_examine()
    assert (found.check, found.verdict, found.advice) == (
        "storage",
        Verdict.FAILS,
        "mount /mnt/prod",
    )
