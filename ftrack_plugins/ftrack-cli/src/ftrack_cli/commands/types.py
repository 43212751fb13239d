"""``ftrack types``: what entity types there are, and the attributes of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_cli.connecting import CONNECTING, FORMAT
from ftrack_core import Argument, Command

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["COMMAND"]


def _run(
    type: str | None = None,  # noqa: A002 -- the name of the argument
    format: str = "table",  # noqa: A002 -- the name of the option
    server: str | None = None,
    user: str | None = None,
    plugin_folder: Sequence[str] = (),
) -> int:
    from ftrack_cli.describing import list_attributes, list_types

    connection = (server, user, plugin_folder)
    if type is None:
        return list_types(format, connection=connection)
    return list_attributes(type, format, connection=connection)


COMMAND = Command(
    "types",
    "List the entity types, or the attributes of one.",
    run=_run,
    arguments=(
        Argument("type", "The entity type whose attributes are listed."),
        FORMAT,
        *CONNECTING,
    ),
    examples=(
        "ftrack types",
        "ftrack types Task",
        "ftrack types AssetVersion --format json",
    ),
)
