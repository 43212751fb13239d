"""Events: the expressions that subscriptions and targets are written in, and the router."""

from __future__ import annotations

from .compiled import CompiledSubscription, compile_subscription, event_facts
from .exchange import Events
from .expression import Expression, Members, compile_expression
from .index import SubscriptionIndex
from .packets import (
    SUBSCRIBE_TOPIC,
    UNSUBSCRIBE_TOPIC,
    Acknowledgement,
    Packet,
    PacketKind,
    acknowledge,
    event_data,
    event_in,
    read_acknowledgement,
    read_packet,
)
from .reply import REPLY_TOPIC, reply_to
from .router import Router, Swap
from .wire import event_from_wire, wire_time

__all__ = [
    "REPLY_TOPIC",
    "SUBSCRIBE_TOPIC",
    "UNSUBSCRIBE_TOPIC",
    "Acknowledgement",
    "CompiledSubscription",
    "Events",
    "Expression",
    "Members",
    "Packet",
    "PacketKind",
    "Router",
    "SubscriptionIndex",
    "Swap",
    "acknowledge",
    "compile_expression",
    "compile_subscription",
    "event_data",
    "event_facts",
    "event_from_wire",
    "event_in",
    "read_acknowledgement",
    "read_packet",
    "reply_to",
    "wire_time",
]
