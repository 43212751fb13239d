"""How rows are read: which of their names can hold entities. Worked out once for each shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ftrack_core.schema import AttributeKind

if TYPE_CHECKING:
    from ftrack_core.schema import EntitySchema

__all__ = ["Shape", "shape_of"]

_RELATIONS = frozenset({AttributeKind.REFERENCE, AttributeKind.COLLECTION})


class Shape(NamedTuple):
    """How rows of one type with so many attributes are read.

    *key_name* is None where several attributes are the primary key. *halves* are references
    and their identifiers of which only one is among them.
    """

    width: int
    key_name: str | None
    relations: tuple[str, ...]
    mapped: tuple[str, ...]
    foreign_keys: tuple[str, ...]
    halves: tuple[tuple[str, str], ...]
    schema: EntitySchema

    @property
    def is_flat(self) -> bool:
        """Whether such rows lead to no others."""
        return not (self.relations or self.mapped)


def shape_of(schema: EntitySchema, names: tuple[str, ...]) -> Shape:
    """Return how rows of *schema* that hold these *names* are read."""
    known = schema.attributes
    kinds = {name: known[name].kind for name in names if name in known}
    return Shape(
        len(names),
        schema.primary_key[0] if len(schema.primary_key) == 1 else None,
        tuple(name for name, kind in kinds.items() if kind in _RELATIONS),
        tuple(name for name, kind in kinds.items() if kind is AttributeKind.MAPPED),
        tuple(
            name
            for name, kind in kinds.items()
            if kind is AttributeKind.SCALAR and name in schema.twins
        ),
        tuple(
            (reference, identifier)
            for reference, identifier in schema.twins.items()
            if reference in schema.references
            and (reference in kinds) is not (identifier in kinds)
            and identifier not in schema.primary_key
        ),
        schema,
    )
