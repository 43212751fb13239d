"""The fsspec accessor against real servers (OpenSSH, WsgiDAV, Samba) where they are installed."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from ftrack_accessor_fsspec.accessor import fsspec_accessor
from ftrack_core.errors import AccessorError
from ftrack_core.ports import AccessorSpec
from ftrack_core.testing.accessors import AccessorSuite


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process):
    for _ in range(200):
        assert process.poll() is None, "the server ended at once"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("the server did not start")


def server_program(name):
    program = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip(f"needs the program {name}")
    return program


@pytest.fixture(scope="module")
def ssh_home(tmp_path_factory):
    """Return a home folder whose ``.ssh`` has a key and the list of known hosts."""
    home = tmp_path_factory.mktemp("home")
    (home / ".ssh").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        yield home


@pytest.fixture(scope="module")
def ssh_server(ssh_home, tmp_path_factory):
    """Return the port of an OpenSSH server that knows the key in *ssh_home*."""
    pytest.importorskip("paramiko", reason="needs paramiko")
    program, keygen = server_program("sshd"), server_program("ssh-keygen")
    folder, port = tmp_path_factory.mktemp("sshd"), free_port()
    for key in (folder / "host", ssh_home / ".ssh" / "id_ed25519"):
        subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    public = (folder / "host.pub").read_text()
    (ssh_home / ".ssh" / "known_hosts").write_text(f"[127.0.0.1]:{port} {public}")
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nUsePAM no\n"
        f"AuthorizedKeysFile {ssh_home}/.ssh/id_ed25519.pub\nStrictModes no\n"
        f"PidFile none\nMaxStartups 100\nPermitRootLogin yes\nSubsystem sftp internal-sftp\n"
    )
    with suppress(OSError):  # where no service has ever been started this folder is missing
        Path("/run/sshd").mkdir(exist_ok=True)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, "-D", "-e", "-f", folder / "config"], stderr=log)
    wait_for(port, process)
    yield port
    process.terminate()
    process.wait()


def sftp(port, path, **options):
    url = f"sftp://{getpass.getuser()}@127.0.0.1:{port}{path}"
    return fsspec_accessor(AccessorSpec(url, options))


class TestSftp(AccessorSuite):
    large_size = 4 * 1024 * 1024

    @pytest.fixture
    def accessor(self, ssh_server, ssh_home, tmp_path):
        key = str(ssh_home / ".ssh" / "id_ed25519")
        accessor = sftp(ssh_server, f"{tmp_path}/root", key_filename=key)
        yield accessor
        accessor.close()

    def test_an_unknown_server_is_not_trusted(self, ssh_server, ssh_home, tmp_path, monkeypatch):
        key = str(ssh_home / ".ssh" / "id_ed25519")
        monkeypatch.setenv("HOME", str(tmp_path))
        with pytest.raises(AccessorError, match="connect once with ssh"):
            sftp(ssh_server, str(tmp_path), key_filename=key).exists("x")


@pytest.fixture(scope="module")
def webdav_server(tmp_path_factory):
    pytest.importorskip("webdav4", reason="needs webdav4")
    wsgi = pytest.importorskip("cheroot.wsgi", reason="needs wsgidav and cheroot")
    application = pytest.importorskip("wsgidav.wsgidav_app", reason="needs wsgidav")
    app = application.WsgiDAVApp(
        {
            "provider_mapping": {"/": str(tmp_path_factory.mktemp("webdav"))},
            "simple_dc": {"user_mapping": {"*": {"anna": {"password": "a secret"}}}},
            "logging": {"enable": False},
        }
    )
    server = wsgi.Server(("127.0.0.1", 0), app)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield f"127.0.0.1:{server.bind_addr[1]}"
    server.stop()
    thread.join()


# webdav4 forgets the temporary file of an upload that the server refuses
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
class TestWebdav(AccessorSuite):
    large_size = 4 * 1024 * 1024
    names = tuple(name for name in AccessorSuite.names if not set(name) & set("#?%"))

    @pytest.fixture
    def accessor(self, webdav_server):
        place = f"webdav://anna:a%20secret@{webdav_server}"
        fsspec_accessor(AccessorSpec(place, {"tls": False})).make_container(top := uuid4().hex)
        return fsspec_accessor(AccessorSpec(f"{place}/{top}", {"tls": False}))

    @pytest.mark.parametrize("name", ["sharp#tag", "what?", "50%"])
    def test_names_that_the_library_gets_wrong_are_refused(self, accessor, name):
        with pytest.raises(AccessorError, match="cannot be in names"):
            accessor.exists(name)

    def test_a_wrong_password_is_not_told(self, webdav_server):
        accessor = fsspec_accessor(
            AccessorSpec(f"webdav://anna:wrong!@{webdav_server}", {"tls": False})
        )
        with pytest.raises(AccessorError) as caught:
            accessor.list("")
        assert "wrong!" not in str(caught.value)


@pytest.fixture(scope="module")
def smb_server(tmp_path_factory):
    """Return (port, folder) of a Samba server that lets guests in as the current user."""
    pytest.importorskip("smbprotocol", reason="needs smbprotocol")
    program = server_program("smbd")
    if os.geteuid() != 0:
        pytest.skip("starting a Samba server needs root")
    folder, port = tmp_path_factory.mktemp("smb"), free_port()
    share = folder / "share"
    share.mkdir()
    user, config = getpass.getuser(), folder / "smb.conf"
    config.write_text(
        f"[global]\nsmb ports = {port}\ninterfaces = 127.0.0.1\nbind interfaces only = yes\n"
        f"server role = standalone server\nmap to guest = never\nload printers = no\n"
        f"passdb backend = tdbsam:{folder}/pass.tdb\nlog file = {folder}/log\n"
        + "".join(
            f"{kind} directory = {folder}\n"
            for kind in ("private", "lock", "state", "cache", "pid", "ncalrpc")
        )
        + f"[media]\npath = {share}\nread only = no\n"
    )
    password = b"a secret\na secret\n"
    add = [server_program("smbpasswd"), "-c", config, "-s", "-a", user]
    subprocess.run(add, input=password, check=True, capture_output=True)
    process = subprocess.Popen(
        [program, "-s", config, "-F", "--no-process-group"],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(port, process)
    yield port, share
    process.terminate()
    process.wait()


class TestSmb(AccessorSuite):
    large_size = 4 * 1024 * 1024

    @pytest.fixture
    def accessor(self, smb_server):
        port, share = smb_server
        folder = share / uuid4().hex / "root"
        folder.mkdir(parents=True)
        return fsspec_accessor(
            AccessorSpec(
                f"smb://127.0.0.1:{port}/media/{Path(folder).relative_to(share)}",
                {"username": getpass.getuser(), "password": "a secret"},
            )
        )
