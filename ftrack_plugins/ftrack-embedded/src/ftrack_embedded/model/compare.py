"""How our schema answer differs from those recorded from servers.

Run ``python -m ftrack_embedded.model.compare CAPTURE.json...`` to print the differences, each with
the reason for it. A difference without a reason is an error, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from . import load_model
from .reasons import REASONS
from .wire import schema_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .description import Model

__all__ = ["Difference", "differences", "generation_of", "main", "reason_for"]

_ABSENT: Final = "absent"
_SETS: Final = frozenset({"required", "immutable", "computed", "system_projections"})
_OF_THE_OTHER: Final = {
    "newer": "only newer servers know it",
    "older": "only older servers know it; what was written for them goes on",
}


@dataclass(frozen=True)
class Difference:
    """One thing that two schema answers do not agree on.

    *subject* is ``Type`` or ``Type.attribute``; *aspect* the word of the schema that differs, or
    ``declared`` where one side does not have the subject at all.
    """

    subject: str
    aspect: str
    ours: Any
    theirs: Any

    def __str__(self) -> str:
        return f"{self.subject}: {self.aspect}: ours {self.ours!r}, capture {self.theirs!r}"


def differences(
    ours: Iterable[Mapping[str, Any]], capture: Iterable[Mapping[str, Any]]
) -> list[Difference]:
    """Return the differences attribute by attribute.

    The order of types, properties and of the required, immutable and computed names is ignored.
    """
    our_types = {one["id"]: one for one in ours}
    their_types = {one["id"]: one for one in capture}
    found: list[Difference] = []
    for name in sorted({*our_types, *their_types}):
        if name in our_types and name in their_types:
            found.extend(_of_type(name, our_types[name], their_types[name]))
        else:
            found.append(_declared(name, name in our_types))
    return found


def generation_of(capture: Iterable[Mapping[str, Any]]) -> str:
    """Return ``newer`` for an answer that names the bases of its types, else ``older``."""
    return "newer" if any("$mixin" in one for one in capture) else "older"


def reason_for(model: Model, difference: Difference, generation: str) -> str | None:
    """Return why we differ from a capture of that *generation*; None if nobody has said so.

    Either the declaration says that only the other generation knows the subject, or the difference
    is one of the `REASONS`.
    """
    known_to = _generation(model, difference.subject)
    if known_to and known_to != generation:
        return _OF_THE_OTHER[known_to]
    subject = f"{difference.subject}:{difference.aspect}"
    for reason in REASONS:
        if reason.generation in ("", generation) and fnmatchcase(subject, reason.pattern):
            return reason.text
    return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the differences to recorded answers; return 1 if one of them has no reason."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument(
        "capture", type=Path, nargs="+", help="JSON file holding a query_schemas answer"
    )
    model = load_model()
    answer = schema_answer(model)
    left = sum(_report(path, model, answer) for path in parser.parse_args(arguments).capture)
    return 1 if left else 0


def _report(path: Path, model: Model, answer: list[dict[str, Any]]) -> int:
    """Print the differences to one capture and return how many have no reason."""
    capture = json.loads(path.read_text("utf-8"))
    generation = generation_of(capture)
    found = differences(answer, capture)
    unexplained = 0
    for difference in found:
        reason = reason_for(model, difference, generation)
        unexplained += reason is None
        print(f"{difference}\n    {reason or 'NO REASON IS GIVEN'}")
    print(
        f"{path.name}: {len(capture)} types of the {generation} generation, "
        f"{len(found)} differences, {unexplained} without a reason"
    )
    return unexplained


def _generation(model: Model, subject: str) -> str:
    name, _, attribute = subject.partition(".")
    entity_type = model.types.get(name)
    if entity_type is None:
        return ""
    declared = entity_type.attributes.get(attribute)
    return entity_type.generation or (declared.generation if declared else "")


def _of_type(name: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Difference]:
    for key in sorted({*ours, *theirs} - {"properties"}):
        left, right = (one.get(key, _ABSENT) for one in (ours, theirs))
        if key in _SETS:
            yield from _of_names(name, key, ours.get(key, ()), theirs.get(key, ()))
        elif left != right:
            yield Difference(name, key, left, right)
    for attribute in sorted({*ours["properties"], *theirs["properties"]}):
        subject = f"{name}.{attribute}"
        left, right = (one["properties"].get(attribute) for one in (ours, theirs))
        if left is None or right is None:
            yield _declared(subject, left is not None)
        else:
            yield from _of_attribute(subject, left, right)


def _of_names(
    name: str, key: str, ours: Iterable[str], theirs: Iterable[str]
) -> Iterator[Difference]:
    left, right = set(ours), set(theirs)
    for one in sorted(left ^ right):
        yield Difference(f"{name}.{one}", key, one in left, one in right)


def _of_attribute(
    subject: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> Iterator[Difference]:
    for key in sorted({*ours, *theirs}):
        left, right = (one.get(key, _ABSENT) for one in (ours, theirs))
        if left != right:
            yield Difference(subject, key, left, right)


def _declared(subject: str, by_us: bool) -> Difference:
    return Difference(subject, "declared", by_us, not by_us)


if __name__ == "__main__":
    raise SystemExit(main())
