"""A believable show, the same for the same seed: people, shots, tasks, published work, notes.

The time it takes follows the number of tasks; 25,000 of them are there in seconds.
"""

from __future__ import annotations

from random import Random
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ftrack_core.errors import ConfigurationError

from . import hierarchy, people, published, talk
from .rows import insert_rows
from .show import Show

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Table

    from ftrack_embedded.model import Model

__all__ = ["BIG_SHOW", "SIZES", "seed_demo"]

SIZES: Final = ("seed", "sequences", "shots", "tasks", "users")
"""What may be said about a show."""

BIG_SHOW: Final[Mapping[str, int]] = MappingProxyType(
    {"sequences": 12, "shots": 240, "tasks": 2000, "users": 30}
)
"""A show as large as those that people work on; the default is one that fits on a page."""


def seed_demo(
    connection: Connection,
    tables: Mapping[str, Table],
    model: Model,  # noqa: ARG001 - all seeds are called alike
    *,
    seed: int = 1,
    sequences: int = 4,
    shots: int = 24,
    tasks: int = 100,
    users: int = 6,
) -> None:
    """Add one project to a studio that `seed_default` has filled. Nothing is committed.

    Everything, identifiers too, depends on *seed* and on the numbers only. *shots* and *tasks*
    count the whole project. People who exist already under the same login name are cast again.
    Raises `ConfigurationError` when the default data are missing.
    """
    _require_default(connection, tables)
    # The same show each time is the point; nothing here is secret.
    show = Show(Random(seed))  # noqa: S311
    people.cast(show, users, _usernames(connection, tables))
    targets = hierarchy.build(show, sequences, shots)
    work = hierarchy.plan_tasks(show, targets, tasks)
    people.assign(show, work)
    versions = published.publish(show, work)
    talk.discuss(show, work, versions)
    for table, rows in show.rows.items():
        insert_rows(connection, tables, table, rows)
    connection.execute(tables["studio"].update().values(seed=f"demo {seed}"))


def _require_default(connection: Connection, tables: Mapping[str, Table]) -> None:
    if connection.execute(tables["status"].select().limit(1)).first() is None:
        raise ConfigurationError("The demo show needs the default data: call seed_default first.")


def _usernames(connection: Connection, tables: Mapping[str, Table]) -> dict[str, str]:
    resource = tables["resource"]
    found = connection.execute(
        resource.select().where(resource.c.resource_type == "user").order_by(resource.c.username)
    )
    return {row.username: row.id for row in found}
