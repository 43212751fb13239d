"""``ftrack doctor``: what works, what does not, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_cli.connecting import CONNECTING, FORMAT
from ftrack_core import Argument, Command

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["COMMAND"]


def _run(
    format: str = "table",  # noqa: A002 -- the name of the option
    cache_folder: str | None = None,
    server: str | None = None,
    user: str | None = None,
    plugin_folder: Sequence[str] = (),
) -> int:
    from ftrack_cli.doctor.examination import examine

    return examine(cache_folder, format, connection=(server, user, plugin_folder))


COMMAND = Command(
    "doctor",
    "Check the connection; say what fails and what to do.",
    run=_run,
    arguments=(
        FORMAT,
        Argument("--cache-folder", "A folder in which sessions keep schemas; it is looked at."),
        *CONNECTING,
    ),
    examples=(
        "ftrack doctor",
        "ftrack doctor --server https://studio.ftrackapp.com --user ada",
        "ftrack doctor --cache-folder ~/.cache/ftrack --format json",
    ),
)
