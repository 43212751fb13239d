"""``ftrack query``: what a query finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_cli.connecting import CONNECTING
from ftrack_core import Argument, Command

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["COMMAND"]


def _run(
    expression: Sequence[str],
    format: str = "table",  # noqa: A002 -- the name of the option
    limit: int | None = None,
    value: Sequence[str] = (),
    server: str | None = None,
    user: str | None = None,
    plugin_folder: Sequence[str] = (),
) -> int:
    from ftrack_cli.asking import show_answer

    return show_answer(expression, format, limit, value, connection=(server, user, plugin_folder))


COMMAND = Command(
    "query",
    "Show what a query finds: as a table, JSON or CSV.",
    run=_run,
    arguments=(
        Argument(
            "expression",
            "The query, in quotes; - reads it from the standard input.",
            required=True,
            multiple=True,
        ),
        Argument(
            "--format",
            "How the answer is written; jsonl is one object a line.",
            default="table",
            choices=("table", "json", "jsonl", "csv"),
        ),
        Argument("--limit", "At most so many rows.", int),
        Argument("--value", "NAME=VALUE: what stands for :NAME in the query.", multiple=True),
        *CONNECTING,
    ),
    examples=(
        "ftrack query 'select name, status.name from Task where bid > 0 order by name'",
        "ftrack query 'Shot where name like :start' --value 'start=sq01%' --limit 5",
        "ftrack query 'select count(id), sum(bid) from Task group by status.name'",
        "ftrack query 'select name, metadata from Shot' --format jsonl | jq .name",
        "ftrack query 'select id, name, end_date from Task' --format csv > tasks.csv",
    ),
)
