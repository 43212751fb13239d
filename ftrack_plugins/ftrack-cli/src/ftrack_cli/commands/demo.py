"""``ftrack demo``: the whole story."""

from __future__ import annotations

from ftrack_core import Argument, Command

__all__ = ["COMMAND"]


def _run(
    keep: str | None = None, server: str | None = None, yes: bool = False, seed: int | None = None
) -> int:
    from ftrack_cli.demo.command import run

    return run(keep=keep, server=server, yes=yes, seed=seed)


COMMAND = Command(
    "demo",
    "Tell the whole story: read, edit, publish, reload, check.",
    run=_run,
    arguments=(
        Argument("--keep", "A new or empty folder that stays afterwards, to look around in."),
        Argument(
            "--server",
            "Run against this server, in a project of its own that is removed again. "
            "FTRACK_API_USER and FTRACK_API_KEY say who you are.",
        ),
        Argument("--yes", "Do not ask before a project is created on the server.", bool, False),
        Argument("--seed", "Another number makes another show.", int),
    ),
    examples=(
        "ftrack demo",
        "ftrack demo --keep ~/ftrack-demo",
        "ftrack demo --server https://studio.ftrackapp.com --yes",
    ),
)
