"""What the descriptions of scripts share: a server, its show, and what was sent to it.

Nothing is imported from ``ftrack_api`` before a test runs; which client that is, the environment
decides. The server is started by the test that runs these files.
"""

from __future__ import annotations

import importlib.util
import os
import uuid
from types import SimpleNamespace

import pytest
import requests


def _which() -> str:
    """The official client stands alone in its environment, the drop-in beside the kernel."""
    found = "official" if importlib.util.find_spec("ftrack_core") is None else "dropin"
    assert os.environ.get("PARITY_CLIENT", found) == found, "the environments are mixed up"
    return found


def pytest_collection_modifyitems(items):
    """Where the drop-in is better on purpose the official client has to fail."""
    for item in items:
        mark = item.get_closest_marker("better")
        if mark is not None and _which() == "official":
            item.add_marker(pytest.mark.xfail(reason=mark.args[0], strict=True))


@pytest.fixture(scope="session")
def which():
    """Whose ``ftrack_api`` this is: ``official`` or ``dropin``."""
    return _which()


@pytest.fixture(scope="session")
def server():
    """Address, user and key of the server itself."""
    return SimpleNamespace(
        url=os.environ["PARITY_SERVER"],
        user=os.environ["PARITY_USER"],
        key=os.environ["PARITY_KEY"],
    )


@pytest.fixture(scope="session")
def _proxy(server):
    from recording_proxy import RecordingProxy

    proxy = RecordingProxy(server.url)
    yield proxy
    proxy.close()


@pytest.fixture
def wire(_proxy):
    """What the clients of this test have sent: `batches`, `operations`, `expressions` and so on."""
    _proxy.clear()
    yield _proxy
    _proxy.stubbed.clear()


@pytest.fixture
def environment(_proxy, server, tmp_path_factory, monkeypatch):
    """The variables that a workstation has; schemas are kept between the tests."""
    schemas = tmp_path_factory.getbasetemp() / "schemas"
    schemas.mkdir(exist_ok=True)
    for name in [name for name in os.environ if name.startswith("FTRACK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FTRACK_SERVER", _proxy.url)
    monkeypatch.setenv("FTRACK_API_USER", server.user)
    monkeypatch.setenv("FTRACK_API_KEY", server.key)
    monkeypatch.setenv("FTRACK_API_SCHEMA_CACHE_PATH", str(schemas))
    return monkeypatch


@pytest.fixture
def new_session(environment):
    """Make a session, closed when the test ends; arguments as those of the class."""
    import ftrack_api

    made = []

    def make(*args, **named):
        kind = named.pop("kind", ftrack_api.Session)
        made.append(kind(*args, **named))
        return made[-1]

    yield make
    for session in made:
        session.close()


@pytest.fixture
def session(new_session):
    """A session that nobody has used."""
    return new_session()


@pytest.fixture
def ask(server):
    """What the server holds, as plain rows, without any client."""

    def query(expression):
        answer = requests.post(
            f"{server.url}/api",
            json=[{"action": "query", "expression": expression}],
            headers={"ftrack-user": server.user, "ftrack-api-key": server.key},
            timeout=60,
        ).json()
        return answer[0]["data"]

    return query


@pytest.fixture
def unique():
    """A name that nothing has yet."""
    return f"parity_{uuid.uuid4().hex[:12]}"


@pytest.fixture
def new_user(session, unique):
    """A user of this test, who is known to the server."""
    user = session.create("User", {"username": unique, "first_name": "Some", "last_name": "One"})
    session.commit()
    return user


@pytest.fixture
def project(session):
    """The show of the studio."""
    return session.query("select name, full_name from Project where name is crooked_quarry").one()


@pytest.fixture
def new_task(session, project, unique):
    """A task of this test, right below the show."""
    task = session.create("Task", {"name": unique, "parent": project})
    session.commit()
    return task


@pytest.fixture
def new_version(session, project, unique):
    """A version of an asset of this test, below the show."""
    kind = session.query("AssetType").first()
    asset = session.create("Asset", {"name": unique, "parent": project, "type": kind})
    version = session.create("AssetVersion", {"asset": asset})
    session.commit()
    session.populate(version, "version, link, asset.name, asset.parent.name")
    return version
