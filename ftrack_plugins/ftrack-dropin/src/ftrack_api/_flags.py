"""Context managers that set a switch of the calling thread, and payloads."""

from __future__ import annotations

from collections import UserDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .session import Session

__all__ = ["AutoPopulatingContext", "OperationPayload", "OperationRecordingContext"]


class AutoPopulatingContext:
    """Says for a ``with`` block, in this thread, whether reading what is not here loads it."""

    def __init__(self, session: Session, auto_populate: bool) -> None:
        self._session = session
        self._auto_populate = auto_populate
        self._before: bool | None = None

    def __enter__(self) -> None:
        self._before = self._session.auto_populate
        self._session.auto_populate = self._auto_populate

    def __exit__(self, exception_type: Any, exception_value: Any, traceback: Any) -> None:
        if self._before is not None:
            self._session.auto_populate = self._before


class OperationRecordingContext:
    """Says for a ``with`` block, in this thread, whether changes are recorded to be committed."""

    def __init__(self, session: Session, record_operations: bool) -> None:
        self._session = session
        self._record_operations = record_operations
        self._before: bool | None = None

    def __enter__(self) -> None:
        self._before = self._session.record_operations
        self._session.record_operations = self._record_operations

    def __exit__(self, exception_type: Any, exception_value: Any, traceback: Any) -> None:
        if self._before is not None:
            self._session.record_operations = self._before


class OperationPayload(UserDict[str, Any]):
    """One operation of the protocol, as a mapping; the arguments are those of a dictionary."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(dict(*args, **kwargs))

    def __str__(self) -> str:
        return f"<{type(self).__name__} {self.data}>"
