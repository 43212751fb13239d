"""The session, its phases and its settings."""

from __future__ import annotations

from .phases import Phase
from .session import Session

__all__ = ["Phase", "Session"]
