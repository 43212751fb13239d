"""Statements as text for the database's driver.

Compiling costs far more than executing; so a statement is compiled once and kept (see `Memo`). It
is executed on the driver's own cursor: what SQLAlchemy would do on the way is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ClauseElement, Connection, Dialect
    from sqlalchemy.engine.interfaces import DBAPICursor

__all__ = ["RawStatement", "change", "fetch", "raw_statement"]

Record = tuple[Any, ...]


@dataclass(frozen=True)
class RawStatement:
    """*order* is that of the parameters where the driver takes them by position.

    *constants* are the parameters with the values they have if no other is given.
    """

    text: str
    order: tuple[str, ...] | None
    constants: Mapping[str, Any]


def raw_statement(statement: ClauseElement, dialect: Dialect) -> RawStatement:
    """Compile a statement for one database."""
    made: Any = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    order = tuple(made.positiontup or ()) if made.positional else None
    return RawStatement(str(made), order, made.params)


def fetch(
    connection: Connection, statement: RawStatement, given: Mapping[str, Any]
) -> list[Record]:
    """Execute a select with the *given* parameters and return all rows."""
    cursor = _cursor(connection)
    try:
        cursor.execute(statement.text, _parameters(statement, given))
        return list(cursor.fetchall())
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_usual(connection, statement, error) from error
    finally:
        cursor.close()


def change(connection: Connection, statement: RawStatement, given: Mapping[str, Any]) -> None:
    """Execute a statement that changes rows."""
    cursor = _cursor(connection)
    try:
        cursor.execute(statement.text, _parameters(statement, given))
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_usual(connection, statement, error) from error
    finally:
        cursor.close()


def _cursor(connection: Connection) -> DBAPICursor:
    if not connection.in_transaction():
        connection.begin()
    return connection.connection.cursor()


def _as_usual(connection: Connection, statement: RawStatement, error: Exception) -> BaseException:
    """Return a driver's error as SQLAlchemy raises it."""
    base = connection.dialect.loaded_dbapi.Error
    return DBAPIError.instance(statement.text, None, error, base, dialect=connection.dialect)


def _parameters(statement: RawStatement, given: Mapping[str, Any]) -> Any:
    values = {**statement.constants, **given}
    return values if statement.order is None else [values[name] for name in statement.order]
