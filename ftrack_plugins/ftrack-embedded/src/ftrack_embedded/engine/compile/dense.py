"""Custom attribute values as clients see them: one row for each configuration that applies.

Stored are only the values that somebody set. The typed value types (``ContextCustomAttributeValue``
and its kin) are therefore no table but this view, in which the configuration's default stands in;
a hierarchical attribute has no value where none is stored on the very entity.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, false, or_, select, true

from ftrack_embedded.engine.computed.projects import project_of_context, project_of_owner

from .functions import unindexed

if TYPE_CHECKING:
    from ftrack_embedded.engine.catalogue import Catalogue

__all__ = ["OWNERS", "applying", "dense_view", "entity_type_of", "is_dense", "owner_of"]

_SUFFIX: Final = "CustomAttributeValue"

Applies = Callable[[FromClause, FromClause], ColumnElement[bool]]
"""Whether a configuration applies to an entity."""


def is_dense(catalogue: Catalogue, entity_type: str) -> bool:
    """Return whether a type is one of the typed value types."""
    return entity_type_of(catalogue, entity_type) is not None


def entity_type_of(catalogue: Catalogue, value_type: str) -> str | None:
    """Return the type whose custom attributes a value type holds; None for any other type."""
    owner = value_type.removesuffix(_SUFFIX)
    is_value_type = value_type.endswith(_SUFFIX) and owner in catalogue.types
    return owner if is_value_type else None


def dense_view(catalogue: Catalogue, value_type: str) -> FromClause:
    """Return the rows of a value type, with configuration_id, entity_id, key, value."""
    owner = entity_type_of(catalogue, value_type)
    assert owner is not None
    entity = catalogue.alias(owner)
    configuration = catalogue.alias("CustomAttributeConfiguration")
    stored = catalogue.alias("CustomAttributeValue")
    is_stored = and_(
        stored.c.configuration_id == configuration.c.id, stored.c.entity_id == entity.c.id
    )
    applies = and_(
        _applies(owner, configuration, entity),
        *_is_readable(catalogue, owner, configuration, entity),
    )
    value = case(
        (stored.c.entity_id.is_not(None), stored.c.value),
        (configuration.c.is_hierarchical.is_(true()), None),
        else_=configuration.c.default,
    )
    return (
        select(
            configuration.c.id.label("configuration_id"),
            entity.c.id.label("entity_id"),
            configuration.c.key.label("key"),
            value.label("value"),
        )
        .select_from(entity.join(configuration, applies).outerjoin(stored, is_stored))
        .subquery()
    )


def applying(catalogue: Catalogue, owner: str, entities: Sequence[str]) -> Select[Any]:
    """Return id and key of each configuration that applies to one of some entities, with its id.

    *owner* is the type of the entities: one of `OWNERS`.
    """
    entity = catalogue.alias(owner)
    configuration = catalogue.alias("CustomAttributeConfiguration")
    return (
        select(configuration.c.id, configuration.c.key, entity.c.id)
        .select_from(entity.join(configuration, _applies(owner, configuration, entity)))
        .where(entity.c.id.in_(entities))
    )


def owner_of(entity_type: str | None) -> str | None:
    """Return the type whose entities a configuration of this *entity_type* may apply to."""
    return _OWNER_OF.get(entity_type or "")


def _applies(owner: str, configuration: FromClause, entity: FromClause) -> ColumnElement[bool]:
    return and_(configuration.c.kind == "attribute", _APPLIES[owner](configuration, entity))


def _is_readable(
    catalogue: Catalogue, owner: str, configuration: FromClause, entity: FromClause
) -> list[ColumnElement[bool]]:
    """Return what the caller has to be allowed to read, where that depends on the project."""
    if catalogue.readable_value is None:
        return []
    project = project_of_owner(catalogue, owner, entity)
    condition = None if project is None else catalogue.readable_value(configuration.c.id, project)
    return [] if condition is None else [condition]


def _to_context(configuration: FromClause, entity: FromClause) -> ColumnElement[bool]:
    is_project = entity.c.context_type == "show"
    everywhere = and_(
        configuration.c.entity_type == "show",
        or_(configuration.c.is_hierarchical.is_(true()), is_project),
    )
    on_its_object_type = and_(
        configuration.c.entity_type == "task",
        or_(
            configuration.c.object_type_id == entity.c.object_type_id,
            and_(configuration.c.object_type_id.is_(None), entity.c.context_type == "task"),
        ),
    )
    project = project_of_context(entity)
    # There are but a few configurations: going through all is faster than two indexes for each.
    of_project = unindexed(configuration.c.project_id)
    in_project = or_(of_project.is_(None), of_project == project)
    return and_(or_(everywhere, on_its_object_type), in_project)


def _named(name: str) -> Applies:
    def applies(configuration: FromClause, _: FromClause) -> ColumnElement[bool]:
        return configuration.c.entity_type == name

    return applies


def _never(_: FromClause, __: FromClause) -> ColumnElement[bool]:
    return false()


_APPLIES: Final[Mapping[str, Applies]] = MappingProxyType(
    {
        "Context": _to_context,
        "Asset": _named("asset"),
        "AssetVersion": _named("assetversion"),
        "User": _named("user"),
        "List": _named("list"),
        "ListObject": _named("listobject"),
    }
)
OWNERS: Final = tuple(_APPLIES)
"""The types whose entities have custom attributes."""
_OWNER_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        "asset": "Asset",
        "assetversion": "AssetVersion",
        "list": "List",
        "listobject": "ListObject",
        "show": "Context",
        "task": "Context",
        "user": "User",
    }
)
