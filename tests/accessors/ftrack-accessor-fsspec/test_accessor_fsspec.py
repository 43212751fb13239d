"""The fsspec accessor on file systems that are there everywhere: memory, local files, HTTP."""

from __future__ import annotations

import functools
import subprocess
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest
from ftrack_accessor_fsspec.accessor import FsspecAccessor, fsspec_accessor
from ftrack_accessor_fsspec.addresses import Address
from ftrack_accessor_fsspec.backends import Backend
from ftrack_accessor_fsspec.failures import storage_errors
from ftrack_accessor_fsspec.instances import Instances
from ftrack_accessor_fsspec.plugin import SCHEMES, ftrack_create_accessor
from ftrack_core.errors import (
    AccessorError,
    ConfigurationError,
    ResourceExistsError,
    ResourceNotFoundError,
    UnsupportedOperationError,
)
from ftrack_core.hookspecs import provided_names
from ftrack_core.ports import AccessorSpec, SupportsAtomicWrite
from ftrack_core.testing.accessors import AccessorSuite


def made(url, **options):
    return fsspec_accessor(AccessorSpec(url, options))


def write(accessor, identifier, content=b"x"):
    with accessor.open(identifier, "wb") as stream:
        stream.write(content)


class TestInMemory(AccessorSuite):
    @pytest.fixture
    def accessor(self):
        return made(f"memory://{uuid4().hex}/root")


class TestLocalFiles(AccessorSuite):
    @pytest.fixture
    def accessor(self, tmp_path):
        return made(f"fsspec+file://{tmp_path}/root")


class TestWhereNothingCanBeMoved(AccessorSuite):
    """The core of the port is kept without atomic writes too."""

    @pytest.fixture
    def accessor(self):
        return FsspecAccessor(Address.of(AccessorSpec(f"memory://{uuid4().hex}/root")))


class TestTheUrl:
    @pytest.mark.parametrize("url", ["sftp:/folder", "memory:x", "fsspec:", "fsspec:sftp"])
    def test_has_two_slashes(self, url):
        with pytest.raises(ConfigurationError, match="://host/folder"):
            made(url)

    @pytest.mark.parametrize("url", ["fsspec+memory://place", "fsspec:memory://place"])
    def test_may_name_any_protocol_of_fsspec(self, url):
        assert repr(made(url)) == "AtomicFsspecAccessor('memory://place')"

    def test_of_an_unknown_protocol_is_an_error(self):
        with pytest.raises(ConfigurationError, match="Did you mean 'memory'"):
            made("fsspec+memry://place")

    def test_of_a_missing_library_says_what_to_install(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "smbprotocol", None)
        monkeypatch.setitem(sys.modules, "smbclient", None)
        monkeypatch.delitem(sys.modules, "fsspec.implementations.smb", raising=False)
        with pytest.raises(ConfigurationError, match=r"ftrack-accessor-fsspec\[smb\]"):
            made("smb://host/share")

    def test_never_shows_its_password(self):
        address = Address.of(AccessorSpec("sftp://anna:pa%40ss@host:22/prod"))
        assert address.shown == "sftp://host:22/prod"
        assert "pa" not in repr(address)
        assert (address.user, address.password) == ("anna", "pa@ss")


class TestThePlugin:
    def test_answers_for_its_schemes_only(self):
        assert isinstance(ftrack_create_accessor(AccessorSpec("memory://x")), FsspecAccessor)
        for url in ("disk:/mnt", "s3://bucket", "file:/mnt"):
            assert ftrack_create_accessor(AccessorSpec(url)) is None
        assert provided_names(ftrack_create_accessor) == SCHEMES

    def test_loads_without_fsspec(self):
        code = "import sys, ftrack_accessor_fsspec.plugin; assert 'fsspec' not in sys.modules"
        subprocess.run([sys.executable, "-c", code], check=True)


class TestLocalFilesAreWrittenWhole:
    @pytest.fixture
    def local(self, tmp_path):
        return made(f"fsspec+file://{tmp_path}/root")

    def test_under_a_temporary_name_first(self, local, tmp_path):
        with local.open_atomic("shots/plate.exr"):
            (temporary,) = (tmp_path / "root" / "shots").iterdir()
            assert temporary.name.startswith(".ftrack-")
            assert local.list("shots") == []
        assert [path.name for path in (tmp_path / "root" / "shots").iterdir()] == ["plate.exr"]

    def test_and_never_over_what_came_meanwhile(self, local):
        with pytest.raises(ResourceExistsError):
            write_too_late(local)
        assert local.list("") == ["plate.exr"]
        assert local.open("plate.exr").read() == b"theirs"

    def test_and_never_over_a_folder(self, local):
        local.make_container("shots")
        with pytest.raises(AccessorError, match="folder"), local.open_atomic("shots"):
            pass


def write_too_late(accessor):
    with accessor.open_atomic("plate.exr") as stream:
        stream.write(b"x")
        write(accessor, "plate.exr", b"theirs")


class TestOverHttp:
    @pytest.fixture
    def served(self, tmp_path):
        """Return an accessor for a folder that a web server offers."""
        pytest.importorskip("aiohttp", reason="needs aiohttp")
        (tmp_path / "a folder").mkdir()
        for name in ("sharp#tag.exr", "half 50%.exr", "plain.exr"):
            (tmp_path / "a folder" / name).write_bytes(b"0123456789")

        class Quiet(SimpleHTTPRequestHandler):
            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path))
        )
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield made(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()
        server.server_close()

    def test_files_are_listed_and_read(self, served):
        names = ["half 50%.exr", "plain.exr", "sharp#tag.exr"]
        assert served.list("a folder") == [f"a folder/{name}" for name in names]
        for name in names:
            assert served.is_file(f"a folder/{name}")
            with served.open(f"a folder/{name}") as stream:
                assert stream.read() == b"0123456789"

    def test_containers_are_pages_with_links(self, served):
        assert served.list("") == ["a folder"]
        assert served.is_container("a folder")
        assert not served.is_file("a folder")

    def test_what_is_missing_is_missing(self, served):
        assert not served.exists("missing.exr")
        with pytest.raises(ResourceNotFoundError):
            served.open("missing.exr")

    def test_urls_can_be_opened(self, served):
        assert served.get_url("a folder/sharp#tag.exr").endswith("/a%20folder/sharp%23tag.exr")

    def test_nothing_is_written(self, served):
        assert not isinstance(served, SupportsAtomicWrite)
        for call in (
            lambda: served.open("x.exr", "wb"),
            lambda: served.remove("a folder/plain.exr"),
            lambda: served.make_container("x"),
        ):
            with pytest.raises(UnsupportedOperationError, match="only be read"):
                call()


class TestErrorsAreClear:
    ADDRESS = Address.of(AccessorSpec("sftp://anna:s3cret@host/x", {"passphrase": "open sesame"}))

    def raised_for(self, error):
        with (
            pytest.raises(AccessorError) as caught,
            storage_errors(self.ADDRESS, "read", "plate.exr"),
        ):
            raise error
        return caught.value

    def test_whatever_the_library_raises(self):
        class StrangeError(Exception):
            errno = 2

        assert isinstance(self.raised_for(StrangeError()), ResourceNotFoundError)
        assert isinstance(self.raised_for(NotImplementedError()), UnsupportedOperationError)
        assert "permission is denied" in str(self.raised_for(PermissionError(13, "no")))
        assert "no space left" in str(self.raised_for(OSError(28, "full")))
        assert "KeyError 'a%20b'" in str(self.raised_for(KeyError("a%20b")))

    def test_and_they_tell_no_secret(self):
        for secret in ("s3cret", "open sesame"):
            error = self.raised_for(ValueError(f"sftp said {secret}"))
            assert secret not in str(error)
            assert error.__cause__ is None
            assert error.__suppress_context__

    def test_and_they_keep_the_cause_that_tells_none(self):
        cause = ValueError("sftp said no")
        assert self.raised_for(cause).__cause__ is cause


class TestInstances:
    """SFTP and FTP hang when threads share one connection; so nobody shares."""

    @pytest.fixture
    def instances(self):
        instances = Instances(Address.of(AccessorSpec("memory://x")))
        instances.backend = Backend(lambda address: (object(), "/x"), exclusive=True)
        return instances

    def test_are_lent_to_one_user_at_a_time(self, instances):
        with instances.one() as first, instances.one() as second:
            assert first.files is not second.files

    def test_are_used_again(self, instances):
        with instances.one() as first:
            pass
        with instances.one() as second:
            assert second.files is first.files

    def test_are_held_by_a_stream_until_it_is_closed(self):
        accessor = made(f"memory://{uuid4().hex}")
        write(accessor, "plate.exr")
        given_back = []
        accessor._instances.give_back = given_back.append
        stream = accessor.open("plate.exr")
        given_back.clear()
        stream.close()
        stream.close()
        assert len(given_back) == 1
