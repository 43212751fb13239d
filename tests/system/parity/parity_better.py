"""Weak spots that are no more: what scripts worked around, and need not any longer.

The official client fails each of these tests, or its mark is wrong.
"""

import logging
import threading

import ftrack_api
import ftrack_api.cache
import ftrack_api.event.hub
import ftrack_api.symbol as symbol
import pytest
from ftrack_api.event.base import Event


@pytest.mark.better("what another thread records during a commit is kept")
def test_what_is_recorded_during_a_commit_is_sent_by_the_next(session, new_user, ask, wire):
    """15.1, 1: only what was sent is done with."""
    session.populate(new_user, "first_name, last_name")
    new_user["first_name"] = "Before"
    wire.meanwhile = lambda: new_user.update(last_name="Meanwhile")  # on the thread of the proxy
    session.commit()
    assert wire.meanwhile is None
    assert new_user["last_name"] == "Meanwhile"
    session.commit()
    (row,) = ask(f'select first_name, last_name from User where id is "{new_user["id"]}"')
    assert (row["first_name"], row["last_name"]) == ("Before", "Meanwhile")


@pytest.mark.better("a new thread starts with the flags of the session")
def test_flags_are_not_left_to_later_threads(session):
    """15.1, 10: whichever identifier the thread is given."""
    seen = []

    def look_and_set():
        seen.append(session.record_operations)
        session.record_operations = False

    for _ in range(20):
        thread = threading.Thread(target=look_and_set)
        thread.start()
        thread.join()
    assert seen == [True] * 20


@pytest.mark.better("several items are deleted at once")
def test_a_slice_of_a_collection_is_deleted(session, new_task, unique):
    """15.1, 8."""
    scopes = [session.create("Scope", {"name": f"{unique}{number}"}) for number in range(3)]
    new_task["scopes"].extend(scopes)
    del new_task["scopes"][0:2]
    assert list(new_task["scopes"]) == scopes[2:]
    new_task["scopes"].append(scopes[0])
    assert list(new_task["scopes"]) == [scopes[2], scopes[0]]


@pytest.mark.better("as many answers as components were given")
def test_a_component_may_be_asked_for_twice(session, tmp_path):
    """15.1, 20: results keep the order and the number of what was asked."""
    path = tmp_path / "x.txt"
    path.write_bytes(b"x")
    origin = session.get("Location", symbol.UNMANAGED_LOCATION_ID)
    component = session.create_component(str(path), {"name": "x"}, location=origin)
    assert origin.get_resource_identifiers([component, component]) == [str(path), str(path)]


@pytest.mark.better("keys of one's own are found when work is taken back")
def test_work_is_taken_back_with_a_key_maker_of_ones_own(new_session, unique):
    """15.4, 58."""

    class Own(ftrack_api.cache.StringKeyMaker):
        def _key(self, item):
            return f"own:{item}"

    session = new_session(cache_key_maker=Own())
    session.create("User", {"username": unique})
    session.rollback()
    assert session.created == []


@pytest.mark.better("blanks, line breaks and capitals do not hide the type")
@pytest.mark.parametrize(
    "text", [" User where username is admin", "User\nwhere username is admin",
             "SELECT username from User where username is admin"],
)  # fmt: skip
def test_queries_may_be_laid_out(session, text):
    """15.3, 33."""
    assert session.query(text).one()["username"] == "admin"


@pytest.mark.better("an attribute that compares badly leaves waiting handlers alone")
def test_matching_never_raises(server):
    """15.3, 40."""
    hub = ftrack_api.event.hub.EventHub(server.url, server.user, server.key)
    hub.subscribe("topic=x and data.value=a*", lambda event: "first")
    hub.subscribe("topic=x", lambda event: "second")
    assert "second" in hub.publish(Event("x", data={"value": None}), synchronous=True)


@pytest.mark.better("other loggers are left as they are")
def test_reconnecting_leaves_logging_alone(server):
    """15.4, 48: what was disabled stays disabled."""
    logging.disable(logging.INFO)
    try:
        hub = ftrack_api.event.hub.EventHub("http://127.0.0.1:9", server.user, server.key)
        with pytest.raises(ftrack_api.exception.EventHubConnectionError):
            hub.reconnect(attempts=1, delay=0)
        assert logging.root.manager.disable == logging.INFO
    finally:
        logging.disable(logging.NOTSET)


@pytest.mark.better("keys that were made are in no text that the client writes down")
def test_keys_are_not_logged(session, new_user, caplog):
    """15.2, 25: a new key is told to the caller alone."""
    with caplog.at_level(logging.DEBUG):
        made = new_user.reset_api_key()
    assert len(made) > 8
    assert made not in caplog.text


@pytest.mark.better("a text is one folder, and not a list of letters")
def test_one_plugin_folder_may_be_given_as_text(new_session, tmp_path, which):
    """15.2, 26: not even tried with the official client, which would walk the whole disk."""
    if which == "official":
        pytest.fail("it would execute files all over the machine")
    (tmp_path / "plugin.py").write_text("def register(session):\n    session.met = True\n")
    assert new_session(plugin_paths=str(tmp_path)).met


@pytest.mark.better("a commit that was refused names what was wrong with it")
def test_errors_of_the_server_keep_their_parts(session, unique):
    """15.3, 31: class and content, besides the text."""
    session.create("User", {"username": "admin"})
    with pytest.raises(ftrack_api.exception.ServerError) as caught:
        session.commit()
    session.rollback()
    assert getattr(caught.value, "exception", None) == "DuplicateEntryError"
