"""``ftrack shell``: Python with a session at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_cli.connecting import CONNECTING
from ftrack_core import Argument, Command

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["COMMAND"]


def _run(
    c: str | None = None,
    server: str | None = None,
    user: str | None = None,
    plugin_folder: Sequence[str] = (),
) -> int:
    from ftrack_cli.interactive import run_shell

    return run_shell(c, connection=(server, user, plugin_folder))


COMMAND = Command(
    "shell",
    "Python with a session at hand; IPython where it is installed.",
    run=_run,
    arguments=(
        Argument("-c", "Run this Python code and end; a script may come by standard input, too."),
        *CONNECTING,
    ),
    examples=(
        "ftrack shell",
        "ftrack shell -c 'print(session.query(\"Project\").first())'",
        "ftrack shell < report.py",
    ),
)
