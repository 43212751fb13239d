"""What our client costs, as ratios to a floor measured in the same rounds.

python -m benchmarks.client [--rounds N] [--delay MS] [--only KEY ...] [--json FILE]
                            [--library both|standard|speed] [--official] [--dropin]

docs/performance.md says what each line means.
"""

from __future__ import annotations

import argparse
import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.race import (
    DROPIN,
    OFFICIAL,
    OURS,
    Race,
    dropin_command,
    official_command,
    our_commands,
)
from benchmarks.scenarios import SCENARIOS
from benchmarks.table import as_data, flatness, heading, line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.race import Figures
    from benchmarks.scenarios import Scenario


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    options = _options(arguments)
    libraries = list(OURS) if options.library == "both" else [options.library]
    if "speed" in libraries and find_spec("msgspec") is None:
        _say("msgspec is not installed: the extra `speed` is left out")
        libraries.remove("speed")
    commands = our_commands(libraries)
    official = official_command(_say) if options.official else None
    if official is not None:
        commands[OFFICIAL] = official
    if options.dropin:
        commands[DROPIN] = dropin_command()
    with Race(commands, options.delay, options.rounds) as race:
        measured = list(_run(race, _chosen(options.only)))
    flat = flatness(measured)
    if flat:
        print(flat)
    if options.json:
        data = {"delay": options.delay, "scenarios": [as_data(one) for one in measured]}
        options.json.write_text(json.dumps(data, indent=2) + "\n")
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count (5)")
    parser.add_argument(
        "--delay", type=float, default=0.0, help="ms before each answer, where a scenario has none"
    )
    parser.add_argument("--only", nargs="+", default=(), metavar="KEY", help="scenarios to run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there, too")
    parser.add_argument(
        "--library", choices=("both", *OURS), default="both", help="what our client reads JSON with"
    )
    parser.add_argument(
        "--official", action="store_true", help="run the official client side by side"
    )
    parser.add_argument(
        "--dropin", action="store_true", help="run the official client's scripts on the drop-in"
    )
    parser.epilog = "scenarios: " + ", ".join(one.key for one in SCENARIOS)
    return parser.parse_args(arguments)


def _chosen(keys: Sequence[str]) -> list[Scenario]:
    unknown = set(keys) - {one.key for one in SCENARIOS}
    if unknown:
        raise SystemExit(f"no such scenario: {', '.join(sorted(unknown))}")
    return [one for one in SCENARIOS if not keys or one.key in keys]


def _run(race: Race, scenarios: Iterable[Scenario]) -> Iterable[Figures]:
    print(heading())
    for scenario in scenarios:
        figures = race.run(scenario)
        print(line(figures), flush=True)
        yield figures


def _say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
