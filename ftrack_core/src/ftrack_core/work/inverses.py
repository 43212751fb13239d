"""Collections that do not say all any more: what was created names their owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ftrack_core.changes import Create
    from ftrack_core.entity import Entity
    from ftrack_core.entity.rows import Key
    from ftrack_core.schema import Schemas

    from .unit import UnitOfWork

__all__ = ["forget_inverses"]


def forget_inverses(work: UnitOfWork, creates: Iterable[Create], serial: int) -> None:
    """Forget the collections that lack what was created at *serial*, of those it names.

    They are loaded when somebody looks: siblings that were loaded with others would lack it for
    ever. A server does not say which collection is the other side of a reference, so it is all that
    may hold such an entity. Where nothing is loaded what is here stays.
    """
    if not work.populates:
        return
    for owner, created_type, keys in _owners(creates):
        row = owner._row  # noqa: SLF001 -- the unit of work is the other half of it
        loaded = owner.schema.collections.keys() & row.keys()
        if loaded:
            types = set(_lineage(work.store.schemas, created_type))
            stale = [
                name
                for name in loaded
                if owner.schema.collections[name] in types and not keys <= _keys_in(row[name])
            ]
            work.store.forget_values(owner, stale, serial)


def _keys_in(content: list[dict[str, Any]] | None) -> set[Any]:
    return {one.get("id") for one in content or ()}


def _owners(creates: Iterable[Create]) -> Iterable[tuple[Entity, str, set[Key]]]:
    """Return what is named by what was created, with the type and the keys of that."""
    owners: dict[tuple[int, str], tuple[Entity, str, set[Key]]] = {}
    for create in creates:
        entity_type, key = create.identity
        for name in create.given if create.references is None else create.references:
            value = create.given[name]
            if hasattr(value, "_row"):
                found = owners.setdefault((id(value), entity_type), (value, entity_type, set()))
                found[2].add(key)
    return owners.values()


def _lineage(schemas: Schemas, entity_type: str | None) -> Iterator[str]:
    """Yield a type and those it derives from."""
    while entity_type is not None and entity_type in schemas:
        yield entity_type
        entity_type = schemas[entity_type].base
