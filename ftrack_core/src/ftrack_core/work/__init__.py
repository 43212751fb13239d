"""The unit of work: recording, committing and taking back changes."""

from __future__ import annotations

from .commit import commit
from .unit import UnitOfWork

__all__ = ["UnitOfWork", "commit"]
