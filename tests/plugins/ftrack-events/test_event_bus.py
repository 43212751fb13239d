"""The hub of the process: sessions that work with one server hear one another."""

from __future__ import annotations

import gc
import logging
import weakref

import pytest
from ftrack_core.errors import EventError, QuerySyntaxError
from ftrack_core.events import Events
from ftrack_core.ports import Context, Credentials, Event, EventHub, Subscription
from ftrack_core.testing.hubs import EventHubSuite, Listener
from ftrack_events import plugin
from ftrack_events.bus import Bus
from ftrack_events.hub import ProcessHub
from ftrack_events.meeting import address_of, bus_of

URL = "embedded:postgresql://studio-db/ftrack"
WEB = "https://studio.example"


def make_hub(server_url, user="ann"):
    return plugin.ftrack_create_event_hub(
        context=Context(server_url, user), credentials=Credentials(user, "the-secret-key")
    )


@pytest.fixture
def listen():
    hubs = []

    def connected(server_url, expression="topic=suite.render"):
        hubs.append(make_hub(server_url))
        listener = Listener(hubs[-1]).connect()
        listener.subscribe(expression)
        return listener

    yield connected
    for hub in hubs:
        hub.close()


class TestProcessHub(EventHubSuite):
    @pytest.fixture
    def hubs(self):
        bus = Bus()
        return lambda: ProcessHub(bus, "ann")


# --- who hears whom -------------------------------------------------------------------------------


def test_the_hook_makes_a_hub_that_opens_nothing():
    hub = make_hub(URL)
    assert isinstance(hub, EventHub)
    assert not hub.connected


def test_sessions_with_one_server_hear_one_another(listen):
    ann, bob = listen(URL), listen(URL)
    ann.hub.send(Event("suite.render", {"number": 1}))
    assert bob.next().data == {"number": 1}


def test_sessions_with_another_server_do_not(listen):
    ann, bob = listen(URL), listen(URL + "_other")
    ann.hub.send(Event("suite.render"))
    assert bob.settle() == []


def test_a_private_studio_hears_only_itself(listen):
    ann, bob = listen("embedded:"), listen("embedded:")
    ann.hub.send(Event("suite.render"))
    assert ann.next().topic == "suite.render"
    assert bob.settle() == []


def test_sessions_on_one_studio_file_hear_one_another(listen, tmp_path):
    ann = listen(f"embedded://{tmp_path}/studio.db")
    bob = listen(f"embedded://{tmp_path}/show/../studio.db")
    ann.hub.send(Event("suite.render"))
    assert bob.next().topic == "suite.render"


@pytest.mark.parametrize(
    "other",
    ["https://Studio.Example", "https://studio.example:443/", "HTTPS://studio.example?x=1"],
)
def test_spellings_of_one_server_are_one_address(other):
    assert address_of(other) == address_of(WEB)


@pytest.mark.parametrize(
    "other", ["http://studio.example", "https://studio.example:8443", "https://studio.example/b"]
)
def test_other_servers_are_other_addresses(other):
    assert address_of(other) != address_of(WEB)


@pytest.mark.parametrize("url", ["embedded:", "embedded://", "embedded:///"])
def test_a_studio_without_a_path_has_no_address(url):
    assert address_of(url) is None


def test_a_database_url_is_an_address():
    url = "embedded:postgresql://studio-db/ftrack"
    assert address_of(url) == url


def test_the_last_hub_takes_the_bus_along():
    bus = weakref.ref(bus_of(URL + "/short-lived"))
    gc.collect()
    assert bus() is None


# --- what an event is like ------------------------------------------------------------------------


def test_the_bus_says_who_sent_an_event_and_when(listen):
    ann = listen(URL)
    ann.hub.send(Event("suite.render", source={"id": "s1", "user": {"username": "mallory"}}))
    event = ann.next()
    assert event.source == {"id": "s1", "user": {"username": "ann"}}
    assert event.sent.endswith("+00:00")


def test_each_receiver_has_data_of_its_own(listen):
    ann, bob = listen(URL), listen(URL)
    data = {"frames": [1]}
    ann.hub.send(Event("suite.render", data))
    ann.next().data["frames"].append(2)
    assert bob.next().data == data == {"frames": [1]}


@pytest.mark.parametrize("value", [object(), {1, 2}, float("nan")])
def test_data_that_no_server_could_carry_is_refused(listen, value):
    ann = listen(URL)
    with pytest.raises(EventError, match=r"suite\.render was not sent: its data must be what JSON"):
        ann.hub.send(Event("suite.render", {"value": value}))


def test_a_faulty_expression_is_refused_where_it_is_given():
    with pytest.raises(QuerySyntaxError):
        make_hub(URL).subscribe(Subscription("topic=", print))


def test_a_faulty_target_is_refused_where_it_is_given(listen):
    with pytest.raises(QuerySyntaxError):
        listen(URL).hub.send(Event("suite.other", target="id="))


def test_connecting_twice_is_an_error(listen):
    with pytest.raises(EventError, match="connected already"):
        listen(URL).hub.connect(print)


# --- honesty --------------------------------------------------------------------------------------


def test_the_key_is_nowhere_in_the_hub(listen, caplog):
    caplog.set_level(logging.DEBUG)
    hub = listen(URL).hub
    assert "the-secret-key" not in repr(vars(hub)) + repr(hub) + caplog.text


# --- together with the kernel ---------------------------------------------------------------------


@pytest.fixture
def sessions():
    made = []

    def session(server_url=URL):
        def call(event, subscription):
            return subscription.callback(event)

        def failed(event, subscription, error):
            raise error

        made.append(Events(call, failed, lambda: make_hub(server_url)))
        made[-1].connect()
        return made[-1]

    yield session
    for events in made:
        events.close()


def test_a_handler_of_another_session_answers(sessions):
    artist, service = sessions(), sessions()
    service.subscribe("topic=studio.sum", lambda event: {"sum": sum(event.data["numbers"])})
    replies = []
    artist.publish("studio.sum", {"numbers": [1, 2, 3]}, on_reply=replies.append)
    while not service.wait(0.05):
        pass
    while not replies:
        artist.wait(0.05)
    assert [reply.data for reply in replies] == [{"sum": 6}]


def test_an_event_that_comes_back_is_handled_once(sessions):
    events = sessions()
    handled = []
    events.subscribe("topic=studio.ping", handled.append)
    events.subscribe("topic=studio.last", lambda event: events.stop_waiting())
    events.publish("studio.ping")
    other = sessions()
    other.publish("studio.last")  # behind the ping on the bus, hence behind its echo
    events.wait()
    assert len(handled) == 1
