"""The unit of work: recording, committing and taking back changes."""

from __future__ import annotations

from .commit import commit
from .ensure import ensure
from .inspection import identity, primary_key, state, states
from .transaction import Transaction
from .unit import UnitOfWork

__all__ = [
    "Transaction",
    "UnitOfWork",
    "commit",
    "ensure",
    "identity",
    "primary_key",
    "state",
    "states",
]
