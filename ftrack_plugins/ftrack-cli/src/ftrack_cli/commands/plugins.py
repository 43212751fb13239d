"""``ftrack plugins``: what is loaded, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_cli.connecting import FORMAT, PLUGIN_FOLDER
from ftrack_core import Command

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["COMMAND"]


def _run(format: str = "table", plugin_folder: Sequence[str] = ()) -> int:  # noqa: A002 -- the option
    from ftrack_cli.connecting import checked_folders
    from ftrack_cli.listing import list_plugins

    return list_plugins(format, checked_folders(plugin_folder) or None)


COMMAND = Command(
    "plugins",
    "List the plugins and what is wrong with them.",
    run=_run,
    arguments=(
        FORMAT,
        PLUGIN_FOLDER,
    ),
    examples=(
        "ftrack plugins",
        "ftrack plugins --plugin-folder ~/pipeline/plugins",
        "ftrack plugins --format json",
    ),
)
