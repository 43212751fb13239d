"""``ftrack set``: other values for an entity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_cli.connecting import CONNECTING, DRY_RUN, KEY, TYPE, VALUES
from ftrack_core import Command

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["COMMAND"]


def _run(
    type: str,  # noqa: A002 -- the name of the argument
    key: str,
    values: Sequence[str],
    dry_run: bool = False,
    server: str | None = None,
    user: str | None = None,
    plugin_folder: Sequence[str] = (),
) -> int:
    from ftrack_cli.changing import set_attributes

    return set_attributes(
        type, key, values, dry_run=dry_run, connection=(server, user, plugin_folder)
    )


COMMAND = Command(
    "set",
    "Change values of one entity.",
    run=_run,
    arguments=(
        TYPE,
        KEY,
        VALUES,
        DRY_RUN,
        *CONNECTING,
    ),
    examples=(
        "ftrack set Task dune/sq010/sq010_sh0010/lighting status='In progress' bid=3600",
        "ftrack set Shot sq010_sh0010 custom_attributes.fend=1180 metadata.note=none",
        "ftrack set Project dune end_date=2031-05-06 --dry-run",
    ),
)
