"""The ports: what the kernel asks of a transport, a cache, an accessor, a structure and a hub.

Protocols and frozen values; what those who fill a port do alike (resource identifiers in their
shortest form, what is refused, how long to wait before another attempt); and what follows from the
settings of a connection for whoever makes one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.lazy import names_from

if TYPE_CHECKING:
    from .accessor import (
        Accessor,
        AccessorSpec,
        SupportsAtomicWrite,
        SupportsBulkRemove,
        SupportsCopy,
        SupportsRanges,
    )
    from .address import ServerAddress, origin_of
    from .cache import Cache, CachePolicy, Key, Row, TimedCache
    from .certificates import remedy_for, require_usable, tls_context
    from .codec import AttributeCodec
    from .command import Argument, Command
    from .context import ConnectionSettings, Context, Credentials
    from .delays import growing_delays, requested_delay, retry_delays
    from .event import Event, EventCallback, Subscription
    from .event_hub import EventHub
    from .finding import Finding, Verdict
    from .headers import added_headers, server_headers
    from .identifier import normalised_identifier
    from .location import LocationBinding
    from .plugin import PluginChange, PluginInfo, PluginProblem, Tier
    from .requirements import require_known_options, require_range
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
    "Finding",
    "IdentifierTransformer",
    "Key",
    "LocationBinding",
    "Operation",
    "PluginChange",
    "PluginInfo",
    "PluginProblem",
    "RetryPolicy",
    "Row",
    "ServerAddress",
    "StreamResponse",
    "Structure",
    "Subscription",
    "SupportsAtomicWrite",
    "SupportsBulkRemove",
    "SupportsCopy",
    "SupportsRanges",
    "Tier",
    "TimedCache",
    "Transport",
    "Verdict",
    "added_headers",
    "growing_delays",
    "normalised_identifier",
    "origin_of",
    "remedy_for",
    "requested_delay",
    "require_known_options",
    "require_range",
    "require_usable",
    "retry_delays",
    "server_headers",
    "tls_context",
]

__getattr__ = names_from(
    __name__,
    {
        "Accessor": "accessor",
        "AccessorSpec": "accessor",
        "Argument": "command",
        "AttributeCodec": "codec",
        "Batch": "transport",
        "Body": "transport",
        "Cache": "cache",
        "CachePolicy": "cache",
        "Command": "command",
        "ConnectionSettings": "context",
        "Context": "context",
        "Credentials": "context",
        "Event": "event",
        "EventCallback": "event",
        "EventHub": "event_hub",
        "Finding": "finding",
        "IdentifierTransformer": "structure",
        "Key": "cache",
        "LocationBinding": "location",
        "Operation": "transport",
        "PluginChange": "plugin",
        "PluginInfo": "plugin",
        "PluginProblem": "plugin",
        "RetryPolicy": "retry",
        "Row": "cache",
        "ServerAddress": "address",
        "StreamResponse": "transport",
        "Structure": "structure",
        "Subscription": "event",
        "SupportsAtomicWrite": "accessor",
        "SupportsBulkRemove": "accessor",
        "SupportsCopy": "accessor",
        "SupportsRanges": "accessor",
        "Tier": "plugin",
        "TimedCache": "cache",
        "Transport": "transport",
        "Verdict": "finding",
        "added_headers": "headers",
        "growing_delays": "delays",
        "normalised_identifier": "identifier",
        "origin_of": "address",
        "remedy_for": "certificates",
        "requested_delay": "delays",
        "require_known_options": "requirements",
        "require_range": "requirements",
        "require_usable": "certificates",
        "retry_delays": "delays",
        "server_headers": "headers",
        "tls_context": "certificates",
    },
)
