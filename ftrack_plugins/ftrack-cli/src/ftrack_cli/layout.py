"""Tables and records: fitted to a terminal; whole, without colours, for everything else.

Text in a terminal is cut or broken so that each row can be read. Elsewhere a program or a file
takes it, and nothing is left out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, set_cell_size
from rich.table import Table
from rich.text import Text

from .console import output_console
from .texts import cell, printable

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["Row", "show_finding", "show_folded", "show_records", "show_table"]

Row = Sequence[Any]
"""The values of one line, as many as there are columns."""

_MEASURED = 500
"""How many rows say how wide columns are: what comes behind them is not waited for."""
_GAP = "  "
_NARROWEST = 9
"""A column that would be narrower tells nothing; then a row is a record."""
_ID_LENGTH = 36
_VERDICT_WIDTH = 7
_NAME_WIDTH = 11
_VERDICT_STYLES = {"ok": "green", "warning": "bold yellow", "fails": "bold red"}


def _is_terminal() -> bool:
    """Whether a person looks at the standard output."""
    return sys.stdout.isatty()


def show_table(columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Write *rows* below *columns* and return how many they were."""
    console = output_console(widest=sys.maxsize)
    iterator = iter(rows)
    first = [_cells(row) for row in islice(iterator, _MEASURED)]
    rest = (_cells(row) for row in iterator)
    natural = _natural_widths(columns, first)
    widths = _fitting(natural, console.width) if _is_terminal() else natural
    if widths is None:
        return _show_each(console, columns, chain(first, rest))
    return _show_lines(console, columns, widths, first, rest)


def show_folded(columns: Sequence[str], rows: Iterable[Row], *, whole: Sequence[str]) -> None:
    """Write *rows* below *columns*; on a terminal all but those in *whole* break into lines."""
    if not _is_terminal():
        show_table(columns, rows)
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold underline")
    for name in columns:
        table.add_column(name, overflow="fold", no_wrap=name in whole)
    for row in rows:
        table.add_row(*(Text(text) for text in _cells(row)))
    output_console().print(table)


def show_records(records: Iterable[Iterable[tuple[str, Any]]]) -> int:
    """Write each record as lines of name and value, an empty line between two; return how many."""
    console = output_console()
    count = 0
    for record in records:
        if count:
            print()
        pairs = [(name, _lines_of(value)) for name, value in record]
        _show_record(console, pairs)
        count += 1
    return count


def show_finding(verdict: str, name: str, message: str, advice: str) -> None:
    """Write one line of a report: the verdict, what it is about, and what to do below it."""
    console = output_console()
    grid = Table.grid(padding=(0, 2))
    for width in (_VERDICT_WIDTH, _NAME_WIDTH):
        grid.add_column(width=width, no_wrap=True)
    grid.add_column(overflow="fold")
    style = _VERDICT_STYLES.get(verdict, "")
    grid.add_row(Text(verdict, style), Text(name), Text(printable(message)))
    if advice:
        grid.add_row("", "", Text(f"-> {printable(advice)}", "bold"))
    if _is_terminal():
        console.print(grid)
        return
    told = [message] + ([f"-> {advice}"] if advice else [])
    _write(_GAP.join([verdict.ljust(_VERDICT_WIDTH), name.ljust(_NAME_WIDTH), *told]))


# --- tables --------------------------------------------------------------------------------------


def _show_lines(
    console: Console,
    columns: Sequence[str],
    widths: Sequence[int],
    first: list[list[str]],
    rest: Iterable[list[str]],
) -> int:
    right = [_is_numbers(first, index) for index in range(len(columns))]
    if _is_terminal():
        console.print(Text(_line(columns, widths, right), "bold"), soft_wrap=True)
        console.print(Text(_GAP.join("─" * width for width in widths), "dim"), soft_wrap=True)
    else:
        _write(_line(columns, widths, right, whole=True))
    count = 0
    for count, row in enumerate(chain(first, rest), 1):  # noqa: B007 -- the last one is the number
        if _is_terminal():
            console.print(Text(_line(row, widths, right)), soft_wrap=True)
        else:
            _write(_line(row, widths, right, whole=True))
    return count


def _show_each(console: Console, columns: Sequence[str], rows: Iterable[list[str]]) -> int:
    count = 0
    for count, row in enumerate(rows, 1):
        if count > 1:
            print()
        _show_record(console, list(zip(columns, row, strict=True)))
    return count


def _line(
    cells: Sequence[str], widths: Sequence[int], right: Sequence[bool], *, whole: bool = False
) -> str:
    parts = zip(cells, widths, right, strict=True)
    return _GAP.join(_padded(*part, whole=whole) for part in parts).rstrip()


def _padded(text: str, width: int, right: bool, *, whole: bool) -> str:
    length = cell_len(text)
    if length > width:
        return text if whole else f"{set_cell_size(text, width - 1)}…"
    blanks = " " * (width - length)
    return blanks + text if right else text + blanks


def _cells(row: Row) -> list[str]:
    return [cell(value) for value in row]


def _is_numbers(rows: Iterable[Sequence[str]], index: int) -> bool:
    """Whether a column is read from the right: numbers, and at least one."""
    texts = [row[index] for row in rows if row[index]]
    return bool(texts) and all(_is_number(text) for text in texts)


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdigit() and len(text) < 20


# --- widths --------------------------------------------------------------------------------------


def _natural_widths(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[int]:
    widths = [cell_len(name) for name in columns]
    for row in rows:
        for index, text in enumerate(row):
            widths[index] = max(widths[index], cell_len(text))
    return widths


def _fitting(natural: Sequence[int], available: int) -> list[int] | None:
    """Return widths that fit, or None: long texts give way first, identifiers last."""
    room = available - len(_GAP) * (len(natural) - 1)
    if sum(natural) <= room:
        return list(natural)
    kept = [width if width == _ID_LENGTH else 0 for width in natural]
    others = [width for width in natural if width != _ID_LENGTH]
    level = _level(others, room - sum(kept))
    if others and level >= _NARROWEST:
        return [own or min(width, level) for own, width in zip(kept, natural, strict=True)]
    level = _level(natural, room)
    return [min(width, level) for width in natural] if level >= _NARROWEST else None


def _level(widths: Sequence[int], room: int) -> int:
    """Return the greatest width to which all of *widths* can be cut so that they fit."""
    left, level = len(widths), 0
    for width in sorted(widths):
        level = room // left
        if width > level:
            return level
        room, left = room - width, left - 1
    return level


# --- records -------------------------------------------------------------------------------------


def _show_record(console: Console, pairs: Sequence[tuple[str, str]]) -> None:
    widest = max((cell_len(name) for name, _ in pairs), default=0)
    if not _is_terminal():
        for name, text in pairs:
            in_one_line = text.replace("\n", "\\n")
            _write(f"{name}{' ' * (widest - cell_len(name))}{_GAP}{in_one_line}".rstrip())
        return
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, max_width=max(console.width // 2, 10))
    grid.add_column(overflow="fold")
    for name, text in pairs:
        grid.add_row(Text(name, "bold"), Text(text))
    console.print(grid)


def _lines_of(value: Any) -> str:
    """Return *value* for people; a text keeps its lines."""
    if isinstance(value, str):
        return "\n".join(cell(line) for line in value.splitlines())
    return cell(value)


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
