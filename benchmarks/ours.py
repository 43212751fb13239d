"""Our client as a contender.

python -m benchmarks.ours standard|speed

With ``standard`` the faster JSON libraries are hidden from it, as if the extra ``speed`` were not
installed.
"""

from __future__ import annotations

import sys
import tempfile
import time
import tracemalloc
from functools import cached_property
from typing import TYPE_CHECKING, Any

from benchmarks.contender import (
    per_assignment,
    per_first_look,
    per_look,
    per_read,
    quickest_of,
    serve,
)
from benchmarks.interpreters import HEAVY, import_cost
from ftrack_core import Session

if TYPE_CHECKING:
    from benchmarks.contender import Bench, Work

PAGE = 500


class Ours:
    """Each work as a user would write it."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def new_session(self, **options: Any) -> Session:
        return Session(self._bench.url, self._bench.KEY, self._bench.USER, **options)

    @cached_property
    def session(self) -> Session:
        return self.new_session().connect()

    # --- reading -------------------------------------------------------------------------------

    @cached_property
    def apart_session(self) -> Session:
        return self.new_session(compact_rows=False).connect()

    def query(
        self, projections: str, limit: int | None, again: bool = False, compact: bool = True
    ) -> Work:
        window = "" if limit is None else f" limit {limit}"
        session = self.session if compact else self.apart_session
        if not again:
            session.reset()  # letting go of the rows of the round before is not part of the work
        yield
        yield session.query(f"select {projections} from Task{window}").all()

    def query_held(self, projections: str, limit: int) -> Work:
        text = f"select {projections} from Task limit {limit}"
        held = self._fresh(text)
        yield
        yield self.session.query(text).all()
        del held

    def loop_scalar(self) -> Work:
        tasks = self.session.query(f"select name from Task limit {PAGE}").all()
        yield
        yield [task["description"] for task in tasks]

    def loop_reference(self) -> Work:
        tasks = self.session.query(f"select name from Task limit {PAGE}").all()
        yield
        yield [task["status"]["name"] for task in tasks]

    def loop_collection(self) -> Work:
        versions = self.session.query(f"select version from AssetVersion limit {PAGE}").all()
        yield
        yield [list(version["components"]) for version in versions]

    def loop_names(self) -> Work:
        versions = self.session.query(f"select version from AssetVersion limit {PAGE}").all()
        yield
        yield [[one["name"] for one in version["components"]] for version in versions]

    def read_scalar(self) -> Work:
        tasks = self.session.query(f"select name from Task limit {PAGE}").all()
        yield

        def read(entities: Any) -> None:
            for entity in entities:
                entity["name"]

        yield per_read(tasks, read)

    def read_reference(self) -> Work:
        tasks = self.session.query(f"select status.name from Task limit {PAGE}").all()
        yield

        def read(entities: Any) -> None:
            for entity in entities:
                entity["status"]["name"]

        yield per_read(tasks, read)

    def read_date(self) -> Work:
        yield
        yield per_first_look(
            lambda: self._fresh(f"select start_date from Task limit {PAGE}"), "start_date", 20
        )

    def read_metadata(self) -> Work:
        tasks = self._fresh(f"select metadata from Task limit {PAGE}")
        yield
        yield per_look(tasks, "metadata", "camera")

    def read_custom(self) -> Work:
        tasks = self._fresh(f"select custom_attributes from Task limit {PAGE}")
        yield
        yield per_look(tasks, "custom_attributes", "fstart")

    def _fresh(self, text: str) -> Any:
        """Return entities of a session that held nothing before."""
        self.session.reset()
        return self.session.query(text).all()

    def dicts(self, projections: str, limit: int) -> Work:
        yield
        yield list(self.session.query(f"select {projections} from Task limit {limit}").rows())

    # --- writing -------------------------------------------------------------------------------

    def create(self, count: int) -> Work:
        session = self.session
        session.reset()  # letting go of the rows of the round before is not part of the work
        parent = session.query("select name from Shot limit 1").first()
        yield
        created = [
            session.create("Task", {"name": f"task_{number}", "bid": 3600.0, "parent": parent})
            for number in range(count)
        ]
        session.commit()
        yield created

    def assign(self) -> Work:
        tasks = self._fresh(f"select bid from Task limit {PAGE}")
        yield
        yield per_assignment(tasks, "bid", 1.0)
        self.session.rollback()

    def update(self, count: int) -> Work:
        tasks = self.session.query(f"select name from Task limit {count}").all()
        yield
        for task in tasks:
            task["bid"] = 7200.0
        self.session.commit()
        yield tasks

    def one_change(self, held: int, times: int) -> Work:
        tasks = self.session.query(f"select name, bid from Task limit {held}").all()

        def change() -> None:
            tasks[0]["bid"] = tasks[0]["bid"] + 1.0
            self.session.commit()

        yield
        yield quickest_of(times, change)

    # --- in a process of its own ---------------------------------------------------------------

    def construct(self) -> Work:
        yield
        times = []
        for _ in range(10):
            started = time.perf_counter()
            session = self.new_session()
            times.append((time.perf_counter() - started) * 1e3)
            session.close()
        yield {"value": min(times[1:]), "first": times[0]}

    def first_entity(self) -> Work:
        yield
        with tempfile.TemporaryDirectory() as folder:
            cold = self._name_of_one(folder)
            warm = self._name_of_one(folder)
        yield {**warm, "cold": cold}

    def _name_of_one(self, folder: str) -> dict[str, Any]:
        before = self._bench.requests()
        started = time.perf_counter()
        with self.new_session(cache_folder=folder) as session:
            name = session.query("select name from Task").first()["name"]
            elapsed = (time.perf_counter() - started) * 1e3
        assert name
        return {"value": elapsed, "requests": self._bench.requests() - before}

    def imported(self) -> Work:
        yield
        yield import_cost("from ftrack_core import Session", HEAVY)

    def memory(self, projections: str, count: int, compact: bool = True) -> Work:
        session = self.new_session(compact_rows=compact).connect()
        session.query("select name from Task limit 1").first()
        text = f"select {projections} from Task limit {count}"
        yield
        tracemalloc.start()
        held = session.query(text).all()
        used = tracemalloc.get_traced_memory()[0]
        held[0]["bid"] = 1.0
        session.commit()
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        yield {"value": used / count, "after": after / count}

    def stream(self, projections: str, count: int) -> Work:
        yield from self._streamed(projections, count, "stream")

    def rows(self, projections: str, count: int) -> Work:
        yield from self._streamed(projections, count, "rows")

    def _streamed(self, projections: str, count: int, kind: str) -> Work:
        text = f"select {projections} from Task limit {count}"
        reading = getattr(self.session.query(text), kind)()
        yield
        tracemalloc.start()
        seen = 1
        next(reading)
        tracemalloc.reset_peak()
        first = tracemalloc.get_traced_memory()[0]
        for one in reading:
            assert one["id"]
            seen += 1
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert seen == count
        yield {"value": (peak - first) / 1024}


def main() -> None:
    """Serve as a contender."""
    if sys.argv[1:] == ["standard"]:
        # An entry of None is how the import system is told that there is no such module.
        sys.modules.update({"orjson": None, "msgspec": None, "msgspec.json": None})  # type: ignore[dict-item]
    serve(Ours)


if __name__ == "__main__":
    main()
