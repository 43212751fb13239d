"""Every hook of the library, by area.

A hook sits at a boundary and hands over an object; what happens for each attribute or each byte
happens on that object. An implementation names only the arguments it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import accessors, cache, entities, events, life, reload, structure, transport
from .markers import PROJECT, hookimpl, hookspec, provided_names, provides

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["AREAS", "PROJECT", "hookimpl", "hookspec", "provided_names", "provides"]

AREAS: dict[str, ModuleType] = {
    "session": life,
    "transport": transport,
    "cache": cache,
    "entities": entities,
    "structure": structure,
    "accessors": accessors,
    "events": events,
    "reload": reload,
}
"""The modules that hold the specifications, by area."""
