"""The unit of work: recording, committing and taking back changes."""

from __future__ import annotations

from .commit import commit
from .decoding import decode
from .encoding import encode
from .ensure import ensure
from .inspection import identity, primary_key, state, states
from .merge import merge
from .transaction import Transaction
from .unit import UnitOfWork

__all__ = [
    "Transaction",
    "UnitOfWork",
    "commit",
    "decode",
    "encode",
    "ensure",
    "identity",
    "merge",
    "primary_key",
    "state",
    "states",
]
