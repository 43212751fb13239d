"""A plugin that raises, or answers something else than it was asked for, in each hook there is.

Where the answer of a hook is needed the error names plugin and hook; where plugins only hear of
something it is logged and the others hear of it all the same. In both cases the session goes on,
and what was recorded is still there to be committed once the plugin is mended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from ftrack_core.errors import FtrackError, PluginError
from ftrack_core.plugins.specs import LISTS, OBSERVERS, read_specs
from ftrack_core.testing.memory_accessor import MemoryAccessor
from ftrack_core.testing.memory_cache import DictCache
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import MemoryPlugin

from ftrack_core import LocationBinding, RetryPolicy, Session, hookimpl

ROWS = [
    {"__entity_type__": "Project", "id": "p1", "name": "orbit"},
    {"__entity_type__": "Task", "id": "t1", "name": "light", "project_id": "p1"},
]
AT_LOADING = {"ftrack_event_handlers", "ftrack_watch_paths"}
AT_CONNECTING = {
    "ftrack_cache_policy",
    "ftrack_create_cache",
    "ftrack_create_transport",
    "ftrack_credentials",
    "ftrack_entity_mixins",
    "ftrack_locations",
    "ftrack_request_headers",
    "ftrack_retry_policy",
}
HEARD = OBSERVERS | {"ftrack_handle_event"}  # what a handler raises is logged, whoever raises it
ASKED = read_specs().keys() - HEARD - AT_LOADING - AT_CONNECTING


class FlatStructure:
    def get_resource_identifier(self, entity, context):
        return context["clean_name"](str(entity["id"])) or str(entity["id"])


class Studio(MemoryPlugin):
    """What a session needs besides the plugin that raises."""

    @hookimpl(trylast=True)
    def ftrack_create_accessor(self, spec):
        return MemoryAccessor()

    @hookimpl(trylast=True)
    def ftrack_create_structure(self, spec):
        return FlatStructure()

    @hookimpl(trylast=True)
    def ftrack_locations(self):
        return [LocationBinding("shelf", "memory:", "flat", priority=1)]


@dataclass
class Faulty:
    """Raises in one hook, until it is mended."""

    hook: str
    broken: bool = True
    answer: Any = None

    def __post_init__(self):
        def implementation():
            if self.broken:
                raise ZeroDivisionError("it divides by zero")
            return self.answer

        setattr(self, self.hook, hookimpl(specname=self.hook)(implementation))


class Witness(Faulty):
    """Is there to hear what the faulty plugin fails to hear; it is asked after that one."""

    def __post_init__(self):
        self.heard = []
        setattr(self, self.hook, hookimpl(specname=self.hook)(lambda: self.heard.append(True)))


def users_act(session, hook, path):
    """Do what makes a session call *hook*."""
    if hook == "ftrack_default_projections":
        session.query("Task").all()
    elif hook in ("ftrack_before_commit", "ftrack_after_commit", "ftrack_execute_batch"):
        session.commit()
    elif hook == "ftrack_create_event_hub":
        session.events.connect()
    elif hook in ("ftrack_handle_event", "ftrack_event_failed"):
        session.events.publish("suite", synchronous=True)
    elif hook == "ftrack_commands":
        session.plugins.hooks.ftrack_commands()
    elif hook == "ftrack_examine":
        session.plugins.hooks.ftrack_examine()
    elif hook == "ftrack_session_closing":
        session.close()
    elif hook in ASKED:
        session.create_component(str(path), {"name": "sky"}, location="auto")
    else:
        session.get("Task", "t1")


@pytest.fixture
def server():
    return MemoryTransport(rows=ROWS)


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "sky.exr"
    path.write_bytes(b"clouds")
    return path


@pytest.fixture
def open_session(server, monkeypatch):
    monkeypatch.delenv("FTRACK_API_KEY", raising=False)
    opened = []

    def open_with(*plugins, key=None, folders=()):
        given = [Studio(server), *plugins]
        opened.append(
            Session("memory:", key, "ann", plugins=given, plugin_folders=folders, installed=False)
        )
        return opened[-1]

    yield open_with
    for session in opened:
        session.close()


def names_plugin_and_hook(error, hook):
    return (error.plugin, error.hook) == ("Faulty", hook) and "it divides by zero" in str(error)


def test_every_hook_is_in_one_of_the_groups():
    assert read_specs().keys() == ASKED | HEARD | AT_LOADING | AT_CONNECTING


@pytest.mark.parametrize("hook", sorted(AT_LOADING))
def test_a_plugin_that_raises_while_it_is_loaded_is_named(open_session, hook):
    faulty = Faulty(hook)
    with pytest.raises(PluginError) as caught:
        open_session(faulty)
    assert names_plugin_and_hook(caught.value, hook)
    faulty.answer = ()
    faulty.broken = False
    assert open_session(faulty).get("Task", "t1")["name"] == "light"


@pytest.mark.parametrize("hook", sorted(AT_CONNECTING))
def test_a_session_whose_plugin_keeps_it_from_connecting_connects_later(open_session, hook):
    faulty = Faulty(hook)
    session = open_session(faulty)
    for _ in range(2):
        with pytest.raises(PluginError) as caught:
            session.get("Task", "t1")
        assert names_plugin_and_hook(caught.value, hook)
    faulty.broken = False
    assert session.get("Task", "t1")["name"] == "light"


@pytest.mark.parametrize("hook", sorted(ASKED))
def test_what_was_recorded_outlives_a_plugin_that_raises(open_session, server, picture, hook):
    faulty = Faulty(hook, broken=False)
    session = open_session(faulty)
    task = session.get("Task", "t1")
    task["name"] = "comp"
    created = session.create("Task", {"name": "fx", "parent_id": "p1", "project_id": "p1"})
    faulty.broken = True
    for _ in range(2):
        with pytest.raises(PluginError) as caught:
            users_act(session, hook, picture)
        assert names_plugin_and_hook(caught.value, hook)
    assert (task["name"], created["name"]) == ("comp", "fx")
    faulty.broken = False
    assert session.get("Project", "p1")["name"] == "orbit"
    if hook != "ftrack_create_event_hub":  # there is none in this studio
        users_act(session, hook, picture)
    session.commit()
    assert {row["name"] for row in server.rows("Task")} == {"comp", "fx"}


@pytest.mark.parametrize("hook", sorted(HEARD))
def test_one_that_only_hears_of_something_is_logged_and_the_others_hear_of_it(
    open_session, server, picture, caplog, hook
):
    witness = Witness(hook)
    session = open_session(Faulty(hook), witness)
    session.events.subscribe("topic=suite", lambda event: 1 / 0)
    task = session.get("Task", "t1")
    task["name"] = "comp"
    users_act(session, hook, picture)
    assert f"plugin 'Faulty' in {hook}: ZeroDivisionError: it divides by zero" in caplog.text
    assert witness.heard or hook == "ftrack_handle_event"
    if not session.closed:
        session.commit()
        assert [row["name"] for row in server.rows("Task")] == ["comp"]


# --- answers of the wrong kind -------------------------------------------------------------------


def breaks_off():
    """An answer that raises while it is read."""
    yield from ()
    raise ZeroDivisionError("it divides by zero")


class Half:
    """An object that can a little of everything and nothing wholly."""

    def execute(self, batch):
        return []

    def decode(self, value):
        return value


class Slotted:
    __slots__ = ("place",)


A_LIST = ("a text", 7, {"a": "mapping"}, [object()], breaks_off)
WRONG = {
    "ftrack_attribute_codec": (str, (len, len), Half()),
    "ftrack_before_commit": (False, True, "no"),
    "ftrack_cache_policy": (True, 60, "keep"),
    "ftrack_clean_name": (7, b"sky", ["sky"], "a/b", "..", ""),
    "ftrack_commands": A_LIST,
    "ftrack_create_accessor": (Half(), "disk:/mnt", MemoryAccessor),
    "ftrack_create_cache": (Half(), {}, DictCache),
    "ftrack_create_event_hub": (Half(), "wss://studio"),
    "ftrack_create_structure": (Half(), "standard", FlatStructure),
    "ftrack_create_transport": (Half(), "https://studio", MemoryTransport),
    "ftrack_credentials": (("ann", "a secret"), "a secret", {"key": "a secret"}),
    "ftrack_default_projections": ("name", ["name", 7], 7),
    "ftrack_entity_base": (Half, Half(), "Task"),
    "ftrack_entity_mixins": (*A_LIST, [int], [Slotted]),
    "ftrack_event_handlers": A_LIST,
    "ftrack_examine": A_LIST,
    "ftrack_execute_batch": ((), {}, "answers"),
    "ftrack_file_type": (7, b".exr"),
    "ftrack_identifier_transformer": (Half(), str.upper),
    "ftrack_locations": (*A_LIST, LocationBinding("shelf")),
    "ftrack_pick_location": (7, Half()),
    "ftrack_request_headers": ("X-Site: a", ["X-Site"], {"X-Site": b"a secret"}, {7: "x"}),
    "ftrack_resource_identifier": (7, ["a"], b"a"),
    "ftrack_retry_policy": (3, {"attempts": 3}, RetryPolicy),
    "ftrack_transfer": ("yes", 1, []),
    "ftrack_watch_paths": A_LIST,
}
"""For each hook whose answer is used, what it cannot be."""
IGNORED = HEARD
"""Hooks whose answers nobody reads, or may be anything."""


def of_the_wrong_kind():
    for hook, answers in sorted(WRONG.items()):
        for answer in answers:
            yield pytest.param(
                hook, answer, id=f"{hook}-{getattr(answer, '__name__', answer)!s:.20}"
            )


def test_every_hook_has_a_row_of_wrong_answers():
    assert read_specs().keys() == WRONG.keys() | IGNORED
    assert not WRONG.keys() & IGNORED


@pytest.mark.parametrize(("hook", "answer"), list(of_the_wrong_kind()))
def test_an_answer_of_the_wrong_kind_is_told_and_the_session_goes_on(
    open_session, server, picture, hook, answer
):
    faulty = Faulty(hook, broken=False)
    faulty.answer = answer() if answer is breaks_off else answer
    with pytest.raises(FtrackError) as caught:
        users_act(edited(open_session(faulty), hook), hook, picture)
    tells(caught.value, hook)
    faulty.answer = () if hook in LISTS else None
    session = edited(open_session(faulty), hook)
    faulty.answer = breaks_off() if answer is breaks_off else answer
    if hook not in AT_LOADING:
        with pytest.raises(FtrackError) as caught:
            users_act(session, hook, picture)
        tells(caught.value, hook)
    faulty.answer = () if hook in LISTS else None
    if hook == "ftrack_create_event_hub":  # there is none in this studio
        hook = "ftrack_commands"
    users_act(session, hook, picture)
    assert session.get("Task", "t1")["name"] == "light"


def edited(session, hook):
    """Give a commit something to send, where the hook is one of commits."""
    if hook == "ftrack_before_commit":
        session.get("Task", "t1")["bid"] = 5.0
    return session


def tells(error, hook):
    """The error tells whose answer it is, to what, what was due, and no secret."""
    text = str(error)
    assert hook in text
    assert "'Faulty'" in text or hook == "ftrack_clean_name"
    assert "secret" not in text.replace("shelf", "")
    assert any(word in text for word in (" is due", "cannot be", "it divides by zero"))


@pytest.mark.parametrize("hook", sorted(IGNORED))
def test_an_answer_that_nobody_asked_for_changes_nothing(open_session, server, picture, hook):
    session = open_session(Faulty(hook, broken=False, answer=object()))
    session.events.subscribe("topic=suite", lambda event: 1 / 0)
    session.get("Task", "t1")["name"] = "comp"
    users_act(session, hook, picture)
    if not session.closed:
        session.commit()
        assert [row["name"] for row in server.rows("Task")] == ["comp"]


WRAPPERS = {"ftrack_execute_batch": None, "ftrack_file_type": 7, "ftrack_credentials": "a secret"}


@pytest.mark.parametrize(("hook", "answer"), list(WRAPPERS.items()))
def test_a_wrapper_that_returns_the_wrong_kind_is_named_itself(open_session, picture, hook, answer):
    class Around:
        @hookimpl(wrapper=True, specname=hook)
        def around(self):
            yield
            return answer

    session = open_session(Around())
    with pytest.raises(PluginError, match=f"plugin 'Around' in {hook}: it answers") as caught:
        session.create_component(str(picture), {"name": "sky"}, location="auto")
    assert "secret" not in str(caught.value)


def test_a_local_file_is_told_with_its_line(open_session, tmp_path):
    (tmp_path / "headers.py").write_text(
        "from ftrack_core import hookimpl\n\n@hookimpl\n"
        "def ftrack_request_headers():\n    return 'X-Site: vancouver'\n"
    )
    session = open_session(folders=[tmp_path])
    with pytest.raises(PluginError, match="it answers a str; a mapping of texts") as caught:
        session.connect()
    assert (caught.value.path, caught.value.line) == (str(tmp_path / "headers.py"), 3)
