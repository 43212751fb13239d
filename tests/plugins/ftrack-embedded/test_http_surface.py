"""What clients rely on of HTTP itself: headers, credentials, connections, addresses, and files."""

from __future__ import annotations

import base64
import hashlib
import http.client
import io
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from ftrack_embedded import Server, Studio
from operations import create

KEY = "a-key-for-tests"
SERVER_LOCATION = "3a372bde-05bc-11e4-8908-20c9d081909b"
WHO = {"ftrack-user": "admin", "ftrack-api-key": KEY}
USERS = {"action": "query", "expression": "select username from User"}
DATA = b"some bytes"


@pytest.fixture(scope="module")
def studio():
    with Studio() as studio:
        studio.register_api_key("admin", KEY)
        studio.execute(
            [
                create("Project", id="p1", name="orbit"),
                create("Folder", id="f1", name="one", parent_id="p1"),
                create("Folder", id="f2", name="two", parent_id="p1"),
            ]
        )
        yield studio


@pytest.fixture(scope="module")
def server(studio):
    with Server(studio) as server:
        yield server


@pytest.fixture(scope="module")
def send(server):
    def post(*batch, path="/api", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.post(
            server.url + path, json=list(batch), headers={**WHO, **named}, timeout=30
        )

    return post


# --- headers -----------------------------------------------------------------------------------


def test_names_of_headers_compare_without_regard_to_case(server):
    headers = {"FTRACK-USER": "admin", "Ftrack-Api-KEY": KEY, "FTRACK-Strict-Api": "true"}
    answer = requests.post(f"{server.url}/api", json=[USERS], headers=headers, timeout=30)
    assert answer.json()[0]["data"]
    refused = requests.post(f"{server.url}/api", json=[{}], headers=headers, timeout=30)
    assert refused.status_code == 422


def test_headers_that_others_add_make_no_difference(send):
    plain = send(USERS)
    answer = send(USERS, x_studio="dune", ftrack_own="x", cookie="theme=dark", via="1.1 proxy")
    assert answer.json() == plain.json()


@pytest.mark.parametrize(
    ("strict", "status"),
    [("true", 400), ("True", 400), ("1", 400), ("false", 200), ("", 200), ("no", 200)],
)
def test_a_failure_has_a_status_for_who_says_that_it_is_strict(send, strict, status):
    answer = send({"action": "query", "expression": "Tsak"}, ftrack_strict_api=strict)
    assert (answer.status_code, answer.json()["exception"]) == (status, "ParseError")


PARENTS = {"action": "query", "expression": "select parent.name from Folder order by name"}
SHORT = {"__entity_type__", "id", "parent"}


@pytest.mark.parametrize(
    ("options", "is_lean", "repeats"),
    [
        ("strict:1;denormalize:1", True, True),
        ("strict=1;denormalize=1", True, True),
        ("denormalize:true; strict:true", True, True),
        ("strict:1", True, False),
        ("strict=true;", True, False),
        ("denormalize:1", False, False),
        ("strict:0;denormalize:1", False, False),
        ("strict:false;denormalize=0", False, False),
        ("something:else", False, False),
        ("", False, False),
    ],
)
def test_the_options_of_an_answer_are_told_in_any_of_their_spellings(
    send, options, is_lean, repeats
):
    first, second = send(PARENTS, ftrack_api_options=options).json()[0]["data"]
    assert (set(first) == SHORT) is is_lean
    assert first["parent"]["name"] == "orbit"
    assert ("name" in second["parent"]) is repeats


def test_the_options_hold_for_their_request_alone(send):
    send(PARENTS, ftrack_api_options="strict:1;denormalize:1")
    assert set(send(PARENTS).json()[0]["data"][0]) > SHORT


@pytest.mark.parametrize(
    ("client", "push", "told"),
    [
        ("c-1", "p-1", ("c-1", "p-1")),
        ("c-1", "undefined", ("c-1", None)),
        ("c-1", "", ("c-1", None)),
    ],
)
def test_the_tokens_of_a_client_come_with_the_changes_it_has_made(send, studio, client, push, told):
    heard = []
    studio.add_listener(heard.append)
    send(create("Scope", name="x"), ftrack_Clienttoken=client, ftrack_pushtoken=push)
    studio.remove_listener(heard.append)
    assert [(one.caller.client_token, one.caller.push_token) for one in heard] == [told]


# --- credentials -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"ftrack-user": "admin"},
        {"ftrack-api-key": KEY},
        {"ftrack-user": "admin", "ftrack-api-key": ""},
        {"ftrack-user": "", "ftrack-api-key": KEY},
    ],
)
@pytest.mark.parametrize("action", ["query_server_information", "query_schemas"])
def test_nothing_is_told_to_who_does_not_say_who_he_is(server, headers, action):
    asked = {**headers, "ftrack-strict-api": "true"}
    answer = requests.post(
        f"{server.url}/api", json=[{"action": action}], headers=asked, timeout=30
    )
    assert answer.status_code == 401
    assert answer.json() == {
        "exception": "InvalidCredentialsError",
        "content": answer.json()["content"],
        "error_code": "api_credentials_invalid",
    }
    assert answer.json()["content"].startswith("The supplied API key is not valid.")


# --- the way there -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/api/", "/API", "/api/v1", "//api"])
def test_the_api_is_at_one_address_and_others_name_it(send, path):
    answer = send(USERS, path=path)
    assert answer.status_code == 404
    assert "POST /api" in answer.json()["content"]


def test_a_connection_is_used_again_also_after_a_refusal(server):
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    connection.connect()
    kept = connection.sock
    for body in (b"[]", b"[{}]", b"nonsense", b"[]"):
        connection.request("POST", "/api", body, {**WHO, "ftrack-strict-api": "true"})
        assert connection.getresponse().read()
        assert connection.sock is kept
    connection.request("GET", "/component/get?id=none", headers=WHO)
    assert connection.getresponse().read()
    assert connection.sock is kept
    connection.close()


@pytest.mark.parametrize("accepted", ["gzip, deflate", "gzip", "gzip;q=1.0, *;q=0.5", "br, gzip"])
def test_a_long_answer_is_packed_for_who_says_so(server, accepted):
    headers = {**WHO, "Accept-Encoding": accepted}
    batch = [{"action": "query_schemas"}]
    answer = requests.post(f"{server.url}/api", json=batch, headers=headers, timeout=30)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert len(answer.json()[0]) > 100


@pytest.mark.parametrize("accepted", ["identity", "deflate", "gzip;q=0", "", None])
def test_and_as_it_is_for_who_does_not(server, accepted):
    headers = {**WHO, "Accept-Encoding": accepted}
    batch = [{"action": "query_schemas"}]
    answer = requests.post(f"{server.url}/api", json=batch, headers=headers, timeout=30)
    assert "Content-Encoding" not in answer.headers
    assert len(answer.json()[0]) > 100


@pytest.mark.parametrize(
    ("headers", "begin"),
    [
        ({"Host": "ftrack.studio:8080"}, "http://ftrack.studio:8080/"),
        ({"Host": "[::1]:8080"}, "http://[::1]:8080/"),
        (
            {
                "X-Forwarded-Proto": "https",
                "X-Forwarded-Host": "studio.example, inner",
                "X-Forwarded-Prefix": "/tracking",
            },
            "https://studio.example/tracking/",
        ),
        ({"Host": "evil.example/path?"}, None),
        ({"X-Forwarded-Proto": "javascript", "Host": "studio"}, "http://studio/"),
    ],
)
def test_all_addresses_begin_as_the_client_knows_the_server(server, studio, headers, begin):
    stored(studio, "c-begin")
    wanted = {"action": "get_upload_metadata", "component_id": "c", "file_name": "x"}
    answers = requests.post(
        f"{server.url}/api",
        json=[
            {"action": "get_widget_url", "name": "tasks"},
            wanted,
            wanted | {"parts": 1},
            {
                "action": "query",
                "expression": "select url from ComponentLocation where component_id is c-begin",
            },
            {"action": "query", "expression": "select thumbnail_url from Project"},
        ],
        headers={**WHO, **headers},
        timeout=30,
    ).json()
    widget, whole, parts, place, picture = answers
    addresses = [
        widget["widget_url"],
        whole["url"],
        parts["urls"][0]["signed_url"],
        place["data"][0]["url"]["url"],
        picture["data"][0]["thumbnail_url"]["url"],
    ]
    for address in addresses:
        assert address.startswith(begin or f"{server.url}/"), address


# --- files -------------------------------------------------------------------------------------


def stored(studio, component_id, data=DATA, file_type=".bin"):
    if studio.files.has(component_id):
        return
    place = {"location_id": SERVER_LOCATION, "resource_identifier": component_id}
    studio.execute(
        [
            create("FileComponent", id=component_id, name="plate", file_type=file_type),
            create("ComponentLocation", component_id=component_id, **place),
        ]
    )
    with studio.files.receive() as receiver:
        receiver.write(data)
        studio.files.keep(component_id, receiver.finish())


@pytest.fixture
def get(server):
    def ask(path, **query):
        query = {"username": "admin", "apiKey": KEY, **query}
        return requests.get(server.url + path, params=query, timeout=30)

    return ask


def md5(data):
    return base64.b64encode(hashlib.md5(data).digest()).decode()


def test_an_upload_address_is_the_component_and_a_ticket_and_tells_the_headers_to_send(send):
    wanted = {
        "action": "get_upload_metadata",
        "component_id": "c-told",
        "file_name": 'plate "a".0001.exr',
        "file_size": len(DATA),
        "checksum": md5(DATA),
    }
    (told,) = send(wanted).json()
    address = urlsplit(told["url"])
    assert address.path == "/upload/c-told"
    assert list(parse_qs(address.query)) == ["token"]
    assert told["headers"] == {
        "Content-Type": "image/x-exr",
        "Content-Disposition": (
            "attachment; filename=\"plate _a_.0001.exr\"; filename*=UTF-8''plate%20%22a%22.0001.exr"
        ),
        "Content-Length": str(len(DATA)),
        "Content-MD5": md5(DATA),
    }
    answer = requests.put(told["url"], data=DATA, headers=told["headers"], timeout=30)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["ETag"] == f'"{hashlib.md5(DATA).hexdigest()}"'


def test_the_addresses_of_parts_differ_by_their_number_alone(send):
    wanted = {"action": "get_upload_metadata", "component_id": "c-parts", "file_name": "x"}
    (told,) = send(wanted | {"parts": 3}).json()
    assert set(told) == {"component_id", "upload_id", "urls"}
    for number, part in enumerate(told["urls"], 1):
        assert part["part_number"] == number
        query = parse_qs(urlsplit(part["signed_url"]).query)
        assert set(query) == {"token", "part"}
        assert query["part"] == [str(number)]


@pytest.mark.parametrize("parts", [10_000, 10_001])
def test_a_file_has_ten_thousand_parts_at_most(send, parts):
    wanted = {"action": "get_upload_metadata", "component_id": "c", "file_name": "x"}
    answer = send(wanted | {"parts": parts}).json()
    if parts > 10_000:
        assert "1 to 10000 parts" in answer["content"]
    else:
        assert len(answer[0]["urls"]) == parts


def test_older_clients_are_told_to_send_what_they_have_announced(studio, get):
    studio.execute([create("FileComponent", id="c-older", name="older", file_type=".mov")])
    asked = {"checksum": md5(DATA), "fileSize": len(DATA)}
    answer = get("/component/getPutMetadata", id="c-older", **asked)
    assert set(answer.json()) == {"url", "headers"}
    assert answer.json()["headers"]["Content-Type"] == "video/quicktime"
    for wrong in (b"some bytez", b"more bytes"[:-1]):
        refused = requests.put(answer.json()["url"], data=wrong, timeout=30)
        assert refused.status_code == 422
    assert get("/component/getPutMetadata", id="nothing", **asked).status_code == 404
    assert get("/component/getPutMetadata", id="c-older", apiKey="wrong").status_code == 401


@pytest.mark.parametrize(
    ("file_type", "content_type"),
    [
        (".PNG", "image/png"),
        (".jpg", "image/jpeg"),
        (".jpeg", "image/jpeg"),
        (".exr", "image/x-exr"),
        (".mov", "video/quicktime"),
        (".mp4", "video/mp4"),
        (".pdf", "application/pdf"),
        (".json", "application/json"),
        (".html", "application/octet-stream"),
        (".svg", "application/octet-stream"),
        (".ma", "application/octet-stream"),
        ("", "application/octet-stream"),
        (None, "application/octet-stream"),
    ],
)
def test_a_file_comes_as_what_its_type_says_and_under_its_name(
    studio, get, file_type, content_type
):
    component_id = f"c-type{file_type}"
    stored(studio, component_id, file_type=file_type)
    answer = get("/component/get", id=component_id)
    assert (answer.status_code, answer.content) == (200, DATA)
    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["Content-Disposition"] == (
        f"attachment; filename=\"plate{file_type or ''}\"; filename*=UTF-8''plate{file_type or ''}"
    )


@pytest.mark.parametrize("file_type", [".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff"])
def test_a_picture_of_each_type_that_clients_send_becomes_a_thumbnail(studio, get, file_type):
    pillow = pytest.importorskip("PIL.Image")
    picture = io.BytesIO()
    pillow.registered_extensions()
    pillow.new("RGB", (64, 32), "teal").save(picture, pillow.EXTENSION[file_type])
    component_id = f"c-picture{file_type}"
    stored(studio, component_id, picture.getvalue(), file_type)
    answer = get("/component/thumbnail", id=component_id, size=16)
    assert answer.status_code == 200
    with pillow.open(io.BytesIO(answer.content)) as shown:
        assert shown.size == (16, 8)
