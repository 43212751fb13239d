"""The tables of a studio, made from the model.

Date-times are text, ``YYYY-MM-DDTHH:MM:SS`` in UTC, so that they sort and compare as they are;
``object`` and ``variable`` values are JSON text. No foreign keys are declared: a batch may create
a child before its parent, and the engine checks the references when the batch ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from .description import Column, Inverse, Reference, Through

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .description import Attribute, EntityType, Model

__all__ = ["FORMAT_VERSION", "metadata_for"]

FORMAT_VERSION: Final = 2
"""The version of the table layout, kept in the one row of ``studio``."""

_ID_LENGTH: Final = 36
_COLUMN_TYPES: Final[Mapping[str, type[sa.types.TypeEngine[Any]]]] = {
    "string": sa.Text,
    "integer": sa.BigInteger,
    "number": sa.Float,
    "boolean": sa.Boolean,
    "datetime": sa.Text,
    "object": sa.Text,
    "variable": sa.Text,
}
_LOOKED_UP: Final = (
    ("asset_version", ("asset_id", "version")),
    ("context", ("object_type_id", "id")),
    ("context", ("project_id", "object_type_id", "id")),
    ("custom_attribute_value", ("entity_id",)),
    ("custom_configuration_base", ("key",)),
    ("list_object", ("entity_id",)),
    ("note", ("parent_id", "in_reply_to_id")),
    ("timelog", ("start",)),
)
# Queries compare texts without regard to case: these indexes hold the lower-case form.
_SEARCHED: Final = (
    ("asset", "name"),
    ("component_location", "resource_identifier"),
    ("context", "name"),
    ("list", "name"),
    ("resource", "username"),
)


def metadata_for(model: Model) -> sa.MetaData:
    """Return all tables with their indexes: those of the *model* and the private ones."""
    metadata = sa.MetaData()
    for name, family in _families(model).items():
        sa.Table(name, metadata, *_columns(family))
    _private_tables(metadata)
    _index_keys(metadata, model)
    _index_texts(metadata)
    return metadata


def _families(model: Model) -> dict[str, list[EntityType]]:
    families: dict[str, list[EntityType]] = {}
    for entity_type in model.types.values():
        families.setdefault(entity_type.table, []).append(entity_type)
    return families


def _columns(family: list[EntityType]) -> Iterator[sa.Column[Any]]:
    """Yield the columns of a family; what only a reference or a classifier names is text."""
    primary_key = family[0].primary_key
    for name, data_type in _column_types(family).items():
        is_key = name in primary_key
        yield sa.Column(name, _COLUMN_TYPES[data_type](), primary_key=is_key, nullable=not is_key)


def _column_types(family: list[EntityType]) -> dict[str, str]:
    types = dict.fromkeys(family[0].primary_key, "string")
    for attribute in _attributes(family):
        if isinstance(attribute.storage, Column):
            types[attribute.storage.name] = attribute.data_type
    private = [
        one.storage.column for one in _attributes(family) if isinstance(one.storage, Reference)
    ]
    classifying = [column for one in family for column, _ in one.classifiers]
    return types | {name: "string" for name in (*private, *classifying) if name not in types}


def _attributes(family: Iterable[EntityType]) -> Iterator[Attribute]:
    for entity_type in family:
        yield from entity_type.attributes.values()


def _private_tables(metadata: sa.MetaData) -> None:
    """Add what no entity type shows: link tables, API keys, and the studio's own row."""
    _link_table("context_scope", metadata, "context_id", "scope_id")
    _link_table("user_view_share", metadata, "view_id", "resource_id")
    _link_table(
        "configuration_security_role", metadata, "configuration_id", "security_role_id", "access"
    )
    sa.Table(
        "api_key",
        metadata,
        sa.Column("id", sa.String(_ID_LENGTH), primary_key=True),
        # Without a user the key is a global one and authenticates whoever is named with it.
        sa.Column("user_id", sa.String(_ID_LENGTH), index=True),
        sa.Column("key_hash", sa.Text(), nullable=False, unique=True),
        sa.Column("name", sa.Text()),
        sa.Column("role", sa.Text()),
        sa.Column("created_at", sa.Text()),
    )
    sa.Table(
        "studio",
        metadata,
        sa.Column("format_version", sa.Integer(), primary_key=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text()),
    )


def _link_table(name: str, metadata: sa.MetaData, *columns: str) -> None:
    sa.Table(
        name,
        metadata,
        *(sa.Column(column, sa.String(_ID_LENGTH), primary_key=True) for column in columns),
    )


def _index_keys(metadata: sa.MetaData, model: Model) -> None:
    """Index what is looked up: `_LOOKED_UP`, and every column that holds a key."""
    done = {
        name: [tuple(table.primary_key.columns.keys())] for name, table in metadata.tables.items()
    }
    for name, columns in (*_LOOKED_UP, *_key_columns(model)):
        if not any(existing[: len(columns)] == columns for existing in done[name]):
            done[name].append(columns)
            table = metadata.tables[name]
            sa.Index("_".join(("ix", name, *columns)), *(table.c[column] for column in columns))


def _index_texts(metadata: sa.MetaData) -> None:
    for name, column in _SEARCHED:
        lowered = sa.func.lower(metadata.tables[name].c[column])
        sa.Index(f"ix_{name}_{column}_lower", lowered)


def _key_columns(model: Model) -> Iterator[tuple[str, tuple[str, ...]]]:
    for entity_type in model.types.values():
        for attribute in entity_type.attributes.values():
            yield from _key_columns_of(model, entity_type.table, attribute)


def _key_columns_of(
    model: Model, table: str, attribute: Attribute
) -> Iterator[tuple[str, tuple[str, ...]]]:
    match attribute.storage:
        case Column(name, refers_to) if refers_to:
            yield table, (name,)
        case Reference(column, _):
            yield table, (column,)
        case Inverse(target, column):
            yield model.types[target].table, (column,)
        case Through(_, link, near, far):
            link_table = model.types[link].table if link in model.types else link
            yield link_table, (near,)
            yield link_table, (far,)
        case _:
            pass
