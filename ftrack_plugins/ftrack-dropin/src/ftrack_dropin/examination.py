"""What ``ftrack doctor`` says of the drop-in."""

from __future__ import annotations

from ftrack_core.ports import Finding, Verdict

from .beside import Situation, advice_for, look, what_happened

__all__ = ["examine"]

_CHECK = "ftrack_api"


def examine() -> Finding:
    """Return whose ``ftrack_api`` is in use, and what to do if it is not the drop-in's."""
    found = look()
    if found is None:
        return Finding(_CHECK, Verdict.OK, "import ftrack_api gets the drop-in")
    works = found.situation is Situation.BESIDE
    verdict = Verdict.WARNING if works else Verdict.FAILS
    return Finding(_CHECK, verdict, what_happened(found), advice_for(found))
