"""How our schema answer differs from one recorded from a server.

Run ``python -m ftrack_embedded.model.compare CAPTURE.json`` to print the differences.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from . import load_model
from .wire import schema_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["differences", "main"]

_ABSENT: Final = "absent"
_SETS: Final = frozenset({"required", "immutable", "computed"})


def differences(
    ours: Iterable[Mapping[str, Any]], capture: Iterable[Mapping[str, Any]]
) -> list[str]:
    """Return a line for each difference: ``Type.attribute: ours ..., capture ...``.

    The order of types, properties and of the required, immutable and computed names is ignored.
    """
    our_types = {one["id"]: one for one in ours}
    their_types = {one["id"]: one for one in capture}
    lines: list[str] = []
    for name in sorted({*our_types, *their_types}):
        if name not in our_types or name not in their_types:
            lines.append(f"{name}: only in {'ours' if name in our_types else 'the capture'}")
        else:
            lines.extend(_of_type(name, our_types[name], their_types[name]))
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the differences to a recorded answer; return 1 when there are any."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("capture", type=Path, help="JSON file holding a query_schemas answer")
    capture = json.loads(parser.parse_args(arguments).capture.read_text("utf-8"))
    lines = differences(schema_answer(load_model()), capture)
    print("\n".join([*lines, f"{len(lines)} differences"]))
    return 1 if lines else 0


def _of_type(name: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted({*ours, *theirs} - {"properties"}):
        left, right = (_comparable(key, one.get(key, _ABSENT)) for one in (ours, theirs))
        if left != right:
            yield f"{name}: {key}: ours {left!r}, capture {right!r}"
    for attribute in sorted({*ours["properties"], *theirs["properties"]}):
        mine, other = (one["properties"].get(attribute, _ABSENT) for one in (ours, theirs))
        if mine != other:
            yield f"{name}.{attribute}: ours {mine!r}, capture {other!r}"


def _comparable(key: str, value: Any) -> Any:
    return sorted(value) if key in _SETS and value != _ABSENT else value


if __name__ == "__main__":
    raise SystemExit(main())
