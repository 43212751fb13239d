"""What the same work costs without a client: the bytes over requests and through orjson.

Every function does one unit of work and returns what came back, so that a scenario can time it
against ours in alternating rounds (`ratio`).
"""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

import orjson
import requests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCALARS = "name, bid, sort, description, status_id, type_id, priority_id, parent_id"
"""The eight scalars of the usual row."""

REFERENCES = "name, status.name, type.name, parent.name"
DATES = f"{SCALARS}, start_date, end_date, created_at"
MAPPED = "name, metadata, custom_attributes"
PAGE = 500
PARENT = "0b352785-2785-4000-8000-000000000001"
"""As long as the key of a real parent is: the floor of a commit sends as many bytes."""


class Floor:
    """One kept-open connection of requests to *url*."""

    def __init__(self, url: str) -> None:
        self._api = url + "/api"
        self._session = requests.Session()
        self._session.trust_env = False
        self._headers = {
            "content-type": "application/json",
            "ftrack-user": "ann",
            "ftrack-api-key": "key",
            "ftrack-strict-api": "true",
        }

    def call(self, batch: list[dict[str, Any]]) -> list[Any]:
        """Send one batch and return the decoded answers."""
        return self.call_bytes(orjson.dumps(batch))

    def call_bytes(self, body: bytes) -> list[Any]:
        """Send a body that is already made: the floor of a commit."""
        response = self._session.post(self._api, data=body, headers=self._headers)
        answers: list[Any] = orjson.loads(response.content)
        return answers

    def page(self, projections: str = SCALARS, offset: int = 0, limit: int = PAGE) -> list[Any]:
        """Fetch one page of tasks."""
        rows: list[Any] = self.call([query(page_text(projections, offset, limit))])[0]["data"]
        return rows

    def pages(self, count: int, projections: str = SCALARS) -> list[Any]:
        """Fetch *count* tasks page by page and return the rows as they came."""
        rows: list[Any] = []
        for offset in range(0, count, PAGE):
            rows += self.page(projections, offset)
        return rows

    def commit(self, batch: list[dict[str, Any]]) -> list[Any]:
        """Send a commit; making its bytes belongs to the work."""
        return self.call(batch)

    def loop_miss(self, ids: list[str], attribute: str = "description") -> list[Any]:
        """Fetch one attribute of all *ids* in one request: what a loop over them ought to cost."""
        text = f"select {attribute} from Task where id in ({', '.join(ids)})"
        rows: list[Any] = self.call([query(text)])[0]["data"]
        return rows

    def close(self) -> None:
        """Give the connection back."""
        self._session.close()

    def __enter__(self) -> Floor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def query(expression: str) -> dict[str, Any]:
    """Return the operation that asks *expression*."""
    return {"action": "query", "expression": expression}


def page_text(projections: str, offset: int, limit: int = PAGE) -> str:
    """Return the text that asks for one page of tasks."""
    return f"select {projections} from Task offset {offset} limit {limit}"


def creates(count: int) -> list[dict[str, Any]]:
    """Return a batch that creates *count* tasks."""
    return [
        {
            "action": "create",
            "entity_type": "Task",
            "entity_key": [f"{number:08x}-new0-4000-8000-000000000000"],
            "entity_data": {
                "__entity_type__": "Task",
                "id": f"{number:08x}-new0-4000-8000-000000000000",
                "name": f"task_{number}",
                "bid": 3600.0,
                "parent": {"__entity_type__": "Shot", "id": PARENT},
            },
        }
        for number in range(count)
    ]


def updates(ids: list[str]) -> list[dict[str, Any]]:
    """Return a batch that changes one attribute of each task in *ids*."""
    return [
        {
            "action": "update",
            "entity_type": "Task",
            "entity_key": [key],
            "entity_data": {"__entity_type__": "Task", "bid": 7200.0},
        }
        for key in ids
    ]


@dataclass(frozen=True)
class Ratio:
    """Ours against the floor: the median of paired rounds; the best round of each in seconds."""

    times: float
    ours: float
    floor: float

    def __str__(self) -> str:
        return f"{self.times:5.2f} x ({self.ours * 1e3:.2f} ms, floor {self.floor * 1e3:.2f} ms)"


def ratio(ours: Callable[[], object], floor: Callable[[], object], rounds: int = 7) -> Ratio:
    """Time *ours* and *floor* in alternating rounds, after one of each that does not count."""
    ours()
    floor()
    pairs = [(_timed(ours), _timed(floor)) for _ in _collected(rounds)]
    return Ratio(
        times=median(one / other for one, other in pairs),
        ours=min(one for one, _ in pairs),
        floor=min(other for _, other in pairs),
    )


def _collected(rounds: int) -> Iterator[int]:
    for number in range(rounds):
        gc.collect()
        yield number


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    result = work()
    elapsed = time.perf_counter() - started
    del result  # freeing it is not part of the work
    return elapsed
