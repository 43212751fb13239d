"""A query's answer as columns and rows: what was asked for, in the order it was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from ftrack_core.entity import NOT_SET, Entity
from ftrack_core.errors import QuerySyntaxError
from ftrack_core.query import Aggregate, bind, parse
from ftrack_core.wire import decode_scalar

from .failures import MisuseError
from .lookup import look
from .misnomers import naming_unknowns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ftrack_core.query import Path, Projection, Query

    from ftrack_core import Session

    from .layout import Row

__all__ = ["Answer", "ask"]


@dataclass(frozen=True)
class Answer:
    """What was found. *rows* come from the server while they are read, once."""

    columns: Sequence[str]
    rows: Iterator[Row]


@dataclass(frozen=True)
class _Column:
    """A column: its name, the path it shows, and how rows of groups call it."""

    name: str
    path: tuple[str, ...]
    in_group: str

    def of(self, row: Any) -> Any:
        if isinstance(row, Entity):
            return look(row, self.path)
        return decode_scalar(row.get(self.in_group))


def ask(
    session: Session, text: str, values: Mapping[str, str], *, limit: int | None = None
) -> Answer:
    """Ask *text*, with *values* for its ``:name`` places, and at most *limit* rows.

    Raises what `Session.query` and reading its result raise; a name that the server does not know
    is an `UnknownAttributeError` with near names.
    """
    text = _bound(text, values)
    if limit is not None:
        text = f"{text} limit {limit}"
    rows = _read(session, text, session.query(text).stream())
    try:
        tree = parse(text)
    except QuerySyntaxError:  # a server may know more than our parser does
        return _as_it_comes(rows)
    return _answer(_columns_of(session, tree), rows)


def _bound(text: str, values: Mapping[str, str]) -> str:
    try:
        return bind(text, values)
    except QuerySyntaxError as error:
        reason = error.reason.partition(". ")[0].removesuffix(".")
        raise MisuseError(
            f"{reason}: {error.excerpt}", "--value NAME=VALUE says what :NAME in a query stands for"
        ) from None


def _read(session: Session, text: str, found: Iterator[Any]) -> Iterator[Any]:
    """Yield what was *found*; where the server refuses *text*, the error says what is wrong."""
    with session.auto_populating(False), naming_unknowns(session, text):
        yield from found


def _answer(columns: Sequence[_Column], rows: Iterable[Any]) -> Answer:
    return Answer([one.name for one in columns], ([c.of(row) for c in columns] for row in rows))


def _as_it_comes(rows: Iterator[Any]) -> Answer:
    """Return the answer to a text that only the server can read: what its first row holds."""
    first = next(rows, None)
    if first is None:
        return Answer([], iter(()))
    if isinstance(first, Entity):
        names = [name for name in first if first.loaded(name) is not NOT_SET]
    else:
        names = list(first)
    return _answer([_Column(name, (name,), name) for name in names], chain([first], rows))


def _columns_of(session: Session, tree: Query) -> list[_Column]:
    chosen: list[Projection] = list(tree.projections)
    if tree.group_by:
        chosen = [*(one for one in tree.group_by if one not in chosen), *chosen]
    elif not chosen:
        names = session.work.store.projections_of(tree.entity_type)
        return [_Column(name, tuple(name.split(".")), name) for name in names]
    return list(dict.fromkeys(map(_column, chosen)))


def _column(projection: Projection) -> _Column:
    if isinstance(projection, Aggregate):
        steps = _steps(projection.path)
        name = f"{projection.function}({_written(projection.path)})"
        return _Column(name, steps, "_".join((projection.function, *steps)))
    steps = _steps(projection)
    return _Column(_written(projection), steps, "_".join(steps))


def _steps(path: Path) -> tuple[str, ...]:
    return tuple(step.name for step in path.steps)


def _written(path: Path) -> str:
    return ".".join(f"{one.name}[{one.cast}]" if one.cast else one.name for one in path.steps)
