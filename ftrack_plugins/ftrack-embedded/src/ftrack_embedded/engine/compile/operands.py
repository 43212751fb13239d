"""From an attribute of a source to the expression that stands for it in a statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.query.tree import Step
from sqlalchemy import ColumnElement, String, func, null, select

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.computed.expressions import computed_expression
from ftrack_embedded.model.description import Attribute, Column, Computed, Reference

from .comparison import Operand
from .names import attribute_of, cast_type, relation_along
from .source import Source, is_one_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ftrack_embedded.engine.catalogue import Catalogue

__all__ = ["operand_of", "scalar_along", "sort_key"]


def operand_of(catalogue: Catalogue, source: Source, name: str) -> Operand:
    """Return the attribute called *name* ready to be compared; a collection is an error."""
    attribute = attribute_of(catalogue, source.entity_type, name)
    expression = _expression(catalogue, source, attribute)
    kind = _kind(catalogue, source, attribute)
    return Operand(expression, kind, name)


def _expression(catalogue: Catalogue, source: Source, attribute: Attribute) -> ColumnElement[Any]:
    storage = attribute.storage
    if isinstance(storage, Column):
        return source.column(storage.name)
    if isinstance(storage, Reference):
        return source.column(storage.column)
    if attribute.kind == "reference" and storage is not None:
        return _key_reached(catalogue, source, attribute)
    if attribute.kind in ("collection", "mapped"):
        raise failures.parse_error(
            f"'{attribute.name}' is a collection: ask '{attribute.name} any (...)' instead."
        )
    if isinstance(storage, Computed):
        return _computed(catalogue, source, attribute, storage)
    return null()


def _computed(
    catalogue: Catalogue, source: Source, attribute: Attribute, storage: Computed
) -> ColumnElement[Any]:
    expression = computed_expression(catalogue, source, storage.rule)
    if expression is None:
        raise failures.parse_error(f"'{attribute.name}' is computed and cannot be filtered by.")
    return expression


def _key_reached(catalogue: Catalogue, source: Source, attribute: Attribute) -> ColumnElement[Any]:
    step = Step(attribute.name)
    relation = relation_along(catalogue, source.entity_type, step)
    key = catalogue.types[relation.target].primary_key[0]
    return scalar_along(catalogue, source, (step, Step(key))).expression


def _kind(catalogue: Catalogue, source: Source, attribute: Attribute) -> str:
    is_key = attribute.name in catalogue.types[source.entity_type].primary_key
    refers = isinstance(attribute.storage, Column) and attribute.storage.refers_to
    if attribute.kind != "scalar" or is_key or refers:
        return "id" if attribute.data_type in ("", "string") else attribute.data_type
    return attribute.data_type


def scalar_along(catalogue: Catalogue, source: Source, steps: Sequence[Step]) -> Operand:
    """Return the value at the end of a path of references, as a subselect where it is far.

    A path through a collection has no single value and is an error.
    """
    first, *rest = steps
    if not rest:
        return operand_of(catalogue, source, first.name)
    relation = relation_along(catalogue, source.entity_type, first)
    if not relation.single:
        raise failures.parse_error(f"'{first.name}' is a collection and has no single value.")
    reached = relation.reach(catalogue, None)
    seen = cast_type(catalogue, relation.target, first.cast)
    end = scalar_along(catalogue, reached.target.seen_as(seen), rest)
    subselect = (
        select(end.expression)
        .select_from(reached.joined)
        .where(reached.condition, reached.near == source.column(relation.local))
        .where(is_one_of(catalogue, reached.target, seen))
        .correlate(source.rows)
        .scalar_subquery()
    )
    return Operand(subselect, end.kind, end.name)


def sort_key(catalogue: Catalogue, source: Source, steps: Sequence[Step]) -> ColumnElement[Any]:
    """Return what rows are ordered by for a path."""
    operand = scalar_along(catalogue, source, steps)
    if operand.kind == "string" and isinstance(operand.expression.type, String):
        return func.lower(operand.expression)
    return operand.expression
