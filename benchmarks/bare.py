"""The floor as a contender: what each work costs with requests, orjson and dicts alone.

python -m benchmarks.bare
"""

from __future__ import annotations

import tracemalloc
from functools import cached_property
from typing import TYPE_CHECKING, Any

from benchmarks.contender import per_look, per_read, quickest_of, serve
from benchmarks.floor import PAGE, Floor, creates, query, updates

if TYPE_CHECKING:
    from benchmarks.contender import Bench, Work


class Bare:
    """The same answers by the fewest requests that can do it, and nothing made of them."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    @cached_property
    def floor(self) -> Floor:
        return Floor(self._bench.url)

    def query(self, projections: str, limit: int | None, **_: Any) -> Work:
        floor = self.floor
        yield
        yield floor.pages(limit or 10_000, projections)

    def query_held(self, projections: str, limit: int) -> Work:
        return self.query(projections, limit)

    def loop_scalar(self) -> Work:
        keys = self._keys("Task")
        yield
        yield [row["description"] for row in self._asked("description", "Task", keys)]

    def loop_reference(self) -> Work:
        keys = self._keys("Task")
        yield
        yield self._asked("status.name", "Task", keys)

    def loop_collection(self) -> Work:
        keys = self._keys("AssetVersion")
        yield
        found = self._asked("components.name", "AssetVersion", keys)
        yield [[one["name"] for one in row["components"]] for row in found]

    loop_names = loop_collection

    def _keys(self, entity_type: str) -> list[str]:
        text = f"select id from {entity_type} offset 0 limit {PAGE}"
        return [row["id"] for row in self.floor.call([query(text)])[0]["data"]]

    def _asked(self, projections: str, entity_type: str, keys: list[str]) -> list[Any]:
        text = f"select {projections} from {entity_type} where id in ({', '.join(keys)})"
        rows: list[Any] = self.floor.call([query(text)])[0]["data"]
        return rows

    def read_scalar(self) -> Work:
        rows = self.floor.page("name")
        yield

        def read(entities: Any) -> None:
            for entity in entities:
                entity["name"]

        yield per_read(rows, read)

    def read_reference(self) -> Work:
        rows = [{**row, "status": {"name": "Ready"}} for row in self.floor.page("name")]
        yield

        def read(entities: Any) -> None:
            for entity in entities:
                entity["status"]["name"]

        yield per_read(rows, read)

    def read_metadata(self) -> Work:
        return self._read_mapped("metadata", "camera")

    def read_custom(self) -> Work:
        return self._read_mapped("custom_attributes", "fstart")

    def _read_mapped(self, name: str, key: str) -> Work:
        rows = [{**row, name: {key: "A"}} for row in self.floor.page("name")]
        yield
        yield per_look(rows, name, key)

    def dicts(self, projections: str, limit: int) -> Work:
        return self.query(projections, limit)

    def assign(self) -> Work:
        rows = self.floor.page("name")
        operations: list[dict[str, Any]] = []
        yield

        def write(entities: Any) -> None:
            for entity in entities:
                entity["bid"] = 1.0
                operations.append(
                    {
                        "action": "update",
                        "entity_type": "Task",
                        "entity_key": [entity["id"]],
                        "entity_data": {"bid": 1.0},
                    }
                )

        yield per_read(rows, write)

    def create(self, count: int) -> Work:
        floor = self.floor
        yield
        yield floor.commit(creates(count))

    def update(self, count: int) -> Work:
        keys = [row["id"] for row in self.floor.pages(count, "name")]
        yield
        yield self.floor.commit(updates(keys))

    def one_change(self, held: int, times: int) -> Work:
        rows = self.floor.pages(held, "name, bid")
        change = updates([rows[0]["id"]])
        yield
        yield quickest_of(times, lambda: self.floor.commit(change))

    def memory(self, projections: str, count: int, **_: Any) -> Work:
        floor = self.floor
        floor.page("name")
        yield
        tracemalloc.start()
        held = floor.pages(count, projections)
        used = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        yield {"value": used / len(held)}


if __name__ == "__main__":
    serve(Bare)
