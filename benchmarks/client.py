"""What the client costs: one page, many pages, one commit, one loop, as ratios to their floors.

python -m benchmarks.client [--delay MS] [--rounds N]
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks.floor import MAPPED, PAGE, REFERENCES, SCALARS, Floor, creates, updates
from benchmarks.stub import running
from ftrack_core import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.stub import Stub


@dataclass(frozen=True)
class Scenario:
    """*prepare* makes what one round starts from and is not timed; both works get it."""

    name: str
    prepare: Callable[[], Any]
    ours: Callable[[Any], object]
    floor: Callable[[Any], object]


@dataclass(frozen=True)
class Figure:
    """The outcome: the ratio, seconds of the best round of each, requests of one round of ours."""

    name: str
    times: float
    ours: float
    floor: float
    requests: int


@contextmanager
def connected(stub: Stub) -> Iterator[Session]:
    """Yield a session that has its types already."""
    with Session(stub.url, "key", "ann") as session:
        session.connect()
        yield session


def scenarios(session: Session, floor: Floor) -> list[Scenario]:
    """Return all scenarios on one session."""
    return [*queries(session, floor), loop(session, floor), *commits(session, floor)]


def queries(session: Session, floor: Floor) -> list[Scenario]:
    """Return what is only read."""
    page = f"limit {PAGE}"
    wanted = [
        ("one page, 8 scalars", SCALARS, page),
        ("10,000 rows, 8 scalars", SCALARS, ""),
        ("10,000 rows, 3 references", REFERENCES, ""),
        ("one page, metadata and custom attributes", MAPPED, page),
    ]

    def scenario(name: str, projections: str, window: str) -> Scenario:
        count = PAGE if window else 10_000
        return Scenario(
            name,
            lambda: None,
            lambda _: session.query(f"select {projections} from Task {window}").all(),
            lambda _: floor.pages(count, projections),
        )

    return [scenario(*one) for one in wanted]


def loop(session: Session, floor: Floor) -> Scenario:
    """Return the loop over an attribute that nobody asked for."""
    return Scenario(
        "loop over 500, an attribute not asked for",
        lambda: page_of_tasks(session),
        lambda found: [task["description"] for task in found],
        lambda found: floor.loop_miss([task["id"] for task in found]),
    )


def page_of_tasks(session: Session) -> list[Any]:
    """Return 500 tasks of which only the name is known."""
    return session.query(f"select name from Task limit {PAGE}").all()


def commits(session: Session, floor: Floor) -> list[Scenario]:
    """Return what is written."""

    def changed() -> list[Any]:
        found = page_of_tasks(session)
        for task in found:
            task["bid"] = 7200.0
        return found

    def created() -> list[Any]:
        parent = session.get(
            "Shot", session.query("select parent_id from Task").first()["parent_id"]
        )
        return [
            session.create("Task", {"name": f"task_{n}", "bid": 3600.0, "parent": parent})
            for n in range(1000)
        ]

    def update_floor(found: list[Any]) -> object:
        session.rollback()
        return floor.commit(updates([task["id"] for task in found]))

    def create_floor(_: Any) -> object:
        session.rollback()
        return floor.commit(creates(1000))

    return [
        Scenario("commit of 500 updates", changed, lambda _: session.commit(), update_floor),
        Scenario("commit of 1,000 creates", created, lambda _: session.commit(), create_floor),
    ]


def measure(scenario: Scenario, session: Session, rounds: int) -> Figure:
    """Time both works in alternating rounds, after one round that does not count."""
    pairs, sent = [], 0
    for number in range(rounds + 1):
        before = session.request_count
        ours, requests = _timed(scenario, scenario.ours, session)
        floor, _ = _timed(scenario, scenario.floor, session)
        sent = requests or session.request_count - before
        if number:
            pairs.append((ours, floor))
    return Figure(
        scenario.name,
        median(ours / floor for ours, floor in pairs),
        min(ours for ours, _ in pairs),
        min(floor for _, floor in pairs),
        sent,
    )


def _timed(
    scenario: Scenario, work: Callable[[Any], object], session: Session
) -> tuple[float, int]:
    prepared = scenario.prepare()
    gc.collect()
    before = session.request_count
    started = perf_counter()
    result = work(prepared)
    elapsed = perf_counter() - started
    requests = session.request_count - before
    del result, prepared
    session.rollback()
    return elapsed, requests


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay", type=float, default=0.0, help="ms before each answer")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args(arguments)
    with (
        running(rows=10_000, delay=options.delay) as stub,
        Floor(stub.url) as floor,
        connected(stub) as session,
    ):
        print(f"delay {options.delay:g} ms, {options.rounds} rounds, JSON by {json_library()}")
        print(f"{'scenario':44} {'x floor':>8} {'ours ms':>9} {'floor ms':>9} {'requests':>9}")
        for scenario in scenarios(session, floor):
            one = measure(scenario, session, options.rounds)
            print(
                f"{one.name:44} {one.times:8.2f} {one.ours * 1e3:9.2f} "
                f"{one.floor * 1e3:9.2f} {one.requests:9}"
            )
    return 0


def json_library() -> str:
    """Return the name of the library that the client reads JSON with."""
    for name in ("orjson", "msgspec"):
        if name in sys.modules:
            return name
    return json.__name__


if __name__ == "__main__":
    sys.exit(main())
