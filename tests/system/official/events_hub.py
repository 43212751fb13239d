"""The event hub: subscribing, targets, replies, priorities, coming and going."""

import time
import uuid

import ftrack_api
from ftrack_api.event.base import Event


def until(hub, condition):
    """Handle events until *condition* holds."""
    ends_at = time.time() + 30
    while not condition():
        assert time.time() < ends_at, "it did not come about"
        hub.wait(0.05)


def settle(hub):
    """Return when the subscriptions of *hub* hold: the server takes packets in their order."""
    back, topic = [], f"test.settled.{uuid.uuid4().hex}"
    subscriber = hub.subscribe(f"topic={topic}", back.append)
    hub.publish(Event(topic))
    until(hub, lambda: back)
    hub.unsubscribe(subscriber)


with (
    ftrack_api.Session(auto_connect_event_hub=True) as artist,
    ftrack_api.Session(auto_connect_event_hub=False) as service,
):
    # The hub of the first connects in its own time and queues until then.
    service.event_hub.connect()
    assert service.event_hub.connected
    until(service.event_hub, lambda: artist.event_hub.connected)

    # --- who hears what ---------------------------------------------------------------------------
    heard = []
    wild = service.event_hub.subscribe("topic=studio.*", lambda event: heard.append(event["topic"]))
    exact = service.event_hub.subscribe(
        'topic=studio.render and data.show="dune" and source.user.username="admin"',
        lambda event: heard.append(event["data"]["frames"]),
        priority=10,
    )
    settle(service.event_hub)

    artist.event_hub.publish(Event("studio.render", data={"show": "alien", "frames": 1}))
    artist.event_hub.publish(Event("studio.render", data={"show": "dune", "frames": 2}))
    artist.event_hub.publish(Event("other.topic"))
    artist.event_hub.publish(Event("studio.last"))
    until(service.event_hub, lambda: "studio.last" in heard)
    print("heard", heard)
    assert heard == ["studio.render", 2, "studio.render", "studio.last"]

    # --- what the server adds ---------------------------------------------------------------------
    own = []
    artist.event_hub.subscribe("topic=test.own", own.append)
    artist.event_hub.publish(
        Event("test.own", data={"a": ["Ärmel", None, 1.5]}, source={"applicationId": "maya"})
    )
    until(artist.event_hub, lambda: own)
    (event,) = own
    print("sent", event["sent"], "source", dict(event["source"]))
    assert event["sent"]
    assert event["data"] == {"a": ["Ärmel", None, 1.5]}
    assert event["source"]["applicationId"] == "maya"
    assert event["source"]["id"] == artist.event_hub.id
    user = artist.query(f'User where username is "{artist.api_user}"').one()
    assert event["source"]["user"] == {"username": artist.api_user, "id": user["id"]}

    # --- replies ----------------------------------------------------------------------------------
    service.event_hub.subscribe(
        "topic=test.sum", lambda event: {"sum": sum(event["data"]["numbers"])}
    )
    settle(service.event_hub)
    replies = []
    asked = Event("test.sum", data={"numbers": [1, 2, 3]})
    artist.event_hub.publish(asked, on_reply=replies.append)
    until(service.event_hub, lambda: artist.event_hub.wait(0.05) or replies)
    print("reply", replies[0])
    assert replies[0]["data"] == {"sum": 6}
    assert replies[0]["in_reply_to_event"] == asked["id"]

    # --- targets ----------------------------------------------------------------------------------
    meant, others = [], []
    service.event_hub.subscribe("topic=test.aimed", meant.append, {"applicationId": "nuke"})
    artist.event_hub.subscribe("topic=test.aimed", others.append, {"applicationId": "maya"})
    settle(service.event_hub)
    settle(artist.event_hub)
    artist.event_hub.publish(Event("test.aimed", target='applicationId="nuke"'))
    until(service.event_hub, lambda: meant)
    settle(artist.event_hub)
    assert others == []

    # --- no longer --------------------------------------------------------------------------------
    heard.clear()
    service.event_hub.unsubscribe(wild)
    service.event_hub.publish(Event("studio.render", data={"show": "dune", "frames": 3}))
    until(service.event_hub, lambda: heard)
    assert heard == [3]

    # --- coming back ------------------------------------------------------------------------------
    artist.event_hub.reconnect(attempts=3, delay=0.1)
    assert artist.event_hub.connected
    own.clear()
    artist.event_hub.publish(Event("test.own"))
    until(artist.event_hub, lambda: own)
    print("connected again and subscribed as before")

# --- who may not come in --------------------------------------------------------------------------
hub = ftrack_api.event.hub.EventHub(artist.server_url, artist.api_user, "a-wrong-key")
try:
    hub.connect()
except ftrack_api.exception.EventHubConnectionError as error:
    print("refused:", error)
else:
    raise AssertionError("a wrong key was let in")
