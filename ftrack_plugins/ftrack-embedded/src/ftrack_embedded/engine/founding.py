"""Opening a database: a new one gets its tables and its seed, an old one is checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.errors import ConfigurationError, did_you_mean
from sqlalchemy import Connection, insert, inspect, select
from sqlalchemy.exc import DBAPIError

from ftrack_embedded.model.tables import FORMAT_VERSION
from ftrack_embedded.seed.default import seed_default
from ftrack_embedded.seed.demo import seed_demo

from .catalogue import Catalogue
from .values import now

if TYPE_CHECKING:
    from .database import Database

__all__ = ["SEEDS", "found_or_open"]

SEEDS: Final = ("empty", "default", "demo")


def found_or_open(
    database: Database, catalogue: Catalogue, seed: str, demo: Mapping[str, int]
) -> None:
    """Check the database; give a new one its tables and fill it by *seed*."""
    if seed not in SEEDS:
        raise ConfigurationError(
            f"There is no seed {seed!r}; there are {', '.join(SEEDS)}.{did_you_mean(seed, SEEDS)}"
        )
    if _is_new(database, catalogue):
        with database.writing() as connection:
            # Another process may have founded the same file meanwhile.
            if _check(connection, catalogue):
                _found(connection, catalogue, seed, demo)


def _is_new(database: Database, catalogue: Catalogue) -> bool:
    try:
        with database.reading() as connection:
            return _check(connection, catalogue)
    except DBAPIError as error:
        raise ConfigurationError(
            f"The studio's database cannot be opened: {error.orig}. Check that the folder exists "
            "and that the file is a studio of this server."
        ) from error


def _check(connection: Connection, catalogue: Catalogue) -> bool:
    """Return whether the database is still empty; one that cannot be used is an error."""
    names = set(inspect(connection).get_table_names())
    if not names:
        return True
    table = catalogue.metadata.tables["studio"]
    version = connection.execute(select(table.c.format_version)).scalar() if _has(names) else None
    if version is None:
        raise ConfigurationError("The database is not a studio: its tables are of another program.")
    if version > FORMAT_VERSION:
        raise ConfigurationError(
            f"The studio was made by a newer version (format {version}, this one reads "
            f"{FORMAT_VERSION}): upgrade ftrack-embedded."
        )
    return False


def _has(names: set[str]) -> bool:
    return "studio" in names


def _found(
    connection: Connection, catalogue: Catalogue, seed: str, demo: Mapping[str, int]
) -> None:
    catalogue.metadata.create_all(connection, checkfirst=False)
    _SEEDERS[seed](connection, catalogue, demo)


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
