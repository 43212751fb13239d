"""A compiled query: its statement, and where its parameters come from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ftrack_embedded.engine.raw import RawStatement, fetch, raw_statement
from ftrack_embedded.engine.values import now

from .arguments import HIDDEN, KEYS, MOMENT, Argument

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
        self,
        connection: Connection,
        hidden: Mapping[str, str],
        given: Sequence[Given] = (),
        keys: str | None = None,
    ) -> list[Record]:
        """Execute with the values of a query, or the keys of owners as a JSON list.

        *hidden* are the parameters for what the caller may not see, see `Catalogue.hidden`.
        """
        parameters: dict[str, Any] = {
            argument.name: argument.convert(given[argument.slot]) for argument in self.arguments
        }
        parameters.update(hidden)
        if keys is not None:
            parameters[KEYS] = keys
        if MOMENT in self.raw.constants:
            parameters[MOMENT] = now()
        return fetch(connection, self.raw, parameters)


def compiled(statement: Select[Any], dialect: Dialect, arguments: Arguments) -> Statement:
    """Compile *statement*; its parameters are *arguments* and those of owners, time and caller.

    What is hidden from whom it is compiled for is not kept: each caller has to give their own.
    """
    names = tuple(str(column.key) for column in statement.selected_columns)
    raw = raw_statement(statement, dialect)
    kept = {name: value for name, value in raw.constants.items() if not name.startswith(HIDDEN)}
    return Statement(replace(raw, constants=kept), names, arguments.taken())
