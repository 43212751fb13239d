"""Bringing a studio of an older format up to date: what the tables lack is added."""

from __future__ import annotations

from sqlalchemy import Connection, Inspector, MetaData, Table, inspect, update
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

from ftrack_embedded.model.tables import FORMAT_VERSION

__all__ = ["upgrade"]


def upgrade(connection: Connection, metadata: MetaData) -> None:
    """Add the tables, columns and indexes that are missing; no data are changed or lost."""
    inspector = inspect(connection)
    present = set(inspector.get_table_names())
    for table in metadata.tables.values():
        if table.name not in present:
            connection.execute(CreateTable(table))
        else:
            for column in _missing_columns(inspector, table):
                connection.exec_driver_sql(_addition(connection, table, column))
        for index in table.indexes:
            connection.execute(CreateIndex(index, if_not_exists=True))
    connection.execute(update(metadata.tables["studio"]).values(format_version=FORMAT_VERSION))


def _missing_columns(inspector: Inspector, table: Table) -> list[str]:
    present = {column["name"] for column in inspector.get_columns(table.name)}
    return [name for name in table.c.keys() if name not in present]  # noqa: SIM118 - no mapping


def _addition(connection: Connection, table: Table, column: str) -> str:
    name = connection.dialect.identifier_preparer.format_table(table)
    definition = CreateColumn(table.c[column]).compile(dialect=connection.dialect)
    return f"ALTER TABLE {name} ADD COLUMN {definition}"
