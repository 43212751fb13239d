"""Context managers that set a switch of the calling thread, and payloads."""

from __future__ import annotations

from collections import UserDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .session import Session

__all__ = ["AutoPopulatingContext", "OperationPayload", "OperationRecordingContext"]


class _SwitchContext:
    """Sets the attribute *switch* of a session for a ``with`` block, and then puts it back."""

    def __init__(self, session: Session, switch: str, value: bool) -> None:
        self._session = session
        self._switch = switch
        self._value = value
        self._before: bool | None = None

    def __enter__(self) -> None:
        self._before = getattr(self._session, self._switch)
        setattr(self._session, self._switch, self._value)

    def __exit__(self, exception_type: Any, exception_value: Any, traceback: Any) -> None:
        if self._before is not None:
            setattr(self._session, self._switch, self._before)


class AutoPopulatingContext(_SwitchContext):
    """Says for a ``with`` block, in this thread, whether reading what is not here loads it."""

    def __init__(self, session: Session, auto_populate: bool) -> None:
        super().__init__(session, "auto_populate", auto_populate)


class OperationRecordingContext(_SwitchContext):
    """Says for a ``with`` block, in this thread, whether changes are recorded to be committed."""

    def __init__(self, session: Session, record_operations: bool) -> None:
        super().__init__(session, "record_operations", record_operations)


class OperationPayload(UserDict[str, Any]):
    """One operation of the protocol, as a mapping; the arguments are those of a dictionary."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(dict(*args, **kwargs))

    def __str__(self) -> str:
        return f"<{type(self).__name__} {self.data}>"
