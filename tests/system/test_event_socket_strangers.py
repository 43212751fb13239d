"""Our sessions and the official clients hear one another through our server."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest
from ftrack_embedded import Server, Studio
from waiting import handle

from ftrack_core import Session

HERE = Path(__file__).parent
PEERS = runpy.run_path(str(HERE / "peers.py"))
KEY = "a-key-for-tests"
ENDS_WITHIN = 60
"""In seconds; what waits here ends at once or never."""

PYTHON = """
import ftrack_api
from ftrack_api.event.base import Event

with ftrack_api.Session() as session:
    hub, heard = session.event_hub, []
    hub.connect()
    hub.subscribe("topic=test.sum", lambda event: {"sum": sum(event["data"]["numbers"])})
    hub.subscribe("topic=test.aimed", lambda event: "mine", {"applicationId": "official"})
    hub.subscribe("topic=test.end", heard.append)
    hub.subscribe("topic=test.begin", lambda event: hub.publish(
        Event("test.ask", data={"text": "Ärmel"}),
        on_reply=lambda reply: hub.publish(Event("test.told", data=reply["data"]))
    ))
    hub.publish(Event("test.ready"))
    while not heard:
        hub.wait(0.05)
"""

JAVASCRIPT = """
import { Event, Session } from "@ftrack/api";
const { FTRACK_SERVER, FTRACK_API_USER, FTRACK_API_KEY } = process.env;
const session = new Session(FTRACK_SERVER, FTRACK_API_USER, FTRACK_API_KEY, {
  autoConnectEventHub: true,
});
const hub = session.eventHub;
await session.initializing;
hub.subscribe("topic=test.sum", (event) => ({
  sum: event.data.numbers.reduce((a, b) => a + b),
}));
hub.subscribe("topic=test.aimed", () => "mine", { applicationId: "official" });
hub.subscribe("topic=test.end", () => process.exit(0));
hub.subscribe("topic=test.begin", async () => {
  const reply = await hub.publishAndWaitForReply(new Event("test.ask", { text: "Ärmel" }));
  hub.publish(new Event("test.told", reply.data));
});
hub.publish(new Event("test.ready", {}));
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    try:
        found = PEERS["peer_python"]("ftrack-python-api==3.1.0")
    except PEERS["UnreachableError"]:
        pytest.skip("the official client cannot be installed here")
    script = tmp_path_factory.mktemp("python") / "stranger.py"
    script.write_text(PYTHON, encoding="utf-8")
    return [found, script]


@pytest.fixture(scope="module")
def javascript(tmp_path_factory):
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        pytest.skip("node is not installed")
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(re.match(r"v(\d+)", told)[1]) < 18:
        pytest.skip(f"node {told.strip()} is older than 18")
    try:
        modules = PEERS["peer_modules"]("@ftrack/api@1.11.2")
    except PEERS["UnreachableError"]:
        pytest.skip("the official JavaScript client cannot be installed here")
    folder = tmp_path_factory.mktemp("javascript")
    (folder / "node_modules").symlink_to(modules, target_is_directory=True)
    (folder / "stranger.mjs").write_text(JAVASCRIPT, encoding="utf-8")
    return [node, folder / "stranger.mjs"]


@pytest.fixture(scope="module")
def server():
    with Studio() as studio, Server(studio) as server:
        studio.register_api_key("admin", KEY)
        yield server


@pytest.fixture
def session(server):
    with Session(server.url, KEY, "admin") as session:
        session.events.connect()
        yield session


@pytest.fixture(params=["python", "javascript"])
def stranger(request, server, session):
    """A program of the official client that is connected and has subscribed."""
    command = request.getfixturevalue(request.param)
    ready = []
    session.events.subscribe("topic=test.ready", ready.append)
    environment = {
        **os.environ,
        "FTRACK_SERVER": server.url,
        "FTRACK_API_USER": "admin",
        "FTRACK_API_KEY": KEY,
        "NO_PROXY": "*",
    }
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            handle(session, lambda: ready or process.poll() is not None)
            assert process.poll() is None, process.stdout.read().decode()
            yield process
            session.events.publish("test.end")
            assert process.wait(ENDS_WITHIN) == 0, process.stdout.read().decode()
        finally:
            process.kill()


def test_the_official_client_answers_us(session, stranger):
    replies = []
    session.events.publish("test.sum", {"numbers": [1, 2, 3]}, on_reply=replies.append)
    handle(session, lambda: replies)
    (reply,) = replies
    assert reply.data == {"sum": 6}
    assert reply.source["user"]["username"] == "admin"


def test_we_answer_the_official_client(session, stranger):
    told = []
    session.events.subscribe("topic=test.ask", lambda event: {"said": event.data["text"] * 2})
    session.events.subscribe("topic=test.told", told.append)
    session.events.publish("test.begin")
    handle(session, lambda: told)
    assert told[0].data == {"said": "ÄrmelÄrmel"}


def test_what_is_aimed_at_one_is_heard_by_that_one_only(session, stranger):
    replies, heard = [], []
    session.events.subscribe(
        "topic=test.aimed", lambda event: heard.append(event.data), metadata={"applicationId": "us"}
    )
    for target in ("applicationId=official", "applicationId=us"):
        session.events.publish("test.aimed", {"to": target}, target=target, on_reply=replies.append)
    handle(session, lambda: replies and heard)
    assert [reply.data for reply in replies] == ["mine"]
    assert heard == [{"to": "applicationId=us"}]
