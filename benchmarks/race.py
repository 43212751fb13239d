"""Contenders in turn: each round, each of them does the same work against the same server."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.stub import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from benchmarks.scenarios import Scenario
    from benchmarks.stub import Stub

__all__ = [
    "DROPIN",
    "FLOOR",
    "OFFICIAL",
    "OURS",
    "Contender",
    "Figures",
    "Race",
    "dropin_command",
    "official_command",
]

ROOT = Path(__file__).resolve().parent.parent
OFFICIAL_RELEASE = "ftrack-python-api==3.1.0"
OURS = {"standard": "ours, json", "speed": "ours, msgspec"}
"""Which JSON library our client reads with, and what its column is called."""

FLOOR = "floor"
OFFICIAL = "official"
DROPIN = "drop-in"
OFFICIAL_ROUNDS = 2
"""The official client takes minutes; a ratio of a hundred does not need more rounds."""


class Contender:
    """A process that does works and says what they took."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def do(self, work: str, url: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Do one work and return its reply; without ``value`` it could not be done."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        command = {"work": work, "url": url, "arguments": arguments}
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        reply: dict[str, Any] = json.loads(
            self._process.stdout.readline() or '{"error": "it died"}'
        )
        return reply

    def close(self) -> None:
        """Let it end."""
        with self._process as process:
            assert process.stdin is not None
            process.stdin.close()


@dataclass
class Figures:
    """What came of one scenario: the replies of each round, by contender."""

    scenario: Scenario
    rounds: list[dict[str, dict[str, Any]]] = field(default_factory=list)

    def replies(self, name: str) -> list[dict[str, Any]]:
        """Return the replies of one contender that hold a value."""
        return [one[name] for one in self.rounds if "value" in one.get(name, {})]

    def best(self, name: str, measure: str = "value") -> float | None:
        """Return the least that a contender has come to in any round."""
        return min((one[measure] for one in self.replies(name) if measure in one), default=None)

    def times(self, name: str, measure: str = "value") -> float | None:
        """Return what a contender costs in floors: the median over the rounds of both."""
        ratios = [
            one[name][measure] / one[FLOOR][measure]
            for one in self.rounds
            if one.get(name, {}).get(measure) and one.get(FLOOR, {}).get(measure)
        ]
        return median(ratios) if ratios else None

    def requests(self, name: str) -> int | None:
        """Return the requests of the last round."""
        found = self.replies(name)
        return found[-1]["requests"] if found else None

    def error(self, name: str) -> str | None:
        """Return why a contender has no figure, if it failed."""
        return next(
            (one[name]["error"] for one in self.rounds if "error" in one.get(name, {})), None
        )


class Race:
    """Runs scenarios. *commands* starts each contender, by name."""

    def __init__(self, commands: dict[str, Sequence[str]], delay: float, rounds: int) -> None:
        self._commands = commands
        self._delay = delay
        self._rounds = rounds
        self._stack = ExitStack()
        self._stubs: dict[int, Stub] = {}
        self._contenders: dict[str, Contender] = {}

    def __enter__(self) -> Race:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def run(self, scenario: Scenario) -> Figures:
        """Do one scenario; a round that does not count comes first, so that the server is warm."""
        stub = self._stub(scenario.rows)
        stub.configure(delay=self._delay if scenario.delay is None else scenario.delay)
        figures = Figures(scenario)
        for number in (1,) if scenario.exact else range(self._rounds + 1):
            names = [name for name in self._commands if self._takes_part(name, scenario, number)]
            replies = {name: self._reply(name, scenario, stub) for name in names}
            if number:
                figures.rounds.append(replies)
        return figures

    def _takes_part(self, name: str, scenario: Scenario, number: int) -> bool:
        if name not in (DROPIN, OFFICIAL):
            return True
        most = OFFICIAL_ROUNDS if name == OFFICIAL else number
        return scenario.official is not None and 0 < number <= most

    def _reply(self, name: str, scenario: Scenario, stub: Stub) -> dict[str, Any]:
        arguments = dict(scenario.arguments)
        if name in (DROPIN, OFFICIAL):
            arguments.update(scenario.official or {})
        if not scenario.fresh:
            return self._contender(name).do(scenario.work, stub.url, arguments)
        contender = Contender(self._commands[name])
        try:
            return contender.do(scenario.work, stub.url, arguments)
        finally:
            contender.close()

    def _contender(self, name: str) -> Contender:
        if name not in self._contenders:
            made = self._contenders[name] = Contender(self._commands[name])
            self._stack.callback(made.close)
        return self._contenders[name]

    def _stub(self, rows: int) -> Stub:
        if rows not in self._stubs:
            self._stubs[rows] = self._stack.enter_context(running(rows=rows))
        return self._stubs[rows]


def our_commands(libraries: Iterable[str]) -> dict[str, Sequence[str]]:
    """Return how our client is started with each JSON library, and the floor."""
    python = sys.executable
    ours = {OURS[name]: [python, "-m", "benchmarks.ours", name] for name in libraries}
    return {**ours, FLOOR: [python, "-m", "benchmarks.bare"]}


def dropin_command() -> list[str]:
    """Return how the drop-in is started: the same works, with the ``ftrack_api`` that is here."""
    return [sys.executable, "-m", "benchmarks.official"]


def official_command(say: Callable[[str], object]) -> list[str] | None:
    """Return how the official client is started, in an environment of its own that is kept.

    None where it cannot be installed; *say* is told why.
    """
    peers = runpy.run_path(str(ROOT / "tests" / "system" / "peers.py"))
    try:
        python = peers["peer_python"](OFFICIAL_RELEASE)
    except (peers["UnreachableError"], subprocess.CalledProcessError) as error:
        say(f"the official client cannot be installed here: {str(error).splitlines()[-1:]}")
        return None
    return [str(python), "-m", "benchmarks.official"]
