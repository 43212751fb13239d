"""The official client as a contender; runs in an environment of its own that holds it.

python -m benchmarks.official
"""

from __future__ import annotations

import tempfile
import time
import tracemalloc
from functools import cached_property
from typing import TYPE_CHECKING, Any

import ftrack_api

from benchmarks.contender import (
    per_assignment,
    per_first_look,
    per_look,
    per_read,
    quickest_of,
    serve,
)
from benchmarks.interpreters import HEAVY, import_cost

if TYPE_CHECKING:
    from benchmarks.contender import Bench, Work

PAGE = 500


class Official:
    """Each work as its documentation teaches it."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def new_session(self, folder: str | bool = False) -> Any:
        return ftrack_api.Session(
            self._bench.url,
            self._bench.KEY,
            self._bench.USER,
            auto_connect_event_hub=False,
            schema_cache_path=folder,
            plugin_paths=[],
        )

    @cached_property
    def session(self) -> Any:
        return self.new_session()

    def query(self, projections: str, limit: int | None, again: bool = False) -> Work:
        window = "" if limit is None else f" limit {limit}"
        session = self.session
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
        tasks = self._fresh(f"select name from Task limit {PAGE}")
        yield
        yield [task["description"] for task in tasks]

    def loop_reference(self) -> Work:
        tasks = self._fresh(f"select name from Task limit {PAGE}")
        yield
        yield [task["status"]["name"] for task in tasks]

    def loop_collection(self) -> Work:
        versions = self._fresh(f"select version from AssetVersion limit {PAGE}")
        yield
        yield [list(version["components"]) for version in versions]

    def loop_names(self) -> Work:
        versions = self._fresh(f"select version from AssetVersion limit {PAGE}")
        yield
        yield [[one["name"] for one in version["components"]] for version in versions]

    def _fresh(self, text: str) -> Any:
        """Return entities of a session that has nothing in its cache."""
        self.session.reset()
        return self.session.query(text).all()

    def read_scalar(self) -> Work:
        tasks = self._fresh(f"select name from Task limit {PAGE}")
        yield

        def read(entities: Any) -> None:
            for entity in entities:
                entity["name"]

        yield per_read(tasks, read)

    def read_reference(self) -> Work:
        tasks = self._fresh(f"select status.name from Task limit {PAGE}")
        yield

        def read(entities: Any) -> None:
            for entity in entities:
                entity["status"]["name"]

        yield per_read(tasks, read)

    def read_date(self) -> Work:
        yield
        yield per_first_look(
            lambda: self._fresh(f"select start_date from Task limit {PAGE}"), "start_date", 2
        )

    def read_metadata(self) -> Work:
        tasks = self._fresh(f"select metadata from Task limit {PAGE}")
        yield
        yield per_look(tasks, "metadata", "camera")

    def read_custom(self) -> Work:
        tasks = self._fresh(f"select custom_attributes from Task limit {PAGE}")
        yield
        yield per_look(tasks, "custom_attributes", "fstart")

    def assign(self) -> Work:
        tasks = self._fresh(f"select bid from Task limit {PAGE}")
        yield
        yield per_assignment(tasks, "bid", 1.0)
        self.session.reset()

    def create(self, count: int) -> Work:
        session = self.session
        parent = session.query("select name from Shot").first()
        yield
        created = [
            session.create("Task", {"name": f"task_{number}", "bid": 3600.0, "parent": parent})
            for number in range(count)
        ]
        session.commit()
        yield created
        session.reset()

    def update(self, count: int) -> Work:
        tasks = self._fresh(f"select name from Task limit {count}")
        yield
        for task in tasks:
            task["bid"] = 7200.0
        self.session.commit()
        yield tasks
        self.session.reset()

    def one_change(self, held: int, times: int) -> Work:
        tasks = self._fresh(f"select name, bid from Task limit {held}")

        def change() -> None:
            tasks[0]["bid"] = tasks[0]["bid"] + 1.0
            self.session.commit()

        yield
        yield quickest_of(times, change)
        self.session.reset()

    def construct(self) -> Work:
        with tempfile.TemporaryDirectory() as folder:
            yield
            times = []
            before = self._bench.requests()
            for _ in range(5):
                started = time.perf_counter()
                self.new_session(folder)
                times.append((time.perf_counter() - started) * 1e3)
            # The first one also asks for the schemas; what one costs later on is to be told.
            requests = (self._bench.requests() - before) // 5
            yield {"value": min(times[1:]), "first": times[0], "requests": requests}

    def first_entity(self) -> Work:
        yield
        with tempfile.TemporaryDirectory() as folder:
            cold = self._name_of_one(folder)
            warm = self._name_of_one(folder)
        yield {**warm, "cold": cold}

    def _name_of_one(self, folder: str) -> dict[str, Any]:
        before = self._bench.requests()
        started = time.perf_counter()
        name = self.new_session(folder).query("select name from Task").first()["name"]
        elapsed = (time.perf_counter() - started) * 1e3
        assert name
        return {"value": elapsed, "requests": self._bench.requests() - before}

    def imported(self) -> Work:
        yield
        yield import_cost("from ftrack_api import Session", HEAVY)

    def memory(self, projections: str, count: int, **_: Any) -> Work:
        session = self.session
        session.query("select name from Task").first()
        session.reset()
        yield
        tracemalloc.start()
        held = session.query(f"select {projections} from Task limit {count}").all()
        used = tracemalloc.get_traced_memory()[0]
        held[0]["bid"] = 1.0
        session.commit()
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        yield {"value": used / count, "after": after / count}


if __name__ == "__main__":
    serve(Official)
