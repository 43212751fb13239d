"""What ``ftrack query`` does."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .connecting import connected
from .failures import MisuseError
from .pairs import split_pair
from .progress import counted, tell
from .questions import ask
from .writers import WRITERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .connecting import Connection

__all__ = ["show_answer"]


def show_answer(
    expression: Sequence[str],
    shown_as: str,
    limit: int | None,
    values: Sequence[str],
    *,
    connection: Connection,
) -> int:
    """Ask the query and write what it finds; return the exit status."""
    text = _whole(expression)
    if limit is not None and limit < 0:
        raise MisuseError(f"--limit {limit} is no number of rows", "--limit takes 0 or more")
    bound = dict(split_pair(one, "--value") for one in values)
    with connected(*connection) as session:
        answer = ask(session, text, bound, limit=limit)
        rows = counted(answer.rows, "asking the server", "rows")
        count = WRITERS[shown_as](answer.columns, rows)
    if shown_as == "table":
        tell(_counted(count, limit))
    return 0


def _whole(expression: Sequence[str]) -> str:
    if len(expression) > 1:
        raise MisuseError(
            f"the query came in {len(expression)} pieces",
            f"put all of it in quotes: ftrack query '{' '.join(expression)}'",
        )
    text = sys.stdin.read() if expression[0] == "-" else expression[0]
    if not text.strip():
        raise MisuseError("the query is empty", "such as ftrack query 'select name from Project'")
    return text.strip()


def _counted(count: int, limit: int | None) -> str:
    rows = "1 row" if count == 1 else f"{count:,} rows"
    more = ", as many as --limit allows" if count and count == limit else ""
    return f"({rows}{more})"
