"""Data to start with: the studio every database begins as, and a show to play with."""

from __future__ import annotations

from .default import seed_default
from .demo import seed_demo

__all__ = ["seed_default", "seed_demo"]
