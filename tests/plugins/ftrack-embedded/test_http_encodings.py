"""Letters beyond ASCII in headers, and packed bodies: each is understood or refused clearly."""

from __future__ import annotations

import gzip
import json
import socket
import zlib

import pytest
import requests
from ftrack_embedded import Server, Studio

KEY = "a key for tests"
LIMIT = 100_000
BATCH = json.dumps([{"action": "query", "expression": "select username from User"}]).encode()
FOREIGN = "jörg"


@pytest.fixture(scope="module")
def server():
    with Studio() as studio:
        studio.register_api_key("admin", KEY)
        person = {"username": FOREIGN}
        create = {"action": "create", "entity_type": "User", "entity_data": person}
        component = {"id": "c1", "name": "plate"}
        studio.execute(
            [
                create,
                {"action": "create", "entity_type": "FileComponent", "entity_data": component},
            ]
        )
        studio.register_api_key(FOREIGN, KEY + FOREIGN)
        with Server(studio, max_body=LIMIT) as server:
            yield server


@pytest.fixture
def send(server):
    def post(body=BATCH, *, strict=True, **headers):
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        who = {"ftrack-user": "admin", "ftrack-api-key": KEY}
        if strict:
            who["ftrack-strict-api"] = "true"
        url = f"{server.url}/api"
        return requests.post(url, data=body, headers={**who, **named}, timeout=30)

    return post


def refused(answer, status, exception):
    assert answer.status_code == status
    error = answer.json()
    assert error["exception"] == exception
    assert set(error) >= {"content", "error_code"}
    return error["content"]


# --- letters -----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_user_name_with_any_letters_signs_in_however_the_client_encodes_it(send, encoding):
    answer = send(
        ftrack_user=FOREIGN.encode(encoding), ftrack_api_key=(KEY + FOREIGN).encode(encoding)
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "name",
    [b"\xff\xfe", b"j\xf6rgen", "漢字".encode(), b"\xed\xb3\xb6"],
    ids=["neither", "latin", "utf", "surrogate"],
)
def test_a_user_name_of_nobody_is_wrong_credentials_whatever_its_bytes(send, name):
    answer = send(ftrack_user=name)
    refused(answer, 401, "InvalidCredentialsError")
    assert answer.json()["error_code"] == "api_credentials_invalid"
    assert send(ftrack_user=name, strict=False).status_code == 200


@pytest.mark.parametrize(
    "header",
    ["ftrack-clienttoken", "ftrack-pushtoken", "ftrack-api-options", "Origin", "Accept-Encoding"],
)
def test_strange_bytes_in_any_other_header_do_no_harm(send, header):
    answer = send(**{header: b"\xff\xfe"})
    assert answer.status_code == 200


@pytest.mark.parametrize("header", ["Range", "If-Range", "If-None-Match", "If-Modified-Since"])
def test_nor_in_those_of_a_file(server, header):
    headers = {"ftrack-user": FOREIGN.encode("latin-1"), "ftrack-api-key": KEY + FOREIGN}
    headers["ftrack-api-key"] = (KEY + FOREIGN).encode("latin-1")
    url = f"{server.url}/component/get?id=c1"
    answer = requests.get(url, headers={**headers, header: b"\xff"}, timeout=30)
    refused(answer, 404, "NotFoundError")


def test_an_expectation_that_nobody_can_meet_is_told_in_json(server):
    refused(send_raw(server, b"Expect: a miracle\r\n"), 417, "ExpectationFailedError")
    refused(send_raw(server, b"Expect: \xff\r\n"), 417, "ExpectationFailedError")


def test_a_client_that_waits_for_the_word_to_go_on_gets_it(server):
    assert send_raw(server, b"Expect: 100-continue\r\n").status_code == 100


class Raw:
    """What came back on the wire, as far as the tests ask for it."""

    def __init__(self, data):
        head, _, self.body = data.partition(b"\r\n\r\n")
        self.status_code = int(head.split()[1])

    def json(self):
        return json.loads(self.body)


def send_raw(server, headers):
    """Send what no library would."""
    host, port = server.url.removeprefix("http://").split(":")
    head = b"POST /api HTTP/1.1\r\nHost: x\r\nConnection: close\r\nftrack-strict-api: true\r\n"
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(head + headers + b"Content-Length: %d\r\n\r\n" % len(BATCH) + BATCH)
        pieces = iter(lambda: connection.recv(65536), b"")
        return Raw(b"".join(pieces))


# --- packed bodies -----------------------------------------------------------------------------


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(BATCH)),
        ("x-gzip", gzip.compress(BATCH)),
        ("GZIP", gzip.compress(BATCH)),
        ("gzip", gzip.compress(BATCH[:20]) + gzip.compress(BATCH[20:])),
        ("deflate", zlib.compress(BATCH)),
        ("deflate", raw_deflate(BATCH)),
        ("deflate, gzip", gzip.compress(zlib.compress(BATCH))),
        ("identity", BATCH),
        ("", BATCH),
    ],
    ids=["gzip", "x-gzip", "upper", "members", "zlib", "raw", "both", "identity", "none"],
)
def test_a_batch_may_be_packed(send, coding, body):
    answer = send(body, Content_Encoding=coding)
    assert answer.status_code == 200
    assert answer.json()[0]["data"]


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", BATCH),
        ("gzip", b""),
        ("gzip", gzip.compress(BATCH)[:-15]),
        ("gzip", gzip.compress(BATCH)[:-8] + b"12345678"),
        ("gzip", gzip.compress(BATCH) + b"and more"),
        ("gzip", zlib.compress(BATCH)),
        ("deflate", BATCH),
        ("deflate", b"\xff\xff" + BATCH),
        ("deflate", zlib.compress(BATCH)[:-6]),
        ("gzip, gzip", gzip.compress(BATCH)),
    ],
    ids=["plain", "empty", "cut", "sum", "more", "zlib", "undeflated", "strange", "short", "once"],
)
def test_what_is_not_packed_as_it_says_is_refused(send, coding, body):
    content = refused(send(body, Content_Encoding=coding), 422, "ValidationError")
    assert coding.split(",")[0] in content
    assert send(body, Content_Encoding=coding, strict=False).status_code == 200


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "nonsense", "gzip, br"])
def test_a_packing_that_the_server_cannot_undo_is_named(send, coding):
    content = refused(send(Content_Encoding=coding), 415, "UnsupportedEncodingError")
    assert "gzip" in content


@pytest.mark.parametrize("layers", [1, 2])
def test_a_small_body_does_not_become_a_large_one(send, layers):
    body = b" " * 50_000_000
    for _ in range(layers):
        body = gzip.compress(body)
    assert len(body) < LIMIT
    answer = send(body, Content_Encoding=", ".join(["gzip"] * layers))
    assert "100 kB" in refused(answer, 413, "PayloadTooLargeError")


def test_a_file_that_is_packed_is_kept_as_it_is(server, send):
    data = gzip.compress(b"a plate")
    asked = {"action": "get_upload_metadata", "component_id": "c1", "file_name": "plate.gz"}
    (told,) = send(json.dumps([{**asked, "file_size": len(data)}])).json()
    headers = {**told["headers"], "Content-Encoding": "gzip"}
    assert requests.put(told["url"], data=data, headers=headers, timeout=30).status_code == 200
    assert server.studio.files.path("c1").read_bytes() == data
    server.studio.files.remove("c1")
