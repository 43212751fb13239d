"""``ftrack delete``: entities, all of those named or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_cli.connecting import CONNECTING, DRY_RUN, TYPE
from ftrack_core import Argument, Command

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["COMMAND"]


def _run(
    type: str,  # noqa: A002 -- the name of the argument
    keys: Sequence[str],
    yes: bool = False,
    dry_run: bool = False,
    server: str | None = None,
    user: str | None = None,
    plugin_folder: Sequence[str] = (),
) -> int:
    from ftrack_cli.changing import delete_entities

    return delete_entities(
        type, keys, yes=yes, dry_run=dry_run, connection=(server, user, plugin_folder)
    )


COMMAND = Command(
    "delete",
    "Delete entities, after asking: all of them or none.",
    run=_run,
    arguments=(
        TYPE,
        Argument(
            "keys",
            "Which ones: ids, names, paths of names, or criteria of a query for one each.",
            required=True,
            multiple=True,
        ),
        Argument("--yes", "Do not ask. Without a terminal this is needed.", bool, False),
        DRY_RUN,
        *CONNECTING,
    ),
    examples=(
        "ftrack delete Task dune/sq010/sq010_sh0010/lighting",
        "ftrack delete Shot 5d5f576c-deb8-4c4c-bb29-7d0b0e5e18ba --yes",
        "ftrack delete Note 'content is \"wrong shot\"' --dry-run",
    ),
)
