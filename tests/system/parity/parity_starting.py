"""Starting and ending: arguments, environment, the first requests, what a session tells.

Numbers of checklist lines stand in the descriptions of the tests.
"""

import inspect
import json
import logging

import ftrack_api
import ftrack_api.session
import pytest


def test_the_environment_is_enough(session, wire, server):
    """1: `Session()` with only environment variables works."""
    assert session.server_url == wire.url
    assert session.api_user == server.user
    assert session.api_key == server.key


def test_an_argument_beats_the_environment(new_session, environment, wire, server):
    """1: an argument beats the environment."""
    environment.setenv("FTRACK_SERVER", "http://127.0.0.1:9")
    environment.setenv("FTRACK_API_KEY", "wrong")
    session = new_session(server_url=wire.url, api_key=server.key, api_user=server.user)
    assert session.server_url == wire.url


@pytest.mark.parametrize("name", ["server_url", "api_key"])
def test_an_empty_argument_falls_through_to_a_type_error(environment, name):
    """1: an empty string falls through to TypeError, not to the environment."""
    with pytest.raises(TypeError, match=name):
        ftrack_api.Session(**{name: ""})


@pytest.mark.parametrize(
    ("name", "variable"), [("server_url", "FTRACK_SERVER"), ("api_key", "FTRACK_API_KEY")]
)
def test_what_is_missing_is_named_with_its_variable(environment, name, variable):
    """1.1: the credential errors are TypeError and name argument and variable."""
    environment.delenv(variable)
    with pytest.raises(TypeError) as caught:
        ftrack_api.Session()
    assert name in str(caught.value)
    assert variable in str(caught.value)


def test_the_older_name_of_the_keys_variable_is_read(new_session, environment, server):
    """1.1: `api_key` falls back to the legacy FTRACK_APIKEY."""
    environment.delenv("FTRACK_API_KEY")
    environment.setenv("FTRACK_APIKEY", server.key)
    assert new_session().api_key == server.key


def test_the_login_name_stands_in_for_the_user(new_session, environment, server):
    """1.1: `api_user` falls back to the name of who is logged in."""
    environment.delenv("FTRACK_API_USER")
    environment.setenv("LOGNAME", server.user)
    assert new_session().api_user == server.user


@pytest.mark.parametrize("wrong", [{"cookies": "a=b"}, {"headers": ["x"]}, {"strict_api": "yes"}])
def test_arguments_of_a_wrong_type_are_refused(environment, wrong):
    """1.1: cookies and headers are mappings, strict_api is a bool; else TypeError."""
    with pytest.raises(TypeError):
        ftrack_api.Session(**wrong)


def test_all_arguments_may_be_given_by_position(new_session, wire, server):
    """1.1: the order of the parameters is part of the interface."""
    session = new_session(wire.url, server.key, server.user, False, [])
    assert session.auto_populate is False
    assert session.api_user == server.user


def test_the_signature_lists_every_argument():
    """1.1: `getfullargspec` shows the names and the defaults."""
    spec = inspect.getfullargspec(ftrack_api.Session.__init__)
    assert spec.args == [
        "self", "server_url", "api_key", "api_user", "auto_populate", "plugin_paths", "cache",
        "cache_key_maker", "auto_connect_event_hub", "schema_cache_path", "plugin_arguments",
        "timeout", "cookies", "headers", "strict_api",
    ]  # fmt: skip
    assert spec.varargs is None
    assert spec.varkw is None
    assert spec.kwonlyargs == []
    assert spec.defaults == (
        None, None, None, True, None, None, None, False, None, None, 60, None, None, False,
    )  # fmt: skip


def test_slashes_at_the_end_of_the_address_are_removed(new_session, wire):
    """2: `server_url` shows the stripped form."""
    assert new_session(server_url=f"{wire.url}///").server_url == wire.url


def test_two_questions_start_a_session(new_session, wire, which):
    """3: first query_server_information, then query_schemas; each alone, or both at once."""
    new_session(schema_cache_path=False)
    assert wire.operations == [{"action": "query_server_information"}, {"action": "query_schemas"}]
    assert len(wire.batches) == (2 if which == "official" else 1)


def test_one_request_starts_a_session_that_knows_the_schemas(new_session, wire, tmp_path):
    """1.2: with a warm schema cache there is one request."""
    new_session(schema_cache_path=str(tmp_path))
    wire.clear()
    session = new_session(schema_cache_path=str(tmp_path))
    assert wire.actions == ["query_server_information"]
    assert "Task" in session.types


def test_schemas_are_kept_in_the_folder(new_session, tmp_path, which):
    """1.5: in `ftrack_api_schema_cache.json`; the drop-in has a file of its own for a server."""
    session = new_session(schema_cache_path=str(tmp_path))
    if which == "official":
        kept = json.loads((tmp_path / "ftrack_api_schema_cache.json").read_text())
        assert {one["id"] for one in kept} == {one["id"] for one in session.schemas}
    else:
        assert any(path.is_file() for path in tmp_path.rglob("*"))


def test_a_broken_schema_cache_does_no_harm(new_session, wire, tmp_path):
    """1.5: unreadable content is as if there were no cache."""
    (tmp_path / "ftrack_api_schema_cache.json").write_text("{ not json")
    session = new_session(schema_cache_path=str(tmp_path))
    assert "query_schemas" in wire.actions
    assert "Task" in session.types


def test_schemas_of_another_hash_are_asked_for_again(new_session, wire, tmp_path):
    """1.5: cached schemas count only while their hash is the server's."""
    (tmp_path / "ftrack_api_schema_cache.json").write_text("[]")
    new_session(schema_cache_path=str(tmp_path))
    assert "query_schemas" in wire.actions


def test_server_information_is_a_copy(session):
    """4: mutating it changes nothing."""
    session.server_information["version"] = "changed"
    assert session.server_information["version"] != "changed"


def test_types_know_their_attributes(session):
    """5: an attribute by name, None for one that is not there."""
    attributes = session.types["Task"].attributes
    assert isinstance(attributes.get("name"), ftrack_api.attribute.ScalarAttribute)
    assert attributes.get("x") is None


def test_a_types_class_says_what_it_is(session):
    """6: the text of the class."""
    assert repr(session.types["Task"]) == "<dynamic ftrack class 'Task'>"


def test_schemas_are_plain_dictionaries(session):
    """1.3: a list of dict, as the server sent them."""
    task = next(one for one in session.schemas if one["id"] == "Task")
    assert type(session.schemas) is list
    assert task["properties"]["name"]["type"] == "string"
    assert task["properties"]["children"]["items"]["$ref"] == "Context"
    assert task["primary_key"] == ["id"]
    assert set(session.types) == {one["id"] for one in session.schemas}


def test_headers_and_cookies_travel_with_every_request(new_session, wire):
    """1.1: custom headers and cookies are sent."""
    new_session(headers={"x-studio": "north"}, cookies={"door": "open"})
    sent = wire.requests[0].headers
    assert sent["x-studio"] == "north"
    assert "door=open" in sent["cookie"]


@pytest.mark.parametrize("strict", [True, False])
def test_strictness_travels_as_a_header(new_session, wire, strict):
    """1.1: strict_api sets its header, whatever *headers* says."""
    new_session(strict_api=strict, headers={"ftrack-strict-api": "neither"})
    assert {one.headers["ftrack-strict-api"] for one in wire.requests} == {str(strict).lower()}


def test_credentials_travel_as_headers(session, wire, server):
    """14: user and key are sent as headers, bodies are JSON."""
    session.query("User").first()
    sent = wire.requests[-1].headers
    assert sent["ftrack-user"] == server.user
    assert sent["ftrack-api-key"] == server.key
    assert sent["content-type"].startswith("application/json")
    assert sent["accept"].startswith("application/json")


def test_the_time_limit_is_an_attribute_that_can_be_changed(new_session):
    """1.1: `timeout` is `request_timeout`, mutable; 60 seconds if not given."""
    assert new_session().request_timeout == 60
    session = new_session(timeout=33)
    session.request_timeout = 44
    assert session.request_timeout == 44
    assert session.query("User").first()


def test_a_wrong_key_is_told_by_the_first_request(environment):
    """1.2: the first request is the check of the credentials."""
    environment.setenv("FTRACK_API_KEY", "wrong")
    with pytest.raises(ftrack_api.exception.ServerError):
        ftrack_api.Session()


@pytest.mark.parametrize(
    ("version", "accepted"),
    [("dev", True), ("3.4", True), ("", True), ("3.3.11", True), ("99.0.0.1", True),
     ("3.3.10", False), ("2.9.99", False), (None, False)],
)  # fmt: skip
def test_servers_that_are_too_old_are_refused(new_session, wire, version, accepted):
    """1.4: below 3.3.11 or without a version: ServerCompatibilityError."""
    wire.answer_next(200, [{"version": version, "schema_hash": None}])
    if accepted:
        assert new_session().server_information["version"] == version
    else:
        with pytest.raises(ftrack_api.exception.ServerCompatibilityError):
            new_session()


@pytest.mark.parametrize(
    "name", ["closed", "server_information", "server_url", "api_user", "api_key", "event_hub"]
)
def test_what_was_given_at_the_start_is_read_only(session, name):
    """1.3: these are properties without a setter."""
    with pytest.raises(AttributeError):
        setattr(session, name, "other")


def test_attributes_of_ones_own_may_be_set(session):
    """1.3: a session takes any attribute, and has a logger."""
    session.delegate = session._session = session
    session.debug = True
    assert session.debug
    assert session.query("User").first() is not None
    session.logger.info("a settable, plain attribute")
    session.logger = logging.getLogger("another")


def test_closing_twice_is_fine(session, wire):
    """52: afterwards a request raises ConnectionClosedError, a query alone does not."""
    session.close()
    session.close()
    assert session.closed
    query = session.query("User")
    with pytest.raises(ftrack_api.exception.ConnectionClosedError):
        query.first()
    with pytest.raises(ftrack_api.exception.ConnectionClosedError):
        session.call([{"action": "query_server_information"}])


def test_closing_forgets_what_is_pending(session, unique, ask):
    """1.12: pending operations are dropped."""
    session.create("User", {"username": unique})
    session.close()
    assert not session.recorded_operations
    assert ask(f'select id from User where username is "{unique}"') == []


def test_leaving_the_block_closes(environment):
    """53: `with Session(...) as s` closes."""
    with ftrack_api.Session() as session:
        assert not session.closed
    assert session.closed


def test_the_package_reaches_its_modules_as_attributes():
    """0.2: after `import ftrack_api` alone."""
    assert ftrack_api.Session is ftrack_api.session.Session
    for name in ("entity.base.Entity", "exception.Error", "query.QueryResult", "event.base.Event",
                 "accessor.disk.DiskAccessor", "structure.standard.StandardStructure", "mixin",
                 "symbol.NOT_SET", "cache.MemoryCache", "inspection.state", "operation.Operations",
                 "attribute.Attributes", "collection.Collection", "event.hub.EventHub",
                 "__version__", "plugin.discover", "data.FileWrapper"):  # fmt: skip
        found = ftrack_api
        for part in name.split("."):
            found = getattr(found, part)
