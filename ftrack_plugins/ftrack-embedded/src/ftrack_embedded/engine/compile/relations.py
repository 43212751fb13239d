"""The relations that the model keeps: references, inverses and link tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, FromClause, and_, false

from ftrack_embedded.engine.computed.relations import computed_relation
from ftrack_embedded.model.description import Attribute, Computed, Inverse, Reference, Through

from .relation import Reached, Relation
from .source import is_one_of, open_source

if TYPE_CHECKING:
    from sqlalchemy import Select

    from ftrack_embedded.engine.catalogue import Catalogue

__all__ = ["relation_of"]


def relation_of(catalogue: Catalogue, entity_type: str, attribute: Attribute) -> Relation | None:
    """Return the relation that an attribute stands for, or None for a scalar."""
    storage = attribute.storage
    if isinstance(storage, Reference):
        return _reference(catalogue, storage)
    if isinstance(storage, Inverse):
        return _inverse(storage)
    if isinstance(storage, Through):
        return _through(catalogue, entity_type, storage)
    if attribute.kind == "scalar":
        return None
    if isinstance(storage, Computed):
        return computed_relation(entity_type, attribute, storage.rule)
    return _nothing(catalogue, entity_type, attribute)


def _nothing(catalogue: Catalogue, entity_type: str, attribute: Attribute) -> Relation:
    target_type = attribute.target or entity_type

    def reach(catalogue: Catalogue, keys: Select[Any] | None) -> Reached:  # noqa: ARG001 - leads nowhere for any key
        target = open_source(catalogue, target_type)
        near = target.column(catalogue.key_columns(target_type)[0])
        return Reached(target, near, target.rows, false())

    local = catalogue.key_columns(entity_type)[0]
    return Relation(local, target_type, attribute.kind == "reference", reach)


def _reference(catalogue: Catalogue, storage: Reference) -> Relation:
    key = catalogue.key_columns(storage.target)[0]

    def reach(catalogue: Catalogue, keys: Select[Any] | None) -> Reached:
        target = open_source(catalogue, storage.target)
        condition = is_one_of(catalogue, target, storage.target, indexed=False)
        near = target.column(key)
        return Reached(target, near, target.rows, _limited(condition, near, keys))

    return Relation(storage.column, storage.target, True, reach)


def _inverse(storage: Inverse) -> Relation:
    def reach(catalogue: Catalogue, keys: Select[Any] | None) -> Reached:
        target = open_source(catalogue, storage.target)
        condition = and_(
            is_one_of(catalogue, target, storage.target, indexed=False),
            *_equalities(target.rows, storage.where),
        )
        near = target.column(storage.column)
        return Reached(target, near, target.rows, _limited(condition, near, keys))

    return Relation(storage.local, storage.target, False, reach)


def _through(catalogue: Catalogue, entity_type: str, storage: Through) -> Relation:
    key = catalogue.key_columns(storage.target)[0]

    def reach(catalogue: Catalogue, keys: Select[Any] | None) -> Reached:
        target = open_source(catalogue, storage.target)
        link = catalogue.alias(storage.link)
        condition = and_(
            is_one_of(catalogue, target, storage.target, indexed=False),
            *_equalities(link, storage.where),
        )
        joined = link.join(target.rows, target.column(key) == link.c[storage.far])
        near = link.c[storage.near]
        return Reached(target, near, joined, _limited(condition, near, keys))

    local = catalogue.key_columns(entity_type)[0]
    return Relation(local, storage.target, False, reach, repeats=True)


def _equalities(rows: FromClause, where: tuple[tuple[str, Any], ...]) -> list[ColumnElement[bool]]:
    return [
        rows.c[name].is_(None) if value is None else rows.c[name] == value for name, value in where
    ]


def _limited(
    condition: ColumnElement[bool], near: ColumnElement[Any], keys: Select[Any] | None
) -> ColumnElement[bool]:
    return condition if keys is None else and_(condition, near.in_(keys))
