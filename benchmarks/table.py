"""The figures as one table to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.race import DROPIN, FLOOR, OFFICIAL, OURS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.race import Figures

__all__ = ["as_data", "flatness", "heading", "line", "misses"]

_HEADS = (
    "json",
    "msgspec",
    "floor",
    "x json",
    "x msgspec",
    "x cpu",
    "official",
    "x off.",
    "drop-in",
    "x d-in",
    "requests",
)
_STANDARD, _SPEED = OURS["standard"], OURS["speed"]


def heading() -> str:
    """Return the line above the table."""
    columns = " ".join(f"{head:>9}" for head in _HEADS)
    return f"{'scenario':48} {'unit':>7} {columns}  target"


def line(figures: Figures) -> str:
    """Return one scenario's line."""
    scenario = figures.scenario
    ours = judged(figures)
    columns = (
        _value(figures.best(_STANDARD)),
        _value(figures.best(_SPEED)),
        _value(figures.best(FLOOR)),
        _ratio(figures.times(_STANDARD)),
        _ratio(figures.times(_SPEED)),
        _ratio(figures.times(ours, "cpu")),
        _value(figures.best(OFFICIAL)),
        _ratio(figures.times(OFFICIAL)),
        _value(figures.best(DROPIN)),
        _ratio(figures.times(DROPIN)),
        "/".join(_count(figures.requests(name)) for name in (ours, OFFICIAL, DROPIN)),
    )
    shown = " ".join(f"{column:>9}" for column in columns)
    verdict = ", ".join(str(target) for target in scenario.targets)
    if scenario.targets:
        verdict += "  MISSED" if misses(figures) else "  met"
    text = f"{scenario.title:48} {scenario.unit:>7} {shown}  {verdict}".rstrip()
    return "\n".join([text, *(f"    {note}" for note in notes(figures))])


def judged(figures: Figures) -> str:
    """Return whose figures the targets are for: those with the faster JSON library, if it ran."""
    return _SPEED if any(_SPEED in one for one in figures.rounds) else _STANDARD


def misses(figures: Figures) -> list[str]:
    """Return the targets that are not reached, each with what it came to."""
    name = judged(figures)
    found = []
    for target in figures.scenario.targets:
        reached = _reached(figures, name, target.measure)
        if reached is None or reached > target.most:
            shown = "nothing" if reached is None else f"{reached:.4g}"
            found.append(f"{target.measure} {shown}, target {target.most:g}")
    return found


def _reached(figures: Figures, name: str, measure: str) -> float | None:
    if measure == "times":
        return figures.times(name)
    if measure == "requests":
        return figures.requests(name)
    if measure == "brought":
        return max((len(one["brought"]) for one in figures.replies(name)), default=None)
    return figures.best(name, measure)


def notes(figures: Figures) -> list[str]:
    """Return what a line has no column for."""
    ours = judged(figures)
    unit, found = figures.scenario.unit, []
    for name in (ours, OFFICIAL, DROPIN):
        for measure, what in (("first", "the first one"), ("after", "after a commit")):
            best = figures.best(name, measure)
            if best is not None:
                found.append(f"{name}: {what} {best:.1f} {unit}")
        for reply in figures.replies(name)[-1:]:
            found += [f"{name}: {one}" for one in _told(reply)]
    names = (*OURS.values(), FLOOR, OFFICIAL)
    failed = {name: figures.error(name) for name in names}
    return found + [f"{name} FAILED: {error}" for name, error in failed.items() if error]


def _told(reply: dict[str, Any]) -> list[str]:
    found = []
    if "cold" in reply:
        cold = reply["cold"]
        found.append(f"schemas not known: {cold['value']:.1f} ms, {cold['requests']} requests")
    if "modules" in reply:
        brought = ", ".join(reply["brought"]) or "none of the heavy ones"
        found.append(f"{reply['modules']} modules, {brought}; bare Python {reply['bare']:.1f} ms")
    return found


def flatness(all_figures: Sequence[Figures]) -> str | None:
    """Return how much a row's cost differs between small and large queries, where all ran."""
    sizes = {"rows-1k": 1_000, "rows-10k": 10_000, "rows-50k": 50_000}
    found = {one.scenario.key: one for one in all_figures if one.scenario.key in sizes}
    if len(found) < len(sizes):
        return None
    lines = ["a row of 1k, 10k, 50k (target: within 1.2 x of one another, in floors):"]
    for name in (*OURS.values(), FLOOR, OFFICIAL):
        bests = [(found[key].best(name), count) for key, count in sizes.items()]
        costs = [best / count * 1e3 for best, count in bests if best is not None]
        times = [found[key].times(name) for key in sizes]
        if len(costs) == len(sizes):
            lines.append(f"    {name}: {_apart(costs)} us; {_apart(times)} floors")
    return "\n".join(lines)


def _apart(costs: Sequence[float | None]) -> str:
    known = [cost for cost in costs if cost]
    shown = ", ".join(f"{cost:.2f}" for cost in known)
    return f"{shown} ({max(known) / min(known):.2f} x apart)"


def as_data(figures: Figures) -> dict[str, Any]:
    """Return what a program may want to read."""
    names = [*OURS.values(), FLOOR, OFFICIAL]
    return {
        "scenario": figures.scenario.key,
        "title": figures.scenario.title,
        "unit": figures.scenario.unit,
        "targets": {one.measure: one.most for one in figures.scenario.targets},
        "missed": misses(figures),
        "best": {name: figures.best(name) for name in names},
        "times": {name: figures.times(name) for name in names},
        "cpu_times": {name: figures.times(name, "cpu") for name in names},
        "requests": {name: figures.requests(name) for name in names},
        "rounds": figures.rounds,
    }


def _value(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if value >= 1000 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _ratio(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.0f}" if ratio >= 100 else f"{ratio:.2f}"


def _count(count: int | None) -> str:
    return "-" if count is None else str(count)
