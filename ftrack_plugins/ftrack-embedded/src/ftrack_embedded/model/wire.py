"""What ``query_schemas`` answers, and the hash by which a client knows its copy is current."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .description import Attribute, EntityType, Model

__all__ = ["schema_answer", "schema_hash"]


def schema_answer(model: Model) -> list[dict[str, Any]]:
    """Return the list of schema objects, one for each entity type, ready for JSON."""
    return [_schema(entity_type) for entity_type in model.types.values()]


def schema_hash(answer: Sequence[dict[str, Any]]) -> str:
    """Return the md5 hex digest of the answer's JSON with sorted keys, as clients compute it."""
    text = json.dumps(list(answer), sort_keys=True)
    return hashlib.md5(text.encode("utf-8"), usedforsecurity=False).hexdigest()


def _schema(entity_type: EntityType) -> dict[str, Any]:
    shown = [one for one in entity_type.attributes.values() if not one.hidden]
    wire = entity_type.wire
    schema = {
        "id": entity_type.name,
        "type": "object",
        "properties": {one.name: dict(one.wire) for one in shown},
        "primary_key": list(entity_type.primary_key),
        "default_projections": list(wire["default_projections"]),
        "required": _names([one for one in shown if one.required], wire["required"]),
        "immutable": _names([one for one in shown if one.immutable], wire["immutable"]),
    }
    computed = [one.name for one in shown if one.computed]
    if computed:
        schema["computed"] = computed
    if entity_type.base:
        hints = {"hints": dict(wire["hints"])} if "hints" in wire else {}
        schema["$mixin"] = {"$ref": entity_type.base, **hints}
    if entity_type.group_by:
        schema["metadata"] = {"group_by": True}
    return schema | {key: wire[key] for key in ("system_projections", "alias_for") if key in wire}


def _names(marked: list[Attribute], declared: list[str]) -> list[str]:
    return list(dict.fromkeys([*(one.name for one in marked), *declared]))
