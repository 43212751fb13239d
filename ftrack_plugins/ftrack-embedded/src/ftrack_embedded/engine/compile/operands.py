"""From an attribute of a source to the expression that stands for it in a statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_core.query.tree import Step
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Float,
    String,
    Text,
    cast,
    null,
    select,
)

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.computed.expressions import computed_expression
from ftrack_embedded.model.description import Attribute, Column, Computed, Reference

from .chain import chained
from .comparison import Operand
from .functions import folded
from .names import attribute_of, relation_along

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.types import TypeEngine

    from ftrack_embedded.engine.catalogue import Catalogue

    from .source import Source

__all__ = ["operand_of", "scalar_along", "sort_key"]

_NULL_TYPES: Final[dict[str, type[TypeEngine[Any]]]] = {
    "boolean": Boolean,
    "integer": BigInteger,
    "number": Float,
}


def operand_of(catalogue: Catalogue, source: Source, step: Step) -> Operand:
    """Return the attribute that a last *step* names ready to be compared.

    A collection is an error, and so is what cannot be compared.
    """
    attribute = attribute_of(catalogue, source.entity_type, step)
    if step.cast is None:
        expression = _expression(catalogue, source, attribute, step)
    else:
        expression = _key_reached(catalogue, source, step)
    kind = _kind(catalogue, source, attribute)
    return Operand(expression, kind, step.name, step.position)


def _expression(
    catalogue: Catalogue, source: Source, attribute: Attribute, step: Step
) -> ColumnElement[Any]:
    storage = attribute.storage
    if isinstance(storage, Column):
        return source.column(storage.name)
    if isinstance(storage, Reference):
        return source.column(storage.column)
    if attribute.kind == "reference" and storage is not None:
        return _key_reached(catalogue, source, step)
    if attribute.kind in ("collection", "mapped"):
        raise failures.parse_error(
            f"'{attribute.name}' is a collection: ask '{attribute.name} any (...)' instead.",
            step.position,
        )
    if isinstance(storage, Computed):
        return _computed(catalogue, source, step, storage)
    return cast(null(), _NULL_TYPES.get(attribute.data_type, Text))


def _computed(
    catalogue: Catalogue, source: Source, step: Step, storage: Computed
) -> ColumnElement[Any]:
    expression = computed_expression(catalogue, source, storage.rule)
    if expression is None:
        raise failures.parse_error(
            f"'{step.name}' is computed and cannot be filtered by.", step.position
        )
    return expression


def _key_reached(catalogue: Catalogue, source: Source, step: Step) -> ColumnElement[Any]:
    relation = relation_along(catalogue, source.entity_type, step)
    key = catalogue.types[relation.target].primary_key[0]
    return scalar_along(catalogue, source, (step, Step(key))).expression


def _kind(catalogue: Catalogue, source: Source, attribute: Attribute) -> str:
    if attribute.data_type not in ("", "string"):
        return attribute.data_type
    if attribute.kind != "scalar" or attribute.name.endswith("_id"):
        return "id"
    is_key = attribute.name in catalogue.types[source.entity_type].primary_key
    refers = isinstance(attribute.storage, Column) and attribute.storage.refers_to
    return "id" if is_key or refers else "string"


def scalar_along(catalogue: Catalogue, source: Source, steps: Sequence[Step]) -> Operand:
    """Return the value at the end of a path of references, as a subselect where it is far.

    A path through a collection has no single value and is an error.
    """
    *way, last = steps
    if not way:
        return operand_of(catalogue, source, last)
    chain = chained(catalogue, source, way, single=True)
    end = operand_of(catalogue, chain.end, last)
    subselect = (
        select(end.expression)
        .select_from(chain.joined)
        .where(chain.condition)
        .correlate(source.rows)
        .scalar_subquery()
    )
    return Operand(subselect, end.kind, end.name, end.position)


def sort_key(catalogue: Catalogue, source: Source, steps: Sequence[Step]) -> ColumnElement[Any]:
    """Return what rows are ordered by for a path."""
    operand = scalar_along(catalogue, source, steps)
    if operand.kind == "string" and isinstance(operand.expression.type, String):
        return folded(operand.expression)
    return operand.expression
