"""Fixtures that pytest finds wherever ftrack-core is installed."""

from __future__ import annotations

__all__: list[str] = []
