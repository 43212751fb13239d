"""Symbols: the value that stands for no value, and the states an entity can be in."""

from __future__ import annotations

from enum import Enum
from typing import Final

__all__ = ["NOT_SET", "State", "Symbol"]


class Symbol:
    """A named value that is compared by identity; *value* is its truth.

    Copies of one are itself. `NOT_SET` stays itself also where it is pickled.
    """

    def __init__(self, name: str, value: bool = True) -> None:
        self.name = name
        self.value = value

    def __bool__(self) -> bool:
        return bool(self.value)

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"Symbol({self.name})"

    def __copy__(self) -> Symbol:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Symbol:
        return self

    def __reduce__(self) -> str | tuple[type[Symbol], tuple[str, bool]]:
        # The name of the one object in this module, which is what a pickle then holds.
        return "NOT_SET" if self is NOT_SET else (type(self), (self.name, self.value))


NOT_SET: Final = Symbol("NOT_SET", value=False)
"""Says that an attribute has no value here: not loaded, or never given. It is false."""


class State(Enum):
    """What the next commit does with an entity; all are true, as `NOT_SET` is false."""

    CREATED = "created"
    MODIFIED = "modified"
    DELETED = "deleted"
