"""A database given by URL: PostgreSQL, for a team that has one.

All writers of all processes take one advisory lock when they begin, as SQLite's writers take the
file's; a reader sees one snapshot for its whole batch and waits for nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ftrack_core.errors import ConfigurationError
from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

__all__ = ["engine_by_url"]

_WRITERS_LOCK: Final = 7_309_453_113
"""Any number that others are unlikely to lock in the same database."""


def engine_by_url(url: str, writes: str) -> Engine:
    """Return the engine for a PostgreSQL URL.

    *writes* is the execution option that a writing transaction has. Raises ConfigurationError for
    another database and where the driver is missing.
    """
    parsed = _checked(url)
    try:
        engine = create_engine(parsed, pool_size=16, max_overflow=-1, pool_pre_ping=True)
    except ModuleNotFoundError:
        raise ConfigurationError(
            "A studio in PostgreSQL needs the driver psycopg: "
            "pip install 'ftrack-embedded[postgresql]'"
        ) from None

    def begins(connection: Connection) -> None:
        if connection.get_execution_options().get(writes, False):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")
        else:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

    event.listen(engine, "begin", begins)
    return engine


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigurationError(
            "The database's URL cannot be read: write postgresql://user@host/database"
        ) from None
    if parsed.get_backend_name() != "postgresql":
        raise ConfigurationError(
            f"A studio is kept in SQLite or in PostgreSQL, not in {parsed.get_backend_name()}: "
            "give a path, or postgresql://user@host/database"
        )
    return parsed.set(drivername="postgresql+psycopg")
