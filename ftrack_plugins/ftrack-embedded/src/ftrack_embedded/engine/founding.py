"""Opening a database: a new one gets its tables and its seed, an old one is checked."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.errors import ConfigurationError, did_you_mean
from sqlalchemy import Connection, Inspector, insert, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex, CreateTable

from ftrack_embedded.model.tables import FORMAT_VERSION
from ftrack_embedded.seed.default import seed_default
from ftrack_embedded.seed.demo import SIZES, seed_demo

from .catalogue import Catalogue
from .database import Database
from .scratch import process_folder
from .upgrading import upgrade
from .values import now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Index, Table
    from sqlalchemy.schema import ExecutableDDLElement

__all__ = ["SEEDS", "found_or_open"]

SEEDS: Final = ("empty", "default", "demo")
_WHAT_TO_CHECK: Final = {
    True: "Check that the folder exists and that the file is a studio of this server.",
    False: "Check that the database server runs, and that user and database are right.",
}
"""By whether the database is a file."""
_CACHE_KIBIBYTES: Final = 64 * 1024

Sizes = tuple[tuple[str, int], ...]


def found_or_open(
    database: Database, catalogue: Catalogue, seed: str, demo: Mapping[str, int]
) -> None:
    """Check the database; give a new one its tables and fill it by *seed*.

    Raises ConfigurationError for an unknown seed or size, for a file that is no studio and for one
    that this version cannot read. A studio of an older format is brought up to date.
    """
    if seed not in SEEDS:
        raise ConfigurationError(
            f"There is no seed {seed!r}; there are {', '.join(SEEDS)}.{did_you_mean(seed, SEEDS)}"
        )
    _check_sizes(seed, demo)
    sizes = tuple(sorted(demo.items()))
    if database.is_private and database.path is not None:
        shutil.copyfile(_template(process_folder(), catalogue, seed, sizes), database.path)
    elif _needs_work(database):
        with database.writing() as connection:
            # Another process may have founded the same file meanwhile.
            format_version = _format(connection, _named(database))
            if format_version is None:
                _found(connection, catalogue, seed, sizes)
            elif format_version < FORMAT_VERSION:
                upgrade(connection, catalogue.metadata)


def _check_sizes(seed: str, demo: Mapping[str, int]) -> None:
    for name, size in demo.items():
        if name not in SIZES:
            raise ConfigurationError(
                f"A demo has no {name}; there are {', '.join(SIZES)}.{did_you_mean(name, SIZES)}"
            )
        if isinstance(size, bool) or not isinstance(size, int) or size < 0:
            raise ConfigurationError(
                f"The {name} of a demo is a whole number from 0, not {size!r}."
            )
    if demo and seed != "demo":
        raise ConfigurationError(
            f"{', '.join(sorted(demo))}: only a demo is made to measure; ask for the seed 'demo'."
        )


@lru_cache(maxsize=8)
def _template(folder: Path, catalogue: Catalogue, seed: str, sizes: Sizes) -> Path:
    """Make a studio of which copies are made: far less work than to found each one."""
    path = Path(tempfile.mkdtemp(dir=folder)) / "template.db"
    draft = Database(path, draft=True)
    try:
        with draft.writing() as connection:
            _found(connection, catalogue, seed, sizes)
        draft.finish()
    except BaseException:
        draft.close()
        shutil.rmtree(path.parent, ignore_errors=True)
        raise
    return path


# --- what is there already ---------------------------------------------------------------------


def _needs_work(database: Database) -> bool:
    """Return whether the database is new or of an older format."""
    try:
        with database.reading() as connection:
            return _format(connection, _named(database)) != FORMAT_VERSION
    except DBAPIError as error:
        reason, *_ = str(error.orig).strip().splitlines() or ["nobody says why"]
        raise ConfigurationError(
            f"{_named(database)} cannot be opened: {reason.rstrip('.?')}. "
            f"{_WHAT_TO_CHECK[database.path is not None]}"
        ) from error


def _named(database: Database) -> str:
    """Return what an error calls a database; a URL may hold a password and is not repeated."""
    return "The studio's database" if database.path is None else f"The database {database.path}"


def _format(connection: Connection, named: str) -> int | None:
    """Return the format of a studio, None for an empty database; any other is an error."""
    inspector = inspect(connection)
    if not inspector.get_table_names():
        return None
    found = _format_in(connection, inspector)
    if not isinstance(found, int) or found < 1:
        raise ConfigurationError(
            f"{named} is not a studio: its tables are of another program. Name another one."
        )
    if found > FORMAT_VERSION:
        raise ConfigurationError(
            f"{named} was made by a newer version (format {found}, this one reads "
            f"{FORMAT_VERSION}): upgrade ftrack-embedded."
        )
    return found


def _format_in(connection: Connection, inspector: Inspector) -> Any:
    if not inspector.has_table("studio"):
        return None
    columns = {column["name"] for column in inspector.get_columns("studio")}
    if "format_version" not in columns:
        return None
    return connection.exec_driver_sql("SELECT max(format_version) FROM studio").scalar()


# --- a new one ---------------------------------------------------------------------------------


def _found(connection: Connection, catalogue: Catalogue, seed: str, sizes: Sizes) -> None:
    """Make the tables, fill them, and index them: an index costs least over rows that are there."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
    tables = catalogue.metadata.tables.values()
    _define(connection, (CreateTable(table) for table in tables))
    _SEEDERS[seed](connection, catalogue, dict(sizes))
    _define(connection, (CreateIndex(index) for table in tables for index in _indexes(table)))


def _define(connection: Connection, definitions: Iterable[ExecutableDDLElement]) -> None:
    # As text: SQLAlchemy's own way of carrying out a definition takes twice as long.
    for definition in definitions:
        connection.exec_driver_sql(str(definition.compile(dialect=connection.dialect)))


def _indexes(table: Table) -> list[Index]:
    return sorted(table.indexes, key=lambda index: str(index.name))


def _empty(connection: Connection, catalogue: Catalogue, _: Mapping[str, int]) -> None:
    row = {"format_version": FORMAT_VERSION, "created_at": now(), "seed": "empty"}
    connection.execute(insert(catalogue.metadata.tables["studio"]).values(row))


def _default(connection: Connection, catalogue: Catalogue, _: Mapping[str, int]) -> None:
    seed_default(connection, catalogue.metadata.tables, catalogue.model)


def _demo(connection: Connection, catalogue: Catalogue, sizes: Mapping[str, int]) -> None:
    seed_default(connection, catalogue.metadata.tables, catalogue.model)
    seed_demo(connection, catalogue.metadata.tables, catalogue.model, **sizes)


Seeder = Callable[[Connection, Catalogue, Mapping[str, int]], Any]
_SEEDERS: Final[Mapping[str, Seeder]] = {"default": _default, "demo": _demo, "empty": _empty}
