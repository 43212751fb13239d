"""The transport over HTTP: real sockets, and every way in which they can fail."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import subprocess
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from pathlib import Path

import pytest
from ftrack_core.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectionLostError,
    ServerError,
    SessionClosedError,
    TransportError,
    TransportTimeoutError,
)
from ftrack_core.ports import ConnectionSettings, Context, Credentials, RetryPolicy
from ftrack_core.testing.faulty_server import (
    FaultyServer,
    carry_out_and_drop,
    drop,
    page,
    reply,
)
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.transports import TransportSuite, create, query
from ftrack_transport_requests import plugin
from ftrack_transport_requests.transport import RequestsTransport

KEY = "secret-key-7f3a"
READ = [query("select id from Project")]
WRITE = [create("Status", id="s1", name="Ready")]
ANSWER = [{"action": "query", "data": [], "metadata": {"next": {"offset": None}}}]


@pytest.fixture
def studio():
    return MemoryTransport(rows=[{"__entity_type__": "ProjectSchema", "id": "ps", "name": "VFX"}])


@pytest.fixture
def server(studio):
    with FaultyServer(studio) as server:
        yield server


@pytest.fixture
def connect(server):
    made = []

    def connect(url=None, options=None, credentials=None, **settings):
        transport = RequestsTransport(
            Context(
                url or server.url,
                "ann",
                ConnectionSettings(**settings),
                plugin_arguments={"transport": {"first_delay": 0.01, **(options or {})}},
            ),
            credentials or Credentials("ann", KEY),
        )
        made.append(transport)
        return transport

    yield connect
    for transport in made:
        transport.close()


@pytest.fixture
def transport(connect):
    return connect()


class TestOverHttp(TransportSuite):
    @pytest.fixture
    def transport(self, connect):
        return connect()


# --- making one ----------------------------------------------------------------------------------


def test_the_plugin_answers_for_http_and_https_only():
    credentials = Credentials("ann", KEY)
    for url in ("http://studio", "https://studio"):
        made = plugin.ftrack_create_transport(Context(url, "ann"), credentials)
        assert isinstance(made, RequestsTransport)
    assert plugin.ftrack_create_transport(Context("embedded:", "ann"), credentials) is None


def test_requests_is_imported_with_the_first_request_and_not_before():
    program = (
        "import sys\n"
        "from ftrack_core.ports import Context, Credentials\n"
        "from ftrack_transport_requests.plugin import ftrack_create_transport\n"
        "ftrack_create_transport(Context('https://studio', 'ann'), Credentials('ann', 'key'))\n"
        "print('requests' in sys.modules)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.stdout == "False\n"


@pytest.mark.parametrize("url", ["studio.ftrackapp.com", "ftp://studio", "https://", "http://h:x"])
def test_an_address_that_cannot_be_one_is_refused(connect, url):
    with pytest.raises(ConfigurationError, match="address"):
        connect(url).execute([])


def test_a_password_in_the_address_is_refused_without_showing_it(connect):
    with pytest.raises(ConfigurationError) as caught:
        connect("https://ann:hunter2@studio")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("key", ["", " \n"])
def test_a_missing_key_is_told_before_anything_is_sent(connect, server, key):
    with pytest.raises(ConfigurationError, match=r"no API key for http:.*FTRACK_API_KEY"):
        connect(credentials=Credentials("ann", key)).execute(READ)
    assert server.requests == []


def test_an_unknown_option_is_refused(connect):
    with pytest.raises(ConfigurationError, match="Did you mean 'attempts'"):
        connect(options={"atempts": 5})


@pytest.mark.parametrize("size", [0, -1, 1.5, "32", True, None])
def test_a_pool_size_that_is_none_is_refused(connect, size):
    with pytest.raises(ConfigurationError, match="pool_size is a number of connections"):
        connect(options={"pool_size": size})


def test_more_threads_than_kept_connections_are_served_all_the_same(connect, server):
    transport = connect(options={"pool_size": 1})
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: transport.execute(READ), range(32)))
    assert answers == [ANSWER] * 32


# --- what is sent --------------------------------------------------------------------------------


def test_user_key_and_mode_travel_as_headers(connect, server):
    connect(strict=False, headers={"X-Site": "vancouver"}, cookies={"a": "1", "b": "2"}).execute([])
    (request,) = server.requests
    assert (request.command, request.path, request.body) == ("POST", "/api", b"[]")
    assert request.headers["ftrack-user"] == "ann"
    assert request.headers["ftrack-api-key"] == KEY
    assert request.headers["ftrack-strict-api"] == "false"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["x-site"] == "vancouver"
    assert request.headers["cookie"] == "a=1; b=2"


def test_the_address_may_end_in_a_path(connect, server):
    connect(server.url + "/studio/").execute([])
    assert server.requests[0].path == "/studio/api"


def test_names_in_any_script_can_be_sent(connect, server):
    connect(credentials=Credentials("Žofie 砂", KEY)).execute([])
    raw = server.requests[0].headers["ftrack-user"]
    assert raw.encode("latin-1").decode() == "Žofie 砂"


def test_a_key_that_was_pasted_with_a_line_break_works(connect, server):
    connect(credentials=Credentials("ann", KEY + "\n")).execute([])
    assert server.requests[0].headers["ftrack-api-key"] == KEY


def test_connections_are_kept_open(transport, server):
    transport.execute(READ)
    transport.execute(READ)
    first, second = server.requests
    assert first.client_address == second.client_address


def test_a_server_is_found_again_when_its_connections_were_given_up(transport, server):
    """As urllib3 1 does, which keeps those to ten servers, when many others were asked."""
    assert transport.execute(READ) == ANSWER
    connection = transport._open()
    connection._adapter.poolmanager.clear()
    (way,) = connection._ways.values()
    way.pool.close()
    transport.execute(WRITE)
    assert len(server.requests) == 2


def test_connections_that_are_closed_meanwhile_are_told_and_nothing_was_sent(transport, server):
    transport.execute(READ)
    (way,) = transport._open()._ways.values()
    way.pool.close()
    with pytest.raises(ConnectionLostError, match="were closed") as lost:
        transport.execute(WRITE)
    assert not lost.value.sent
    assert len(server.requests) == 1


def test_cookies_that_a_server_sets_are_not_kept(transport, server):
    server.script = [reply(ANSWER, set_cookie="session=1")]
    transport.execute(READ)
    transport.execute(READ)
    assert server.requests[1].headers["cookie"] is None


def test_many_threads_share_one_transport(transport, server):
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: transport.execute(READ), range(64)))
    assert answers == [ANSWER] * 64
    assert len({request.client_address for request in server.requests}) <= 16


# --- what comes back -----------------------------------------------------------------------------


def test_a_compressed_answer_is_read(transport, server):
    body = gzip.compress(json.dumps(ANSWER).encode())
    server.script = [reply(body, content_encoding="gzip")]
    assert transport.execute(READ) == ANSWER
    assert "gzip" in server.requests[0].headers["accept-encoding"]


@pytest.mark.parametrize("status", [200, 422])
def test_an_error_object_becomes_an_error_with_fields(transport, server, status):
    error = {
        "exception": "ValidationError",
        "content": 'Attribute "nam" does not exist on Task.',
        "error_code": "odd",
        "operation": 3,
        "error": {"more": 1},
    }
    server.script = [reply(error, status)]
    with pytest.raises(ServerError) as caught:
        transport.execute(WRITE)
    assert caught.value.exception == "ValidationError"
    assert caught.value.content == 'Attribute "nam" does not exist on Task.'
    assert caught.value.error_code == "odd"
    assert caught.value.operation == 3
    assert caught.value.details == {"error": {"more": 1}}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ({"exception": "InvalidCredentialsError", "content": "no", "error_code": None}, 200),
        ({"exception": "X", "content": "no", "error_code": "api_credentials_invalid"}, 200),
        ({"exception": "X", "content": "no"}, 401),
    ],
)
def test_a_refused_user_is_told_apart(transport, server, error, status):
    server.script = [reply(error, status)]
    with pytest.raises(AuthenticationError):
        transport.execute(READ)


def test_an_object_without_our_fields_is_still_a_server_error(transport, server):
    server.script = [reply({"detail": "body is no list"}, 422)]
    with pytest.raises(ServerError, match=r"HTTP 422 Unprocessable.*body is no list"):
        transport.execute(READ)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (page(403, "Blocked"), "titled 'Blocked'.*HTTP 403 Forbidden.*proxy"),
        (page(413, "Too large"), "titled 'Too large'.*HTTP 413"),
        (reply(ANSWER, 404), "HTTP 404 Not Found.*is it an ftrack server"),
        (reply(b"", 301, location="https://other/api?x=1"), "elsewhere to https://other "),
    ],
)
def test_somebody_else_who_answers_is_told_in_plain_words(transport, server, answer, text):
    server.script = [answer]
    with pytest.raises(TransportError, match=text) as caught:
        transport.execute(WRITE)
    assert not isinstance(caught.value, (ServerError, ConnectionLostError))


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (page(200, "Studio sign-in"), "a web page titled 'Studio sign-in' instead of data"),
        (page(500, "Oops"), "titled 'Oops'.*HTTP 500"),
        (reply(b"", 200), "with nothing at all"),
        (reply(b"hello"), "something else than data"),
        (reply(b'[{"action": "qu'), "broke off or is damaged"),
        (reply(["one", "two"]), "answered 1 operations with a list of 2"),
        (reply(b'"text"'), "with a str .*is it an ftrack server"),
        (reply({"message": "Internal server error"}, 500), "answered: Internal.*gateway"),
        (reply({}, 502), "no reason.*HTTP 502.*busy or down"),
    ],
)
def test_an_answer_that_tells_nothing_is_a_lost_one(transport, server, answer, text):
    """What was written may have been written: who asked has to find out."""
    server.script = [answer]
    with pytest.raises(ConnectionLostError, match=text) as caught:
        transport.execute(WRITE)
    assert caught.value.sent is True


def test_who_is_asked_to_slow_down_knows_that_nothing_was_written(transport, server):
    server.script = [page(429, "Slow down")]
    with pytest.raises(ConnectionLostError, match=r"'Slow down'.*try again later") as caught:
        transport.execute(WRITE)
    assert caught.value.sent is False


# --- faults of the connection --------------------------------------------------------------------


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_nobody_listening_means_that_nothing_was_sent(connect):
    transport = connect(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(ConnectionLostError, match=r"no connection to http://127\.0") as caught:
        transport.execute(WRITE)
    assert not isinstance(caught.value, TransportTimeoutError)
    assert caught.value.sent is False


def test_an_unknown_host_means_that_nothing_was_sent(connect):
    with pytest.raises(ConnectionLostError, match="no connection to http://studio") as one:
        connect("http://studio.invalid").execute(WRITE)
    assert one.value.sent is False


def test_a_dropped_connection_leaves_open_whether_the_batch_arrived(transport, server):
    server.script = [carry_out_and_drop]
    with pytest.raises(ConnectionLostError, match="was lost") as caught:
        transport.execute(WRITE)
    assert caught.value.sent is True
    assert len(server.requests) == 1


def test_a_body_that_breaks_off_is_a_lost_connection(transport, server):
    server.script = [reply(b'[{"action"', length=500)]
    with pytest.raises(ConnectionLostError, match="was lost"):
        transport.execute(WRITE)


def test_no_answer_in_time_is_a_timeout(connect, server):
    go_on = threading.Event()
    server.script = [lambda handler: (go_on.wait(5), drop(handler))]
    with pytest.raises(TransportTimeoutError, match="did not answer in time") as caught:
        connect(timeout=0.1).execute(READ)
    go_on.set()
    assert caught.value.sent is True
    assert len(server.requests) == 1  # whoever is busy with a request is not sent another


def test_a_server_without_tls_is_told_in_plain_words(connect, server):
    transport = connect(server.url.replace("http:", "https:"))
    with pytest.raises(ConnectionLostError, match="https or http") as caught:
        transport.execute(WRITE)
    assert caught.value.sent is False


def test_a_missing_file_of_certificates_is_a_matter_of_settings(connect):
    transport = connect("https://127.0.0.1:1", ca_bundle=Path("/nowhere/ca.pem"))
    with pytest.raises(ConfigurationError, match=r"/nowhere/ca\.pem"):
        transport.execute(READ)


def test_a_proxy_carries_every_request(connect, server):
    transport = connect("http://studio.invalid", proxy=server.url)
    assert transport.execute(READ) == ANSWER
    assert server.requests[0].path == "http://studio.invalid/api"


def test_a_proxy_that_is_down_is_named_without_its_password(connect):
    proxy = f"http://ann:hunter2@127.0.0.1:{free_port()}"
    with pytest.raises(ConnectionLostError, match="proxy") as caught:
        connect("http://studio.invalid", proxy=proxy).execute(WRITE)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_a_closed_transport_says_so(transport):
    transport.execute(READ)
    transport.close()
    with pytest.raises(SessionClosedError):
        transport.execute(READ)


# --- trying again --------------------------------------------------------------------------------

FAULTS = {
    "dropped": drop,
    "broken off": reply(b"[", length=9),
    "502": page(502, "Bad Gateway"),
    "503": page(503, "Busy"),
    "504": page(504, "Gateway Time-out"),
    "429": reply({"exception": "TooMany", "content": "slow down"}, 429),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_read_is_tried_three_times(transport, server, fault):
    server.script = [fault, fault]
    assert transport.execute(READ) == ANSWER
    assert len(server.requests) == 3


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_read_that_never_succeeds_ends_in_an_error(transport, server, fault):
    server.script = [fault] * 9
    with pytest.raises(TransportError):
        transport.execute(READ)
    assert len(server.requests) == 3


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_write_is_never_sent_twice(transport, server, fault):
    server.script = [fault]
    with pytest.raises(TransportError):
        transport.execute(WRITE)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateway_that_lost_the_server_leaves_the_outcome_of_a_write_open(
    transport, server, status
):
    server.script = [page(status, "oops")]
    with pytest.raises(ConnectionLostError, match=f"titled 'oops'.*HTTP {status}") as caught:
        transport.execute(WRITE)
    assert caught.value.sent is True


def test_one_write_makes_a_batch_a_write(transport, server):
    server.script = [drop]
    with pytest.raises(ConnectionLostError):
        transport.execute([*READ, *WRITE])
    assert len(server.requests) == 1


def test_a_refusal_is_not_asked_again(transport, server):
    with pytest.raises(ServerError):
        transport.execute([query("select nonsense from Project")])
    assert len(server.requests) == 1


def test_a_server_that_names_a_moment_is_waited_for(connect, server):
    server.script = [reply(b"", 503, retry_after="1")]
    started = time.monotonic()
    assert connect().execute(READ) == ANSWER
    assert time.monotonic() - started >= 1


@pytest.mark.parametrize(
    "moment", ["3600", formatdate(time.time() + 3600, usegmt=True)], ids=["seconds", "date"]
)
def test_a_server_that_asks_for_too_long_a_wait_is_not_waited_for(transport, server, moment):
    server.script = [reply(b"", 503, retry_after=moment)]
    with pytest.raises(ConnectionLostError, match="busy or down"):
        transport.execute(READ)
    assert len(server.requests) == 1


def test_closing_ends_the_wait_for_another_attempt(connect, server):
    transport = connect(options={"first_delay": 60, "longest_delay": 60})
    server.script = [lambda handler: (drop(handler), transport.close())]
    with pytest.raises(SessionClosedError):
        transport.execute(READ)


def test_the_policy_of_the_settings_says_how_often_and_for_which_statuses(connect, server):
    policy = RetryPolicy(attempts=5, statuses=frozenset({520}), jitter=0, factor=1)
    server.script = [page(520, "odd")] * 4
    assert connect(retry=policy).execute(READ) == ANSWER
    assert len(server.requests) == 5
    server.script = [page(503, "Busy")]
    with pytest.raises(TransportError):
        connect(retry=policy).execute(READ)
    assert len(server.requests) == 6


def test_no_policy_makes_a_write_be_sent_twice(connect, server):
    server.script = [page(503, "Busy"), drop]
    for _ in range(2):
        with pytest.raises(TransportError):
            connect(retry=RetryPolicy(attempts=9, first_delay=0)).execute(WRITE)
    assert len(server.requests) == 2


def test_a_policy_may_pass_over_the_moment_a_server_names(connect, server):
    server.script = [reply(b"", 503, retry_after="3600")]
    policy = RetryPolicy(respect_retry_after=False)
    assert connect(retry=policy).execute(READ) == ANSWER


def test_an_argument_of_the_session_counts_before_the_policy(connect, server):
    server.script = [drop, drop]
    with pytest.raises(TransportError):
        connect(options={"attempts": 2}, retry=RetryPolicy(attempts=9)).execute(READ)
    assert len(server.requests) == 2


# --- secrets -------------------------------------------------------------------------------------


def test_the_key_appears_nowhere(connect, server, caplog):
    """Neither in what is printed of the transport nor in errors, their causes or the log."""
    caplog.set_level(logging.DEBUG)
    leak = {"exception": "InvalidCredentialsError", "content": f"{KEY} is no key", "more": KEY}
    shown = []
    coded = {"exception": "X", "content": "no", "error_code": f"{KEY}_is_wrong"}
    for fault in (reply(leak), reply(coded), page(503, KEY), page(200, KEY), drop):
        server.script = [fault] * 3
        transport = connect()
        with pytest.raises(TransportError) as caught:
            transport.execute(READ)
        error = caught.value
        shown += [repr(transport), str(error), repr(vars(error))]
        shown += traceback.format_exception(error)
        assert error.__cause__ is None
        assert error.__context__ is None
    assert KEY not in "".join(shown) + caplog.text
    assert all(KEY not in request.path for request in server.requests)


def test_an_error_without_the_key_still_says_whether_something_was_sent(transport, server):
    server.script = [page(429, KEY)]
    with pytest.raises(ConnectionLostError, match=r"\*\*\*") as caught:
        transport.execute(WRITE)
    assert caught.value.sent is False


def test_a_header_that_cannot_be_sent_is_refused_without_showing_it(connect):
    with pytest.raises(ConfigurationError, match="'x-token'") as caught:
        connect(headers={"X-Token": "hunter2\nx"})
    assert "hunter2" not in str(caught.value)
