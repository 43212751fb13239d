"""The studio behind HTTP: what travels, and how errors look to clients."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

import pytest
import requests
from ftrack_embedded import Server, Studio
from operations import query

KEY = "a key for tests"


@pytest.fixture(scope="module")
def server():
    with Studio() as studio:
        studio.register_api_key("admin", KEY)
        with Server(studio, max_body=100_000) as server:
            yield server


@pytest.fixture(scope="module")
def post(server):
    with requests.Session() as session:

        def send(batch=None, *, user="admin", key=KEY, body=None, **headers):
            named = {f"ftrack-{name.replace('_', '-')}": text for name, text in headers.items()}
            named |= {"ftrack-user": user, "ftrack-api-key": key}
            sent = {"data": body} if body is not None else {"json": batch}
            return session.post(f"{server.url}/api", headers=named, timeout=30, **sent)

        yield send


def test_a_batch_is_answered_by_a_list(post):
    response = post([query("select username from User"), query("Project")])
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    users, projects = response.json()
    assert users["data"][0]["username"] == "admin"
    assert projects["metadata"] == {"next": {"offset": None}}


def test_a_large_answer_is_packed_for_who_can_unpack_it(post):
    packed = post([{"action": "query_schemas"}])
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in post([query("User")]).headers


ERRORS = [
    ({"batch": [query("Tsak")]}, "ParseError", 400),
    ({"batch": [query("Task where")]}, "ParseError", 400),
    ({"batch": [{"action": "dance"}]}, "ServerError", 400),
    ({"batch": {"action": "query"}}, "ValidationError", 422),
    ({"body": b"[{"}, "ValidationError", 422),
    ({"body": b""}, "ValidationError", 422),
    ({"body": b"[" * 50_000}, "ValidationError", 422),
    ({"body": b" " * 200_000}, "PayloadTooLargeError", 413),
    ({"batch": [], "key": "wrong"}, "InvalidCredentialsError", 401),
    ({"batch": [], "user": "nobody"}, "InvalidCredentialsError", 401),
]


@pytest.mark.parametrize(("sent", "exception", "status"), ERRORS)
def test_an_error_is_one_object_and_a_status_only_for_the_strict(post, sent, exception, status):
    plain, strict = post(**sent), post(**sent, strict_api="true")
    assert (plain.status_code, strict.status_code) == (200, status)
    for response in (plain, strict):
        error = response.json()
        assert error["exception"] == exception
        assert error["content"]
        assert "error_code" in error
        assert "{" not in error["content"]


def test_wrong_credentials_bear_their_code(post):
    error = post([], key="wrong").json()
    assert error["error_code"] == "api_credentials_invalid"
    assert error["content"].startswith("The supplied API key is not valid.")


def test_a_user_who_is_deactivated_is_out_with_all_keys_and_in_again_later(post, server):
    person = {"id": "u-eve", "username": "eve"}
    create = {"action": "create", "entity_type": "User", "entity_data": person}
    server.studio.execute([create])
    keys = server.studio.create_api_key("eve"), server.studio.create_api_key(None, role="API")
    widget = post([{"action": "get_widget_url", "name": "tasks"}], user="eve", key=keys[0])
    page = widget.json()[0]["widget_url"]
    assert requests.get(page, timeout=30).status_code == 200
    for is_active, status in ((False, 401), (True, 200)):
        change = {"action": "update", "entity_type": "User", "entity_key": ["u-eve"]}
        server.studio.execute([change | {"entity_data": {"is_active": is_active}}])
        for key in keys:
            answer = post([query("User limit 1")], user="eve", key=key, strict_api="true")
            assert answer.status_code == status
        assert (requests.get(page, timeout=30).status_code == 200) is is_active


def test_the_server_information_tells_who_asks_and_by_which_key(post, server):
    (answer,) = post([{"action": "query_server_information"}]).json()
    (keys,) = post([query("select id from ApiKey")]).json()
    user = answer["user_information"]
    assert user["username"] == "admin"
    assert user["access_key_id"] in [row["id"] for row in keys["data"]]
    assert user["thumbnail_url"] is None
    component = {"id": "c-face", "name": "face", "file_type": ".png"}
    change = {"action": "update", "entity_type": "User", "entity_key": [user["id"]]}
    post(
        [
            {"action": "create", "entity_type": "FileComponent", "entity_data": component},
            change | {"entity_data": {"thumbnail_id": "c-face"}},
        ]
    )
    (answer,) = post(
        [{"action": "query_server_information", "values": ["user_information"]}]
    ).json()
    assert "component/thumbnail?id=c-face" in answer["user_information"]["thumbnail_url"]


def test_links_bear_the_name_and_the_prefix_that_a_proxy_has_taken_off(server):
    headers = {
        "ftrack-user": "admin",
        "ftrack-api-key": KEY,
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "studio.example",
        "X-Forwarded-Prefix": "/tracking/",
    }
    batch = [{"action": "get_widget_url", "name": "tasks"}]
    answer = requests.post(f"{server.url}/api", json=batch, headers=headers, timeout=30)
    assert answer.json()[0]["widget_url"].startswith(
        "https://studio.example/tracking/widget/tasks?"
    )


def test_an_error_says_which_operation_was_refused(post):
    assert post([query("User"), query("Usr")]).json()["operation"] == 1


@pytest.mark.parametrize("options", ["strict:1;denormalize:1", "strict=true; denormalize=true"])
def test_api_options_leave_out_the_extras_and_repeat_entities(post, options):
    batch = [query("select state.name from Status where state.short is DONE")]
    rows = post(batch, api_options=options).json()[0]["data"]
    assert len(rows) > 1
    assert {row["state"]["name"] for row in rows} == {"Done"}


def test_every_path_answers_json(server):
    for path in ("/nowhere", "/api", "/socket.io/1/"):
        response = requests.get(server.url + path, timeout=30)
        assert response.status_code >= 400
        assert set(response.json()) >= {"exception", "content", "error_code"}


def test_a_browser_page_of_another_origin_is_let_in(server, post):
    asked = {"Origin": "http://page", "Access-Control-Request-Headers": "ftrack-user, x-own"}
    preflight = requests.options(f"{server.url}/api", headers=asked, timeout=30)
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == "http://page"
    assert preflight.headers["Access-Control-Allow-Headers"] == "ftrack-user, x-own"
    answer = requests.post(
        f"{server.url}/api", json=[], headers={"Origin": "http://page"}, timeout=30
    )
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert "Origin" in answer.headers["Vary"]


def test_the_server_can_be_started_and_closed_several_times():
    with Studio() as studio:
        studio.register_api_key("admin", KEY)
        for _ in range(2):
            with Server(studio) as server:
                assert requests.get(server.url, timeout=30).json()["api"] == "/api"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"])
def test_the_command_prints_how_to_reach_it_and_ends_cleanly(number):
    command = [sys.executable, "-c", "from ftrack_embedded.serve import serve; serve()"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "0"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        lines = [process.stdout.readline().strip() for _ in range(4)]
        url = re.fullmatch(r"ftrack server ready at (http://127\.0\.0\.1:\d+)", lines[0]).group(1)
        exported = dict(line.removeprefix("export ").split("=", 1) for line in lines[1:])
        headers = {
            "ftrack-user": exported["FTRACK_API_USER"],
            "ftrack-api-key": exported["FTRACK_API_KEY"],
        }
        answer = requests.post(f"{url}/api", json=[query("User")], headers=headers, timeout=30)
        assert len(answer.json()[0]["data"]) == 1
        assert exported["FTRACK_SERVER"] == url
        process.send_signal(getattr(signal, number))
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert errors == ""
