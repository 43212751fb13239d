"""Moving data between two accessors: a plan, a journal beside it, and the engine."""

from __future__ import annotations

from .engine import Moved, Progress, remove_moved, transfer
from .journal import Journal, PendingJournal, Unrecorded, pending_journals, verify
from .plan import TransferItem, TransferPlan

__all__ = [
    "Journal",
    "Moved",
    "PendingJournal",
    "Progress",
    "TransferItem",
    "TransferPlan",
    "Unrecorded",
    "pending_journals",
    "remove_moved",
    "transfer",
    "verify",
]
