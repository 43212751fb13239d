"""Pages in a browser: which may ask, what they are told, and who has signed in."""

from __future__ import annotations

import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from ftrack_embedded import Server, Studio

KEY = "a key for tests"
PAGE = "https://pipeline.studio.example"
BATCH = [{"action": "query", "expression": "select username from User"}]
ROUTES = [
    ("/api", "POST"),
    ("/component/get?id=c1", "GET"),
    ("/component/thumbnail?id=c1", "GET"),
    ("/component/remove?id=c1", "GET"),
    ("/component/getPutMetadata?id=c1", "GET"),
    ("/upload/c1?token=x", "PUT"),
    ("/img/thumbnail2.png", "GET"),
    ("/socket.io/1/", "GET"),
    ("/user/api_credentials", "GET"),
    ("/widget/info?token=x", "GET"),
]


@pytest.fixture(scope="module")
def studio():
    with Studio() as studio:
        studio.register_api_key("admin", KEY)
        person = {"id": "u-ann", "username": "ann"}
        component = {"id": "c1", "name": "plate", "file_type": ".bin"}
        studio.execute(
            [
                {"action": "create", "entity_type": "User", "entity_data": person},
                {"action": "create", "entity_type": "FileComponent", "entity_data": component},
            ]
        )
        with studio.files.receive() as receiver:
            receiver.write(b"a plate")
            studio.files.keep("c1", receiver.finish())
        yield studio


@pytest.fixture(scope="module")
def server(studio):
    with Server(studio) as server:
        yield server


@pytest.fixture(scope="module")
def restricted(studio):
    """A server that some pages may use, and no others."""
    with Server(studio, origins=[PAGE, "http://localhost:3000"]) as server:
        yield server


def preflight(server, path, method, origin=PAGE, asked="ftrack-user, ftrack-api-key"):
    headers = {"Origin": origin, "Access-Control-Request-Method": method}
    if asked:
        headers["Access-Control-Request-Headers"] = asked
    return requests.options(server.url + path, headers=headers, timeout=30)


# --- pages of other origins --------------------------------------------------------------------


@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_a_browser_may_ask_about_every_route(server, path, method):
    answer = preflight(server, path, method)
    assert (answer.status_code, answer.content) == (204, b"")
    told = answer.headers
    assert told["Access-Control-Allow-Origin"] == PAGE
    assert told["Access-Control-Allow-Credentials"] == "true"
    assert method in told["Access-Control-Allow-Methods"].split(", ")
    assert told["Access-Control-Allow-Methods"] == "GET, POST, PUT, OPTIONS"
    assert told["Access-Control-Allow-Headers"] == "ftrack-user, ftrack-api-key"
    assert told["Access-Control-Max-Age"] == "600"
    assert "Origin" in told["Vary"]


def test_who_does_not_say_which_headers_is_told_all_that_clients_send(server):
    allowed = preflight(server, "/api", "POST", asked=None).headers["Access-Control-Allow-Headers"]
    assert allowed == (
        "accept, content-type, ftrack-api-key, ftrack-user, ftrack-clienttoken, ftrack-pushtoken, "
        "ftrack-api-options, ftrack-strict-api"
    )


@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_every_answer_can_be_read_by_the_page_also_a_refusal(server, path, method):
    headers = {"Origin": PAGE}
    answer = requests.request(method, server.url + path, headers=headers, data=b"", timeout=30)
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert answer.headers["Access-Control-Expose-Headers"] == "ETag"
    assert "Origin" in answer.headers["Vary"]


def test_without_an_origin_nothing_is_allowed_but_caches_know_that_it_matters(server):
    answer = requests.post(f"{server.url}/api", json=BATCH, timeout=30)
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize("origin", [PAGE, "http://localhost:3000", PAGE.upper()])
def test_pages_that_are_named_may_ask(restricted, origin):
    answer = preflight(restricted, "/api", "POST", origin)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (204, origin)


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", PAGE + ".evil.example", "http://localhost:3001", "null", "x", "*"],
)
def test_no_other_page_may(restricted, origin):
    answer = preflight(restricted, "/api", "POST", origin)
    assert answer.status_code == 403
    assert "--origin" in answer.json()["content"]
    headers = {"Origin": origin, "ftrack-user": "admin", "ftrack-api-key": KEY}
    asked = requests.post(f"{restricted.url}/api", json=BATCH, headers=headers, timeout=30)
    for one in (answer, asked):
        assert "Access-Control-Allow-Origin" not in one.headers
        assert "Origin" in one.headers["Vary"]


def test_who_is_no_browser_is_not_asked_for_an_origin(restricted):
    headers = {"ftrack-user": "admin", "ftrack-api-key": KEY}
    assert requests.post(f"{restricted.url}/api", json=BATCH, headers=headers, timeout=30).json()[
        0
    ]["data"]


@pytest.mark.parametrize("origin", ["pipeline.studio.example", "https://a.example/path", "*", ""])
def test_an_origin_that_cannot_be_one_is_refused_at_once(studio, origin):
    with pytest.raises(Exception, match=r"https://pipeline\.example\.com"):
        Server(studio, origins=[origin])


# --- signing in --------------------------------------------------------------------------------


@pytest.fixture
def browser():
    with requests.Session() as session:
        yield session


def sign_in(browser, server, username="admin", key=KEY, **fields):
    form = {"username": username, "key": key, **fields}
    return browser.post(f"{server.url}/user/sign_in", data=form, timeout=30, allow_redirects=False)


def ask(browser, server, **headers):
    return browser.post(
        f"{server.url}/api",
        json=BATCH,
        headers={"ftrack-strict-api": "true", **headers},
        timeout=30,
    )


def test_who_has_signed_in_needs_no_key(browser, server):
    assert ask(browser, server).status_code == 401
    answer = sign_in(browser, server)
    assert answer.status_code == 303
    cookie = answer.headers["Set-Cookie"]
    for word in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="):
        assert word in cookie
    assert KEY not in cookie
    assert ask(browser, server).json()[0]["data"]
    assert browser.get(f"{server.url}/component/get?id=c1", timeout=30).content == b"a plate"


def test_the_form_is_sent_as_a_page_of_this_server_sends_it(browser, server, restricted):
    page = browser.get(f"{server.url}/user/sign_in", timeout=30)
    # By this alone a browser says where the form is from, instead of "null".
    assert page.headers["Referrer-Policy"] == "same-origin"
    form = {"username": "admin", "key": KEY}
    for one, origin, status in (
        (server, server.url, 303),
        (server, server.url.upper(), 303),
        (server, PAGE, 403),
        (server, "null", 403),
        (restricted, PAGE, 303),
        (restricted, "https://evil.example", 403),
    ):
        for path, done in (("sign_in", status), ("sign_out", 204 if status == 303 else 403)):
            answer = browser.post(
                f"{one.url}/user/{path}",
                data=form,
                headers={"Origin": origin},
                timeout=30,
                allow_redirects=False,
            )
            assert answer.status_code == done, (origin, path)


def test_a_wrong_key_signs_nobody_in(browser, server):
    answer = sign_in(browser, server, key="wrong")
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers
    assert "The supplied API key is not valid" in answer.text
    assert "<form" in answer.text


def test_a_cookie_of_nobody_is_wrong_credentials(browser, server):
    browser.cookies.set("ftrack_session", "guessed")
    assert ask(browser, server).json()["error_code"] == "api_credentials_invalid"


def test_headers_go_before_the_cookie(browser, server):
    sign_in(browser, server)
    assert (
        ask(browser, server, **{"ftrack-user": "admin", "ftrack-api-key": "wrong"}).status_code
        == 401
    )


def test_a_page_of_another_origin_cannot_use_the_cookie_unless_it_is_named(
    browser, server, restricted
):
    sign_in(browser, server)
    assert ask(browser, server, Origin=server.url).status_code == 200
    assert ask(browser, server, Origin="https://evil.example").status_code == 401
    assert ask(browser, server, Origin=PAGE).status_code == 401, "any page may ask: none is trusted"
    sign_in(browser, restricted)
    assert ask(browser, restricted, Origin=PAGE).status_code == 200


def test_a_link_in_a_page_of_others_removes_nothing(browser, server):
    sign_in(browser, server)
    assert browser.get(f"{server.url}/component/remove?id=c1", timeout=30).status_code == 401


def test_signing_out_ends_it(browser, server):
    sign_in(browser, server)
    kept = dict(browser.cookies)
    browser.post(f"{server.url}/user/sign_out", timeout=30)
    assert ask(browser, server).status_code == 401
    browser.cookies.update(kept)
    assert ask(browser, server).status_code == 401, "also for who has kept the cookie"


def test_it_ends_after_some_hours(browser, server, monkeypatch):
    sign_in(browser, server)
    later = time.time() + 13 * 3600
    monkeypatch.setattr("ftrack_embedded.engine.tickets.time.time", lambda: later)
    assert ask(browser, server).status_code == 401


def test_it_ends_when_the_key_is_revoked_or_the_user_deactivated(browser, server, studio):
    key = studio.create_api_key("ann")
    sign_in(browser, server, "ann", key)
    assert ask(browser, server).status_code == 200
    user = {"action": "update", "entity_type": "User", "entity_key": ["u-ann"]}
    studio.execute([user | {"entity_data": {"is_active": False}}])
    assert ask(browser, server).status_code == 401
    studio.execute([user | {"entity_data": {"is_active": True}}])
    assert ask(browser, server).status_code == 200
    reset = {"action": "reset_remote", "reset_type": "api_key", "entity_type": "User"}
    studio.execute([reset | {"entity_key": "u-ann"}])
    assert ask(browser, server).status_code == 401


# --- a desktop program that wants to know who sits there ---------------------------------------

PROGRAM = "http://localhost:55555/done?step=2"


def credentials(browser, server, redirect_url=PROGRAM, **query):
    return browser.get(
        f"{server.url}/user/api_credentials",
        params={"identifier": "ftrack-connect", "redirect_url": redirect_url, **query},
        timeout=30,
        allow_redirects=False,
    )


def test_a_desktop_program_gets_user_and_key_after_signing_in(browser, server):
    page = credentials(browser, server)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "no-store" in page.headers["Cache-Control"]
    after = re.search(r'name="next" value="([^"]*)"', page.text)[1].replace("&amp;", "&")
    answer = sign_in(browser, server, next=after)
    assert answer.headers["Location"] == after
    handed = browser.get(server.url + after, timeout=30, allow_redirects=False)
    assert handed.status_code == 303
    address = urlsplit(handed.headers["Location"])
    told = parse_qs(address.query)
    assert (address.netloc, address.path, told["step"]) == ("localhost:55555", "/done", ["2"])
    assert told["api_user"] == ["admin"]
    headers = {"ftrack-user": "admin", "ftrack-api-key": told["api_key"][0]}
    assert requests.post(f"{server.url}/api", json=BATCH, headers=headers, timeout=30).json()[0]
    assert "no-store" in handed.headers["Cache-Control"]
    assert handed.headers["Referrer-Policy"] == "same-origin"


def test_a_program_has_one_key_a_user_the_newest(browser, server):
    sign_in(browser, server)
    keys = [
        parse_qs(urlsplit(credentials(browser, server).headers["Location"]).query)["api_key"][0]
        for _ in range(2)
    ]
    statuses = [
        ask(
            requests.Session(), server, **{"ftrack-user": "admin", "ftrack-api-key": key}
        ).status_code
        for key in keys
    ]
    assert statuses == [401, 200]
    assert ask(browser, server).status_code == 200, "nor does it cost the key that signed in"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "http://localhost.evil.example/",
        "http://localhost@evil.example/",
        "http://evil.example/?http://localhost",
        "//localhost:1/",
        "javascript:alert(1)",
        "http://localhost:x/",
        "http://localhost:1/\r\nX-Evil: yes",
        "",
    ],
)
def test_a_key_is_handed_to_nobody_but_a_program_on_the_same_machine(browser, server, address):
    sign_in(browser, server)
    answer = credentials(browser, server, address)
    assert answer.status_code == 422
    assert "redirect_url" in answer.json()["content"]
    assert "Location" not in answer.headers


@pytest.mark.parametrize("after", ["https://evil.example/", "//evil.example/", "/\\evil", ""])
def test_signing_in_leads_to_nowhere_else(browser, server, after):
    assert sign_in(browser, server, next=after).headers["Location"] == "/"


def test_what_a_page_is_told_cannot_become_part_of_it(browser, server):
    page = credentials(browser, server, identifier='"><script>alert(1)</script>')
    assert "<script>" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
