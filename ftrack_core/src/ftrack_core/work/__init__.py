"""The unit of work: recording, committing and taking back changes."""

from __future__ import annotations

from .commit import commit
from .transaction import Transaction
from .unit import UnitOfWork

__all__ = ["Transaction", "UnitOfWork", "commit"]
