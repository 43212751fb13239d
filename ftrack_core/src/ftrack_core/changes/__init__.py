"""Changes: what was created, updated and deleted, and what has to be sent for it."""

from __future__ import annotations

from .change import Change, Create, Delete, Identity, MappedItem, Update, Yield
from .log import ChangeLog, Snapshot
from .squash import Payload, squash

__all__ = [
    "Change",
    "ChangeLog",
    "Create",
    "Delete",
    "Identity",
    "MappedItem",
    "Payload",
    "Snapshot",
    "Update",
    "Yield",
    "squash",
]
