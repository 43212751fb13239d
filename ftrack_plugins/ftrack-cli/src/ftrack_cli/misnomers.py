"""The names in a query that the schema does not have, with those that were meant.

Servers say that a name is unknown; which one is near to it, they do not say.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from ftrack_core.errors import AuthenticationError, QuerySyntaxError, SchemaError, ServerError
from ftrack_core.query import Aggregate, And, Membership, Not, Or, RelationTest, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ftrack_core.query import Comparison, Criterion, Path, Query
    from ftrack_core.schema import AttributeSchema, EntitySchema, Schemas

    from ftrack_core import Session

__all__ = ["lineage", "naming_unknowns"]


@contextmanager
def naming_unknowns(session: Session, text: str) -> Iterator[None]:
    """Where the server refuses the query *text*, raise what says better why, if that is known.

    That is a `QuerySyntaxError`, or the error for the first name that the schema does not have.
    """
    try:
        yield
    except AuthenticationError:
        raise
    except ServerError as refusal:
        try:
            _require_known(session.schemas, parse(text))
        except (QuerySyntaxError, SchemaError) as better:
            raise better from refusal
        raise


def _require_known(schemas: Schemas, tree: Query) -> None:
    for root, path in _paths(schemas, tree):
        _leads_to(schemas, root, path)


def _paths(schemas: Schemas, tree: Query) -> Iterator[tuple[str, Path]]:
    """Yield each path of *tree* with the type it begins at."""
    root = tree.entity_type
    for one in tree.projections:
        yield root, one.path if isinstance(one, Aggregate) else one
    if tree.criterion is not None:
        yield from _in_criterion(schemas, root, tree.criterion)
    for path in (*tree.group_by, *(item.path for item in tree.order_by)):
        yield root, path


def _in_criterion(schemas: Schemas, root: str, criterion: Criterion) -> Iterator[tuple[str, Path]]:
    if isinstance(criterion, And | Or):
        for one in criterion.operands:
            yield from _in_criterion(schemas, root, one)
    elif isinstance(criterion, Not):
        yield from _in_criterion(schemas, root, criterion.operand)
    else:
        yield root, criterion.path
        yield from _inside(schemas, root, criterion)


def _inside(
    schemas: Schemas, root: str, criterion: Comparison | Membership | RelationTest
) -> Iterator[tuple[str, Path]]:
    if isinstance(criterion, Membership) and criterion.subquery is not None:
        yield from _paths(schemas, criterion.subquery)
    if isinstance(criterion, RelationTest) and criterion.criterion is not None:
        reached = _leads_to(schemas, root, criterion.path)
        if reached is not None:
            yield from _in_criterion(schemas, reached, criterion.criterion)


def _leads_to(schemas: Schemas, root: str, path: Path) -> str | None:
    """Return the type that *path* leads to, or None for a value.

    Raises `UnknownAttributeError` with near names. What only a subtype has is no misnomer, and what
    stands behind a value is the server's to judge.
    """
    reached: str | None = root
    for step in path.steps:
        if reached is None:
            return None
        reached = step.cast or _attribute(schemas, reached, step.name).target
    return reached


def _attribute(schemas: Schemas, entity_type: str, name: str) -> AttributeSchema:
    candidates = [one for one in schemas.values() if name in one.attributes]
    for one in candidates:
        if entity_type in lineage(schemas, one):
            return one.attributes[name]
    return schemas[entity_type].attribute(name)


def lineage(schemas: Schemas, schema: EntitySchema | None) -> Iterator[str]:
    """Yield the name of *schema* and of each type that it derives from."""
    while schema is not None:
        yield schema.name
        schema = schemas.get(schema.base or "")
