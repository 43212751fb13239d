"""What every contender of a race is: a process that does one work after another and times it.

A contender is a class whose methods are the works. A work is a generator in three parts::

    def loop(self):
        found = self.page("name")        # what it starts from: not timed
        yield
        values = [one["bid"] for one in found]
        yield values                     # from the first yield to here is timed
        self.session.rollback()          # tidying up: not timed

One that measures something else than its time yields a dictionary instead, with its ``value``.

This module and what the official client's contender needs import the standard library only, since
they run in an environment that holds nothing of ours.
"""

from __future__ import annotations

import gc
import json
import sys
import time
import urllib.request
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    Work = Generator[Any, None, None]

__all__ = [
    "Bench",
    "per_assignment",
    "per_first_look",
    "per_look",
    "per_read",
    "quickest_of",
    "serve",
]


class Bench:
    """The stub server at *url*, and who asks it."""

    USER = "ann"
    KEY = "key"

    def __init__(self, url: str) -> None:
        self.url = url
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def requests(self) -> int:
        """Return how many requests the server has had; asking is not counted."""
        with self._opener.open(self.url + "/counters") as response:
            count: int = json.loads(response.read())["requests"]
            return count


def measure(bench: Bench, work: Callable[..., Work], arguments: dict[str, Any]) -> dict[str, Any]:
    """Do *work* once and return ``value``, ``cpu`` (both in ms) and ``requests``."""
    steps = work(**arguments)
    next(steps)
    gc.collect()
    requests = bench.requests()
    started, used = time.perf_counter(), time.process_time()
    result = next(steps)
    elapsed, cpu = time.perf_counter() - started, time.process_time() - used
    reply = {
        "value": elapsed * 1e3,
        "cpu": cpu * 1e3,
        "requests": bench.requests() - requests,
    }
    if isinstance(result, dict):
        reply = {"requests": reply["requests"] // result.pop("times", 1), **result}
    del result  # freeing it is not part of the work
    next(steps, None)
    return reply


def quickest_of(times: int, once: Callable[[], object]) -> dict[str, float]:
    """Return what doing something small takes in ms: the quickest of so many *times*."""
    used = time.process_time()
    value = min(_timed(once) for _ in range(times)) * 1e3
    return {"value": value, "cpu": (time.process_time() - used) * 1e3 / times, "times": times}


def per_read(objects: Iterable[Any], read: Callable[[Iterable[Any]], object]) -> dict[str, float]:
    """Return what one read costs, in ns: the quickest of many passes, less the loop around it."""
    found = list(objects)

    def quickest(one_pass: Callable[[Iterable[Any]], object]) -> float:
        return min(_timed(lambda: one_pass(found)) for _ in range(200))

    def pass_by(some: Iterable[Any]) -> None:
        for _ in some:
            pass

    return {"value": (quickest(read) - quickest(pass_by)) / len(found) * 1e9}


def per_look(found: Iterable[Any], name: str, key: str) -> dict[str, float]:
    """Return what looking up *key* in the mapping *name* of each one costs."""

    def look(entities: Iterable[Any]) -> None:
        for entity in entities:
            entity[name][key]

    return per_read(found, look)


def per_assignment(found: Iterable[Any], name: str, value: Any) -> dict[str, float]:
    """Return what assigning *value* to each one costs."""

    def assign(entities: Iterable[Any]) -> None:
        for entity in entities:
            entity[name] = value

    return per_read(found, assign)


def per_first_look(fresh: Callable[[], Any], name: str, times: int) -> dict[str, float]:
    """Return what one look at *name* costs that is the first, in ns: the quickest of *times*.

    *fresh* makes objects that nobody has looked at.
    """

    def first_looks() -> float:
        found = fresh()
        started = time.perf_counter()
        for one in found:
            one[name]
        return (time.perf_counter() - started) / len(found)

    return {"value": min(first_looks() for _ in range(times)) * 1e9, "times": times}


def _timed(once: Callable[[], object]) -> float:
    started = time.perf_counter()
    once()
    return time.perf_counter() - started


def serve(make: Callable[[Bench], Any]) -> None:
    """Do what the lines on standard input say, as ``{"work": ..., "url": ..., "arguments": ...}``.

    Each is answered with one line. A contender is made for each server it is sent to, and kept.
    """
    out, sys.stdout = sys.stdout, sys.stderr  # what a client prints is no answer
    contenders: dict[str, tuple[Bench, Any]] = {}
    for line in sys.stdin:
        command = json.loads(line)
        try:
            reply = _obey(command, contenders, make)
        except Exception as error:  # noqa: BLE001 - whatever it is, the table has to show it
            reply = {"error": f"{type(error).__name__}: {error}"[:300]}
        print(json.dumps(reply), file=out, flush=True)


def _obey(
    command: dict[str, Any],
    contenders: dict[str, tuple[Bench, Any]],
    make: Callable[[Bench], Any],
) -> dict[str, Any]:
    url = command["url"]
    if url not in contenders:
        bench = Bench(url)
        contenders[url] = bench, make(bench)
    bench, contender = contenders[url]
    work = getattr(contender, command["work"], None)
    if work is None:
        return {"missing": True}
    return measure(bench, work, command["arguments"])
