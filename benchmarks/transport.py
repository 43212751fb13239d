"""What the HTTP transport costs beside ``requests.post`` and orjson on the same bytes.

python -m benchmarks.transport [--rows N] [--rounds N]

A small request may cost 0.6 of it, a page read 0.8; where orjson has most of the work (metadata and
custom attributes) there is less to gain. The floor is a `requests.Session` used as its manual
shows: kept open, headers given with each call, the body taken from ``response.content``.
"""

from __future__ import annotations

import argparse
from contextlib import closing
from typing import TYPE_CHECKING

from ftrack_core.ports import Context, Credentials
from ftrack_transport_requests.transport import RequestsTransport

from .floor import MAPPED, PAGE, REFERENCES, SCALARS, Floor, page_text, query, ratio
from .stub import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Case = tuple[str, float, Callable[[], object], Callable[[], object]]

_TOGETHER = 50
"""How many small requests one round sends: one alone is too short to be timed."""


def cases(transport: RequestsTransport, floor: Floor) -> Iterator[Case]:
    """Yield what is timed: title, the most it may come to, ours and the floor's."""
    small = [query("select id from Status limit 1")]
    yield (
        f"{_TOGETHER} small requests",
        0.6,
        lambda: [transport.execute(small) for _ in range(_TOGETHER)],
        lambda: [floor.call(small) for _ in range(_TOGETHER)],
    )
    pages = (
        ("8 scalars", SCALARS, 0.8),
        ("references", REFERENCES, 0.8),
        ("metadata", MAPPED, 1.0),
    )
    for title, projections, most in pages:
        batch = [query(page_text(projections, 0))]
        yield (
            f"a page of {PAGE}, {title}",
            most,
            lambda batch=batch: transport.execute(batch),  # type: ignore[misc] # bound here
            lambda batch=batch: floor.call(batch),  # type: ignore[misc] # bound here
        )


def main(arguments: list[str] | None = None) -> None:
    """Print a line for each case."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000, help="tasks in the show (10000)")
    parser.add_argument("--rounds", type=int, default=41, help="rounds of each (41)")
    given = parser.parse_args(arguments)
    with running(given.rows) as stub, Floor(stub.url) as floor:
        made = RequestsTransport(Context(stub.url, "ann"), Credentials("ann", "key"))
        with closing(made) as transport:
            for title, most, ours, theirs in cases(transport, floor):
                found = ratio(ours, theirs, given.rounds)
                verdict = "" if found.times <= most else "  TOO MUCH"
                print(f"{title:28} {found}, at most {most:g}{verdict}")


if __name__ == "__main__":
    main()
