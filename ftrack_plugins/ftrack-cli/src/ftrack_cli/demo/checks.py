"""What must hold when the story is told: one sentence and one function of the facts each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .frames import FIRST, LAST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .facts import Facts

__all__ = ["CHECKS", "PUT_BACK", "Check", "Verdict", "judge"]

_FEW_REQUESTS = 5
_FRAMES = list(range(FIRST, LAST + 1))


class Check(NamedTuple):
    """A sentence, and whether it is true."""

    sentence: str
    holds: Callable[[Facts], bool]


class Verdict(NamedTuple):
    """What became of a check."""

    sentence: str
    held: bool


def judge(facts: Facts, checks: Iterable[Check]) -> list[Verdict]:
    """Evaluate *checks*; one that cannot be evaluated does not hold."""
    return [Verdict(one.sentence, _held(one, facts)) for one in checks]


def _held(check: Check, facts: Facts) -> bool:
    try:
        return check.holds(facts)
    except (LookupError, TypeError, ValueError):
        return False


def _in_order(facts: Facts) -> bool:
    topics = [topic.rpartition(".")[2] for topic in facts.heard]
    return topics == ["ready", "component-added", "plate-published", "component-added"]


def _under_new_name(facts: Facts) -> bool:
    first, second = (one.identifier for one in facts.publishes)
    folder = f"{facts.plugin_folder}/"
    return second == folder + first.replace("/v001/", "/v002/") and not first.startswith(folder)


CHECKS = (
    Check("the show has shots and tasks", lambda f: f.shots > 0 and f.tasks > 0),
    Check(
        f"all of it was read in {_FEW_REQUESTS} requests or fewer",
        lambda f: 0 < f.reading_requests <= _FEW_REQUESTS,
    ),
    Check("the edits went to the server in one request", lambda f: f.edit_requests == 1),
    Check(
        "every edit reads back in a new session",
        lambda f: bool(f.edits) and [one.after for one in f.edits] == f.read_edits,
    ),
    Check("there are two versions, numbered 1 and 2", lambda f: _numbers(f) == [1, 2]),
    Check(
        "both lead to their asset, shot and project",
        lambda f: all(one.links == f.links for one in f.versions),
    ),
    Check(
        "the note is on the first, by its author",
        lambda f: f.versions[0].notes == ((f.author, f.note),),
    ),
    Check("so is the metadata", lambda f: f.versions[0].metadata == f.metadata),
    Check(
        f"each has {len(_FRAMES)} frames on the server and in the storage",
        lambda f: (
            all(list(one.checksums) == _FRAMES for one in f.versions)
            and all(set(one.members) <= set(f.stored) for one in f.versions)
        ),
    ),
    Check(
        "every frame has the checksum of what was written",
        lambda f: [one.checksums for one in f.publishes] == [one.checksums for one in f.versions],
    ),
    Check(
        "the storage holds these frames and nothing else",
        lambda f: f.stored == sorted(frame for one in f.versions for frame in one.members),
    ),
    Check("the events were heard, in their order", _in_order),
    Check("the plugin was taken in while the session ran", lambda f: f.plugin_seen),
    Check("it named the second version, and left the first alone", _under_new_name),
    Check(
        "files lie where the server says",
        lambda f: [one.identifier for one in f.publishes] == [one.identifier for one in f.versions],
    ),
)
"""All checks of the story."""

PUT_BACK = Check("the server is as it was before", lambda f: f.left_behind == ())
"""The one that is added where the story played on a server of others."""


def _numbers(facts: Facts) -> list[int]:
    return [one.number for one in facts.versions]
