"""Uploads and downloads over a connection that fails: in parts, again, whole or not at all."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import logging
import random
import threading
import tracemalloc

import pytest
from ftrack_accessor_server.accessor import ServerAccessor
from ftrack_accessor_server.content import Content, StoppedError
from ftrack_accessor_server.parts import Span, part_size, spans_of
from ftrack_core.errors import (
    AccessorError,
    CommitRefusedError,
    ResourceExistsError,
    TransferError,
)
from ftrack_core.testing.faulty_server import drop, page, reply
from ftrack_core.testing.memory_accessor import MemoryAccessor

from ftrack_core import LocationBinding, Session

KEY = "secret-key-7f3a"
MIB = 1024 * 1024
LARGE = 17 * MIB
"""In bytes: three parts, the last one of a mebibyte."""
MEMORY = 16 * MIB
"""In bytes: far less than what is carried."""


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    path = tmp_path_factory.mktemp("film") / "film.mov"
    path.write_bytes(random.Random(1).randbytes(LARGE))
    return path


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "note.txt"
    path.write_bytes(b"hello")
    return path


def publish(session, path, **data):
    return session.create_component(str(path), {"name": "main", **data}, location="ftrack.server")


def rows(session):
    """Return how many components and records of places the server has."""
    return [
        len(session.query(f"select id from {one}").all())
        for one in ("Component", "ComponentLocation")
    ]


# --- how a file is cut ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "part"),
    [
        (0, 8),
        (128 * MIB, 8),
        (128 * MIB + 1, 16),
        (1024 * MIB, 16),
        (1024 * MIB + 1, 32),
        (8 * 1024 * MIB, 32),
        (8 * 1024 * MIB + 1, 64),
        (64 * 1024 * MIB + 1, 128),
        (10_000 * 128 * MIB, 128),
        (10_000 * 130 * MIB, 130),
    ],
)
def test_parts_grow_with_the_file(size, part):
    assert part_size(size) == part * MIB
    assert len(range(0, size, part_size(size))) <= 10_000


@pytest.mark.parametrize(("size", "count"), [(0, 1), (1, 1), (16 * MIB, 1), (16 * MIB + 1, 3)])
def test_a_file_of_two_parts_is_sent_whole(size, count):
    spans = spans_of(size)
    assert len(spans) == count
    assert sum(span.length for span in spans) == size
    assert [span.number for span in spans] == list(range(1, count + 1))


# --- a small file --------------------------------------------------------------------------------


def test_a_small_file_goes_whole_with_the_headers_that_the_server_gave(
    connected, faulty, note, stored
):
    component = publish(connected, note)
    assert stored(component) == b"hello"
    (asked,) = faulty.sent("POST", "get_upload_metadata")
    (operation,) = json.loads(asked.body)
    md5 = base64.b64encode(hashlib.md5(b"hello").digest()).decode()
    assert operation == {
        "action": "get_upload_metadata",
        "component_id": component["id"],
        "file_name": "main.txt",
        "file_size": 5,
        "checksum": md5,
    }
    (put,) = faulty.sent("PUT")
    assert put.body == b"hello"
    assert put.headers["content-md5"] == md5
    assert put.headers["content-length"] == "5"
    assert 'filename="main.txt"' in put.headers["content-disposition"]
    assert put.headers["transfer-encoding"] is None


def test_an_empty_file_has_the_length_nought(connected, faulty, tmp_path, stored):
    (tmp_path / "empty.txt").touch()
    assert stored(publish(connected, tmp_path / "empty.txt")) == b""
    (put,) = faulty.sent("PUT")
    assert put.headers["content-length"] == "0"


def test_a_component_without_a_name_is_sent_under_its_id(connected, faulty, note):
    component = publish(connected, note, name=None)
    (operation,) = json.loads(faulty.sent("POST", "get_upload_metadata")[0].body)
    assert operation["file_name"] == f"{component['id']}.txt"


def test_a_new_file_takes_two_requests_and_its_record_one(connected, faulty, tmp_path):
    for frame in (1, 2, 3):
        (tmp_path / f"plate.{frame:04d}.exr").write_bytes(b"pixels")
    before = len(faulty.seen)
    publish(connected, tmp_path / "plate.%04d.exr")
    kinds = [one.command for one in faulty.seen[before:]]
    assert sorted(kinds) == ["POST"] * 4 + ["PUT"] * 3


# --- a large file --------------------------------------------------------------------------------


def test_a_large_file_goes_in_parts(connected, faulty, film, stored):
    component = publish(connected, film)
    assert stored(component) == film.read_bytes()
    (operation,) = json.loads(faulty.sent("POST", "get_upload_metadata")[0].body)
    assert (operation["parts"], operation["checksum"]) == (3, None)
    assert sorted(len(one.body) for one in faulty.sent("PUT")) == [MIB, 8 * MIB, 8 * MIB]
    (completed,) = json.loads(faulty.sent("POST", "complete_multipart")[0].body)
    assert [one["part_number"] for one in completed["parts"]] == [1, 2, 3]
    tags = [hashlib.md5(one).hexdigest() for one in pieces_of(film)]
    assert [one["e_tag"] for one in completed["parts"]] == tags


def pieces_of(film):
    data = film.read_bytes()
    return [data[: 8 * MIB], data[8 * MIB : 16 * MIB], data[16 * MIB :]]


@pytest.mark.parametrize(
    "fault",
    [drop, page(503, "Busy"), page(500, "Internal"), page(429, "Slowly")],
    ids=["drop", "503", "500", "429"],
)
def test_a_part_that_fails_is_sent_again_alone(connected, faulty, film, stored, fault):
    faulty.faults = [("PUT", "part=2", fault), ("PUT", "part=2", fault)]
    component = publish(connected, film)
    assert stored(component) == film.read_bytes()
    assert [len(faulty.sent("PUT", f"part={one}")) for one in (1, 2, 3)] == [1, 3, 1]


@pytest.mark.parametrize("action", ["get_upload_metadata", "complete_multipart"])
def test_a_lost_question_is_asked_again(connected, faulty, film, stored, action):
    faulty.faults = [("POST", action, drop)]
    assert stored(publish(connected, film)) == film.read_bytes()
    assert len(faulty.sent("POST", action)) == 2


def test_a_part_that_arrived_otherwise_is_sent_again(connected, faulty, film, stored):
    faulty.faults = [("PUT", "part=2", reply(b"", etag='"0123456789"'))]
    assert stored(publish(connected, film)) == film.read_bytes()
    assert len(faulty.sent("PUT", "part=2")) == 2


def test_what_is_always_damaged_is_an_error(connected, faulty, film):
    faulty.faults = [("PUT", "part=2", reply(b"", etag='"0123456789"'))] * 2
    before = rows(connected)
    with pytest.raises(TransferError, match="arrive damaged"):
        publish(connected, film)
    assert rows(connected) == before


def test_a_storage_that_tags_otherwise_is_believed(connected, faulty, film):
    faulty.faults = [
        *(("PUT", f"part={one}", reply(b"", etag=f'"tag-{one}"')) for one in (1, 2, 3)),
        ("POST", "complete_multipart", reply([{"action": "complete_multipart_upload"}])),
    ]
    publish(connected, film)
    assert len(faulty.sent("PUT")) == 3
    (completed,) = json.loads(faulty.sent("POST", "complete_multipart")[0].body)
    assert [one["e_tag"] for one in completed["parts"]] == ["tag-1", "tag-2", "tag-3"]


def test_a_tag_that_was_taken_out_is_told(connected, faulty, film):
    faulty.faults = [("PUT", "part=1", reply(b""))]
    with pytest.raises(TransferError, match="no ETag"):
        publish(connected, film)


def test_a_server_that_knows_no_parts_gets_the_whole(connected, faulty, film, stored):
    def without_parts(request):
        (operation,) = json.loads(request.body)
        operation.pop("parts")
        reply(request.studio.execute([operation]))(request)

    faulty.faults = [("POST", "get_upload_metadata", without_parts)]
    assert stored(publish(connected, film)) == film.read_bytes()
    (put,) = faulty.sent("PUT")
    assert len(put.body) == LARGE


def test_no_more_connections_than_allowed_send_at_once(connected, faulty, film):
    lock, together, now, most = threading.Lock(), threading.Barrier(2), set(), []

    def watched(request):
        with lock:
            now.add(request)
            most.append(len(now))
        if "part=3" not in request.path:
            together.wait(timeout=60)
        with lock:
            now.discard(request)
        body = iter([request.body])
        answer = request.studio.stream("PUT", request.path, {}, body)
        reply(b"", etag=answer.headers["etag"])(request)

    faulty.faults = [("PUT", f"part={one}", watched) for one in (1, 2, 3)]
    connected.locations.bind(
        LocationBinding("ftrack.server", "server:", None, options={"connections": 2})
    )
    publish(connected, film)
    assert max(most) == 2


# --- what fails for good -------------------------------------------------------------------------


def refuse(request):
    page(403, "Forbidden: the address is not valid any more")(request)


@pytest.mark.parametrize(
    ("faults", "message"),
    [
        ([("PUT", "", refuse)], r"HTTP 403 \(Forbidden\).*try again"),
        ([("PUT", "", page(507, "Full"))], r"HTTP 507.*storage is full"),
        ([("PUT", "", page(413, "Large"))], r"HTTP 413.*larger than"),
        ([("PUT", "", drop)] * 3, "connection .* was lost"),
        ([("PUT", "", page(503, "Busy"))] * 3, r"HTTP 503.*later"),
        ([("PUT", "", reply(b"", 503, retry_after="3600"))], r"HTTP 503.*later"),
        ([("POST", "get_upload", reply([{}]))], "no address"),
        ([("POST", "get_upload", reply({"exception": "X", "content": "no"}))], "refused: no"),
    ],
)
def test_a_failed_upload_leaves_no_record_and_says_what_to_do(
    connected, faulty, note, faults, message
):
    before = rows(connected)
    faulty.faults = list(faults)
    with pytest.raises(TransferError, match=message) as caught:
        publish(connected, note)
    assert faulty.faults == []
    assert "Nothing was left behind" in str(caught.value)
    assert connected.created == []
    assert rows(connected) == before


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_large_file_fails_with_the_error_of_its_part(connected, faulty, film, number):
    before = rows(connected)
    faulty.faults = [("PUT", f"part={number}", refuse)]
    with pytest.raises(TransferError, match="HTTP 403"):
        publish(connected, film)
    assert faulty.sent("POST", "complete_multipart") == []
    assert rows(connected) == before


def test_addresses_for_too_few_parts_are_an_error(connected, faulty, film):
    told = {"component_id": "c", "upload_id": "u", "urls": [{"part_number": 1, "signed_url": "/x"}]}
    faulty.faults = [("POST", "get_upload_metadata", reply([told]))]
    with pytest.raises(TransferError, match="no address for part 2 of 3"):
        publish(connected, film)
    assert faulty.sent("PUT") == []


def test_a_refused_commit_leaves_no_record(connected, faulty, note):
    before = rows(connected)
    with pytest.raises(CommitRefusedError):
        publish(connected, note, version_id="no-such-version")
    assert connected.created == []
    assert rows(connected) == before


def test_a_file_that_is_there_is_not_replaced_by_a_publish(connected, note):
    component = publish(connected, note)
    location = connected.locations.get("ftrack.server")
    with (
        pytest.raises(ResourceExistsError, match="already"),
        location.accessor.open_atomic(component["id"]) as stream,
    ):
        stream.write(b"other")


@pytest.mark.parametrize("fault", [refuse, drop, None])
def test_neither_the_key_nor_an_upload_address_is_told(connected, faulty, note, caplog, fault):
    caplog.set_level(logging.DEBUG)
    faulty.faults = [("PUT", "", fault)] * 3 if fault else []
    told = ""
    try:
        publish(connected, note)
    except TransferError as error:
        told = f"{error} {error!r} {error.__cause__!r} {error.__context__!r}"
    puts = faulty.sent("PUT")
    token = puts[0].path.partition("token=")[2]
    assert len(token) > 10
    assert token not in told + caplog.text
    assert KEY not in told + caplog.text
    assert all(KEY not in one.path for one in faulty.seen)


# --- what is sent --------------------------------------------------------------------------------


def test_a_file_that_shrinks_while_it_is_sent_is_an_error():
    file = io.BytesIO(b"0123456789")
    content = Content(file, "c1", "/renders/film.mov")
    file.truncate(4)
    with pytest.raises(AccessorError, match=r"/renders/film\.mov became shorter"):
        list(content.pieces(Span(1, 0, 10)))


def test_a_file_that_cannot_be_read_is_named():
    class Broken(io.BytesIO):
        def read(self, size=-1):
            raise OSError(5, "Input/output error")

    with pytest.raises(AccessorError, match=r"cannot read /renders/film\.mov: Input/output error"):
        list(Content(Broken(b"x"), "c1", "/renders/film.mov").pieces(Span(1, 0, 1)))


def test_what_is_stopped_sends_nothing_more():
    stop = threading.Event()
    pieces = Content(io.BytesIO(bytes(MIB)), "c1").pieces(Span(1, 0, MIB), stop)
    next(pieces)
    stop.set()
    with pytest.raises(StoppedError):
        next(pieces)


def test_data_of_another_storage_goes_through_a_temporary_file(connected, faulty, stored):
    vault = MemoryAccessor()
    connected.locations.bind(LocationBinding("vault", vault, ById()))
    with vault.open("k1", "wb") as stream:
        stream.write(b"from the vault")
    component = connected.create("FileComponent", {"id": "k1", "name": "x", "file_type": ".txt"})
    place = {"component_id": "k1", "location": connected.create("Location", {"name": "vault"})}
    connected.create("ComponentLocation", {**place, "resource_identifier": "k1"})
    connected.commit()
    server = connected.locations.get("ftrack.server")
    server.add_component(component, "vault")
    assert stored(component) == b"from the vault"
    assert server.get_component_availability(component) == 100.0
    server.remove_component(component)
    assert stored(component) is None


class ById:
    def get_resource_identifier(self, entity, context=None):
        return str(entity["id"])


# --- memory --------------------------------------------------------------------------------------


def test_a_file_is_sent_and_read_in_constant_memory(tmp_path):
    path = tmp_path / "film.mov"
    with path.open("wb") as file:
        for _ in range(80):
            file.write(random.Random(2).randbytes(MIB))
    with Session("embedded:", api_user="admin") as session:
        session.connect()
        tracemalloc.start()
        try:
            component = publish(session, path)
            accessor = session.locations.get("ftrack.server").accessor
            with accessor.open(component["id"]) as stream:
                size = sum(map(len, iter(lambda: stream.read(MIB), b"")))
            copy = session.create("FileComponent", {"name": "copy"})
            with (
                accessor.open(component["id"]) as source,
                accessor.open(copy["id"], "wb") as target,
            ):
                while piece := source.read(MIB):
                    target.write(piece)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert size == 80 * MIB
        assert most < MEMORY


# --- reading over a connection that breaks -------------------------------------------------------


@pytest.fixture
def plate(connected, faulty):
    """A component with a file of a mebibyte, and what is in it."""
    component = connected.create("FileComponent", {"name": "plate"})
    connected.commit()
    content = random.Random(3).randbytes(MIB)
    with accessor_of(connected).open(component["id"], "wb") as stream:
        stream.write(content)
    return component["id"], content


def accessor_of(session):
    accessor = session.locations.get("ftrack.server").accessor
    assert isinstance(accessor, ServerAccessor)
    return accessor


def cut_short(request, tag=None):
    """Answer with the first half of what was asked for, and end the connection."""
    answer = request.studio.stream(request.command, request.path, dict(request.headers))
    body = b"".join(answer.iter_bytes())
    part = body[: len(body) // 2]
    told = {"etag": tag or answer.headers["etag"]}
    if "content-range" in answer.headers:
        told["content-range"] = answer.headers["content-range"]
    reply(part, answer.status, length=len(body), **told)(request)
    answer.close()


def test_reading_goes_on_where_the_connection_broke(connected, faulty, plate):
    identifier, content = plate
    faulty.faults = [("GET", identifier, cut_short), ("GET", identifier, cut_short)]
    with accessor_of(connected).open(identifier) as stream:
        assert stream.read() == content
    ranges = [one.headers["range"] for one in faulty.sent("GET", identifier)]
    assert ranges == [None, f"bytes={MIB // 2}-", f"bytes={MIB * 3 // 4}-"]


def test_a_file_that_was_replaced_meanwhile_is_an_error(connected, faulty, plate):
    identifier, _ = plate
    faulty.faults = [("GET", identifier, lambda request: cut_short(request, '"another"'))]
    with (
        accessor_of(connected).open(identifier) as stream,
        pytest.raises(AccessorError, match="was replaced"),
    ):
        stream.read()


def test_a_connection_that_always_breaks_is_an_error(connected, faulty, plate):
    identifier, _ = plate
    faulty.faults = [("GET", identifier, drop)] * 3
    with pytest.raises(AccessorError, match=r"connection .* was lost.*try again"):
        accessor_of(connected).open(identifier)


@pytest.mark.parametrize(
    ("start", "length"), [(0, MIB), (10, 700_000), (MIB - 5, 100), (MIB, 1), (5, 0)]
)
def test_a_range_comes_whole(connected, faulty, plate, start, length):
    identifier, content = plate
    faulty.faults = [("GET", identifier, cut_short)] if length > 100 else []
    found = accessor_of(connected).read_range(identifier, start, length)
    assert found == content[start : start + length]


def test_a_server_that_knows_no_ranges_sends_all_of_it(connected, faulty, plate):
    identifier, content = plate

    def whole(request):
        reply(content, etag='"e"')(request)

    faulty.faults = [("GET", identifier, whole)] * 2
    assert accessor_of(connected).read_range(identifier, 300_000, 10) == content[300_000:300_010]
    assert accessor_of(connected).exists(identifier)


def test_a_refusal_to_read_is_told_and_not_tried_again(connected, faulty, plate):
    identifier, _ = plate
    faulty.faults = [("GET", identifier, page(403, "Forbidden"))]
    with pytest.raises(AccessorError, match=r"HTTP 403 \(Forbidden\)"):
        accessor_of(connected).open(identifier)
    assert len(faulty.sent("GET", identifier)) == 1


def test_a_server_that_does_not_tell_the_size_is_read_to_the_end(connected, faulty, plate):
    identifier, content = plate

    def unsized(request):
        request.send_response(200)
        request.send_header("connection", "close")
        request.end_headers()
        request.wfile.write(content)
        request.close_connection = True

    faulty.faults = [("GET", identifier, unsized)]
    with accessor_of(connected).open(identifier) as stream:
        assert stream.read() == content
    faulty.faults = [("GET", identifier, unsized)]
    with (
        accessor_of(connected).open(identifier) as stream,
        pytest.raises(AccessorError, match="how large"),
    ):
        stream.seek(0, io.SEEK_END)
