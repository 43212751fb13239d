"""The S3 accessor against a server that speaks the protocol, on a free port."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from uuid import uuid4

import boto3
import pytest
import requests
from botocore.exceptions import ClientError
from ftrack_accessor_s3.accessor import S3Accessor, s3_accessor
from ftrack_accessor_s3.plugin import ftrack_create_accessor
from ftrack_accessor_s3.settings import S3Settings
from ftrack_accessor_s3.writer import PART_SIZE
from ftrack_core.errors import (
    AccessorError,
    ConfigurationError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from ftrack_core.hookspecs import provided_names
from ftrack_core.ports import AccessorSpec
from ftrack_core.testing.accessors import AccessorSuite

SECRET = "do-not-show-this-key"


@pytest.fixture(scope="module")
def endpoint():
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def options(endpoint):
    return {
        "endpoint_url": endpoint,
        "region": "us-east-1",
        "access_key": "studio",
        "secret_key": SECRET,
    }


@pytest.fixture(scope="module")
def client(endpoint):
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="studio",
        aws_secret_access_key=SECRET,
    )
    yield client
    client.close()


@pytest.fixture
def bucket(client):
    name = f"media-{uuid4().hex}"
    client.create_bucket(Bucket=name)
    return name


@pytest.fixture
def s3(bucket, options, client):
    return S3Accessor(S3Settings(bucket, "prod/root", **options), client)


@pytest.fixture
def own_s3(bucket, options):
    """Return an accessor with a client of its own, for tests that listen to its requests."""
    accessor = s3_accessor(AccessorSpec(f"s3://{bucket}/prod/root", options))
    yield accessor
    accessor.close()


def write(accessor, identifier, content=b"x"):
    with accessor.open(identifier, "wb") as stream:
        stream.write(content)


def read(accessor, identifier):
    with accessor.open(identifier) as stream:
        return stream.read()


def keys(client, bucket):
    return [one["Key"] for one in client.list_objects_v2(Bucket=bucket).get("Contents", [])]


def requests_of(accessor):
    """Return the list that the names of this accessor's requests will be added to."""
    seen = []
    events = accessor._objects.client.meta.events
    events.register("before-call.s3", lambda model, **_: seen.append(model.name))
    return seen


class TestS3Accessor(AccessorSuite):
    @pytest.fixture
    def accessor(self, s3):
        return s3


class TestAWholeBucket(AccessorSuite):
    large_size = PART_SIZE

    @pytest.fixture
    def accessor(self, bucket, options, client):
        return S3Accessor(S3Settings(bucket, **options), client)


class TestTheUrlAndTheOptions:
    @pytest.mark.parametrize("url", ["s3:", "s3://", "s3:bucket", "s3:///prefix"])
    def test_name_a_bucket(self, url):
        with pytest.raises(ConfigurationError, match="s3://bucket/prefix"):
            s3_accessor(AccessorSpec(url))

    def test_hold_no_keys_in_the_url(self):
        with pytest.raises(ConfigurationError, match="access_key") as caught:
            s3_accessor(AccessorSpec(f"s3://studio:{SECRET}@bucket"))
        assert SECRET not in str(caught.value)

    def test_are_checked_by_name(self):
        with pytest.raises(ConfigurationError, match="Did you mean 'region'"):
            s3_accessor(AccessorSpec("s3://bucket", {"regoin": "x"}))

    def test_hold_both_keys_or_none(self):
        with pytest.raises(ConfigurationError, match="both"):
            s3_accessor(AccessorSpec("s3://bucket", {"access_key": "studio"}))

    def test_name_a_profile_that_exists(self):
        with pytest.raises(ConfigurationError, match="nobody"):
            s3_accessor(AccessorSpec("s3://bucket", {"profile": "nobody"}))

    def test_never_show_the_secret(self, s3):
        assert SECRET not in repr(s3)
        assert SECRET not in repr(s3._settings)
        assert repr(s3).endswith("/prod/root')")


class TestThePlugin:
    def test_answers_for_s3_only(self, options):
        accessor = ftrack_create_accessor(AccessorSpec("s3://bucket", options))
        assert isinstance(accessor, S3Accessor)
        accessor.close()
        assert ftrack_create_accessor(AccessorSpec("disk:/mnt")) is None
        assert provided_names(ftrack_create_accessor) == ("s3",)

    def test_loads_without_boto3(self):
        code = (
            "import sys, ftrack_accessor_s3.plugin;"
            "assert not {'boto3', 'botocore'} & set(sys.modules)"
        )
        subprocess.run([sys.executable, "-c", code], check=True)


class TestKeys:
    def test_lie_below_the_prefix_as_they_are_named(self, s3, client, bucket):
        write(s3, "a b/sharp#tag.exr")
        assert keys(client, bucket) == ["prod/root/a b/sharp#tag.exr"]

    def test_beside_the_prefix_are_not_seen(self, s3, client, bucket):
        client.put_object(Bucket=bucket, Key="prod/root_evil/x", Body=b"x")
        client.put_object(Bucket=bucket, Key="prod/x", Body=b"x")
        assert s3.list("") == []

    def test_of_other_programs_are_containers_too(self, s3, client, bucket):
        client.put_object(Bucket=bucket, Key="prod/root/deep/er/x", Body=b"x")
        assert s3.list("") == ["deep"]
        assert s3.is_container("deep/er")

    def test_end_in_a_slash_for_a_container_that_was_made(self, s3, client, bucket):
        s3.make_container("shots")
        assert keys(client, bucket) == ["prod/root/shots/"]

    def test_are_listed_page_by_page(self, own_s3):
        names = [f"many/{number}" for number in range(5)]
        for name in names:
            write(own_s3, name)

        def two_on_a_page(params, **_):
            params["MaxKeys"] = 2

        events = own_s3._objects.client.meta.events
        events.register("provide-client-params.s3.ListObjectsV2", two_on_a_page)
        seen = requests_of(own_s3)
        assert own_s3.list("many") == names
        assert seen == ["ListObjectsV2"] * 3


class TestWriting:
    def test_a_small_file_is_one_request(self, own_s3):
        seen = requests_of(own_s3)
        write(own_s3, "small.exr", b"x" * 1000)
        assert seen == ["PutObject"]

    def test_a_large_file_goes_in_parts(self, own_s3, client, bucket):
        seen = requests_of(own_s3)
        write(own_s3, "large.mov", bytes(2 * PART_SIZE + 1))
        parts = ["UploadPart"] * 3
        assert seen == ["CreateMultipartUpload", *parts, "CompleteMultipartUpload"]
        head = client.head_object(Bucket=bucket, Key="prod/root/large.mov")
        assert head["ContentLength"] == 2 * PART_SIZE + 1

    def test_keeps_one_part_in_memory(self, s3):
        with s3.open("large.mov", "wb") as stream:
            stream.write(bytes(3 * PART_SIZE - 1))
            # the server lives in this process and keeps all: so look at what the stream holds
            assert len(stream._pending) == PART_SIZE - 1

    def test_a_block_that_fails_leaves_nothing(self, s3, client, bucket):
        with suppress(ZeroDivisionError), s3.open("large.mov", "wb") as stream:
            stream.write(bytes(PART_SIZE + 1))
            raise ZeroDivisionError
        assert keys(client, bucket) == []
        assert "Uploads" not in client.list_multipart_uploads(Bucket=bucket)

    def test_a_stream_that_is_dropped_leaves_nothing(self, s3, client, bucket):
        stream = s3.open("large.mov", "wb")
        stream.write(bytes(PART_SIZE + 1))
        del stream
        assert keys(client, bucket) == []
        assert "Uploads" not in client.list_multipart_uploads(Bucket=bucket)

    def test_ends_when_the_stream_is_closed(self, s3):
        stream = s3.open("plate.exr", "wb")
        stream.write(b"x")
        stream.close()
        stream.close()
        with pytest.raises(AccessorError, match="ended"):
            stream.write(b"y")
        assert read(s3, "plate.exr") == b"x"


def refusing(code, *operations):
    """Return a handler that lets a server answer conditional requests with an error *code*."""

    def refuse(params, model, **_):
        headers = params["headers"]
        if model.name in operations and "If-None-Match" in headers:
            raise ClientError({"Error": {"Code": code, "Message": ""}}, model.name)

    return refuse


def ignoring(*operations):
    """Return a handler that makes a server forget the condition, as some servers do."""

    def forget(params, model, **_):
        if model.name in operations:
            params["headers"].pop("If-None-Match", None)

    return forget


def write_too_late(accessor, identifier, content):
    with accessor.open_atomic(identifier) as stream:
        stream.write(content)
        write(accessor, identifier, b"theirs")


ALL = ("PutObject", "CompleteMultipartUpload")


class TestNotOverwriting:
    def test_asks_the_server_once_whether_it_heeds_the_condition(self, own_s3):
        seen = requests_of(own_s3)
        for number in range(3):
            with own_s3.open_atomic(f"{number}.exr") as stream:
                stream.write(b"x")
        probe = ["PutObject", "PutObject", "DeleteObject"]
        assert seen == [
            *("HeadObject", *probe, "PutObject"),
            *("HeadObject", "PutObject"),
            *("HeadObject", "PutObject"),
        ]
        assert own_s3.list("") == ["0.exr", "1.exr", "2.exr"]

    @pytest.mark.parametrize("size", [1, PART_SIZE + 1])
    def test_finds_what_came_into_being_meanwhile(self, s3, size):
        with pytest.raises(ResourceExistsError):
            write_too_late(s3, "plate.exr", bytes(size))
        assert read(s3, "plate.exr") == b"theirs"

    @pytest.mark.parametrize("size", [1, PART_SIZE + 1])
    @pytest.mark.parametrize(
        "server",
        [
            refusing("NotImplemented", *ALL),
            ignoring(*ALL),
            ignoring("CompleteMultipartUpload"),
        ],
    )
    def test_works_as_well_as_the_server_lets_it(self, own_s3, client, bucket, server, size):
        own_s3._objects.client.meta.events.register("before-call.s3", server)
        with own_s3.open_atomic("plate.exr") as stream:
            stream.write(bytes(size))
        with pytest.raises(ResourceExistsError):
            write_too_late(own_s3, "late.exr", bytes(size))
        assert read(own_s3, "late.exr") == b"theirs"
        assert len(read(own_s3, "plate.exr")) == size
        assert own_s3.list("") == ["late.exr", "plate.exr"]
        assert "Uploads" not in client.list_multipart_uploads(Bucket=bucket)

    def test_tries_again_after_a_conflict(self, own_s3):
        with own_s3.open_atomic("first.exr"):
            pass  # the server has been tried from here on
        conflicts = [refusing("ConditionalRequestConflict", "PutObject")]

        def once(**arguments):
            if conflicts:
                conflicts.pop()(**arguments)

        own_s3._objects.client.meta.events.register("before-call.s3", once)
        with own_s3.open_atomic("plate.exr") as stream:
            stream.write(b"x")
        assert read(own_s3, "plate.exr") == b"x"


class TestReading:
    def test_can_seek(self, s3):
        write(s3, "digits.txt", b"0123456789")
        with s3.open("digits.txt") as stream:
            assert stream.seek(4) == 4
            assert stream.read(2) == b"45"
            assert stream.seek(-1, 2) == 9
            assert stream.read() == b"9"
            stream.seek(100)
            assert stream.read() == b""

    def test_goes_on_after_a_broken_connection(self, s3):
        write(s3, "digits.txt", b"0123456789" * 100_000)
        stream = s3.open("digits.txt")
        assert stream.read(500_000) == b"0123456789" * 50_000

        class Broken:
            def read(self, length):
                raise ConnectionResetError

            def close(self):
                pass

        stream.raw._body = Broken()
        assert stream.read() == b"0123456789" * 50_000
        stream.close()

    def test_does_not_mix_two_versions(self, s3):
        write(s3, "plate.exr", b"old" * 500_000)
        with s3.open("plate.exr") as stream:
            stream.read(10)
            write(s3, "plate.exr", b"new" * 500_000)
            stream.seek(1_000_000)
            with pytest.raises(AccessorError, match="replaced"):
                stream.read(10)

    def test_a_range_is_one_request(self, own_s3):
        write(own_s3, "digits.txt", b"0123456789")
        seen = requests_of(own_s3)
        assert own_s3.read_range("digits.txt", 3, 4) == b"3456"
        assert seen == ["GetObject"]


class TestRemoving:
    def test_many_takes_a_request_for_each_thousand(self, own_s3):
        names = [f"many/{number:04}" for number in range(1005)]
        for name in names[::200]:
            write(own_s3, name)
        seen = requests_of(own_s3)
        own_s3.remove_many(names)
        assert seen == ["DeleteObjects", "DeleteObjects"]
        assert not own_s3.exists("many")

    def test_never_takes_the_root(self, s3):
        with pytest.raises(AccessorError, match="root"):
            s3.remove("")


class TestUrls:
    def test_are_signed_and_can_be_opened(self, s3):
        write(s3, "a b/50%.exr", b"content")
        url = s3.get_url("a b/50%.exr")
        assert SECRET not in url
        assert requests.get(url, timeout=10).content == b"content"


class TestErrorsAreClear:
    def test_a_missing_bucket_is_named(self, options):
        accessor = s3_accessor(AccessorSpec("s3://no-such-bucket", options))
        with pytest.raises(AccessorError, match="no such bucket"):
            write(accessor, "plate.exr")
        with pytest.raises(AccessorError, match="no such bucket"):
            accessor.list("")
        accessor.close()

    @pytest.mark.parametrize(
        ("code", "words"),
        [
            ("SignatureDoesNotMatch", "check access_key and secret_key"),
            ("AccessDenied", "check the rights"),
            ("Teapot", "Teapot short and stout"),
        ],
    )
    def test_a_refusal_is_a_sentence(self, own_s3, code, words):
        def refuse(model, **_):
            error = {"Error": {"Code": code, "Message": "short and stout"}}
            raise ClientError(error, model.name)

        own_s3._objects.client.meta.events.register("before-call.s3", refuse)
        with pytest.raises(AccessorError, match=words) as caught:
            own_s3.list("shots")
        assert caught.value.resource_identifier == "shots"
        assert not isinstance(caught.value, ResourceNotFoundError)

    def test_a_server_that_is_not_there_is_said(self, options):
        options["endpoint_url"] = "http://127.0.0.1:9"
        accessor = s3_accessor(AccessorSpec("s3://bucket", options))
        with pytest.raises(AccessorError, match="cannot be reached"):
            accessor.list("")
        accessor.close()
