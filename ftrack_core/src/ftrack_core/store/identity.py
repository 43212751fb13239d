"""The identity map: one object for each row of the server, for as long as somebody holds it.

A plain dict of bare weak references, swept when it has doubled: callbacks on each reference, as in
a WeakValueDictionary, cost more than making the entity does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from ftrack_core.entity import Entity
    from ftrack_core.entity.rows import Key

__all__ = ["IdentityMap"]

_SWEEP_FROM = 20_000


class IdentityMap:
    """Live entities by type and key.

    *version* changes when some are added, *forgotten* when some are taken out that may be alive.
    """

    def __init__(self) -> None:
        self.version = 0
        self.forgotten = 0
        self.buckets: dict[str, dict[Key, ref[Entity]]] = {}
        self._sweep_at = _SWEEP_FROM

    def get(self, entity_type: str, key: Key) -> Entity | None:
        """Return the live entity, or None."""
        bucket = self.buckets.get(entity_type)
        reference = None if bucket is None else bucket.get(key)
        return None if reference is None else reference()

    def put(self, entity_type: str, key: Key, entity: Entity) -> None:
        """Remember *entity*."""
        self.version += 1
        bucket = self.buckets.get(entity_type)
        if bucket is None:
            bucket = self.buckets[entity_type] = {}
        bucket[key] = ref(entity)

    def put_many(self, entity_type: str, keys: Iterable[Key], entities: Sequence[Entity]) -> None:
        """Remember *entities*, by their keys."""
        self.version += 1
        bucket = self.buckets.setdefault(entity_type, {})
        bucket.update(zip(keys, map(ref, entities), strict=True))

    def living(self, entity_type: str, keys: AbstractSet[Key]) -> dict[Key, Entity]:
        """Return the entities that are alive, of those with *keys*."""
        bucket = self.buckets.get(entity_type)
        if not bucket or bucket.keys().isdisjoint(keys):
            return {}
        return {
            key: entity
            for key, one in zip(keys, map(bucket.get, keys), strict=True)
            if one is not None and (entity := one()) is not None
        }

    def drop(self, entity_type: str, key: Key) -> None:
        """Forget an entity; whoever holds it keeps an object that no answer reaches."""
        self.buckets.get(entity_type, {}).pop(key, None)
        self.forgotten += 1

    def clear(self) -> None:
        """Forget all."""
        self.buckets.clear()
        self.forgotten += 1

    def sweep(self) -> None:
        """Throw dead references away, if many have come since the last time."""
        if sum(map(len, self.buckets.values())) < self._sweep_at:
            return
        for entity_type, bucket in list(self.buckets.items()):
            self.buckets[entity_type] = {key: one for key, one in bucket.items() if one()}
        self._sweep_at = max(_SWEEP_FROM, 2 * sum(map(len, self.buckets.values())))

    def sweep_keys(self, entity_type: str, keys: Iterable[Key]) -> None:
        """Throw away the dead references among those of *keys*."""
        bucket = self.buckets.get(entity_type, {})
        for key in keys:
            reference = bucket.get(key)
            if reference is not None and reference() is None:
                del bucket[key]

    def __iter__(self) -> Iterator[Entity]:
        for bucket in list(self.buckets.values()):
            for reference in list(bucket.values()):
                entity = reference()
                if entity is not None:
                    yield entity
