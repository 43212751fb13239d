"""The ports: what the kernel asks of a transport, a cache, an accessor, a structure and a hub.

Protocols and frozen values, and the one rule of all resource identifiers.
"""

from __future__ import annotations

from .accessor import (
    Accessor,
    AccessorSpec,
    SupportsAtomicWrite,
    SupportsBulkRemove,
    SupportsCopy,
    SupportsRanges,
)
from .cache import Cache, CachePolicy, Key, Row
from .codec import AttributeCodec
from .command import Argument, Command
from .context import ConnectionSettings, Context, Credentials
from .event import Event, EventCallback, Subscription
from .event_hub import EventHub
from .identifier import normalised_identifier
from .location import LocationBinding
from .plugin import PluginChange, PluginInfo, PluginProblem, Tier
from .retry import RetryPolicy
from .structure import IdentifierTransformer, Structure
from .transport import Batch, Body, Operation, StreamResponse, Transport

__all__ = [
    "Accessor",
    "AccessorSpec",
    "Argument",
    "AttributeCodec",
    "Batch",
    "Body",
    "Cache",
    "CachePolicy",
    "Command",
    "ConnectionSettings",
    "Context",
    "Credentials",
    "Event",
    "EventCallback",
    "EventHub",
    "IdentifierTransformer",
    "Key",
    "LocationBinding",
    "Operation",
    "PluginChange",
    "PluginInfo",
    "PluginProblem",
    "RetryPolicy",
    "Row",
    "StreamResponse",
    "Structure",
    "Subscription",
    "SupportsAtomicWrite",
    "SupportsBulkRemove",
    "SupportsCopy",
    "SupportsRanges",
    "Tier",
    "Transport",
    "normalised_identifier",
]
