"""A source: one occurrence of an entity type in a statement.

The same type may occur many times (a shot's parent's parent); each occurrence is an alias of its
own. The typed custom attribute values are no table but a view, see `dense`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, FromClause, and_, or_, true

from .dense import dense_view, is_dense
from .functions import unindexed

if TYPE_CHECKING:
    from ftrack_embedded.engine.catalogue import Catalogue

__all__ = ["Source", "is_one_of", "open_source", "selected_types"]


@dataclass(frozen=True)
class Source:
    """One occurrence of *entity_type*; *rows* is the alias its columns come from."""

    entity_type: str
    rows: FromClause

    def column(self, name: str) -> ColumnElement[Any]:
        """Return the column called *name* in storage."""
        return self.rows.c[name]

    def seen_as(self, entity_type: str) -> Source:
        """Return the same occurrence, taken for another type of its family."""
        return Source(entity_type, self.rows)


def open_source(catalogue: Catalogue, entity_type: str) -> Source:
    """Return a new occurrence of a type."""
    if is_dense(catalogue, entity_type):
        return Source(entity_type, dense_view(catalogue, entity_type))
    return Source(entity_type, catalogue.alias(entity_type))


def is_one_of(
    catalogue: Catalogue, source: Source, entity_type: str, *, indexed: bool = True
) -> ColumnElement[bool]:
    """Return the condition that a row is of a type or of one below it.

    Where something else finds the rows better, it must not be *indexed*.
    """
    columns = (
        (source.column(name) if indexed else unindexed(source.column(name)), values)
        for name, values in catalogue.types[entity_type].selectors
    )
    return and_(true(), *(column.in_(values) for column, values in columns))


def selected_types(
    catalogue: Catalogue, source: Source, names: frozenset[str] | None
) -> ColumnElement[bool]:
    """Return the condition that a row is of one of several types; None allows all."""
    if names is None:
        return true()
    return or_(*(is_one_of(catalogue, source, name) for name in sorted(names)))
