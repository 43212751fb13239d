"""``ftrack create``: a new entity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_cli.connecting import CONNECTING, DRY_RUN, TYPE, VALUES
from ftrack_core import Command

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["COMMAND"]


def _run(
    type: str,  # noqa: A002 -- the name of the argument
    values: Sequence[str] = (),
    dry_run: bool = False,
    server: str | None = None,
    user: str | None = None,
    plugin_folder: Sequence[str] = (),
) -> int:
    from ftrack_cli.changing import create_entity

    return create_entity(type, values, dry_run=dry_run, connection=(server, user, plugin_folder))


COMMAND = Command(
    "create",
    "Create an entity and print its id.",
    run=_run,
    arguments=(
        TYPE,
        VALUES,
        DRY_RUN,
        *CONNECTING,
    ),
    examples=(
        "ftrack create Task name=lighting parent=dune/sq010/sq010_sh0010 type=Lighting",
        "ftrack create Note content='Looks good' author=ada parent_id=ID parent_type=task",
        "ftrack create Shot name=sh0400 parent=dune/sq010 metadata.colour=warm --dry-run",
    ),
)
