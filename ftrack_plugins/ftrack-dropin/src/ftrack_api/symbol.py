"""Symbols and constants."""

from __future__ import annotations

import os

from ftrack_core.entity import NOT_SET, Symbol
from ftrack_core.locations.wellknown import CONNECT, ORIGIN, REVIEW, SERVER, UNMANAGED

__all__ = [
    "CHUNK_SIZE",
    "COMPONENT_ADDED_TO_LOCATION_TOPIC",
    "COMPONENT_REMOVED_FROM_LOCATION_TOPIC",
    "CONNECT_LOCATION_ID",
    "CREATED",
    "DELETED",
    "JOB_SYNC_USERS_LDAP",
    "MODIFIED",
    "NOT_SET",
    "ORIGIN_LOCATION_ID",
    "REVIEW_LOCATION_ID",
    "SERVER_LOCATION_ID",
    "UNMANAGED_LOCATION_ID",
    "Symbol",
]

CREATED = Symbol("CREATED")
MODIFIED = Symbol("MODIFIED")
DELETED = Symbol("DELETED")

COMPONENT_ADDED_TO_LOCATION_TOPIC = "ftrack.location.component-added"
COMPONENT_REMOVED_FROM_LOCATION_TOPIC = "ftrack.location.component-removed"

ORIGIN_LOCATION_ID = ORIGIN.id
UNMANAGED_LOCATION_ID = UNMANAGED.id
REVIEW_LOCATION_ID = REVIEW.id
CONNECT_LOCATION_ID = CONNECT.id
SERVER_LOCATION_ID = SERVER.id


def _chunk_size() -> int:
    """Return how many bytes a copy takes at a time, as the environment says it when imported."""
    text = os.environ.get("FTRACK_API_FILE_CHUNK_SIZE", "")
    return int(text) if text.strip().isdigit() and int(text) else 1024 * 1024


CHUNK_SIZE: int = _chunk_size()

JOB_SYNC_USERS_LDAP = Symbol("SYNC_USERS_LDAP")
