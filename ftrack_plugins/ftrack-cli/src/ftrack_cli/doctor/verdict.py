"""What one look found, made in few words."""

from __future__ import annotations

from ftrack_core.ports import Finding, Verdict

__all__ = ["Finding", "Verdict", "fails", "fine", "warning"]


def fine(check: str, message: str) -> Finding:
    """Return that all is well."""
    return Finding(check, Verdict.OK, message)


def warning(check: str, message: str, advice: str) -> Finding:
    """Return that it works, and what would be better."""
    return Finding(check, Verdict.WARNING, message, advice)


def fails(check: str, message: str, advice: str) -> Finding:
    """Return that it does not work, and what helps."""
    return Finding(check, Verdict.FAILS, message, advice)
