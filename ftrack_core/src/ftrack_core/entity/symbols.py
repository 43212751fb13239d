"""The value that stands for no value, and the states an entity can be in."""

from __future__ import annotations

from enum import Enum
from typing import Final

__all__ = ["NOT_SET", "NotSet", "State"]


class NotSet:
    """Says that an attribute has no value here: not loaded, or never given. It is false."""

    _instance: NotSet | None = None

    def __new__(cls) -> NotSet:  # noqa: D102 -- said by the class
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "NOT_SET"

    def __reduce__(self) -> str:
        return "NOT_SET"  # copies and pickles stay the one object


NOT_SET: Final = NotSet()


class State(Enum):
    """What the next commit does with an entity; all are true, as `NOT_SET` is false."""

    CREATED = "created"
    MODIFIED = "modified"
    DELETED = "deleted"
