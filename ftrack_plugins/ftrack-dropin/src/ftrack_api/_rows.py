"""Values as the rows of a server hold them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ftrack_core.entity import Entity
from ftrack_core.entity.rows import TYPE
from ftrack_core.wire import encode, loads

if TYPE_CHECKING:
    from ._kernel import KernelSession

__all__ = ["row_of", "row_value"]


def row_of(kernel: KernelSession, entity_type: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of an entity that has *values*."""
    return {TYPE: entity_type, **{name: row_value(kernel, one) for name, one in values.items()}}


def row_value(kernel: KernelSession, value: Any) -> Any:
    """Return *value* as a row holds it: entities with what they are known to have."""
    if isinstance(value, Entity):
        return loads(kernel.encode(value, "persisted_only"))
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping)):
        return [row_value(kernel, one) for one in value]
    return encode(value)
