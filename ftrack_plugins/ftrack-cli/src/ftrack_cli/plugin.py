"""The commands of this distribution; what they need is imported when they are run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core import Argument, Command, hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ftrack_commands"]


@hookimpl
def ftrack_commands() -> Iterable[Command]:
    """Add ``ftrack demo`` and ``ftrack plugins``."""
    return [_DEMO, _PLUGINS]


def _demo(
    keep: str | None = None, server: str | None = None, yes: bool = False, seed: int | None = None
) -> int:
    from .demo.command import run

    return run(keep=keep, server=server, yes=yes, seed=seed)


def _plugins() -> int:
    from .listing import list_plugins

    return list_plugins()


_DEMO = Command(
    "demo",
    "Tell the whole story: read, edit, publish, reload, check.",
    run=_demo,
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

_PLUGINS = Command(
    "plugins",
    "List the plugins and what is wrong with them.",
    run=_plugins,
    examples=("ftrack plugins", "FTRACK_PLUGIN_PATH=~/pipeline/plugins ftrack plugins"),
)
