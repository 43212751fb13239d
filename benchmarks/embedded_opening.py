"""What opening an embedded studio costs: the first of a process, a fresh copy, a file, a big show.

python -m benchmarks.embedded_opening [--rounds N] [--tasks N]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST = """
from time import {clock}
from ftrack_embedded.engine.studio import Studio
began = {clock}()
Studio().close()
print({clock}() - began)
"""
"""What a new process is asked to do; its imports are not timed."""

_TASKS_PER_SHOT = 6


def first_opening(rounds: int, clock: str) -> list[float]:
    """Return the seconds that the first studio of each of some processes takes to open.

    *clock* is ``perf_counter``, or ``process_time`` for what the processor worked on it.
    """
    return [_in_a_new_process(_FIRST.format(clock=clock)) for _ in range(rounds)]


def fresh_copies(rounds: int) -> list[float]:
    """Return the seconds of each fresh private studio after the first one."""
    from ftrack_embedded import Studio

    Studio().close()
    return [_seconds(lambda: Studio().close()) for _ in range(rounds)]


def files(rounds: int) -> tuple[list[float], list[float]]:
    """Return the seconds of founding a studio in a file, and of opening it again."""
    founded: list[float] = []
    opened: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            path = Path(folder) / f"{number}.db"
            founded.append(_seconds(partial(_open, path)))
            opened.append(_seconds(partial(_open, path)))
    return founded, opened


def _open(path: Path) -> None:
    from ftrack_embedded import Studio

    Studio(path).close()


def big_show(tasks: int) -> tuple[float, float, int]:
    """Return the seconds and processor seconds of making up a show, and its rows."""
    from ftrack_embedded import Studio
    from sqlalchemy import func, select

    Studio().close()
    sizes = {"tasks": tasks, "shots": tasks // _TASKS_PER_SHOT, "sequences": 50, "users": 60}
    began, worked = perf_counter(), process_time()
    with Studio(seed="demo", demo=sizes) as studio:
        took, used = perf_counter() - began, process_time() - worked
        with studio._database.reading() as connection:  # noqa: SLF001 - rows of private tables count
            tables = studio.catalogue.metadata.tables.values()
            counts = [connection.scalar(select(func.count()).select_from(one)) for one in tables]
    return took, used, sum(count or 0 for count in counts)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--tasks", type=int, default=25_000)
    arguments = parser.parse_args()
    founded, opened = files(arguments.rounds)
    for clock in ("perf_counter", "process_time"):
        what = f"the first studio of a process ({clock})"
        _print(what, first_opening(arguments.rounds, clock))
    _print("a fresh private studio after that", fresh_copies(arguments.rounds))
    _print("a new studio in a file", founded)
    _print("the same file opened again", opened)
    took, used, rows = big_show(arguments.tasks)
    print(
        f"a show of {arguments.tasks:,} tasks, {rows:,} rows: {took:.1f} s, "
        f"{used:.1f} s of the processor"
    )


def _in_a_new_process(program: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def _seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _print(what: str, seconds: list[float]) -> None:
    best, middle = min(seconds) * 1000, median(seconds) * 1000
    print(f"{what:45} best {best:7.1f} ms   median {middle:7.1f} ms")


if __name__ == "__main__":
    main()
