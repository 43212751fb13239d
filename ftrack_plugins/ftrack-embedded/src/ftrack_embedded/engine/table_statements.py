"""The statements for single tables, compiled once for each combination of columns.

A batch inserts a thousand rows of the same columns: what costs is not the database but making the
same statement a thousand times.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Float,
    Integer,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from .compile.functions import listed
from .raw import RawStatement, change, fetch, raw_statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import ClauseElement, Connection

    from .catalogue import Catalogue

__all__ = ["TableStatements"]

Row = dict[str, Any]
_KEY: Final = "key__"
_NEW: Final = "new__"


class TableStatements:
    """Reads and changes rows of tables through one connection."""

    def __init__(self, connection: Connection, catalogue: Catalogue) -> None:
        self._connection = connection
        self._catalogue = catalogue

    def insert(self, table: Table, row: Mapping[str, Any]) -> None:
        """Add a row; raises SQLAlchemy's IntegrityError where its key exists."""
        names = tuple(row)
        statement = self._made(("insert", table.name, names), lambda: _insert(table, names))
        change(self._connection, statement, _named(_NEW, row))

    def select(self, table: Table, equal: Mapping[str, Any]) -> list[Row]:
        """Return the whole rows whose columns have these values, each one or one of a list."""
        sorts = tuple((name, _sort(value)) for name, value in equal.items())
        statement = self._made(("select", table.name, sorts), lambda: _select(table, sorts))
        given = {name: _given(value) for name, value in equal.items() if value is not None}
        names = table.columns.keys()
        found = fetch(self._connection, statement, given)
        rows = [dict(zip(names, row, strict=True)) for row in found]
        return _with_booleans(table, rows) if self._connection.dialect.name == "sqlite" else rows

    def update(self, table: Table, key: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
        """Change columns of the row that has this key."""
        names = tuple(changed)
        keys = tuple(key)
        statement = self._made(
            ("update", table.name, keys, names), lambda: _update(table, keys, names)
        )
        change(self._connection, statement, _named(_KEY, key) | _named(_NEW, changed))

    def delete(self, table: Table, keys: Sequence[Mapping[str, Any]]) -> None:
        """Remove the rows that have these keys."""
        if keys:
            names = tuple(keys[0])
            statement = self._made(("delete", table.name, names), lambda: _delete(table, names))
            for key in keys:
                change(self._connection, statement, _named(_KEY, key))

    def _made(self, key: tuple[Any, ...], make: Callable[[], ClauseElement]) -> RawStatement:
        dialect = self._connection.dialect
        statement: RawStatement = self._catalogue.prepared.get(
            (dialect.name, *key), lambda: raw_statement(make(), dialect)
        )
        return statement


def _named(prefix: str, values: Mapping[str, Any]) -> Row:
    return {prefix + name: value for name, value in values.items()}


def _has_key(table: Table, names: Iterable[str]) -> ColumnElement[bool]:
    return and_(
        *(table.c[name] == bindparam(_KEY + name, None, type_=table.c[name].type) for name in names)
    )


def _insert(table: Table, names: Iterable[str]) -> ClauseElement:
    return insert(table).values({name: _parameter(table, name) for name in names})


def _select(table: Table, sorts: Iterable[tuple[str, str]]) -> ClauseElement:
    return select(table).where(*(_condition(table, name, sort) for name, sort in sorts))


def _update(table: Table, keys: Iterable[str], names: Iterable[str]) -> ClauseElement:
    values = {name: _parameter(table, name) for name in names}
    return update(table).where(_has_key(table, keys)).values(values)


def _delete(table: Table, names: Iterable[str]) -> ClauseElement:
    return delete(table).where(_has_key(table, names))


def _parameter(table: Table, name: str) -> ColumnElement[Any]:
    return bindparam(_NEW + name, None, type_=table.c[name].type)


def _condition(table: Table, name: str, sort: str) -> ColumnElement[bool]:
    column = table.c[name]
    if sort == "null":
        return column.is_(None)
    if sort == "value":
        return column == bindparam(name, None, type_=column.type)
    kind = "number" if isinstance(column.type, (Integer, Float)) else "id"
    return column.in_(listed(bindparam(name, None, type_=Text()), kind))


def _sort(value: Any) -> str:
    if isinstance(value, (list, set, tuple)):
        return "list"
    return "null" if value is None else "value"


def _given(value: Any) -> Any:
    return json.dumps(list(value)) if _sort(value) == "list" else value


def _with_booleans(table: Table, rows: list[Row]) -> list[Row]:
    """Turn the numbers that SQLite keeps for truth values back."""
    names = [column.name for column in table.columns if isinstance(column.type, Boolean)]
    for row in rows:
        for name in names:
            if row[name] is not None:
                row[name] = bool(row[name])
    return rows
