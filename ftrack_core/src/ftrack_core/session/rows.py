"""What plugins say about rows and entity types, asked once for each type."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ftrack_core.plugins import Hooks
    from ftrack_core.ports import Context
    from ftrack_core.schema import EntitySchema, Schemas

__all__ = ["RowRules"]


class RowRules:
    """Default projections, mixins and cache policies, as the plugins have them."""

    def __init__(self, context: Context, hooks: Callable[[], Hooks], schemas: Schemas) -> None:
        self._context = context
        self._hooks = hooks
        self._schemas = schemas
        self._keeps: dict[str, bool] = {}

    def projections(self, entity_type: str) -> Sequence[str]:
        """Return what a query asks for that selects nothing itself."""
        schema = self._schemas.get(entity_type)
        if schema is None:
            return ()
        said = self._hooks().ftrack_default_projections(entity_type, schema)
        names = schema.default_projections if said is None else said
        return tuple(dict.fromkeys([*schema.primary_key, *names]))

    def mixins(
        self, kernel: Mapping[str, list[type]], entity_type: str, schema: EntitySchema
    ) -> list[type]:
        """Return the classes to mix in: the plugins' before the kernel's own."""
        said = self._hooks().ftrack_entity_mixins(entity_type, schema)
        return [*said, *kernel.get(entity_type, ())]

    def keeps(self, entity_type: str) -> bool:
        """Return whether the cache may keep rows of a type."""
        if entity_type not in self._keeps:
            policy = self._hooks().ftrack_cache_policy(self._context, entity_type)
            self._keeps[entity_type] = policy is None or policy.keep
        return self._keeps[entity_type]
