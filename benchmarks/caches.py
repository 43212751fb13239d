"""What the caches cost beside a dict, and beside sqlite3 with the same settings.

python -m benchmarks.caches [--rows N] [--rounds N]
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from ftrack_cache import FileCache, LayeredCache, MemoryCache, MemoryRows
from ftrack_cache.making import rows_on

from .floor import PAGE, ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Case = tuple[str, Callable[[], object], Callable[[], object]]

_TABLE = "CREATE TABLE entries (key TEXT PRIMARY KEY, value TEXT NOT NULL)"
_SET = "INSERT OR REPLACE INTO entries VALUES (?, ?)"
_GET = "SELECT value FROM entries WHERE key = ?"
_PAGES = 20
"""How often a page goes into memory in one round: once is too short to be timed."""


def rows_of_a_page(number: int) -> dict[str, dict[str, Any]]:
    """Return the usual rows: eight scalars, one reference."""
    return {
        key: {
            "__entity_type__": "Task",
            "id": key,
            "name": f"task_{row}",
            "bid": 3600.0,
            "sort": row,
            "description": "the usual description of a task",
            "status_id": "44dd9fb2-4164-11df-9218-0019bb4983d8",
            "type_id": "44dbfca2-4164-11df-9218-0019bb4983d8",
            "priority_id": "9661b320-3a0c-11e2-81c1-0800200c9a66",
            "status": {
                "__entity_type__": "Status",
                "id": "44dd9fb2-4164-11df-9218-0019bb4983d8",
                "name": "In progress",
            },
        }
        for row in range(number)
        for key in [f"{row:08x}-0000-4000-8000-000000000000"]
    }


def raw_file(path: Path) -> sqlite3.Connection:
    """Return sqlite3 as somebody would set it up who shares a file between processes."""
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = NORMAL")
    raw.execute(_TABLE)
    return raw


def one_by_one(cache: FileCache, raw: sqlite3.Connection, texts: dict[str, str]) -> Iterator[Case]:
    """Texts in a file, each in a call of its own."""

    def put_raw() -> None:
        for pair in texts.items():
            raw.execute(_SET, pair)

    yield "file, put one by one", _putting(cache, texts), put_raw
    yield "file, get one by one", _getting(cache, texts), lambda: _texts_of(raw, texts)


def all_at_once(cache: FileCache, raw: sqlite3.Connection, texts: dict[str, str]) -> Iterator[Case]:
    """Texts in a file, in one transaction."""
    yield (
        "file, put all at once",
        lambda: cache.set_all(texts),
        lambda: _in_one(raw, texts.items()),
    )
    yield (
        "file, get all at once",
        lambda: cache.get_all(texts),
        lambda: _texts_of(raw, texts),
    )


def pages_in_file(
    cache: FileCache, raw: sqlite3.Connection, rows: dict[str, dict[str, Any]]
) -> Iterator[Case]:
    """Rows in a file; beside it sqlite3 keeps the same rows through orjson."""
    keyed = rows_on(cache)
    yield (
        "rows in a file, put a page",
        lambda: keyed.put_page("Task", rows),
        lambda: _in_one(raw, ((key, orjson.dumps(row).decode()) for key, row in rows.items())),
    )
    yield (
        "rows in a file, get a page",
        lambda: keyed.get_many("Task", rows),
        lambda: {key: orjson.loads(text) for key, text in _texts_of(raw, rows).items()},
    )


def pages_in_memory(rows: dict[str, dict[str, Any]]) -> Iterator[Case]:
    """Rows in memory; beside it a dict of rows, bounded by nothing."""
    memory = MemoryRows()
    plain: dict[str, dict[str, Any]] = {}

    yield (
        f"rows in memory, put {_PAGES} pages",
        _repeated(lambda: memory.put_page("Task", rows)),
        _repeated(lambda: plain.update(rows)),
    )
    yield (
        f"rows in memory, get {_PAGES} pages",
        _repeated(lambda: memory.get_many("Task", rows)),
        _repeated(lambda: {key: plain[key] for key in rows}),
    )


def values_in_memory(texts: dict[str, str]) -> Iterator[Case]:
    """Values by key in memory; beside it a dict, bounded by nothing."""
    plain: dict[str, str] = {}

    def put_plain() -> None:
        for key, text in texts.items():
            plain[key] = text

    for name, cache in (
        ("memory", MemoryCache()),
        ("two layers", LayeredCache([MemoryCache(), MemoryCache()])),
    ):
        yield f"{name}, put one by one", _putting(cache, texts), put_plain
        yield (
            f"{name}, get one by one",
            _getting(cache, texts),
            lambda: [plain[key] for key in texts],
        )


def _putting(cache: Any, texts: dict[str, str]) -> Callable[[], object]:
    def put() -> None:
        for key, text in texts.items():
            cache.set(key, text)

    return put


def _getting(cache: Any, texts: dict[str, str]) -> Callable[[], object]:
    return lambda: [cache.get(key) for key in texts]


def _repeated(work: Callable[[], object]) -> Callable[[], object]:
    def repeat() -> None:
        for _ in range(_PAGES):
            work()

    return repeat


def _texts_of(raw: sqlite3.Connection, keys: Iterable[str]) -> dict[str, str]:
    return {key: raw.execute(_GET, (key,)).fetchone()[0] for key in keys}


def _in_one(raw: sqlite3.Connection, pairs: Any) -> None:
    raw.execute("BEGIN IMMEDIATE")
    raw.executemany(_SET, pairs)
    raw.execute("COMMIT")


def cases(folder: Path, number: int) -> Iterator[Case]:
    """Return what is measured, one after the other, each with its floor."""
    rows = rows_of_a_page(number)
    texts = {f"('Task', ['{key}'])": orjson.dumps(row).decode() for key, row in rows.items()}
    with (
        closing(FileCache(folder / "cache.db")) as cache,
        closing(raw_file(folder / "raw.db")) as raw,
    ):
        yield from one_by_one(cache, raw, texts)
        yield from all_at_once(cache, raw, texts)
        yield from pages_in_file(cache, raw, rows)
    yield from pages_in_memory(rows)
    yield from values_in_memory(texts)


def main() -> None:
    """Print a ratio for each case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=PAGE)
    parser.add_argument("--rounds", type=int, default=21)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, ours, floor in cases(Path(folder), options.rows):
            measured = ratio(ours, floor, options.rounds)
            each = measured.ours / options.rows * 1e6
            print(f"{name:<30}{measured}, {each:.2f} us each")


if __name__ == "__main__":
    main()
