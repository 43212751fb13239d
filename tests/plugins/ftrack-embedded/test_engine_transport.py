"""The embedded transport does what the kernel relies on, and loads nothing before it has to."""

from __future__ import annotations

import subprocess
import sys

import pytest
from ftrack_core.ports import Context, Credentials
from ftrack_core.testing.transports import TransportSuite
from ftrack_embedded import EmbeddedTransport, Studio, plugin


class TestEmbeddedTransport(TransportSuite):
    @pytest.fixture
    def transport(self):
        transport = EmbeddedTransport.from_url("embedded:", "admin")
        yield transport
        transport.close()


def test_the_plugin_claims_embedded_urls_and_no_others():
    credentials = Credentials("admin", "")
    claimed = plugin.ftrack_create_transport(Context("embedded:", "admin"), credentials)
    assert claimed.execute([]) == []
    claimed.close()
    other = Context("https://studio.ftrackapp.com", "admin")
    assert plugin.ftrack_create_transport(other, credentials) is None


def test_the_plugin_offers_the_command_serve():
    (command,) = plugin.ftrack_commands()
    assert command.name == "serve"
    assert {"--database", "--port", "--seed"} <= {argument.name for argument in command.arguments}


def test_loading_the_plugin_imports_nothing_heavy():
    program = (
        "import sys, ftrack_embedded, ftrack_embedded.plugin\n"
        "print({'sqlalchemy', 'aiohttp', 'sqlite3'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "set()"


def test_a_studio_that_was_given_stays_open():
    with Studio() as studio:
        EmbeddedTransport(studio, owns=False).close()
        assert studio.execute([]) == []
