"""A compiled query: its statement, and where its parameters come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftrack_embedded.engine.raw import RawStatement, fetch, raw_statement
from ftrack_embedded.engine.values import now

from .arguments import KEYS, MOMENT, Argument

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Dialect, Select

    from .arguments import Arguments
    from .shape import Given

__all__ = ["Statement", "compiled"]

Record = tuple[Any, ...]


@dataclass(frozen=True)
class Statement:
    """A *raw* statement; *names* are those of its columns, *arguments* what a query gives it."""

    raw: RawStatement
    names: tuple[str, ...]
    arguments: tuple[Argument, ...]

    def rows(
        self, connection: Connection, given: Sequence[Given] = (), keys: str | None = None
    ) -> list[Record]:
        """Execute with the values of a query, or the keys of owners as a JSON list."""
        parameters: dict[str, Any] = {
            argument.name: argument.convert(given[argument.slot]) for argument in self.arguments
        }
        if keys is not None:
            parameters[KEYS] = keys
        if MOMENT in self.raw.constants:
            parameters[MOMENT] = now()
        return fetch(connection, self.raw, parameters)


def compiled(statement: Select[Any], dialect: Dialect, arguments: Arguments) -> Statement:
    """Compile *statement*; its parameters are *arguments* and those of owners and time."""
    names = tuple(str(column.key) for column in statement.selected_columns)
    return Statement(raw_statement(statement, dialect), names, arguments.taken())
