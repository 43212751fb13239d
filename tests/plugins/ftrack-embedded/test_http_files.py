"""Files over HTTP: uploaded in one piece or in parts, fetched whole or in part, and removed."""

from __future__ import annotations

import base64
import hashlib
import io
import struct
import threading
import time
import zlib

import pytest
import requests
from ftrack_embedded import Server, Studio

KEY = "a key for tests"
SERVER_LOCATION = "3a372bde-05bc-11e4-8908-20c9d081909b"
DATA = bytes(range(256)) * 40


@pytest.fixture(scope="module")
def server():
    with Studio() as studio:
        studio.register_api_key("admin", KEY)
        with Server(studio, max_body=100_000) as server:
            yield server


@pytest.fixture(scope="module")
def http(server):
    with requests.Session() as session:
        yield session


@pytest.fixture(scope="module")
def call(server, http):
    def post(*operations):
        headers = {"ftrack-user": "admin", "ftrack-api-key": KEY}
        answer = http.post(f"{server.url}/api", json=operations, headers=headers, timeout=30)
        return answer.json()

    return post


@pytest.fixture(scope="module")
def get(server, http):
    def ask(path, *, headers=None, method="GET", **query):
        query = {"username": "admin", "apiKey": KEY, **query}
        url = server.url + path
        return http.request(method, url, params=query, headers=headers, timeout=30)

    return ask


def announced(component_id, data=DATA, **members):
    checksum = base64.b64encode(hashlib.md5(data).digest()).decode()
    return {
        "action": "get_upload_metadata",
        "component_id": component_id,
        "file_name": "plate.0001.bin",
        "file_size": len(data),
        "checksum": checksum,
        **members,
    }


def component(component_id, file_type=".bin", name="plate"):
    data = {"id": component_id, "name": name, "file_type": file_type}
    return {"action": "create", "entity_type": "FileComponent", "entity_data": data}


def location(component_id):
    data = {
        "id": f"at-{component_id}",
        "component_id": component_id,
        "location_id": SERVER_LOCATION,
        "resource_identifier": component_id,
    }
    return {"action": "create", "entity_type": "ComponentLocation", "entity_data": data}


@pytest.fixture(scope="module")
def upload(call, http):
    """Upload as the Python client does: the bytes first, the rows after them."""

    def send(component_id, data=DATA, file_type=".bin", name="plate"):
        (told,) = call(announced(component_id, data))
        answer = http.put(told["url"], data=data, headers=told["headers"], timeout=30)
        call(component(component_id, file_type, name), location(component_id))
        return answer

    return send


def png(width=8, height=4):
    """Return a picture made by hand: the server must read what others write."""

    def chunk(kind, body):
        checksum = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + checksum

    lines = (b"\0" + b"\x20\x80\xc0" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(lines)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


# --- in one piece ------------------------------------------------------------------------------


def test_what_was_put_comes_back(upload, get):
    answer = upload("c-1")
    assert answer.status_code == 200
    assert answer.headers["ETag"] == f'"{hashlib.md5(DATA).hexdigest()}"'
    fetched = get("/component/get", id="c-1")
    assert fetched.content == DATA
    assert fetched.headers["Content-Length"] == str(len(DATA))
    assert fetched.headers["Content-Type"] == "application/octet-stream"
    assert 'filename="plate.bin"' in fetched.headers["Content-Disposition"]


def test_the_answer_tells_the_headers_of_the_put_and_has_no_action(call):
    (told,) = call(announced("c-told"))
    assert set(told) == {"url", "component_id", "headers"}
    assert told["headers"]["Content-Length"] == str(len(DATA))
    assert told["headers"]["Content-MD5"] == announced("c-told")["checksum"]


def test_an_upload_address_needs_no_key_and_bears_none(call):
    (told,) = call(announced("c-keyless"))
    assert KEY not in told["url"]
    assert requests.put(told["url"], data=DATA, timeout=30).status_code == 200


def test_an_address_begins_with_the_name_by_which_the_client_knows_the_server(server, http):
    headers = {"ftrack-user": "admin", "ftrack-api-key": KEY, "Host": "ftrack.studio:8080"}
    (told,) = http.post(
        f"{server.url}/api", json=[announced("c-host")], headers=headers, timeout=30
    ).json()
    assert told["url"].startswith("http://ftrack.studio:8080/upload/c-host?token=")


def test_a_put_may_be_sent_again_but_not_with_other_bytes(call, http, get):
    (told,) = call(announced("c-again"))
    call(component("c-again"))
    assert http.put(told["url"], data=DATA, timeout=30).status_code == 200
    assert http.put(told["url"], data=DATA, timeout=30).status_code == 200
    other = bytes(len(DATA))
    (told,) = call(announced("c-again", checksum=None))
    assert http.put(told["url"], data=DATA, timeout=30).status_code == 200
    assert http.put(told["url"], data=other, timeout=30).status_code == 403
    assert get("/component/get", id="c-again").content == DATA


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        (DATA[:-1], {}),
        (DATA + b"x", {}),
        (bytes(len(DATA)), {}),
        (DATA, {"Content-MD5": base64.b64encode(bytes(16)).decode()}),
    ],
)
def test_bytes_that_are_not_those_announced_are_refused_and_not_kept(
    call, http, server, data, headers
):
    (told,) = call(announced("c-wrong"))
    answer = http.put(told["url"], data=data, headers=headers, timeout=30)
    assert answer.status_code == 422
    assert answer.json()["exception"] == "ValidationError"
    assert not server.studio.files.has("c-wrong")
    assert list((server.studio.files.folder / "incoming").iterdir()) == []


def test_bytes_of_unknown_length_are_refused_when_they_are_too_many(call):
    (told,) = call(announced("c-chunked"))
    pieces = iter([DATA, DATA, DATA])
    assert requests.put(told["url"], data=pieces, timeout=30).status_code == 422


def test_an_address_is_good_for_an_hour(call, http, monkeypatch):
    (told,) = call(announced("c-late"))
    (parts,) = call(announced("c-late", parts=1))
    tags = put_parts(parts, [DATA], http)
    later = time.time() + 3700
    monkeypatch.setattr("ftrack_embedded.engine.tickets.time.time", lambda: later)
    for address in (told["url"], parts["urls"][0]["signed_url"]):
        answer = http.put(address, data=DATA, timeout=30)
        assert answer.status_code == 403
        assert "get_upload_metadata" in answer.json()["content"]
    assert "more than an hour ago" in call(completed(parts, tags))["content"]


@pytest.mark.parametrize("address", ["/upload/c-1", "/upload/c-1?token=guessed"])
def test_nothing_is_put_without_a_ticket(server, http, address):
    answer = http.put(server.url + address, data=DATA, timeout=30)
    assert answer.status_code == 403
    assert answer.json()["exception"] == "PermissionError"


def test_a_ticket_is_good_for_its_component_only(call, http):
    (told,) = call(announced("c-mine"))
    stolen = told["url"].replace("c-mine", "c-yours")
    assert http.put(stolen, data=DATA, timeout=30).status_code == 403


def test_no_path_is_made_of_what_a_client_names(call, http, server):
    evil = "../../../etc/evil"
    (told,) = call(announced(evil, file_name="../../../../tmp/evil.sh"))
    assert http.put(told["url"], data=DATA, timeout=30).status_code == 200
    inside = server.studio.files.folder.resolve()
    assert server.studio.files.path(evil).resolve().is_relative_to(inside)
    assert server.studio.files.path(evil).read_bytes() == DATA


def test_a_file_may_be_larger_than_a_batch(call, http, get):
    data = b"x" * 3_000_000
    (told,) = call(announced("c-large", data), component("c-large"))[:1]
    assert http.put(told["url"], data=io.BytesIO(data), timeout=30).status_code == 200
    assert len(get("/component/get", id="c-large").content) == len(data)


# --- in parts ----------------------------------------------------------------------------------


def put_parts(told, parts, http):
    return [
        {
            "part_number": part["part_number"],
            "e_tag": http.put(part["signed_url"], data=data, timeout=30).headers["ETag"],
        }
        for part, data in zip(told["urls"], parts, strict=True)
    ]


def completed(told, parts):
    return {
        "action": "complete_multipart_upload",
        "component_id": told["component_id"],
        "upload_id": told["upload_id"],
        "parts": parts,
    }


def test_parts_become_one_file_as_the_browser_sends_them(call, http, get):
    _, told = call(component("c-parts"), announced("c-parts", parts=3))
    assert [part["part_number"] for part in told["urls"]] == [1, 2, 3]
    pieces = [DATA[:4000], DATA[4000:8000], DATA[8000:]]
    tags = put_parts(told, pieces, http)
    answer, _ = call(completed(told, list(reversed(tags))), location("c-parts"))
    assert answer["action"] == "complete_multipart_upload"
    assert get("/component/get", id="c-parts").content == DATA


def test_tags_may_come_without_their_quotes(call, http):
    (told,) = call(announced("c-tags", parts=1))
    tags = put_parts(told, [DATA], http)
    tags[0]["e_tag"] = tags[0]["e_tag"].strip('"').upper()
    assert "url" in call(completed(told, tags))[0]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda tags: tags[:1],
        lambda tags: [tags[0], {**tags[1], "e_tag": "0" * 32}],
        lambda tags: [tags[0], {**tags[1], "part_number": 7}],
        lambda tags: [*tags, tags[0]],
        lambda tags: [],
        lambda tags: "all",
        lambda tags: [None],
    ],
)
def test_a_part_that_is_missing_or_another_is_an_error(call, http, server, spoil):
    (told,) = call(announced("c-spoilt", parts=2))
    tags = put_parts(told, [DATA[:5000], DATA[5000:]], http)
    assert call(completed(told, spoil(tags)))["exception"] == "ValidationError"
    assert not server.studio.files.has("c-spoilt")


def test_parts_have_to_add_up_to_the_announced_size(call, http):
    (told,) = call(announced("c-short", parts=1))
    tags = put_parts(told, [DATA[:100]], http)
    assert "100" in call(completed(told, tags))["content"]


def test_a_part_sent_again_replaces_the_former(call, http, get):
    (told, _) = call(announced("c-retry", parts=1), component("c-retry"))
    put_parts(told, [bytes(len(DATA))], http)
    assert "url" in call(completed(told, put_parts(told, [DATA], http)))[0]
    assert get("/component/get", id="c-retry").content == DATA


def test_an_upload_that_was_never_begun_cannot_be_completed(call):
    told = {"component_id": "c-none", "upload_id": "none"}
    assert "no such upload" in call(completed(told, [{"part_number": 1, "e_tag": ""}]))["content"]


# --- fetching ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stored(upload):
    upload("c-stored", file_type=".mov", name='a "näme"\r\nX-Evil: yes')
    return "c-stored"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=10000-", 10000, len(DATA) - 1),
        ("bytes=-5", len(DATA) - 5, len(DATA) - 1),
        ("bytes=-999999", 0, len(DATA) - 1),
        ("bytes=10-999999", 10, len(DATA) - 1),
        ("bytes=10-" + "9" * 26, 10, len(DATA) - 1),
        ("bytes=10-" + "9" * 5000, 10, len(DATA) - 1),
        ("bytes=-" + "9" * 26, 0, len(DATA) - 1),
        ("bytes=" + "0" * 30 + "10-19", 10, 19),
        ("bytes = 10 - 19", 10, 19),
        ("BYTES=10-19", 10, 19),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_a_range_is_answered_with_that_part(get, stored, asked, start, end):
    answer = get("/component/get", id=stored, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == DATA[start : end + 1]
    assert answer.headers["Content-Range"] == f"bytes {start}-{end}/{len(DATA)}"
    assert answer.headers["Content-Length"] == str(end - start + 1)


@pytest.mark.parametrize("asked", ["bytes=20000-", "bytes=-0", "bytes=" + "9" * 26 + "-"])
def test_a_range_behind_the_end_cannot_be_satisfied(get, stored, asked):
    answer = get("/component/get", id=stored, headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(DATA)}"


@pytest.mark.parametrize(
    "asked",
    ["bytes=5-1", "bytes=", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=\u0661-"],
)
def test_a_range_that_is_not_understood_means_the_whole_file(get, stored, asked):
    answer = get("/component/get", id=stored, headers={"Range": asked.encode()})
    assert (answer.status_code, answer.content) == (200, DATA)
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_who_has_the_file_already_gets_no_bytes(get, stored):
    first = get("/component/get", id=stored)
    for condition in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-None-Match": f'W/"x", {first.headers["ETag"]}'},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = get("/component/get", id=stored, headers=condition)
        assert (again.status_code, again.content) == (304, b"")
    other = get("/component/get", id=stored, headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


def test_a_part_is_given_only_of_the_state_that_the_client_has(get, stored):
    tag = get("/component/get", id=stored).headers["ETag"]
    part = {"Range": "bytes=0-9"}
    same = get("/component/get", id=stored, headers={**part, "If-Range": tag})
    other = get("/component/get", id=stored, headers={**part, "If-Range": '"other"'})
    assert (same.status_code, other.status_code) == (206, 200)
    refused = get("/component/get", id=stored, headers={"If-Match": '"other"'})
    assert refused.status_code == 412


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("{tag}", 206),
        ("W/{tag}", 200),
        ('"other"', 200),
        ("{date}", 206),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 200),
        ("no date at all", 200),
    ],
)
def test_if_range_compares_strongly_and_by_the_exact_date(get, stored, state, status):
    whole = get("/component/get", id=stored)
    state = state.format(tag=whole.headers["ETag"], date=whole.headers["Last-Modified"])
    headers = {"Range": "bytes=0-9", "If-Range": state}
    answer = get("/component/get", id=stored, headers=headers)
    assert answer.status_code == status
    assert answer.content == (DATA[:10] if status == 206 else DATA)


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": "W/{tag}"}, 304),
        ({"If-None-Match": '"other"', "If-Modified-Since": "{date}"}, 200),
        ({"If-Modified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"}, 200),
        ({"If-Modified-Since": "no date at all"}, 200),
        ({"If-Match": "*"}, 200),
        ({"If-Match": '"other", {tag}'}, 200),
        ({"If-Match": "W/{tag}"}, 412),
        ({"If-Unmodified-Since": "{date}"}, 200),
        ({"If-Unmodified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"}, 412),
        ({"If-Match": "{tag}", "If-Unmodified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"}, 200),
        ({"If-None-Match": "{tag}", "Range": "bytes=0-9"}, 304),
        ({"If-Match": '"other"', "Range": "bytes=0-9"}, 412),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_conditions_come_in_the_order_of_the_standard(get, stored, method, condition, status):
    whole = get("/component/get", id=stored)
    told = {"tag": whole.headers["ETag"], "date": whole.headers["Last-Modified"]}
    headers = {name: value.format(**told) for name, value in condition.items()}
    answer = get("/component/get", id=stored, headers=headers, method=method)
    assert answer.status_code == status
    assert answer.headers["ETag"] == told["tag"]


def test_an_empty_file_has_no_part(upload, get):
    upload("c-nothing", b"")
    for asked in ("bytes=0-", "bytes=-5", "bytes=0-0"):
        answer = get("/component/get", id="c-nothing", headers={"Range": asked})
        assert (answer.status_code, answer.headers["Content-Range"]) == (416, "bytes */0")
    assert get("/component/get", id="c-nothing").content == b""


def test_head_tells_the_size_without_the_bytes(get, stored):
    for headers in ({}, {"Range": "bytes=0-9"}, {"Range": "bytes=20000-"}):
        answer = get("/component/get", id=stored, method="HEAD", headers=headers)
        assert answer.status_code == 200, "only GET knows ranges"
        assert answer.headers["Content-Length"] == str(len(DATA))
        assert answer.content == b""


def test_another_file_has_another_tag(upload, get):
    upload("c-tagged")
    first = get("/component/get", id="c-tagged").headers["ETag"]
    upload("c-tagged", bytes(len(DATA)))
    assert get("/component/get", id="c-tagged").headers["ETag"] != first
    assert get("/component/get", id="c-tagged", headers={"If-None-Match": first}).status_code == 200


def test_a_name_cannot_break_out_of_its_header(get, stored):
    answer = get("/component/get", id=stored)
    assert "X-Evil" not in answer.headers
    assert "n%C3%A4me" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Type"] == "video/quicktime"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/component/get", "/component/thumbnail", "/component/remove"])
def test_what_is_not_there_is_404_and_a_wrong_key_401(get, call, path):
    call(component("c-empty"))
    assert get(path, id="c-unknown").status_code == 404
    assert get(path, id="c-empty").status_code == 404
    refused = get(path, id="c-empty", apiKey="wrong")
    assert refused.status_code == 401
    assert refused.json()["error_code"] == "api_credentials_invalid"


def test_the_key_may_come_in_the_headers_of_the_api(server, http, stored):
    headers = {"ftrack-user": "admin", "ftrack-api-key": KEY}
    url = f"{server.url}/component/get?id={stored}"
    assert http.get(url, headers=headers, timeout=30).content == DATA


def test_a_page_of_another_origin_may_put_and_read_the_tag(call, stored, get):
    (told,) = call(announced("c-cors"))
    asked = {
        "Origin": "http://page",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "content-disposition, content-md5",
    }
    preflight = requests.options(told["url"], headers=asked, timeout=30)
    assert preflight.status_code == 204
    assert "PUT" in preflight.headers["Access-Control-Allow-Methods"]
    assert preflight.headers["Access-Control-Allow-Headers"] == "content-disposition, content-md5"
    answer = requests.put(told["url"], data=DATA, headers={"Origin": "http://page"}, timeout=30)
    assert answer.headers["Access-Control-Allow-Origin"] == "http://page"
    assert answer.headers["Access-Control-Expose-Headers"] == "ETag"
    streamed = get("/component/get", id=stored, headers={"Origin": "http://page"})
    assert streamed.headers["Access-Control-Allow-Origin"] == "http://page"


def test_many_fetch_and_replace_the_same_file_at_once(call, http, get):
    call(component("c-busy"))
    versions = [bytes([number]) * 200_000 for number in range(4)]
    for data in versions:
        (told,) = call(announced("c-busy", data))
        assert http.put(told["url"], data=data, timeout=30).status_code == 200
    seen = []

    def fetch():
        seen.extend(
            requests.get(get("/component/get", id="c-busy").url, timeout=30).content[::50_000]
            for _ in range(5)
        )

    threads = [threading.Thread(target=fetch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for data in versions:
        (told,) = call(announced("c-busy", data))
        requests.put(told["url"], data=data, timeout=30)
    for thread in threads:
        thread.join()
    assert len(seen) == 20
    assert all(len(set(data)) == 1 for data in seen), "nobody reads half of one and half of another"


# --- thumbnails --------------------------------------------------------------------------------


def test_a_thumbnail_fits_into_the_size_that_is_asked_for(upload, get):
    image_module = pytest.importorskip("PIL.Image")
    upload("c-picture", png(800, 400), ".png")
    for size, expected in ((100, (100, 50)), (None, (300, 150))):
        asked = {} if size is None else {"size": size}
        answer = get("/component/thumbnail", id="c-picture", **asked)
        assert answer.headers["Content-Type"] == "image/jpeg"
        with image_module.open(io.BytesIO(answer.content)) as image:
            assert image.size == expected
    tag = answer.headers["ETag"]
    again = get("/component/thumbnail", id="c-picture", headers={"If-None-Match": tag})
    assert again.status_code == 304


@pytest.mark.parametrize("size", ["0", "-1", "huge", "99999999999"])
def test_a_strange_size_does_no_harm(upload, get, size):
    pytest.importorskip("PIL.Image")
    if get("/component/thumbnail", id="c-strange").status_code == 404:
        upload("c-strange", png(), ".png")
    assert get("/component/thumbnail", id="c-strange", size=size).status_code == 200


def test_what_is_no_picture_leads_to_the_placeholder(upload, get):
    upload("c-movie", b"no movie at all", ".mov")
    answer = get("/component/thumbnail", id="c-movie")
    assert answer.history[0].status_code == 302
    assert answer.url.partition("?")[0].endswith("/img/thumbnail2.png")
    assert answer.content.startswith(b"\x89PNG")


def test_the_placeholder_is_a_picture_for_everybody(server):
    answer = requests.get(f"{server.url}/img/thumbnail2.png", timeout=30)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


def test_a_picture_comes_as_it_is_without_pillow(upload, get, monkeypatch):
    monkeypatch.setattr("ftrack_embedded.engine.files.images.is_available", lambda: False)
    data = png(9, 9)
    upload("c-plain", data, ".png")
    answer = get("/component/thumbnail", id="c-plain", size=2)
    assert answer.content == data


# --- removing ----------------------------------------------------------------------------------


def test_removing_takes_the_bytes_and_leaves_the_row(upload, get, call):
    upload("c-gone")
    assert get("/component/remove", id="c-gone").status_code == 200
    assert get("/component/get", id="c-gone").status_code == 404
    assert get("/component/remove", id="c-gone").status_code == 404
    (rows,) = call({"action": "query", "expression": "Component where id is c-gone"})
    assert len(rows["data"]) == 1


def test_the_bytes_go_with_the_last_row_that_says_they_are_here(upload, server, call):
    upload("c-place")
    call({"action": "delete", "entity_type": "ComponentLocation", "entity_key": ["at-c-place"]})
    assert not server.studio.files.has("c-place")
    upload("c-whole")
    call({"action": "delete", "entity_type": "Component", "entity_key": ["c-whole"]})
    assert not server.studio.files.has("c-whole")


def test_a_refused_batch_removes_no_bytes(upload, server, call):
    upload("c-stays")
    delete = {"action": "delete", "entity_type": "Component", "entity_key": ["c-stays"]}
    assert "exception" in call(delete, {"action": "create", "entity_type": "Nothing"})
    assert server.studio.files.has("c-stays")


# --- older clients -----------------------------------------------------------------------------


def test_older_clients_ask_for_the_address_by_get(call, get, http):
    call(component("c-older"))
    told = get("/component/getPutMetadata", id="c-older", checksum="", fileSize=len(DATA)).json()
    assert http.put(told["url"], data=DATA, headers=told["headers"], timeout=30).status_code == 200
    assert get("/component/get", id="c-older").content == DATA


@pytest.mark.parametrize("path", ["/component/get", "/img/thumbnail2.png", "/widget/info"])
def test_other_methods_are_refused_in_json(server, path):
    answer = requests.post(server.url + path, timeout=30)
    assert answer.status_code == 405
    assert answer.json()["exception"] == "MethodNotAllowedError"
    assert "GET" in answer.json()["content"]


# --- links -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def link(upload, call):
    """Return the address that the place of a file tells."""
    upload("c-linked")
    expression = "select url from ComponentLocation where component_id is c-linked"
    (rows,) = call({"action": "query", "expression": expression})
    return rows["data"][0]["url"]["url"]


def test_a_link_works_without_a_key_and_bears_none(link):
    assert KEY not in link
    assert requests.get(link, timeout=30).content == DATA


@pytest.mark.parametrize(
    "spoil",
    [
        lambda link: link.replace("c-linked", "c-stored"),
        lambda link: link[:-1] + ("0" if link[-1] != "0" else "1"),
        lambda link: link.replace("until=", "until=9"),
        lambda link: link.replace("until=", "until=x"),
        lambda link: link.replace("component/get", "component/remove"),
        lambda link: link.partition("&")[0],
    ],
)
def test_a_link_is_good_for_that_file_that_time_and_reading_alone(link, stored, spoil):
    assert requests.get(spoil(link), timeout=30).status_code == 401


def test_a_thumbnail_has_such_a_link_too(upload, call):
    upload("c-thumb", png(), ".png")
    user = {"action": "create", "entity_type": "User", "entity_data": {"thumbnail_id": "c-thumb"}}
    expression = "select thumbnail_url from User where thumbnail_id is c-thumb"
    _, rows = call(user, {"action": "query", "expression": expression})
    address = rows["data"][0]["thumbnail_url"]["url"]
    assert requests.get(address, timeout=30).headers["Content-Type"].startswith("image/")


def test_an_expired_link_is_refused(link, monkeypatch):
    now = time.time()
    monkeypatch.setattr("ftrack_embedded.engine.files.links.time.time", lambda: now + 3 * 3600)
    assert requests.get(link, timeout=30).status_code == 401
