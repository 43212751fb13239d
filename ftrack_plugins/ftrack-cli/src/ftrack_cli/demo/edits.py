"""An edit, told as plain values, so that it can be shown and compared later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Edit", "change", "shown", "value_of"]

_HOUR = 3600.0
_CUSTOM = "custom_attributes."


@dataclass(frozen=True)
class Edit:
    """What was changed: *attribute* is ``custom_attributes.<key>`` for a custom one."""

    entity_type: str
    key: str
    name: str
    attribute: str
    before: object
    after: object

    @property
    def label(self) -> str:
        """The entity as people call it."""
        return f"{self.entity_type} {self.name}"

    @property
    def shown_attribute(self) -> str:
        """The attribute as people call it."""
        name = self.attribute.removeprefix(_CUSTOM)
        return name if name == self.attribute else f"{name} (custom)"


def change(entity: Any, attribute: str, value: Any) -> Edit:
    """Assign *value* to an attribute of *entity*, not committed yet, and return the edit."""
    before = value_of(entity, attribute)
    if attribute.startswith(_CUSTOM):
        entity["custom_attributes"][attribute.removeprefix(_CUSTOM)] = value
    else:
        entity[attribute] = value
    after = value_of(entity, attribute)
    return Edit(entity.entity_type, str(entity.key), entity["name"], attribute, before, after)


def value_of(entity: Any, attribute: str) -> object:
    """Return an attribute as a plain value; of a status its name."""
    if attribute.startswith(_CUSTOM):
        return entity["custom_attributes"][attribute.removeprefix(_CUSTOM)]
    value = entity[attribute]
    return value["name"] if attribute == "status" and value else value


def shown(attribute: str, value: object) -> str:
    """Return a value as people read it; bids are kept in seconds and shown in hours."""
    if attribute == "bid" and isinstance(value, (int, float)):
        return f"{value / _HOUR:g} h"
    return "nothing" if value in (None, "") else str(value)
