"""Classes of others that stand on `Session` and `EventHub` without calling their constructors."""

import collections
import functools
import inspect
import json
import logging
import os
import queue
import threading
import types
import uuid
from urllib.parse import urlsplit

import ftrack_api
import ftrack_api.cache
import ftrack_api.event.base
import ftrack_api.event.expression
import ftrack_api.event.hub
import ftrack_api.operation
import ftrack_api.session
import ftrack_api.symbol
import pytest
import requests


class OwnHub(ftrack_api.event.hub.EventHub):
    """Sets everything that the class uses, and hands each event to somebody else as well."""

    def __init__(self, server_url, api_user, api_key, told):
        self.logger = logging.getLogger("own.hub")
        self.id = uuid.uuid4().hex
        self.told = told
        self.server = types.SimpleNamespace(
            **{name: getattr(urlsplit(server_url), name) for name in ("scheme", "hostname", "port")}
        )
        self._server_url, self._api_user, self._api_key = server_url, api_user, api_key
        self._headers, self._cookies = {}, {}
        self._connection = None
        self._connection_initialised = self._intentional_disconnect = False
        self._unique_packet_id, self._packet_callbacks = 0, {}
        self._lock = threading.RLock()
        self._wait_timeout, self._auto_reconnect_attempts, self._auto_reconnect_delay = 4, 1, 1
        self._subscribers, self._reply_callbacks = [], {}
        self._event_queue, self._event_send_queue = queue.Queue(), queue.Queue()
        self._event_namespace = "ftrack.event"
        self._expression_parser = ftrack_api.event.expression.Parser()
        self._code_name_mapping = {"0": "disconnect", "2": "heartbeat", "5": "event"}

    def _handle(self, event, synchronous=False):
        self.told.append(event["topic"])
        return super()._handle(event, synchronous=synchronous)


class OwnSession(ftrack_api.session.Session):
    """Connects step by step, in the order of the class, with a hub and caches of its own."""

    def __init__(self, server_url, api_key, api_user, *, plugin_paths=(), told=None):
        super(ftrack_api.session.Session, self).__init__()  # not ours
        self.logger = logging.getLogger("own.session")
        self._closed = False
        self._server_url, self._api_key, self._api_user = server_url, api_key, api_user
        self.recorded_operations = ftrack_api.operation.Operations()
        self._record_operations = collections.defaultdict(lambda: True)
        self.cache_key_maker = ftrack_api.cache.StringKeyMaker()
        self.cache = ftrack_api.cache.LayeredCache([ftrack_api.cache.MemoryCache()])
        self._thread_lock = threading.RLock()
        self._managed_request = None
        self._request = requests.Session()
        self._request.auth = ftrack_api.session.SessionAuthentication(api_key, api_user)
        self._request.headers["x-own"] = "yes"
        self.request_timeout = 30
        self._auto_populate = collections.defaultdict(lambda: True)
        self._server_information = self._fetch_server_information()
        self.check_server_compatibility()
        self._event_hub = OwnHub(server_url, api_user, api_key, [] if told is None else told)
        self._auto_connect_event_hub_thread = None
        self._plugin_paths = list(plugin_paths)
        self._discover_plugins(plugin_arguments={"colour": "red"})
        self.schemas = self._load_schemas(os.environ["FTRACK_API_SCHEMA_CACHE_PATH"])
        self.types = self._build_entity_type_classes(self.schemas)
        self._configure_locations()
        self.event_hub.publish(
            ftrack_api.event.base.Event("ftrack.api.session.ready", data={"session": self}),
            synchronous=True,
        )


@pytest.fixture
def own(new_session, wire, server):
    """Make such a session."""
    return functools.partial(
        new_session, kind=OwnSession, server_url=wire.url, api_key=server.key, api_user=server.user
    )


def test_a_session_that_never_called_our_constructor_reads(own, wire):
    """Its own requests object is what it asks with, and its own flags count."""
    session = own()
    user = session.query("select username from User where username is admin").one()
    assert user["username"] == "admin"
    assert session.get("User", user["id"]) is user
    assert user.session is session
    assert wire.requests[-1].headers["x-own"] == "yes"
    with session.auto_populating(False):
        assert user["first_name"] is ftrack_api.symbol.NOT_SET
    assert user["first_name"] == "Studio"
    assert session.server_information["version"]
    assert (session.server_url, session.api_user) == (wire.url, "admin")


def test_such_a_session_writes(own, unique, ask):
    """Create, update, delete, by entity and by pushed operations."""
    session = own()
    user = session.create("User", {"username": unique})
    user["first_name"] = "A"
    assert session.created == [user]
    session.commit()
    assert ask(f'select first_name from User where username is "{unique}"')[0]["first_name"] == "A"
    session.recorded_operations.push(
        ftrack_api.operation.UpdateEntityOperation(
            "User", collections.OrderedDict(id=user["id"]), "first_name", "A", "B"
        )
    )
    session.commit()
    assert ask(f'select first_name from User where username is "{unique}"')[0]["first_name"] == "B"
    session.delete(user)
    session.commit()
    assert ask(f'select first_name from User where username is "{unique}"') == []


def test_such_a_session_starts_over_before_each_event(own, new_user):
    """Rollback, an emptied cache, the locations again: what event handlers do."""
    session = own()
    user = session.get("User", new_user["id"])
    user["first_name"] = "A"
    session.rollback()
    session._local_cache.clear()
    session._configure_locations()
    assert not session.recorded_operations
    assert session.get("User", new_user["id"])["first_name"] == "Some"
    assert session.pick_location()["name"] == "ftrack.unmanaged"


def test_such_a_session_has_its_hub_told(own):
    """What is published goes through the hub that was set."""
    told = []
    session = own(told=told)
    assert told[-1] == "ftrack.api.session.ready"
    session.event_hub.subscribe("topic=x", lambda event: event["source"]["user"]["username"])
    event = ftrack_api.event.base.Event("x")
    assert session.event_hub.publish(event, synchronous=True) == ["admin"]


def test_such_a_session_meets_plugins(own, tmp_path):
    """The arguments that it hands on itself."""
    (tmp_path / "plugin.py").write_text(
        "import ftrack_api\n"
        "def register(session, colour=None):\n"
        "    assert isinstance(session, ftrack_api.session.Session)\n"
        "    session.colour = colour\n"
        "    session.event_hub.subscribe('topic=ftrack.api.session.ready', session.query)\n"
    )
    assert own(plugin_paths=[str(tmp_path)]).colour == "red"


def test_such_a_session_closes(own):
    """And says so."""
    session = own()
    session.close()
    assert session.closed
    with pytest.raises(ftrack_api.exception.ConnectionClosedError):
        session.query("User").first()


def test_such_a_session_has_further_caches(own, new_user):
    """Appended to `cache`, filled by what is read."""
    session = own()
    below = ftrack_api.cache.MemoryCache()
    session.cache.caches.append(below)
    user = session.get("User", new_user["id"])
    assert session.cache_key_maker.key(("User", [user["id"]])) in below.keys()  # noqa: SIM118 - a cache


def test_a_hub_that_never_called_our_constructor(session):
    """Subscribing, publishing at once, leaving."""
    told = []
    hub = OwnHub(session.server_url, "joe", "key", told)
    identifier = hub.subscribe("topic=x", lambda event: event["source"]["user"]["username"])
    assert hub.publish(ftrack_api.event.base.Event("x"), synchronous=True) == ["joe"]
    assert hub.connected is False
    hub.unsubscribe(identifier)
    assert hub.publish(ftrack_api.event.base.Event("x"), synchronous=True) == []
    assert told == ["x", "x"]
    with pytest.raises(ftrack_api.exception.EventHubConnectionError):
        hub.publish(ftrack_api.event.base.Event("x"))


class Delegate:
    """Not a session: everything that it does not have, the session behind it has."""

    def __init__(self, session):
        object.__setattr__(self, "_session", session)
        session.delegate = self

    def __getattr__(self, name):
        return getattr(self._session, name)

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)
        setattr(self._session, name, value)


def test_a_delegate_may_write_its_members_through(new_session, unique):
    """Names of others on our instance do no harm."""
    session = new_session(auto_populate=False)
    delegate = Delegate(session)
    for name in ("_session_arguments", "_terminated_queries", "reuse_query_results"):
        setattr(delegate, name, {})
    session._session = session
    user = delegate.create("User", data={"username": unique, "session": delegate})
    delegate.commit()
    assert delegate.query(f'User where username is "{unique}"').all() == [user]
    assert isinstance(delegate._session, ftrack_api.Session)
    delegate.auto_populate = True
    assert session.auto_populate is True
    for name in ("types", "schemas", "cache", "_local_cache", "recorded_operations", "server_url"):
        assert hasattr(delegate, name)


def test_a_delegate_starts_anew_with_what_the_old_one_had(new_session, unique):
    """Each argument's name that is an attribute, given to a new session."""
    old = new_session()
    names = inspect.getfullargspec(ftrack_api.Session.__init__).args[1:]
    arguments = {name: getattr(old, name) for name in names if hasattr(old, name)}
    assert {"server_url", "api_key", "api_user", "cache", "cache_key_maker"} <= set(arguments)
    new = new_session(**arguments)
    new.cache.clear()
    new.create("User", {"username": unique})
    new.commit()
    assert new.query(f'User where username is "{unique}"').one()["username"] == unique


def test_a_delegate_reads_attributes_without_loading(new_session, new_task):
    """By attribute objects: local and remote values, NOT_SET where nothing is known."""
    session = new_session(auto_populate=False)
    task = session.query(f'select name from Task where id is "{new_task["id"]}"').one()
    values = {
        attribute.name: (attribute.get_local_value(task), attribute.get_remote_value(task))
        for attribute in task.attributes
    }
    not_set = ftrack_api.symbol.NOT_SET
    assert values["name"] == (not_set, new_task["name"])
    assert values["description"] == (not_set, not_set)
    assert values["status"][1] is not_set
    session.query(f'select status.name from Task where id in ("{task["id"]}")').all()
    status = task.attributes.get("status").get_remote_value(task)
    assert status["name"]
    known = session._local_cache.values()
    assert task in known
    assert status in known


def test_a_delegate_keeps_operations_in_a_file(
    session, new_session, project, unique, tmp_path, ask
):
    """Entities of a further cache and operations as JSON; put into another session and sent."""
    path = str(tmp_path / "deferred")
    below = ftrack_api.cache.SerialisedCache(
        ftrack_api.cache.FileCache(path), encode=session.encode, decode=session.decode
    )
    session.cache.caches.append(below)
    task = session.create("Task", {"name": unique, "parent_id": project["id"]})
    key = str(("Task", [task["id"]]))
    assert key in below.keys()  # noqa: SIM118 - a cache
    assert below.get(key)["name"] == unique
    deferred = json.loads(
        json.dumps(
            [
                {"entity_type": one.entity_type, "entity_key": one.entity_key,
                 "entity_data": one.entity_data}
                for one in session.recorded_operations
            ],
            default=str,
        )
    )  # fmt: skip
    session.cache.caches.pop()
    session.recorded_operations.clear()
    assert ask(f'select id from Task where name is "{unique}"') == []

    later = new_session()
    kept = ftrack_api.cache.SerialisedCache(
        ftrack_api.cache.FileCache(path), encode=later.encode, decode=later.decode
    )
    operations = ftrack_api.operation.Operations()
    for one in deferred:
        operations.push(ftrack_api.operation.CreateEntityOperation(**one))
    later._local_cache.set(key, kept.get(key))
    later.recorded_operations = operations
    later.commit()
    assert ask(f'select id from Task where name is "{unique}"')[0]["id"] == task["id"]


def test_a_subclass_hears_of_everything_that_is_asked_of_it(new_session, unique):
    """The public methods of a plain subclass are what others call."""
    heard = []

    class Noting(ftrack_api.Session):
        """Attributes are set before the constructor runs."""

        def __init__(self, **named):
            self.debug = True
            super().__init__(**named)

    for name in ("create", "delete", "commit", "rollback", "populate", "close"):

        def method(self, *args, _name=name, **named):
            heard.append(_name)
            return getattr(super(Noting, self), _name)(*args, **named)

        setattr(Noting, name, method)
        assert getattr(ftrack_api.Session, name).__doc__
    assert Noting.__mro__[1].__module__ == "ftrack_api.session"
    with new_session(kind=Noting) as session:
        heard.clear()  # the start may create entities for the built-in locations
        user = session.create("User", {"username": unique}, reconstructing=False)
        session.commit()
        session.populate([user], "first_name")
        session.delete(user)
        session.rollback()
    assert heard == ["create", "commit", "populate", "delete", "rollback", "close"]


def test_a_subclass_hears_of_every_request(new_session, unique):
    """1.6: `call` is the one primitive; what it returns is what is used."""

    class Counting(ftrack_api.Session):
        def __init__(self, *args, **named):
            self.sent = []
            super().__init__(*args, **named)

        def call(self, data):
            self.sent += [operation["action"] for operation in data]
            return super().call(data)

    session = new_session(kind=Counting)
    assert session.sent[0] == "query_server_information"
    session.sent.clear()
    user = session.create("User", {"username": unique})
    session.commit()
    session.query("User").first()
    session.delete(user)
    session.commit()
    assert session.sent == ["create", "query", "delete"]


def test_a_session_that_was_never_started_keeps_attributes():
    """A subclass may leave the constructor out altogether while it is tried out."""

    class Dry(ftrack_api.Session):
        def __init__(self):
            self.debug = True
            self.logger = logging.getLogger("dry")

    assert Dry().debug is True
