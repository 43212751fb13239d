"""Plugins: one registry for each session, immutable generations, one typed relay for each hook."""

from __future__ import annotations

from .generation import Generation
from .leased import Leased
from .record import Implementation, Record
from .registry import Registry
from .relay import Hooks
from .source import content_digest, load_source, unload
from .unclaimed import unclaimed

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
