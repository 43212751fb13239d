"""Plugins: one registry for each session, immutable generations, one typed relay for each hook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.lazy import names_from

from .unclaimed import unclaimed

if TYPE_CHECKING:
    from .generation import Generation
    from .leased import Leased
    from .record import Implementation, Record
    from .registry import Registry
    from .relay import Hooks
    from .source import content_digest, load_source, unload

__all__ = [
    "Generation",
    "Hooks",
    "Implementation",
    "Leased",
    "Record",
    "Registry",
    "content_digest",
    "load_source",
    "unclaimed",
    "unload",
]

__getattr__ = names_from(
    __name__,
    {
        "Generation": "generation",
        "Hooks": "relay",
        "Implementation": "record",
        "Leased": "leased",
        "Record": "record",
        "Registry": "registry",
        "content_digest": "source",
        "load_source": "source",
        "unload": "source",
    },
)
