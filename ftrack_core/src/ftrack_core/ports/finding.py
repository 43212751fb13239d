"""What an examination of an installation found, as plain values.

Only ftrack-cli knows how findings are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Finding", "Verdict"]


class Verdict(Enum):
    """How it is."""

    OK = "ok"
    WARNING = "warning"
    FAILS = "fails"


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is in one line, and what to do about it."""

    check: str
    verdict: Verdict
    message: str
    advice: str = ""
