"""What it means that one entity leads to others.

Every relation is told by three things: the *local* column of the row it starts from, the rows it
leads to, and beside each of those the value (*near*) that its owner has in the local column.
Criteria ask whether such a row exists; the loader fetches the rows of many owners at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import ColumnElement, FromClause, Select, and_, literal, select

from .source import Source

if TYPE_CHECKING:
    from ftrack_embedded.engine.catalogue import Catalogue

__all__ = ["Reached", "Relation", "Test"]

Test = Callable[[Source], ColumnElement[bool]]
"""What must hold for a related row."""


@dataclass(frozen=True)
class Reached:
    """Rows of *target*, selected from *joined* where *condition* holds.

    *near* is the owner's value for each row; *order* comes before the primary key.
    """

    target: Source
    near: ColumnElement[Any]
    joined: FromClause
    condition: ColumnElement[bool]
    order: tuple[ColumnElement[Any], ...] = ()


@dataclass(frozen=True)
class Relation:
    """One step from an entity to others."""

    local: str
    target: str
    single: bool
    reach: Callable[[Catalogue, Select[Any] | None], Reached]
    """Open the rows behind the step; given keys, only those of owners with such a local value."""
    repeats: bool = False
    """Whether one row may belong to several owners with different local values."""
    joins: ClassVar[bool] = True
    """Whether a join finds the rows of one owner without finding those of all."""

    def exists(
        self, catalogue: Catalogue, source: Source, test: Test, *, as_set: bool = False
    ) -> ColumnElement[bool]:
        """Return the condition that a related row passes *test*; it is never unknown.

        *as_set* finds all rows that pass first, which pays where they are few.
        """
        reached = self.reach(catalogue, None)
        if as_set:
            return self._among(source, reached, test)
        return (
            select(literal(1))
            .select_from(reached.joined)
            .where(reached.condition, reached.near == source.column(self.local))
            .where(test(reached.target))
            .correlate(source.rows)
            .exists()
        )

    def _among(self, source: Source, reached: Reached, test: Test) -> ColumnElement[bool]:
        local, near = source.column(self.local), reached.near
        passing = (
            select(near)
            .select_from(reached.joined)
            .where(reached.condition, near.is_not(None), test(reached.target))
        )
        return and_(local.is_not(None), local.in_(passing))
