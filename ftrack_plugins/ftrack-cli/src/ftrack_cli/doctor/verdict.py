"""What one look found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Finding", "Verdict", "fails", "fine", "warning"]


class Verdict(Enum):
    """How it is."""

    OK = "ok"
    WARNING = "warning"
    FAILS = "fails"


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is, and what to do about it."""

    check: str
    verdict: Verdict
    message: str
    advice: str = ""


def fine(check: str, message: str) -> Finding:
    """Return that all is well."""
    return Finding(check, Verdict.OK, message)


def warning(check: str, message: str, advice: str) -> Finding:
    """Return that it works, and what would be better."""
    return Finding(check, Verdict.WARNING, message, advice)


def fails(check: str, message: str, advice: str) -> Finding:
    """Return that it does not work, and what helps."""
    return Finding(check, Verdict.FAILS, message, advice)
