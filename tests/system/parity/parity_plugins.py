"""Plugin files of the older kind: found in folders, executed, and what they may subscribe to."""

import logging
import textwrap

import ftrack_api
import ftrack_api.entity.factory
import ftrack_api.event.base
import ftrack_api.plugin
import pytest


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "plugins"
    path.mkdir()
    return path


@pytest.fixture
def write(folder):
    """Write a plugin file, in a folder below the one that is searched if so named."""

    def written(text, name="plugin.py"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return path

    return written


@pytest.fixture
def start(new_session, folder):
    """A session that has met the plugins."""
    return lambda **named: new_session(plugin_paths=[str(folder)], **named)


NOTING = """
    import ftrack_api

    def register(session, **named):
        if not isinstance(session, ftrack_api.Session):
            return
        session.noted = []
        for topic in ("ready", "reset", "configure-location"):
            session.event_hub.subscribe(
                f"topic=ftrack.api.session.{topic}",
                lambda event: session.noted.append((event["topic"], event["data"]["session"])),
            )
"""


def test_plugins_hear_of_each_phase_once(write, start):
    """54: exactly one `ready` for a session, one `reset` for each reset."""
    write(NOTING)
    session = start()
    topics = [topic.rsplit(".", 1)[-1] for topic, _ in session.noted]
    assert topics == ["configure-location", "ready"]
    assert all(told is session for _, told in session.noted)
    session.noted.clear()
    session.reset()
    assert [topic.rsplit(".", 1)[-1] for topic, _ in session.noted] == [
        "configure-location",
        "reset",
    ]


def test_sessions_do_not_hear_of_one_another(write, start):
    """54: each has its own hub."""
    write(NOTING)
    first = start()
    start()
    assert len(first.noted) == 2


def test_arguments_reach_register_by_keyword(write, start):
    """55: those that it takes."""
    write("""
        def register(session, colour="none", size=0):
            session.told = (colour, size)
    """)
    session = start(plugin_arguments={"colour": "red", "other": 1})
    assert session.told == ("red", 0)


def test_plugins_recognise_the_session(write, start):
    """80: isinstance is true by both names."""
    write("""
        import ftrack_api
        import ftrack_api.session

        def register(session):
            session.known = isinstance(session, ftrack_api.Session), isinstance(
                session, ftrack_api.session.Session
            )
    """)
    assert start().known == (True, True)


def test_folders_come_from_the_environment(write, new_session, environment, folder, tmp_path):
    """1.1: FTRACK_EVENT_PLUGIN_PATH, several of them; an empty list disables it."""
    write("def register(session):\n    session.found = True\n")
    environment.setenv("FTRACK_EVENT_PLUGIN_PATH", f"{tmp_path / 'missing'}:{folder}")
    assert new_session().found
    assert not hasattr(new_session(plugin_paths=[]), "found")


def test_files_in_folders_below_are_found(write, start):
    """10: the folder is searched through and through."""
    write("def register(session):\n    session.below = True\n", "show/a/deep.py")
    assert start().below


def test_a_broken_plugin_is_told_and_the_others_go_on(write, start, caplog):
    """10: a warning that names the file."""
    broken = write("def register(:\n", "broken.py")
    write("def register(session):\n    session.good = True\n", "good.py")
    with caplog.at_level(logging.WARNING):
        assert start().good
    assert any(str(broken) in record.getMessage() for record in caplog.records)


def test_a_file_without_register_is_told(write, start, caplog):
    """10: a warning."""
    path = write("value = 1\n", "other.py")
    with caplog.at_level(logging.WARNING):
        start()
    assert any(str(path) in record.getMessage() for record in caplog.records)


def test_types_do_not_exist_while_plugins_register(write, start):
    """1.2: plugins subscribe first and work later."""
    write("""
        def register(session):
            session.early = hasattr(session, "event_hub"), session.server_information["version"]
            session.event_hub.subscribe("topic=ftrack.api.session.ready", work)

        def work(event):
            session = event["data"]["session"]
            session.counted = len(session.query("Project").all())
    """)
    session = start()
    assert session.early[0] is True
    assert session.counted >= 1


def test_a_plugin_configures_a_location(write, start, session, unique, tmp_path):
    """5.4, 8: `configure-location` sets accessor, structure and priority on the instance."""
    session.create("Location", {"name": unique})
    session.commit()
    write(f"""
        import functools
        import ftrack_api.accessor.disk
        import ftrack_api.structure.id

        def configure(session, event):
            location = session.ensure("Location", {{"name": "{unique}"}})
            location.accessor = ftrack_api.accessor.disk.DiskAccessor(prefix="{tmp_path / "data"}")
            location.structure = ftrack_api.structure.id.IdStructure()
            location.priority = 7

        def register(session):
            session.event_hub.subscribe(
                "topic=ftrack.api.session.configure-location",
                functools.partial(configure, session),
            )
    """)
    picked = start().pick_location()
    assert picked["name"] == unique
    assert picked.priority == 7
    assert isinstance(picked.accessor, ftrack_api.accessor.disk.DiskAccessor)


def test_a_location_is_configured_again_after_a_reset(write, start, session, unique):
    """51: the new instance has what the plugin says."""
    session.create("Location", {"name": unique})
    session.commit()
    write(f"""
        def register(session):
            def configure(event):
                session.query('Location where name is "{unique}"').one().priority = 3
            session.event_hub.subscribe("topic=ftrack.api.session.configure-location", configure)
    """)
    other = start()
    other.reset()
    assert other.query(f'Location where name is "{unique}"').one().priority == 3


FACTORY = """
    import ftrack_api.entity.base
    import ftrack_api.entity.factory

    class Greeting(ftrack_api.entity.base.Entity):
        def greet(self):
            return "hello " + self["username"]

    class Factory(ftrack_api.entity.factory.StandardFactory):
        def create(self, schema, bases=None):
            bases = [Greeting] if schema["id"] == "User" else bases
            made = super().create(schema, bases=bases)
            if schema["id"] == "User":
                made.default_projections = ["id", "username", "email"]
            made.shout = lambda self: self.entity_type.upper()
            return made

    def register(session):
        factory = Factory()

        def construct(event):
            schema = event["data"]["schema"]
            assert schema in event["data"]["schemas"]
            if schema["id"] in ("User", "Task"):
                return factory.create(schema)

        session.event_hub.subscribe("topic=ftrack.api.session.construct-entity-type", construct)
"""


def test_a_plugin_constructs_types(write, start, wire):
    """5.4: a StandardFactory subclass adds methods, bases and default projections."""
    write(FACTORY)
    session = start()
    user = session.query("User where username is admin").one()
    assert user.greet() == "hello admin"
    assert user.shout() == "USER"
    assert session.query("Task").first().shout() == "TASK"
    assert not hasattr(session.query("Project").first(), "shout")
    assert "select id, username, email from User" in wire.expressions[0]
    assert user.start_timer
    assert session.create("User", {"username": "x"}).greet() == "hello x"


def test_a_type_may_be_constructed_for_one_schema(write, start):
    """5.4: the subscription filters by `data.schema.id`."""
    write("""
        import ftrack_api.entity.factory

        def construct(event):
            made = ftrack_api.entity.factory.StandardFactory().create(event["data"]["schema"])
            made.mark = property(lambda self: "marked")
            return made

        def register(session):
            session.event_hub.subscribe(
                "topic=ftrack.api.session.construct-entity-type and data.schema.id=Shot", construct
            )
    """)
    session = start()
    assert session.query("Shot").first().mark == "marked"
    assert repr(session.types["Shot"]) == "<dynamic ftrack class 'Shot'>"


def test_two_classes_for_one_type_are_refused(write, start):
    """5.4: more than one answer is a ValueError."""
    for name in ("one.py", "two.py"):
        write(FACTORY, name)
    with pytest.raises(ValueError):
        start()


def test_a_plugin_answers_discover_and_launch(write, start):
    """9.7: what a host publishes synchronously on its own session."""
    write("""
        def discover(event):
            if len(event["data"]["selection"]) == 1:
                return {"items": [{"label": "Do it", "actionIdentifier": "studio.do-it_1"}]}

        def launch(event):
            user = event["source"]["user"]["username"]
            if "values" not in event["data"]:
                return {"items": [{"type": "text", "name": "why"}]}
            return {"success": True, "message": user + ": " + event["data"]["values"]["why"]}

        def register(session):
            hub = session.event_hub
            user = session.api_user
            mine = f'source.user.username="{user}"'
            hub.subscribe(f"topic=ftrack.action.discover and {mine}", discover)
            hub.subscribe(
                f"topic=ftrack.action.launch and data.actionIdentifier=studio.do-it_1 and {mine}",
                launch,
            )
    """)
    session = start()

    def publish(topic, **data):
        event = ftrack_api.event.base.Event(topic=f"ftrack.action.{topic}", data=data)
        return session.event_hub.publish(event, synchronous=True)

    selection = [{"entityId": "1", "entityType": "task"}]
    (found,) = publish("discover", selection=selection)
    assert found["items"][0]["actionIdentifier"] == "studio.do-it_1"
    assert publish("discover", selection=[]) == [None]
    launched = {"actionIdentifier": "studio.do-it_1", "selection": selection}
    assert publish("launch", **launched) == [{"items": [{"type": "text", "name": "why"}]}]
    (done,) = publish("launch", values={"why": "because"}, **launched)
    assert done == {"success": True, "message": "admin: because"}
    assert publish("launch", actionIdentifier="other") == []


def test_a_plugin_names_file_types(write, start, tmp_path):
    """9.6: the first truthy answer is the type of the component."""
    write("""
        def answer(event):
            if event["data"]["file_path"].endswith(".bgeo.sc"):
                return ".bgeo.sc"

        def register(session):
            session.event_hub.subscribe(
                "topic=ftrack.api.session.get-file-type-from-string", answer
            )
    """)
    session = start()
    path = tmp_path / "a.bgeo.sc"
    path.write_bytes(b"x")
    assert session.create_component(str(path), location=None)["file_type"] == ".bgeo.sc"
    other = session.create_component(str(tmp_path / "b.tar.gz"), location=None)
    assert other["file_type"] == ".gz"
    sequence = session.create_component(f"{tmp_path}/a.%04d.bgeo.sc [1-2]", location=None)
    assert sequence["file_type"] == ".bgeo.sc"


def test_discovery_can_be_called_by_hand(write, folder, monkeypatch):
    """10: `discover(paths, positional_arguments, keyword_arguments)`."""
    path = write("def register(*args, **named):\n    args[0].append((args[1:], named))\n")
    told = []
    ftrack_api.plugin.discover([str(folder), ""], [told, 1, 2], {"a": 3})
    assert told == [((1, 2), {"a": 3})]
    assert ftrack_api.plugin.load_source("some_name", str(path)).register


@pytest.mark.parametrize(
    ("signature", "positional", "named", "expected"),
    [
        ("a, b=False, c=False, d=False", (1, 2), {"c": True, "d": True, "e": True},
         {"a": 1, "b": 2, "c": True, "d": True}),
        ("*args", (1, 2), {"b": True}, {"args": (1, 2)}),
        ("**kwargs", (), {"a": 1}, {"kwargs": {"a": 1}}),
        ("a=False, b=False", (True,), {"b": True}, {"a": True, "b": True}),
        ("a, **kwargs", (1,), {"b": 2}, {"a": 1, "kwargs": {"b": 2}}),
    ],
)  # fmt: skip
def test_arguments_are_adapted_to_the_signature(write, folder, signature, positional, named,
                                                expected, tmp_path):  # fmt: skip
    """10: too many keywords are left out, positional ones are passed as they are."""
    out = tmp_path / "out"
    write(f"""
        import json

        def register({signature}):
            told = dict(locals())
            open({str(out)!r}, "w").write(repr(told))
    """)
    ftrack_api.plugin.discover([str(folder)], positional, named)
    assert eval(out.read_text()) == expected


def test_what_register_raises_ends_the_start(write, start):
    """1.2: exceptions of `register` come out of the constructor."""
    write("def register(session):\n    raise RuntimeError('no')\n")
    with pytest.raises(RuntimeError, match="no"):
        start()


def test_what_a_listener_raises_is_told_only(write, start):
    """1.2: exceptions of callbacks are logged."""
    write("""
        def fail(event):
            raise RuntimeError("no")

        def register(session):
            session.event_hub.subscribe("topic=ftrack.api.session.ready", fail, priority=1)
            session.event_hub.subscribe(
                "topic=ftrack.api.session.ready", lambda event: setattr(session, "told", True)
            )
    """)
    assert start().told
