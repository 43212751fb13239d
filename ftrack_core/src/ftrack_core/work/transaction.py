"""Transactions: changes committed together or not at all, apart from the session's others."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock, get_ident
from typing import TYPE_CHECKING, Any, TypeVar

from ftrack_core.changes import ChangeLog, Update
from ftrack_core.errors import ConflictError, EntityError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ftrack_core.changes import Change, Identity

    Claim = tuple[Identity, str]

__all__ = ["Transaction", "Transactions"]

_Result = TypeVar("_Result")


class Transaction:
    """A list of changes of its own, from the beginning of a block to its end."""

    def __init__(self, transactions: Transactions, parent: Transaction | None) -> None:
        self.log = ChangeLog()
        self.parent = parent
        self.is_open = True
        self._transactions = transactions

    def __len__(self) -> int:
        return len(self.log)

    def __repr__(self) -> str:
        state = "open" if self.is_open else "ended"
        return f"<Transaction ({state}, {len(self)} changes)>"

    def run(self, work: Callable[..., _Result], *args: Any, **kwargs: Any) -> _Result:
        """Call *work* as a part of this transaction, on whichever thread this is."""
        if not self.is_open:
            raise EntityError("this transaction has ended; open another one")
        with self._transactions.entered(self):
            return work(*args, **kwargs)

    @property
    def outermost(self) -> Transaction:
        """The transaction that this one is a part of, or itself."""
        return self if self.parent is None else self.parent.outermost


class Transactions:
    """The open transactions of a unit of work: which thread is in which, and who changed what."""

    def __init__(self) -> None:
        self._of_thread: dict[int, Transaction] = {}
        self._claims: dict[Claim, Transaction] = {}
        self._lock = Lock()

    @property
    def are_none(self) -> bool:
        """Whether no thread has a transaction that is open."""
        return not self._of_thread and not self._claims

    @property
    def current(self) -> Transaction | None:
        """The transaction of the calling thread."""
        return self._of_thread.get(get_ident())

    def logs(self) -> list[ChangeLog]:
        """Return the logs of the calling thread's transactions, the outermost first."""
        found: list[ChangeLog] = []
        current = self.current
        while current is not None:
            found.insert(0, current.log)
            current = current.parent
        return found

    @contextmanager
    def entered(self, transaction: Transaction) -> Iterator[None]:
        """Make *transaction* the calling thread's for the length of a block."""
        thread = get_ident()
        before = self._of_thread.get(thread)
        self._of_thread[thread] = transaction
        try:
            yield
        finally:
            if before is None:
                del self._of_thread[thread]
            else:
                self._of_thread[thread] = before

    def claim(self, change: Change) -> None:
        """Note who changes an attribute. Raises `ConflictError` where an open transaction has."""
        if not isinstance(change, Update):
            return
        current = self.current
        ours = None if current is None else current.outermost
        with self._lock:
            owner = self._claims.get((change.identity, change.attribute))
            if owner is not None and owner is not ours:
                raise ConflictError(
                    f"{change.attribute!r} of {change.entity_type} {change.key} was changed by "
                    "another transaction that is still open; wait for its end, then assign again"
                )
            if ours is not None:
                self._claims[change.identity, change.attribute] = ours

    def claims_of(self, transaction: Transaction) -> set[Claim]:
        """Return what *transaction* has changed: entities and attributes."""
        with self._lock:
            return {claim for claim, owner in self._claims.items() if owner is transaction}

    def release(self, transaction: Transaction) -> None:
        """Give up everything that *transaction* claimed."""
        transaction.is_open = False
        with self._lock:
            for claim in [key for key, owner in self._claims.items() if owner is transaction]:
                del self._claims[claim]
