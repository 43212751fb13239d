"""The drop-in's part of the command line. It does not import ``ftrack_api``, which is heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core import Argument, Command, hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_core.ports import Finding

__all__ = ["ftrack_commands", "ftrack_examine"]


@hookimpl
def ftrack_commands() -> Iterable[Command]:
    """Add ``ftrack dropin stand-in``."""
    return [
        Command(
            "dropin stand-in",
            "Make a wheel that stands in for ftrack-python-api, for packages that require it.",
            run=_stand_in,
            arguments=(
                Argument("folder", "Where the wheel is written to.", required=True),
                Argument(
                    "--version",
                    "The version that it says it is: one that those packages accept, and +dropin.",
                    required=True,
                ),
                Argument("--force", "Replace a file of that name that holds something else.", bool),
            ),
            examples=(
                "ftrack dropin stand-in wheels --version 3.1.0+dropin",
                "ftrack dropin stand-in wheels --version 2.5.4+dropin",
            ),
        )
    ]


@hookimpl
def ftrack_examine() -> Iterable[Finding]:
    """Say whether ``import ftrack_api`` gets the drop-in."""
    from .examination import examine

    return [examine()]


def _stand_in(folder: str, version: str, force: bool) -> int:
    from .command import make_stand_in

    return make_stand_in(folder, version, force=force)
