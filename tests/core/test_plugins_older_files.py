"""Plugin files with the older ``register(session, **arguments)``, and what they subscribe to."""

from __future__ import annotations

import textwrap

import pytest
from ftrack_core.errors import EventError, PluginError
from ftrack_core.plugins.older import accepted_arguments
from ftrack_core.testing.memory_accessor import MemoryAccessor
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session

from ftrack_core import Entity, LocationBinding, Session, hookimpl

ROWS = [
    {"__entity_type__": "Project", "id": "p1", "name": "orbit"},
    {"__entity_type__": "Task", "id": "t1", "name": "light", "project_id": "p1"},
    {"__entity_type__": "Location", "id": "l1", "name": "studio.disk"},
    {"__entity_type__": "Location", "id": "l2", "name": "studio.tape"},
]


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "plugins"
    path.mkdir()
    return path


@pytest.fixture
def write(folder):
    def write(name, text):
        path = folder / f"{name}.py"
        path.write_text(textwrap.dedent(text))
        return path

    return write


@pytest.fixture
def open_session(folder):
    opened = []

    def open_with(*plugins, **options):
        server = MemoryTransport(rows=ROWS)
        opened.append(memory_session(server, plugins=plugins, plugin_folders=[folder], **options))
        return opened[-1]

    yield open_with
    for session in opened:
        session.close()


def ask(session, topic="suite.who"):
    """What the handlers of a topic answer."""
    return session.events.publish(topic, synchronous=True)


ANSWERS = """
def register(session, **arguments):
    def answer(event):
        return "{0}"

    session.event_hub.subscribe("topic=suite.who", answer)
"""

# --- registering ---------------------------------------------------------------------------------


def test_what_register_subscribes_is_called(write, open_session):
    write("older", ANSWERS.format("older file"))
    session = open_session()
    assert ask(session) == ["older file"]
    (info,) = (one for one in session.plugins.infos if one.name == "older")
    assert info.hooks == ("ftrack_event_handlers",)


def test_both_names_of_the_events_take_subscriptions(write, open_session):
    write(
        "older",
        """
        def register(session):
            hub = session.event_hub
            hub.subscribe("topic=suite.who", lambda event: "hub", {"id": "mine"}, 20)
            session.events.subscribe("topic=suite.who", lambda event: "events", 10)

            @session.events.subscribe("topic=suite.who", priority=5)
            def decorated(event):
                return "decorated"
        """,
    )
    session = open_session()
    assert ask(session) == ["decorated", "events", "hub"]
    assert "mine" in {one.id for one in session.events.subscriptions}
    assert {one.plugin for one in session.events.subscriptions} == {"older"}


def test_the_session_it_is_given_is_the_session(write, open_session):
    write(
        "older",
        """
        from ftrack_core import Session

        def register(session, given):
            if not isinstance(session, Session):
                return
            session.studio_name = "orbit studio"

            def answer(event):
                assert session == given["session"]
                return session.query("Project").one()["name"], repr(session)

            session.event_hub.subscribe("topic=suite.who", answer)
        """,
    )
    given = {}
    session = given["session"] = open_session(plugin_arguments={"given": given}).connect()
    assert ask(session) == [("orbit", repr(session))]
    assert session.studio_name == "orbit studio"


def test_a_handler_may_subscribe_and_unsubscribe_later(write, open_session):
    write(
        "older",
        """
        def register(session):
            added = []

            def answer(event):
                if added:
                    session.event_hub.unsubscribe(added.pop())
                else:
                    added.append(session.event_hub.subscribe("topic=suite.more", lambda _: "more"))

            session.event_hub.subscribe("topic=suite.who", answer)
        """,
    )
    session = open_session()
    ask(session)
    assert ask(session, "suite.more") == ["more"]
    ask(session)
    assert ask(session, "suite.more") == []


def test_a_subscription_may_be_taken_back_while_it_registers(write, open_session):
    write(
        "older",
        """
        def register(session):
            identifier = session.event_hub.subscribe("topic=suite.who", lambda event: "gone")
            session.event_hub.unsubscribe(identifier)
        """,
    )
    assert ask(open_session()) == []


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        ("()", set()),
        ("(session)", {"session"}),
        ("(session, farm=None)", {"session", "farm"}),
        ("(session, *, farm)", {"session", "farm"}),
        ("(session, **arguments)", {"session", "arguments"}),
        ("(*args, **arguments)", {"args", "arguments"}),
        ("(session, farm='here', absent='default')", {"session", "farm", "absent"}),
    ],
)
def test_register_is_given_what_its_signature_takes(write, open_session, signature, expected):
    write("older", f"def register{signature}:\n    calls.append(repr(locals()))\n\ncalls = []")
    session = open_session(plugin_arguments={"farm": "deadline", "color": "red"})
    assert session.plugins.problems == ()
    (record,) = (one for one in session.plugins.current.records if one.name == "older")
    (given,) = record.plugin._register.__globals__["calls"]
    assert all(f"'{name}': " in given for name in expected)
    assert ("'farm': 'deadline'" in given) == bool(expected & {"farm", "arguments"})
    assert ("'color': 'red'" in given) == ("arguments" in expected)


def test_arguments_that_are_filled_by_position_are_not_given_by_name():
    def function(a, b=False, c=False, d=False):
        """Takes what it is given."""

    taken = accepted_arguments(function, (1, 2), {"b": 9, "c": 3, "e": 4})
    assert taken == ((1, 2), {"c": 3})


# --- what is no older plugin ---------------------------------------------------------------------


def test_a_file_with_hooks_registers_nothing_besides(write, open_session):
    write(
        "newer",
        """
        from ftrack_core import hookimpl

        @hookimpl
        def ftrack_file_type(path):
            return ".newer"

        def register(session):
            raise RuntimeError("nobody calls this")
        """,
    )
    session = open_session()
    assert session.plugins.problems == ()
    assert session.plugins.hooks.ftrack_file_type("x") == ".newer"


@pytest.mark.parametrize("text", ["from atexit import register", "register = 3", ""])
def test_a_register_that_is_none_is_left_alone(write, open_session, text):
    write("helper", text)
    session = open_session()
    assert session.plugins.problems == ()
    assert session.events.subscriptions == ()


# --- what goes wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "message"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("import sys; sys.exit(2)", r"it calls sys.exit\(2\)"),
        ("session.query('Task').first()", "knows no entity types yet"),
        ("session.event_hub.subscribe('topic=', print)", "QuerySyntaxError"),
    ],
)
def test_a_register_that_raises_leaves_nothing_and_says_where(write, open_session, last, message):
    write("good", ANSWERS.format("good"))
    path = write("bad", ANSWERS.format("half") + f"    {last}\n")
    session = open_session()
    assert ask(session) == ["good"]
    (problem,) = session.plugins.problems
    assert problem.name == "bad"
    assert (problem.path, problem.line) == (path, 7)
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(problem.message)
    assert session.get("Task", "t1")["name"] == "light"


def test_a_missing_argument_is_a_problem(write, open_session):
    write("older", "def register(session, farm):\n    pass\n")
    (problem,) = open_session().plugins.problems
    assert "missing 1 required positional argument: 'farm'" in problem.message


def test_a_file_given_by_its_path_raises(write, folder):
    path = write("older", "def register(session):\n    1 / 0\n")
    server = MemoryTransport(rows=ROWS)
    with pytest.raises(PluginError, match=r"'older' in register at .*older\.py:2: ZeroDivision"):
        memory_session(server, plugins=[path])


def test_two_files_that_give_one_id_are_told_apart(write, open_session):
    text = "def register(session):\n    session.event_hub.subscribe({0!r}, print, dict(id='one'))\n"
    write("first", text.format("topic=suite.who"))
    write("second", text.format("topic=suite.other"))
    session = open_session()
    (problem,) = session.plugins.problems
    assert problem.name == "second"
    assert "given by plugin 'first' and by plugin 'second'" in problem.message
    assert [one.plugin for one in session.events.subscriptions] == ["first"]


def test_whoever_comes_later_is_refused_the_id_of_another(write, open_session):
    text = "def register(session):\n    session.event_hub.subscribe({0!r}, print, dict(id='one'))\n"
    write("second", text.format("topic=suite.who"))
    session = open_session()
    write("first", text.format("topic=suite.other"))
    session.plugins.refresh()
    assert [problem.name for problem in session.plugins.problems] == ["first"]
    assert [one.plugin for one in session.events.subscriptions] == ["second"]


# --- reloading -----------------------------------------------------------------------------------


def test_a_reload_swaps_what_a_file_has_subscribed(write, open_session):
    write("other", ANSWERS.format("other"))
    write("older", ANSWERS.format("before"))
    session = open_session()
    before = {one.id for one in session.events.subscriptions}
    write("older", ANSWERS.format("after"))
    assert session.plugins.refresh().reloaded == ("older",)
    assert sorted(ask(session)) == ["after", "other"]
    assert {one.id for one in session.events.subscriptions} == before


def test_a_reload_registers_only_what_has_changed(write, open_session):
    write("counting", "def register(session):\n    calls.append(1)\n\ncalls = []\n")
    session = open_session()
    write("older", ANSWERS.format("new"))
    session.plugins.refresh()
    (record,) = (one for one in session.plugins.current.records if one.name == "counting")
    assert record.plugin._register.__globals__["calls"] == [1]


def test_a_reload_that_raises_keeps_what_there_was(write, open_session):
    write("older", ANSWERS.format("before"))
    session = open_session()
    write("older", ANSWERS.format("after") + "    1 / 0\n")
    session.plugins.refresh()
    assert ask(session) == ["before"]
    assert [problem.name for problem in session.plugins.problems] == ["older"]
    write("older", ANSWERS.format("mended"))
    assert session.plugins.refresh().recovered == ("older",)
    assert ask(session) == ["mended"]


def test_a_deleted_file_takes_its_subscriptions_along(write, open_session):
    path = write("older", ANSWERS.format("here"))
    session = open_session()
    path.unlink()
    session.plugins.refresh()
    assert ask(session) == []
    assert session.events.subscriptions == ()


def test_what_the_user_has_subscribed_stays(write, open_session):
    write("older", ANSWERS.format("before"))
    session = open_session()
    session.events.subscribe("topic=suite.who", lambda event: "user")
    write("older", ANSWERS.format("after"))
    session.plugins.refresh()
    assert sorted(ask(session)) == ["after", "user"]


# --- the older events: configure-location --------------------------------------------------------

CONFIGURES = """
from ftrack_core.testing.memory_accessor import MemoryAccessor

class Flat:
    def get_resource_identifier(self, entity, context=None):
        return "{0}/" + entity["name"]

def configure(event):
    session = event["data"]["session"]
    session.slot("calls").setdefault("{0}", []).append(session)
    location = session.query('Location where name is "{0}"').one()
    location.accessor = MemoryAccessor()
    location.structure = Flat()
    location.priority = 5

def register(session, **arguments):
    session.event_hub.subscribe("topic=ftrack.api.session.configure-location", configure)
"""


def test_a_location_is_configured_once_when_the_session_connects(write, open_session, tmp_path):
    write("disk", CONFIGURES.format("studio.disk"))
    session = open_session()
    assert session.slot("calls") == {}
    session.connect()
    assert session.slot("calls") == {"studio.disk": [session]}
    picture = tmp_path / "sky.exr"
    picture.write_bytes(b"clouds")
    component = session.create_component(str(picture), {"name": "sky"})
    location = session.pick_location(component)
    assert location["name"] == "studio.disk"
    assert location.get_resource_identifier(component) == "studio.disk/sky"


def test_after_a_reload_only_the_new_ones_configure(write, open_session):
    write("disk", CONFIGURES.format("studio.disk"))
    session = open_session().connect()
    write("tape", CONFIGURES.format("studio.tape"))
    session.plugins.refresh()
    calls = session.slot("calls")
    assert {name: len(made) for name, made in calls.items()} == {"studio.disk": 1, "studio.tape": 1}
    write("disk", CONFIGURES.format("studio.disk") + "\n# saved again\n")
    session.plugins.refresh()
    assert {name: len(made) for name, made in calls.items()} == {"studio.disk": 2, "studio.tape": 1}


def test_what_a_handler_assigns_wins_over_a_binding(write, open_session):
    class Shelf:
        @hookimpl
        def ftrack_locations(self):
            return [LocationBinding("studio.disk", MemoryAccessor(), None, priority=50)]

    write("disk", CONFIGURES.format("studio.disk"))
    session = open_session(Shelf()).connect()
    assert session.locations.get("studio.disk").priority == 5


def test_a_handler_that_raises_keeps_nobody_from_the_others(write, open_session, caplog):
    write("bad", CONFIGURES.format("no such location"))
    write("disk", CONFIGURES.format("studio.disk"))
    session = open_session().connect()
    assert session.pick_location()["name"] == "studio.disk"
    assert "raised for ftrack.api.session.configure-location" in caplog.text


# --- the older events: file types ----------------------------------------------------------------

FILE_TYPES = """
def file_type(event):
    path = event["data"]["file_path"]
    return ".bgeo.sc" if path.endswith(".bgeo.sc") else None

def register(session):
    session.event_hub.subscribe(
        "topic=ftrack.api.session.get-file-type-from-string", file_type
    )
"""


def test_a_handler_says_the_file_type(write, open_session, tmp_path):
    write("types", FILE_TYPES)
    session = open_session()
    for name in ("smoke.0001.bgeo.sc", "smoke.0001.exr"):
        (tmp_path / name).write_bytes(b"smoke")
    smoke = session.create_component(str(tmp_path / "smoke.0001.bgeo.sc"), location=None)
    assert smoke["file_type"] == ".bgeo.sc"
    plate = session.create_component(str(tmp_path / "smoke.0001.exr"), location=None)
    assert plate["file_type"] == ".exr"


def test_of_a_sequence_it_is_asked_once_with_the_pattern(write, open_session, tmp_path):
    write("types", FILE_TYPES)
    session = open_session()
    asked = []
    session.events.subscribe(
        "topic=ftrack.api.session.get-file-type-from-string",
        lambda event: asked.append(event.data["file_path"]),
    )
    for number in range(3):
        (tmp_path / f"smoke.{number:04d}.bgeo.sc").write_bytes(b"smoke")
    path = str(tmp_path / "smoke.%04d.bgeo.sc")
    component = session.create_component(path, location=None)
    assert component["file_type"] == ".bgeo.sc"
    assert asked == [path]


def test_a_hook_is_asked_before_a_handler(write, open_session, tmp_path):
    class Types:
        @hookimpl
        def ftrack_file_type(self, path):
            return ".hook" if path.endswith(".bgeo.sc") else None

    write("types", FILE_TYPES)
    session = open_session(Types())
    (tmp_path / "smoke.bgeo.sc").write_bytes(b"smoke")
    component = session.create_component(str(tmp_path / "smoke.bgeo.sc"), location=None)
    assert component["file_type"] == ".hook"


# --- the older events: entity types --------------------------------------------------------------

CLASSES = """
class TaskClass:
    def shout(self):
        return self["name"].upper() + "{0}"

def construct(event):
    schema = event["data"]["schema"]
    assert schema in event["data"]["schemas"]
    return TaskClass if schema["id"] == "Task" else None

def register(session):
    session.event_hub.subscribe("topic=ftrack.api.session.construct-entity-type", construct)
"""


def test_a_handler_gives_the_class_of_a_type(write, open_session):
    write("classes", CLASSES.format("!"))
    session = open_session()
    assert session.get("Task", "t1").shout() == "LIGHT!"
    assert isinstance(session.get("Task", "t1"), session.types["Task"])
    assert not hasattr(session.get("Project", "p1"), "shout")


def test_it_may_be_an_entity_class_of_its_own(open_session):
    class Shouting(Entity):
        __slots__ = ()

        def shout(self):
            return self["name"].upper()

    session = open_session()
    session.events.subscribe(
        "topic=ftrack.api.session.construct-entity-type and data.schema.id=Task",
        lambda event: Shouting,
    )
    assert session.get("Task", "t1").shout() == "LIGHT"


def test_live_entities_follow_a_reload(write, open_session):
    write("classes", CLASSES.format("!"))
    session = open_session()
    task = session.get("Task", "t1")
    write("classes", CLASSES.format("?"))
    session.plugins.refresh()
    assert task.shout() == "LIGHT?"


def test_two_classes_for_one_type_are_an_error(write, open_session):
    write("classes", CLASSES.format("!"))
    write("others", CLASSES.format("?"))
    session = open_session()
    with pytest.raises(EventError, match=r"several handlers .* for Task: TaskClass, TaskClass"):
        session.get("Task", "t1")
    assert session.get("Project", "p1")["name"] == "orbit"


def test_a_session_of_the_older_name_is_needed_by_nobody_else():
    assert not hasattr(Session, "event_hub")
