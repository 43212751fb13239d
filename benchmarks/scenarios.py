"""What is measured: each figure that was promised, with its target."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from benchmarks.floor import DATES, MAPPED, REFERENCES, SCALARS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SCENARIOS", "Scenario", "Target"]

PAGES_IN_KB = 5 * 1024
"""What reading any number of rows once may take: a few pages, which are about 1 MB each."""


@dataclass(frozen=True)
class Target:
    """The most that *measure* may come to.

    *measure* is ``times`` (what it costs in floors of the same round), ``requests``, ``value`` (in
    the scenario's unit), ``after`` (the same after a commit), or ``brought`` (heavy modules).
    """

    measure: str
    most: float

    def __str__(self) -> str:
        most = f"{self.most:g}"
        return {"times": f"{most} x", "requests": f"{most} req"}.get(self.measure, most)


@dataclass(frozen=True)
class Scenario:
    """One line of the table.

    *work* is the method of a contender, called with *arguments*. *fresh* contenders are made for
    one round. What comes out alike each time is *exact* and done in one round. *delay* is the
    latency in ms, the command's where it is None. *rows* is how many tasks the server has. The
    official client does the work with *official*, not at all where that is None.
    """

    key: str
    title: str
    work: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    targets: tuple[Target, ...] = ()
    unit: str = "ms"
    fresh: bool = False
    exact: bool = False
    delay: float | None = None
    rows: int = 100_000
    official: Mapping[str, Any] | None = field(default_factory=dict)


def _query(key: str, title: str, projections: str, limit: int | None, **more: Any) -> Scenario:
    arguments = {"projections": projections, "limit": limit}
    return Scenario(key, title, "query", arguments, **more)


def _times(most: float) -> tuple[Target, ...]:
    return (Target("times", most),)


def _read(key: str, title: str, work: str, most: float) -> Scenario:
    return Scenario(key, title, work, targets=_times(most), unit="ns")


def _peak(key: str, title: str, work: str, count: int) -> Scenario:
    arguments = {"projections": SCALARS, "count": count}
    most = (Target("value", PAGES_IN_KB),)
    return Scenario(key, title, work, arguments, most, "KB", fresh=True, exact=True, official=None)


SCENARIOS = (
    _query("rows-1k", "1,000 rows, 8 scalars", SCALARS, 1_000, targets=_times(1.2)),
    _query("rows-10k", "10,000 rows, 8 scalars", SCALARS, 10_000, targets=_times(1.2)),
    _query("rows-50k", "50,000 rows, 8 scalars", SCALARS, 50_000, targets=_times(1.2)),
    Scenario(
        "rows-again",
        "10,000 rows, all of them in the cache",
        "query",
        {"projections": SCALARS, "limit": 10_000, "again": True},
        _times(1.1),
    ),
    Scenario(
        "rows-held",
        "10,000 rows, their entities held",
        "query_held",
        {"projections": SCALARS, "limit": 10_000},
        _times(1.1),
    ),
    Scenario(
        "rows-apart",
        "10,000 rows, compact_rows off",
        "query",
        {"projections": SCALARS, "limit": 10_000, "compact": False},
        official=None,
    ),
    _query("dates", "10,000 rows, with 3 dates", DATES, 10_000, targets=_times(1.2)),
    _query("references", "10,000 rows, 3 references' names", REFERENCES, 10_000, targets=_times(2)),
    _query(
        "mapped", "10,000 rows, metadata, custom attributes", MAPPED, 10_000, targets=_times(2.5)
    ),
    Scenario(
        "dicts",
        "10,000 rows, .rows()",
        "dicts",
        {"projections": SCALARS, "limit": 10_000},
        _times(0.7),
        official=None,
    ),
    _query(
        "latency",
        "10,000 rows at 30 ms, limit given",
        SCALARS,
        10_000,
        targets=_times(0.3),
        delay=30,
    ),
    _query(
        "latency-open",
        "10,000 rows at 30 ms, end unknown",
        SCALARS,
        None,
        targets=_times(0.3),
        delay=30,
        rows=10_000,
    ),
    Scenario(
        "loop-scalar",
        "loop over 500, attribute not asked for",
        "loop_scalar",
        targets=(Target("requests", 1), Target("times", 2.5)),
    ),
    Scenario(
        "loop-reference",
        "loop over 500, a reference's name",
        "loop_reference",
        targets=(Target("requests", 2), Target("times", 2.2)),
    ),
    Scenario(
        "loop-collection",
        'loop over 500, version["components"]',
        "loop_collection",
        targets=(Target("requests", 1),),
    ),
    Scenario("loop-names", "loop over 500, their components' names", "loop_names"),
    Scenario(
        "loop-latency",
        "loop over 500 at 30 ms, attribute not asked for",
        "loop_scalar",
        targets=(Target("requests", 1), Target("times", 1.15)),
        delay=30,
    ),
    _read("read-scalar", 'entity["name"]', "read_scalar", 5),
    _read("read-reference", 'entity["status"]["name"]', "read_reference", 5),
    Scenario(
        "read-date",
        'entity["start_date"], first read',
        "read_date",
        targets=(Target("value", 500),),
        unit="ns",
    ),
    _read("read-metadata", 'entity["metadata"]["camera"]', "read_metadata", 10),
    _read("read-custom", 'entity["custom_attributes"]["fstart"]', "read_custom", 10),
    _read("assign", 'entity["bid"] = 1.0', "assign", 10),
    Scenario("create", "create and commit 1,000", "create", {"count": 1_000}, _times(2.5)),
    Scenario("update", "10,000 updates and commit", "update", {"count": 10_000}, _times(3)),
    Scenario(
        "change-100",
        "one change and commit, 100 held",
        "one_change",
        {"held": 100, "times": 30},
        official={"held": 100, "times": 3},
    ),
    Scenario(
        "change-10k",
        "one change and commit, 10,000 held",
        "one_change",
        {"held": 10_000, "times": 30},
        official={"held": 10_000, "times": 1},
    ),
    Scenario(
        "construct",
        "session, from the second on",
        "construct",
        targets=(Target("value", 5), Target("requests", 0)),
        fresh=True,
    ),
    Scenario(
        "first-entity",
        "first entity, schemas known",
        "first_entity",
        targets=(Target("requests", 1),),
        fresh=True,
    ),
    Scenario(
        "import",
        "import of the kernel over bare Python",
        "imported",
        targets=(Target("value", 50), Target("brought", 0)),
        unit="ms CPU",
        fresh=True,
    ),
    Scenario(
        "memory",
        "memory an entity, 8 scalars",
        "memory",
        {"projections": SCALARS, "count": 10_000},
        targets=(Target("value", 1300), Target("after", 1300)),
        unit="bytes",
        fresh=True,
        exact=True,
    ),
    Scenario(
        "memory-apart",
        "the same with compact_rows off",
        "memory",
        {"projections": SCALARS, "count": 10_000, "compact": False},
        unit="bytes",
        fresh=True,
        exact=True,
        official=None,
    ),
    Scenario(
        "memory-mapped",
        "memory an entity, metadata, custom attributes",
        "memory",
        {"projections": MAPPED, "count": 10_000},
        targets=(Target("value", 5000),),
        unit="bytes",
        fresh=True,
        exact=True,
    ),
    _peak("stream-5k", "5,000 rows once, .stream(), peak", "stream", 5_000),
    _peak("stream-100k", "100,000 rows once, .stream(), peak", "stream", 100_000),
    _peak("dicts-5k", "5,000 rows once, .rows(), peak", "rows", 5_000),
    _peak("dicts-100k", "100,000 rows once, .rows(), peak", "rows", 100_000),
)
