"""Entities, their attributes and their collections."""

from __future__ import annotations

from .collection import Collection
from .entity import Entity
from .mapped import CustomAttributes, MappedCollection
from .symbols import NOT_SET, State, Symbol
from .work import session_of

__all__ = [
    "NOT_SET",
    "Collection",
    "CustomAttributes",
    "Entity",
    "MappedCollection",
    "State",
    "Symbol",
    "session_of",
]
