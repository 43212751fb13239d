"""What plugins say about rows and entity types, asked once for each type."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ftrack_core.entity.coded import coded_base
from ftrack_core.entity.factory import try_class

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ftrack_core.plugins import Hooks
    from ftrack_core.ports import Cache, Context
    from ftrack_core.schema import EntitySchema, Schemas

__all__ = ["RowRules"]


class RowRules:
    """Default projections, mixins and cache policies, as the plugins have them."""

    def __init__(
        self,
        context: Context,
        hooks: Callable[[], Hooks],
        schemas: Schemas,
        cache: Cache | None = None,
    ) -> None:
        self._context = context
        self._hooks = hooks
        self._schemas = schemas
        self._limit = getattr(cache, "limit", None)  # a fork leaves the times to its origin
        self._keeps: dict[str, bool] = {}
        self._fitting: set[tuple[type, ...]] = set()
        self._generation = 0

    def _present(self) -> Hooks:
        """Return the present hooks; what earlier ones said is forgotten."""
        hooks = self._hooks()
        if hooks.generation.number != self._generation:
            self._generation = hooks.generation.number
            self._keeps, self._fitting = {}, set()
        return hooks

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
        """Return the bases before `Entity`: plugins' mixins, the kernel's, a plugin's own base.

        Raises `PluginError` where they do not go together.
        """
        hooks = self._present()
        found = hooks.ftrack_entity_mixins(entity_type, schema)
        bases = [*found, *kernel.get(entity_type, ()), *self._base(hooks, entity_type, schema)]
        together = tuple(bases)
        if together not in self._fitting:
            try:
                try_class(schema, bases)
            except TypeError as error:
                raise hooks.misfit(entity_type, schema, error) from error
            self._fitting.add(together)
        return bases

    def _base(self, hooks: Hooks, entity_type: str, schema: EntitySchema) -> list[type]:
        """Return what stands next to `Entity`: the base of a plugin, and what codecs need."""
        base = hooks.ftrack_entity_base(entity_type, schema)
        found: list[type] = [] if base is None else [base]
        if hooks.implements("ftrack_attribute_codec"):
            found.append(coded_base(schema, partial(self._codec, entity_type)))
        return found

    def _codec(self, entity_type: str, attribute: str) -> Any:
        return self._hooks().ftrack_attribute_codec(entity_type, attribute)

    def keeps(self, entity_type: str) -> bool:
        """Return whether the cache may keep rows of a type; tell it how long."""
        hooks = self._present()
        if entity_type not in self._keeps:
            policy = hooks.ftrack_cache_policy(self._context, entity_type)
            self._keeps[entity_type] = policy is None or policy.keep
            if self._limit is not None:
                self._limit(entity_type, None if policy is None else policy.seconds)
        return self._keeps[entity_type]
