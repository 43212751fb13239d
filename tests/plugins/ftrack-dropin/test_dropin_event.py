"""``ftrack_api.event.base.Event``: a mapping that handlers share."""

from __future__ import annotations

from collections.abc import MutableMapping

import pytest
from ftrack_api.event.base import Event

KEYS = ["id", "data", "topic", "sent", "source", "target", "in_reply_to_event"]


def test_an_event_is_a_mapping_of_seven_keys():
    event = Event("render")
    assert isinstance(event, MutableMapping)
    assert list(event) == KEYS
    assert len(event) == 7
    assert (event["topic"], event["data"], event["source"]) == ("render", {}, {})
    assert (event["sent"], event["target"], event["in_reply_to_event"]) == (None, "", None)


def test_what_is_given_is_kept_as_it_is():
    data, source = {"frames": [1, 2]}, {"id": "farm"}
    event = Event("render", "one", data, "2031-05-06", source, "id=x", "before")
    assert event["data"] is data
    assert event["source"] is source
    assert dict(event) == {
        "id": "one",
        "data": data,
        "topic": "render",
        "sent": "2031-05-06",
        "source": source,
        "target": "id=x",
        "in_reply_to_event": "before",
    }


@pytest.mark.parametrize("nothing", [None, ""])
def test_without_an_id_it_gets_one_of_its_own(nothing):
    first, second = Event("render", id=nothing), Event("render", id=nothing)
    assert first["id"] != second["id"]
    assert len(first["id"]) == 32
    assert int(first["id"], 16)


def test_keys_come_and_go():
    event = Event("render")
    event["colour"] = "red"
    del event["data"]
    assert event["colour"] == "red"
    assert "data" not in event
    with pytest.raises(KeyError):
        event["data"]


def test_two_events_are_equal_if_they_say_the_same():
    assert Event("render", id="one") == Event("render", id="one")
    assert Event("render", id="one") != Event("render", id="two")


def test_it_is_stopped_once_somebody_has_stopped_it():
    event = Event("render")
    assert event.is_stopped() is False
    event.stop()
    assert event.is_stopped() is True


def test_it_says_what_it_holds():
    text = str(Event("render", id="one"))
    assert text.startswith("<Event {'id': 'one', 'data': {}, 'topic': 'render'")
    assert text.endswith("}>")


def test_an_unknown_argument_is_refused():
    with pytest.raises(TypeError, match="colour"):
        Event("render", colour="red")
