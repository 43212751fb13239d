"""What a new row begins with depends on its project, which may be known only in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

    FirstSteps = Callable[[Transaction, Row], dict[str, Any]]

__all__ = ["begin_where_placed"]


def begin_where_placed(
    tx: Transaction, concrete: str, row: Row, project_id: str | None, first_steps: FirstSteps
) -> None:
    """Give a new row its *first_steps*: at once in a project, in the end where that comes later."""
    if project_id is not None:
        row.update(first_steps(tx, row))
        return
    key = (row["id"],)

    def begin() -> None:
        placed = tx.rows.get(concrete, key)
        if placed is not None:
            tx.rows.update(concrete, placed, first_steps(tx, placed))

    tx.when_placed.append(begin)
