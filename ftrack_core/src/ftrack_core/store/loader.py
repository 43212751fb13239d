"""Loads what was not asked for: an attribute, for an entity and all that came along with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.entity.entity import set_luggage
from ftrack_core.entity.rows import arrival_of
from ftrack_core.errors import EntityError
from ftrack_core.schema import AttributeKind

from .merging import let_agree, merge_row
from .texts import by_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ftrack_core.entity import Entity
    from ftrack_core.entity.rows import Key
    from ftrack_core.schema import AttributeSchema, EntitySchema

    from .cohort import Arrival, Page
    from .store import Store

__all__ = ["COHORT_CAP", "Loader"]

COHORT_CAP = 500
"""How many siblings one miss fetches at the most."""

_LABELS = ("name", "username")
"""What scripts read of an entity that another one led to: asked for along with it."""


class Loader:
    """Answers misses, one request for a whole cohort."""

    def __init__(self, store: Store, *, cap: int = COHORT_CAP) -> None:
        self._store = store
        self._cap = max(1, cap)

    def load(self, entity: Entity, name: str) -> Any:
        """Fetch *name* for *entity* and its siblings that miss it; return its wire value."""
        arrival: Arrival | None = arrival_of(entity._row)  # noqa: SLF001 -- the store owns rows
        page = self.fetch(entity.schema, [name], self._missing(entity, name, arrival))
        if arrival is not None:
            luggage = arrival.luggage()
            set_luggage(entity, luggage)
            if page.companions.index:
                luggage.append(page.companions)
            if arrival.has_rows:
                self._fill_unseen(entity.entity_type, page, arrival)
        try:
            return entity._row[name]  # noqa: SLF001
        except KeyError:
            raise EntityError(f"{entity!r} has no {name!r}: {self._why(entity)}") from None

    def _why(self, entity: Entity) -> str:
        if self._store.identity.get(entity.entity_type, entity.key) is entity:
            return "the server has no such entity (any more). Was it deleted, or never committed?"
        return "the session let go of it (expunge, reset or rollback); get it again by its key"

    def fetch(self, schema: EntitySchema, names: Sequence[str], keys: Sequence[Key]) -> Page:
        """Ask for attributes of rows by their keys, in one request, and take the answer in."""
        paths = [path for name in names for path in self._paths(schema, name)]
        return self.ask_for(schema, paths, keys)

    def ask_for(self, schema: EntitySchema, paths: Sequence[str], keys: Sequence[Key]) -> Page:
        """Ask for projections as they are, of rows by their keys, in one request."""
        texts = [
            by_keys(schema, paths, keys[start : start + self._cap])
            for start in range(0, len(keys), self._cap)
        ]
        return self._store.ask(texts, adopt=False)

    def _missing(self, entity: Entity, name: str, arrival: Arrival | None) -> list[Key]:
        key = entity.key
        if arrival is None or not self._store.sibling_loading:
            return [key]
        entity_type = entity.entity_type
        siblings = arrival.siblings(entity_type, key, self._cap)
        living = self._store.identity.living(entity_type, set(siblings))
        rows = {one: live._row for one, live in living.items()}  # noqa: SLF001
        for one in siblings if len(rows) < len(siblings) else ():
            unseen = None if one in rows else arrival.row(entity_type, one)
            if unseen is not None:
                rows[one] = unseen
        rows[key] = {}  # whatever became of its row, it is the one that misses
        return [one for one in siblings if one in rows and name not in rows[one]]

    def _fill_unseen(self, entity_type: str, page: Page, arrival: Arrival) -> None:
        """Merge into the rows that nobody has looked at yet: no entity leads to them."""
        rows = page.index.get(entity_type, {})
        for key in rows.keys() - self._store.identity.living(entity_type, rows.keys()).keys():
            unseen = arrival.row(entity_type, key)
            if unseen is not None:
                merge_row(unseen, rows[key], page.arrival, adopt=False)
                said = self._store.shape_of(self._store.schemas[entity_type], tuple(rows[key]))
                let_agree([unseen], said.halves)

    def _paths(self, schema: EntitySchema, name: str) -> list[str]:
        attribute = schema.attribute(name)
        if attribute.kind in (AttributeKind.REFERENCE, AttributeKind.COLLECTION):
            target = attribute.target or ""
            asked = dict.fromkeys([*self._store.projections_of(target), *self._labels(target)])
            return [f"{name}.{one}" for one in asked] or [name]
        return [name]

    def _labels(self, entity_type: str) -> list[str]:
        schema = self._store.schemas.get(entity_type)
        known = {} if schema is None else schema.attributes
        return [one for one in _LABELS if one in known and _can_be_asked_for(known[one])]


def _can_be_asked_for(attribute: AttributeSchema) -> bool:
    return attribute.kind is AttributeKind.SCALAR and not attribute.restricted
