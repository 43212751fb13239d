"""Rows of data written as tables, and how they get into the database."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Table

__all__ = ["Rows", "insert_rows"]


@dataclass(frozen=True)
class Rows:
    """Rows of one table. *columns* are separated by blanks, each row has a value for each.

    *constants* are columns that have one value in all rows.
    """

    table: str
    columns: str
    rows: tuple[tuple[Any, ...], ...]
    constants: tuple[tuple[str, Any], ...] = ()

    def as_mappings(self) -> list[dict[str, Any]]:
        """Return each row as column to value."""
        names = self.columns.split()
        constants = dict(self.constants)
        return [dict(zip(names, row, strict=True)) | constants for row in self.rows]

    def id_of(self, name: str) -> str:
        """Return the id of the row with that *name*; KeyError if there is none."""
        return self._ids_by_name[name]

    def ids(self) -> list[str]:
        """Return the ids in the order of the rows."""
        return [str(row["id"]) for row in self.as_mappings()]

    @cached_property
    def _ids_by_name(self) -> dict[str, str]:
        return {str(row["name"]): str(row["id"]) for row in self.as_mappings()}


def insert_rows(
    connection: Connection,
    tables: Mapping[str, Table],
    table: str,
    rows: Iterable[Mapping[str, Any]],
) -> None:
    """Insert *rows* in one statement; a column that a row leaves out is NULL in it."""
    found = list(rows)
    if not found:
        return
    names = _columns(found)
    if connection.dialect.name == "sqlite":
        _insert_many(connection, tables[table], names, found)
    else:
        complete = [{name: row.get(name) for name in names} for row in found]
        connection.execute(tables[table].insert(), complete)


def _insert_many(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Hand the rows to the driver as they are: nothing in them needs SQLAlchemy's conversions."""
    quoted = connection.dialect.identifier_preparer
    columns = ", ".join(quoted.quote(name) for name in names)
    places = ", ".join("?" * len(names))
    text = f"INSERT INTO {quoted.format_table(table)} ({columns}) VALUES ({places})"
    connection.exec_driver_sql(text, [tuple(map(row.get, names)) for row in rows])


def _columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    # Most rows of a table have the same columns: each set of them is looked at once.
    shapes = dict.fromkeys(map(tuple, rows))
    return list(dict.fromkeys(name for shape in shapes for name in shape))
