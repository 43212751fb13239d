"""A path as one join: it can be as long as a statement may have tables, and is no deeper for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_

from ftrack_embedded.engine import failures

from .names import cast_type, relation_along
from .source import Source, is_one_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ftrack_core.query.tree import Step
    from sqlalchemy import ColumnElement, FromClause

    from ftrack_embedded.engine.catalogue import Catalogue

    from .relation import Relation

__all__ = ["Chain", "can_be_chained", "chained"]


@dataclass(frozen=True)
class Chain:
    """The rows of *end*, selected from *joined* where *condition* holds."""

    end: Source
    joined: FromClause
    condition: ColumnElement[bool]


def can_be_chained(catalogue: Catalogue, entity_type: str, steps: Sequence[Step]) -> bool:
    """Return whether all *steps* follow relations that can be joined."""
    for step in steps:
        relation = relation_along(catalogue, entity_type, step)
        if not relation.joins:
            return False
        entity_type = cast_type(catalogue, relation.target, step)
    return True


def chained(
    catalogue: Catalogue, source: Source, steps: Sequence[Step], *, single: bool = False
) -> Chain:
    """Join what the *steps* lead to from a row of *source*.

    A *single* chain leads to one row at most; a collection in it is an error.
    """
    joined: FromClause | None = None
    for step in steps:
        follow = _single_relation if single else relation_along
        relation = follow(catalogue, source.entity_type, step)
        seen = cast_type(catalogue, relation.target, step)
        reached = relation.reach(catalogue, None)
        near = reached.near == source.column(relation.local)
        is_seen = is_one_of(catalogue, reached.target, seen, indexed=False)
        condition = and_(reached.condition, near, is_seen)
        if joined is None:
            joined, from_source = reached.joined, condition
        else:
            # Said as a join: PostgreSQL would weigh all orders of a list of tables.
            joined = joined.join(reached.joined, condition)
        source = reached.target.seen_as(seen)
    assert joined is not None
    return Chain(source, joined, from_source)


def _single_relation(catalogue: Catalogue, entity_type: str, step: Step) -> Relation:
    """Return the relation that a step to one entity follows; a collection is an error."""
    relation = relation_along(catalogue, entity_type, step)
    if not relation.single:
        raise failures.parse_error(
            f"'{step.name}' is a collection and has no single value.", step.position
        )
    return relation
