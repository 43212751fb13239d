"""Dates and times as Arrow objects, which existing scripts expect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import arrow
from ftrack_core.entity.rows import TYPE
from ftrack_core.wire import decode_scalar
from ftrack_core.work.decoding import decoded

if TYPE_CHECKING:
    from ftrack_core.schema import EntitySchema
    from ftrack_core.work import UnitOfWork

__all__ = ["MomentCodec", "codec_for", "shown"]


class MomentCodec:
    """Shows moments as Arrow objects; every other value is shown as it is."""

    def decode(self, value: Any) -> Any:
        """Return what a user sees of the wire value or the assigned value *value*."""
        if hasattr(value, "isoformat"):
            return arrow.get(value)
        return _arrow(value) if _is_moment(value) else value

    def encode(self, value: Any) -> Any:
        """Return what is recorded of *value*."""
        return getattr(value, "datetime", value)


def codec_for(
    schemas: Mapping[str, EntitySchema], entity_type: str, attribute: str
) -> MomentCodec | None:
    """Return the codec of an attribute that holds a moment or, as custom attributes may, can."""
    if attribute.startswith("custom_attributes."):
        return MomentCodec()
    schema = schemas.get(entity_type)
    known = None if schema is None else schema.attributes.get(attribute)
    if known is None:
        return None
    return MomentCodec() if known.data_type in ("datetime", "variable") else None


def shown(work: UnitOfWork, value: Any) -> Any:
    """Return what scripts see of a wire value: moments as Arrow objects, entities of nobody."""
    if isinstance(value, list):
        return [shown(work, one) for one in value]
    if not isinstance(value, dict):
        return value
    if _is_moment(value):
        return _arrow(value)
    if TYPE in value and "action" not in value:
        return decoded(work, value)
    return {name: shown(work, one) for name, one in value.items()}


def _is_moment(value: Any) -> bool:
    """Whether a wire value is a date or a time."""
    return isinstance(value, Mapping) and value.get("__type__") in ("date", "datetime")


def _arrow(tagged: Mapping[str, Any]) -> Any:
    """Return the moment; the offset that a text has is kept."""
    text = tagged.get("value")
    if text is None:
        return None
    try:
        return arrow.get(text)
    except (ValueError, TypeError):
        return arrow.get(decode_scalar(dict(tagged)))
