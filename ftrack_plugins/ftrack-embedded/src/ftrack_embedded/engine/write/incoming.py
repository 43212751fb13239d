"""The data of a create or an update, turned into columns.

References become the column that holds their key; collections are set aside, they are applied when
the row itself is there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ftrack_embedded.engine import failures

from .plan import plan_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.catalogue import Catalogue
    from ftrack_embedded.model.description import Attribute, EntityType

__all__ = ["Incoming", "read_incoming"]


@dataclass
class Incoming:
    """What was written: *columns* by their names in storage, *collections* by attribute.

    For the answer *scalars* has their wire values, *fractions* the times that are shown as they
    were sent, *references* and *listed* what was sent.
    """

    columns: dict[str, Any] = field(default_factory=dict)
    collections: list[tuple[Attribute, Any]] = field(default_factory=list)
    scalars: dict[str, Any] = field(default_factory=dict)
    fractions: dict[str, Any] = field(default_factory=dict)
    references: dict[str, Any] = field(default_factory=dict)
    listed: dict[str, list[Any]] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    """The columns that were given as scalars; an id that repeats the schema's default is none."""


def read_incoming(
    catalogue: Catalogue, entity_type: EntityType, data: Mapping[str, Any]
) -> Incoming:
    """Check and convert *data*; what the type does not have or cannot take is an error."""
    readers = plan_of(catalogue, entity_type).readers
    incoming = Incoming()
    for name, value in data.items():
        if name in readers:
            readers[name].read(incoming, value)
        elif name != "__entity_type__":
            raise failures.unknown_attribute(name, entity_type.name, entity_type.attributes)
    return incoming
