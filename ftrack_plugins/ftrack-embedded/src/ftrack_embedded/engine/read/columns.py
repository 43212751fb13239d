"""Which columns a plan needs, and under which names its rows hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_embedded.engine.computed.expressions import computed_expression
from ftrack_embedded.engine.computed.values import value_rule
from ftrack_embedded.model.description import Attribute, Column, Computed, Reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement

    from ftrack_embedded.engine.catalogue import Catalogue
    from ftrack_embedded.engine.compile.source import Source

    from .plan import Field, Plan

__all__ = ["column_of", "computed_label", "selected_columns"]


def column_of(attribute: Attribute) -> str | None:
    """Return the column that holds a scalar or a reference's key; None if no column does."""
    if isinstance(attribute.storage, Column):
        return attribute.storage.name
    return attribute.storage.column if isinstance(attribute.storage, Reference) else None


def computed_label(name: str) -> str:
    """Return the name under which a row holds a value that the statement computes."""
    return f"computed {name}"


def selected_columns(catalogue: Catalogue, plan: Plan, source: Source) -> list[ColumnElement[Any]]:
    """Return what the statement for a plan selects, each labelled with its name in the row."""
    plain = dict.fromkeys(_stored(catalogue, plan))
    columns: list[ColumnElement[Any]] = [
        _named(catalogue, source, name).label(name) for name in plain
    ]
    for name, rule in _computed(catalogue, plan).items():
        expression = computed_expression(catalogue, source, rule)
        if expression is not None:
            columns.append(expression.label(computed_label(name)))
    return columns


def _named(catalogue: Catalogue, source: Source, name: str) -> ColumnElement[Any]:
    """Return a column; a rule may also need a value that another rule computes."""
    if name in source.rows.c:
        return source.column(name)
    attribute = catalogue.types[source.entity_type].attributes[name]
    assert isinstance(attribute.storage, Computed)
    expression = computed_expression(catalogue, source, attribute.storage.rule)
    assert expression is not None
    return expression


def _stored(catalogue: Catalogue, plan: Plan) -> Iterable[str]:
    yield from catalogue.key_columns(plan.entity_type)
    yield from catalogue.classifier_columns(plan.entity_type)
    yield from _of_extras(catalogue, plan.entity_type)
    for wanted in plan.fields.values():
        yield from _of_field(wanted)


def _of_extras(catalogue: Catalogue, entity_type: str) -> Iterable[str]:
    for extra in _extras(catalogue, entity_type):
        column = column_of(extra)
        if column is not None:
            yield column


def _extras(catalogue: Catalogue, entity_type: str) -> Iterable[Attribute]:
    for name in (entity_type, *catalogue.types[entity_type].subtypes):
        declared = catalogue.types[name]
        yield from (declared.attributes[extra] for extra in declared.system_projections)


def _of_field(wanted: Field) -> Iterable[str]:
    attribute = wanted.attribute
    if wanted.relation is not None:
        yield wanted.relation.local
        return
    column = column_of(attribute)
    if column is not None:
        yield column
    elif isinstance(attribute.storage, Computed):
        rule = value_rule(attribute.storage.rule)
        yield from rule.needs if rule else ()


def _computed(catalogue: Catalogue, plan: Plan) -> dict[str, str]:
    """Return the rules of the scalars that are asked for and of those that come unasked."""
    asked = (wanted.attribute for wanted in plan.fields.values() if wanted.target is None)
    return {
        attribute.name: attribute.storage.rule
        for attribute in (*asked, *_extras(catalogue, plan.entity_type))
        if isinstance(attribute.storage, Computed)
    }
