"""Long chains of conditions, folded so that no database finds them too deep.

Clients ask for hundreds of composite keys at once; SQLite takes a chain of OR for a tree as deep as
the chain is long, and allows a depth of 1000.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import Boolean, ColumnElement, true, type_coerce

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["balanced"]

_LONGEST: Final = 50


def balanced(
    join: Callable[..., ColumnElement[bool]], conditions: Sequence[ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Return the conditions joined by *join* (``and_`` or ``or_``), as a shallow tree."""
    while len(conditions) > _LONGEST:
        conditions = [
            _kept_apart(join(*conditions[start : start + _LONGEST]))
            for start in range(0, len(conditions), _LONGEST)
        ]
    return join(*conditions)


def _kept_apart(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Hide what joins a condition: nested chains of one kind would be flattened again."""
    return type_coerce(condition.self_group() == true(), Boolean)
