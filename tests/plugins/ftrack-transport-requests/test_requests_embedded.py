"""The transport over HTTP against the embedded server: the same suite as any other transport."""

from __future__ import annotations

import pytest
from ftrack_core.errors import AuthenticationError
from ftrack_core.ports import Context, Credentials
from ftrack_core.testing.transports import TransportSuite, query
from ftrack_embedded.engine.studio import Studio
from ftrack_embedded.http.server import Server
from ftrack_transport_requests.transport import RequestsTransport


@pytest.fixture
def server():
    with Studio() as studio, Server(studio) as server:
        yield server


@pytest.fixture
def connect(server):
    made = []

    def connect(key):
        made.append(RequestsTransport(Context(server.url, "admin"), Credentials("admin", key)))
        return made[-1]

    yield connect
    for transport in made:
        transport.close()


class TestOverHttpToTheEmbeddedServer(TransportSuite):
    @pytest.fixture
    def transport(self, server, connect):
        return connect(server.studio.create_api_key("admin"))


def test_a_wrong_key_is_refused_as_such(connect):
    with pytest.raises(AuthenticationError) as caught:
        connect("no-key-of-this-studio").execute([query("Project")])
    assert caught.value.error_code == "api_credentials_invalid"
    assert "no-key-of-this-studio" not in str(caught.value)
