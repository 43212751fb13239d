"""Whether readers wait for a writer: 32 threads read while one writes, in process.

python -m benchmarks.embedded_readers [--readers N] [--queries N] [--tasks N]
"""

from __future__ import annotations

import argparse
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import perf_counter
from typing import Any, Final

from ftrack_embedded import Caller, Studio

_READ: Final = {"action": "query", "expression": "select name, status.name from Task limit 50"}


def answered_before_the_write_ends(studio: Studio, readers: int) -> int:
    """Return how many of *readers* are answered while a transaction that has written is open."""
    events: list[str] = []

    def read(_: int) -> None:
        studio.execute([_READ])
        events.append("read")

    with ThreadPoolExecutor(readers) as threads:
        with studio.writing(Caller()) as tx:
            project = tx.rows.find("Project")[0]
            tx.rows.update("Project", project, {"full_name": "being written"})
            list(threads.map(read, range(readers)))
        events.append("write ended")
    return events.index("write ended")


def seconds_of_reads(
    studio: Studio, readers: int, queries: int, *, writes: bool
) -> tuple[list[float], int]:
    """Return the seconds of each query and the batches that one writer committed meanwhile."""
    finished = threading.Event()
    committed = 0

    def read(_: int) -> list[float]:
        return [_seconds(studio) for _ in range(queries)]

    def write() -> None:
        nonlocal committed
        while writes and not finished.is_set():
            studio.execute([_written(studio)])
            committed += 1

    with ThreadPoolExecutor(readers + 1) as threads:
        writer = threads.submit(write)
        try:
            found = [one for several in threads.map(read, range(readers)) for one in several]
        finally:
            finished.set()
        writer.result()
    return found, committed


def _written(studio: Studio) -> dict[str, Any]:
    found = studio.execute([{"action": "query", "expression": "select id from Project limit 1"}])
    key = [found[0]["data"][0]["id"]]
    data = {"full_name": f"{perf_counter()}"}
    return {"action": "update", "entity_type": "Project", "entity_key": key, "entity_data": data}


def _seconds(studio: Studio) -> float:
    began = perf_counter()
    studio.execute([_READ])
    return perf_counter() - began


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=32)
    parser.add_argument("--queries", type=int, default=30)
    parser.add_argument("--tasks", type=int, default=2000)
    options = parser.parse_args(arguments)
    with Studio(seed="demo", demo={"tasks": options.tasks}) as studio:
        studio.execute([_READ])
        answered = answered_before_the_write_ends(studio, options.readers)
        print(f"{answered} of {options.readers} readers answered before an open write ended")
        for writes in (False, True):
            took, committed = seconds_of_reads(
                studio, options.readers, options.queries, writes=writes
            )
            what = f"one writing ({committed} commits)" if writes else "nobody writing"
            print(
                f"{options.readers} readers, {what:30} "
                f"median {median(took) * 1000:7.1f} ms   longest {max(took) * 1000:7.1f} ms"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
