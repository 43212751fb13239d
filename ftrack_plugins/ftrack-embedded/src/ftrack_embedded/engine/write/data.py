"""The ``entity_data`` of an operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftrack_embedded.engine import failures

__all__ = ["written_data"]


def written_data(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the data of a create or an update; anything but an object is an error."""
    data = operation.get("entity_data")
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        raise failures.invalid('"entity_data" must be an object of attributes.')
    return data
