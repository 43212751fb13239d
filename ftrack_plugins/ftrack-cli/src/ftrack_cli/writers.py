"""Rows for programs: JSON, one object a line, and CSV; written as they come."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any

from .layout import show_table
from .pipes import data_stream
from .texts import field, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from .layout import Row

    Writer = Callable[[Sequence[str], Iterable[Row]], int]

__all__ = ["WRITERS", "as_json", "show_json"]

_HIDDEN_CONTROLS = re.compile("[\x7f-\x9f]")


def as_json(value: Any, *, indent: int | None = None) -> str:
    """Return JSON text; letters of all languages stay readable, controls are escaped."""
    text = json.dumps(plain(value), ensure_ascii=False, indent=indent)
    return _HIDDEN_CONTROLS.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def show_json(value: Any) -> None:
    """Write *value* as JSON to read."""
    print(as_json(value, indent=2), file=data_stream())


def _write_json(columns: Sequence[str], rows: Iterable[Row]) -> int:
    stream, count = data_stream(), 0
    for count, row in enumerate(rows, 1):
        stream.write("[\n" if count == 1 else ",\n")
        stream.write(as_json(dict(zip(columns, row, strict=True))))
    stream.write("\n]\n" if count else "[]\n")
    return count


def _write_json_lines(columns: Sequence[str], rows: Iterable[Row]) -> int:
    stream, count = data_stream(), 0
    for row in rows:
        stream.write(as_json(dict(zip(columns, row, strict=True))) + "\n")
        count += 1
    return count


def _write_csv(columns: Sequence[str], rows: Iterable[Row]) -> int:
    writer, count = csv.writer(data_stream(), lineterminator="\n"), 0
    writer.writerow(columns)
    for row in rows:
        writer.writerow([field(value) for value in row])
        count += 1
    return count


WRITERS: Mapping[str, Writer] = {
    "table": show_table,
    "json": _write_json,
    "jsonl": _write_json_lines,
    "csv": _write_csv,
}
"""By format what writes columns and rows to the standard output, and returns how many rows."""
