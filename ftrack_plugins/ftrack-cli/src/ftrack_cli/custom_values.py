"""Values of custom attributes: what kind one takes is said by its configuration."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import EntityError, did_you_mean
from ftrack_core.query import literal

from .failures import RefusedError
from .values import NOTHING, as_boolean, as_list, as_moment, as_number, as_text, as_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_core.schema import AttributeSchema

    from ftrack_core import Entity, Session

__all__ = ["is_custom", "read_custom_value"]

_CONFIGURATION = "select key, type.name, config from CustomAttributeConfiguration where id is "


def is_custom(attribute: AttributeSchema) -> bool:
    """Whether the keys of a mapped attribute are custom attributes."""
    return (attribute.target or "").endswith("CustomAttributeValue")


def read_custom_value(
    session: Session, entity: Entity, attribute: AttributeSchema, key: str, text: str
) -> Any:
    """Return what *text* stands for in the custom attribute *key* of *entity*.

    Raises `RefusedError` where it has none of that name, with near ones, and for a value of another
    kind.
    """
    row = _row_of(session, entity, attribute, key)
    found = session.query(_CONFIGURATION + literal(row["configuration_id"])).one()
    kind = str(found["type"]["name"])
    if kind == "expression":
        raise RefusedError(
            f"custom attribute {key!r} is an expression, which the server works out",
            "set what it is made of",
        )
    return _read(key, kind, _settings(found["config"]), text)


def _row_of(
    session: Session, entity: Entity, attribute: AttributeSchema, key: str
) -> Mapping[str, str]:
    try:
        return session.work.mapped_key(entity, attribute.target or "", key)
    except EntityError as error:
        keys = ", ".join(sorted(entity[attribute.name]))
        hint = f"it has {keys}" if keys else f"ftrack types {entity.entity_type} lists them"
        raise RefusedError(str(error), hint) from None


def _read(key: str, kind: str, config: Mapping[str, Any], text: str) -> Any:
    if text in NOTHING:
        return None
    if "enumerator" in kind:
        return _choices(key, config, text)
    if kind == "number":
        return (as_number if config.get("isdecimal") else as_whole)(key, text)
    if kind == "boolean":
        return as_boolean(key, text)
    return as_moment(key, text) if kind == "date" else as_text(key, text)


def _choices(key: str, config: Mapping[str, Any], text: str) -> list[str]:
    items = as_list(key, text)
    if len(items) > 1 and not config.get("multiSelect"):
        raise RefusedError(f"{key} takes one value, not {len(items)}", f"{key}= empties it")
    known = _known_choices(config)
    return [_choice(key, one, known) for one in items] if known else items


def _choice(key: str, given: str, known: Mapping[str, str]) -> str:
    if given in known.values():
        return given
    if given not in known:
        names = [*known.values(), *known]
        raise RefusedError(
            f"{key} has no choice {given!r}.{did_you_mean(given, names)}",
            f"it takes {', '.join(known.values())}",
        )
    return known[given]


def _known_choices(config: Mapping[str, Any]) -> dict[str, str]:
    """Return the choices of an enumerator: values by what people read. A dynamic one has none."""
    data = config.get("data")
    choices = json.loads(data) if isinstance(data, str) and data else data or []
    return {str(one["menu"]): str(one["value"]) for one in choices if isinstance(one, dict)}


def _settings(config: Any) -> Mapping[str, Any]:
    try:
        found = json.loads(config) if isinstance(config, str) else config
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
