"""``ftrack get``: the attributes of one entity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_cli.connecting import CONNECTING, KEY, TYPE
from ftrack_core import Argument, Command

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["COMMAND"]


def _run(
    type: str,  # noqa: A002 -- the name of the argument
    key: str,
    attribute: Sequence[str] = (),
    format: str = "table",  # noqa: A002 -- the name of the option
    server: str | None = None,
    user: str | None = None,
    plugin_folder: Sequence[str] = (),
) -> int:
    from ftrack_cli.getting import show_entity

    return show_entity(type, key, attribute, format, connection=(server, user, plugin_folder))


COMMAND = Command(
    "get",
    "Show one entity, or the attributes that are named.",
    run=_run,
    arguments=(
        TYPE,
        KEY,
        Argument("attribute", "An attribute or a dotted path.", multiple=True),
        Argument(
            "--format",
            "How it is written; value is the bare values, a line each.",
            default="table",
            choices=("table", "json", "value"),
        ),
        *CONNECTING,
    ),
    examples=(
        "ftrack get Project dune",
        "ftrack get Task dune/sq010/sq010_sh0010/lighting status.name bid",
        "ftrack get User 'email is \"ada@example.com\"' --format json",
        "ftrack get Shot 5d5f576c-deb8-4c4c-bb29-7d0b0e5e18ba custom_attributes.fstart",
    ),
)
