"""Reloads local plugins in a running session, on watchdog."""

from __future__ import annotations

__all__: list[str] = []
