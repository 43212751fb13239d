"""The packets of an event server's socket, as they are written and read."""

from __future__ import annotations

import pytest
from ftrack_core.errors import EventError
from ftrack_core.events import (
    Acknowledgement,
    Packet,
    PacketKind,
    SubscriptionIndex,
    acknowledge,
    compile_expression,
    compile_subscription,
    event_data,
    event_facts,
    event_in,
    read_acknowledgement,
    read_packet,
)
from ftrack_core.ports import Event, Subscription


@pytest.mark.parametrize(
    ("text", "packet"),
    [
        ("2", Packet(PacketKind.HEARTBEAT)),
        ("2::", Packet(PacketKind.HEARTBEAT)),
        ("2:::", Packet(PacketKind.HEARTBEAT)),
        ("7:::a: b", Packet(PacketKind.ERROR, "a: b")),
        ("5:::{}", Packet(PacketKind.EVENT, "{}")),
        ("5:7::{}", Packet(PacketKind.EVENT, "{}", 7)),
        ("5:7+::x\n:y", Packet(PacketKind.EVENT, "x\n:y", 7, wants_ack=True)),
        ("5:7+:/room:{}", Packet(PacketKind.EVENT, "{}", 7, wants_ack=True)),
        ("8::", Packet(PacketKind.NOOP)),
    ],
)
def test_a_packet_is_read(text, packet):
    assert read_packet(text) == packet


@pytest.mark.parametrize(
    "text", ["", "x", "9::", "5:", "5:7", "5:+::", "5:-1::", "55::", "\u0665::"]
)
def test_what_is_none_is_refused(text):
    with pytest.raises(EventError, match="kind:id:endpoint:data"):
        read_packet(text)


@pytest.mark.parametrize(
    "packet",
    [
        Packet(PacketKind.CONNECT),
        Packet(PacketKind.ERROR, "why: so"),
        Packet(PacketKind.EVENT, "{}", 12, wants_ack=True),
        Packet(PacketKind.EVENT, "{}", 12),
    ],
)
def test_what_is_written_is_read_again(packet):
    assert read_packet(str(packet)) == packet


def test_packets_have_the_bytes_that_clients_look_for():
    """The JavaScript client compares heartbeats as a whole, and events by their beginning."""
    assert str(Packet(PacketKind.CONNECT)) == "1::"
    assert str(Packet(PacketKind.HEARTBEAT)) == "2::"
    assert str(Packet(PacketKind.EVENT, "{}")) == "5:::{}"
    assert str(Packet(PacketKind.EVENT, "{}", 7, wants_ack=True)) == "5:7+::{}"
    assert acknowledge(Acknowledgement(7)) == '6:::7+[{"success":true}]'


def test_an_event_is_carried():
    wire = Event("studio.ping", {"text": "Ärmel \ud800"}, id="e1").to_wire()
    packet = read_packet(str(Packet(PacketKind.EVENT, event_data(wire))))
    assert event_in(packet) == wire
    assert packet.data.isascii()


@pytest.mark.parametrize(
    "data",
    ["", "{", "[]", "{}", '{"name":"x","args":[{}]}', '{"name":"ftrack.event"}', "[" * 100_000,
     '{"name":"ftrack.event","args":[]}', '{"name":"ftrack.event","args":[1]}',
     '{"name":"ftrack.event","args":[{},{}]}', '{"name":"ftrack.event","args":[{"a":NaN}]}'],
)  # fmt: skip
def test_a_packet_that_carries_none_is_refused(data):
    with pytest.raises(EventError):
        event_in(Packet(PacketKind.EVENT, data))


@pytest.mark.parametrize("value", [object(), float("inf"), b"bytes"])
def test_what_json_cannot_hold_is_refused_by_the_name_of_the_event(value):
    with pytest.raises(EventError, match=r"studio\.ping was not sent"):
        event_data({"topic": "studio.ping", "data": value})


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        ("7", Acknowledgement(7)),
        ("7+", Acknowledgement(7)),
        ("7+[]", Acknowledgement(7)),
        ("7+[1]", Acknowledgement(7)),
        ('7+[{"success":true}]', Acknowledgement(7)),
        ('7+[{"success":false}]', Acknowledgement(7, success=False)),
        ('7+[{"success":false,"message":"no"}]', Acknowledgement(7, success=False, message="no")),
    ],
)
def test_an_acknowledgement_is_read(data, answer):
    assert read_acknowledgement(Packet(PacketKind.ACKNOWLEDGE, data)) == answer


@pytest.mark.parametrize("data", ["", "x", "+[]", "7+{", "-1"])
def test_one_that_is_about_nothing_is_refused(data):
    with pytest.raises(EventError):
        read_acknowledgement(Packet(PacketKind.ACKNOWLEDGE, data))


def test_a_refusal_is_told_with_its_reason():
    refusal = Acknowledgement(7, success=False, message='no "such" thing')
    assert read_acknowledgement(read_packet(acknowledge(refusal))) == refusal


# --- asking many indexes about one event ----------------------------------------------------------


def index_of(*expressions, **metadata):
    index = SubscriptionIndex()
    for number, expression in enumerate(expressions):
        wanted = Subscription(expression, print, id=f"s{number}", metadata=metadata)
        index = index.with_entry(compile_subscription(wanted))
    return index


def test_an_index_says_whether_anybody_wants_an_event():
    index = index_of("topic=a and data.n=1", "topic=b*", show="dune")
    aimed, elsewhere = compile_expression("show=dune"), compile_expression("show=alien")
    for event, target, wanted in (
        (Event("a", {"n": 1}), None, True),
        (Event("a", {"n": 2}), None, False),
        (Event("bc"), aimed, True),
        (Event("bc"), elsewhere, False),
        (Event("c"), None, False),
    ):
        assert index.wants(event.topic, event_facts(event), target) is wanted


@pytest.mark.parametrize(
    ("expressions", "may"),
    [((), False), (("topic=a",), True), (("topic=b",), False), (("topic=b", "data.n=1"), True)],
)
def test_an_index_says_whether_anybody_might_want_a_topic(expressions, may):
    assert index_of(*expressions).may_want("a") is may
