"""Which columns a criterion pins down, so that an index finds the few rows that can match.

SQLite knows nothing of how the rows are spread: between the index of a pinned column and that of
the object type, which half of all rows share, it chooses by chance. So it is told.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ftrack_core.query.tree import And, Comparison, Criterion, Membership, Path, RelationTest, Step

from ftrack_embedded.model.description import Column, Reference

from .dense import is_dense
from .names import cast_type, relation_along

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Table

    from ftrack_embedded.engine.catalogue import Catalogue

__all__ = ["are_few", "columns_of_sets", "is_selective", "pinned_columns", "share_an_index"]

_FEW: Final = frozenset(
    {
        *("asset_type", "custom_attribute_type", "list_category", "location", "object_type"),
        *("priority", "project_schema", "resource", "security_role", "state", "status", "type"),
    }
)
"""Tables of what a studio is made of: they do not grow with the work."""


def pinned_columns(
    catalogue: Catalogue, entity_type: str, criterion: Criterion | None
) -> frozenset[str]:
    """Return the indexed columns that a row must have certain values in to match."""
    table = catalogue.table(entity_type)
    indexed = {names[0] for names in _indexes(table)}
    named = frozenset(_named(catalogue, entity_type, criterion))
    return named & indexed


def are_few(catalogue: Catalogue, entity_type: str) -> bool:
    """Return whether there are but a few rows of a type, compared with what refers to them."""
    return catalogue.types[entity_type].table in _FEW


def is_selective(catalogue: Catalogue, entity_type: str, criterion: Criterion | None) -> bool:
    """Return whether indexes lead from the far end of the paths of a criterion to few rows."""
    if isinstance(criterion, And):
        return any(is_selective(catalogue, entity_type, one) for one in criterion.operands)
    if isinstance(criterion, RelationTest):
        end = _end_of(catalogue, entity_type, criterion.path.steps)
        return end is not None and is_selective(catalogue, end, criterion.criterion)
    if not isinstance(criterion, (Comparison, Membership)):
        return False
    *steps, last = criterion.path.steps
    end = _end_of(catalogue, entity_type, steps)
    if end is None:
        return False
    return bool(pinned_columns(catalogue, end, replace(criterion, path=Path((last,)))))


def columns_of_sets(
    catalogue: Catalogue, entity_type: str, criterion: Criterion | None
) -> frozenset[str]:
    """Return the columns that hold keys of the few rows that selective criteria lead to."""
    if isinstance(criterion, And):
        found = (columns_of_sets(catalogue, entity_type, one) for one in criterion.operands)
        return frozenset().union(*found)
    if not isinstance(criterion, (Comparison, Membership, RelationTest)):
        return frozenset()
    leads = isinstance(criterion, RelationTest) or len(criterion.path.steps) > 1
    if not leads or not is_selective(catalogue, entity_type, criterion):
        return frozenset()
    return frozenset({relation_along(catalogue, entity_type, criterion.path.steps[0]).local})


def _end_of(catalogue: Catalogue, entity_type: str, steps: Sequence[Step]) -> str | None:
    """Return the type at the end of a path; None if it leads through what has no indexes."""
    for step in steps:
        relation = relation_along(catalogue, entity_type, step)
        entity_type = cast_type(catalogue, relation.target, step)
        if is_dense(catalogue, entity_type):
            return None
    return entity_type


def share_an_index(
    catalogue: Catalogue, entity_type: str, columns: frozenset[str], others: frozenset[str]
) -> bool:
    """Return whether one index holds all *columns* before any of the *others*."""
    count = len(columns)
    return any(
        set(names[:count]) == columns and not others.isdisjoint(names[count:])
        for names in _indexes(catalogue.table(entity_type))
    )


def _named(catalogue: Catalogue, entity_type: str, criterion: Criterion | None) -> Iterator[str]:
    if isinstance(criterion, And):
        for operand in criterion.operands:
            yield from _named(catalogue, entity_type, operand)
    elif isinstance(criterion, (Comparison, Membership)) and _is_positive(criterion):
        first, *rest = criterion.path.steps
        attribute = catalogue.attribute(entity_type, first.name)
        if attribute is not None and not rest and first.cast is None:
            storage = attribute.storage
            if isinstance(storage, Column):
                yield storage.name
            elif isinstance(storage, Reference):
                yield storage.column


def _is_positive(criterion: Comparison | Membership) -> bool:
    if isinstance(criterion, Membership):
        return not criterion.negated
    return criterion.operator == "=" and not criterion.value.is_null


def _indexes(table: Table) -> Iterator[tuple[str, ...]]:
    yield tuple(table.primary_key.columns.keys())
    for index in table.indexes:
        yield tuple(column.name for column in index.columns)
