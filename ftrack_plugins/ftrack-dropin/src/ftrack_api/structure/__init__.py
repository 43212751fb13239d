"""How components are named in a location."""

from __future__ import annotations

from . import base, entity_id, id, origin, standard  # noqa: A004 -- the name it has always had

__all__ = ["base", "entity_id", "id", "origin", "standard"]
