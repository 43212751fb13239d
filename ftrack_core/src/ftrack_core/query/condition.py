"""Conditions that are built and not written: comparisons of attributes, put together with & | ~."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from ftrack_core.errors import SchemaError
from ftrack_core.query.tree import And, Not, Or

if TYPE_CHECKING:
    from ftrack_core.query.tree import Criterion

__all__ = ["Condition", "all_of", "require_condition"]


@dataclass(frozen=True)
class Condition:
    """What a row of *entity_type* has to meet; ``&``, ``|`` and ``~`` make larger ones of it.

    Each comparison needs parentheses beside these: ``(q.bid > 3) & (q.name == "comp")``.
    """

    entity_type: str
    criterion: Criterion

    def __and__(self, other: Condition) -> Condition:
        require_condition(other, self.entity_type)
        return all_of(self, other)

    def __or__(self, other: Condition) -> Condition:
        require_condition(other, self.entity_type)
        operands = (*_operands(self.criterion, Or), *_operands(other.criterion, Or))
        return Condition(self.entity_type, Or(operands))

    def __invert__(self) -> Condition:
        return Condition(self.entity_type, Not(self.criterion))

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "a condition is neither true nor false here; put conditions together with & | ~ "
            "and not with and, or, not"
        )


def all_of(first: Condition, *others: Condition) -> Condition:
    """Return the condition that all of these are met; they begin at the same type."""
    operands = [one for each in (first, *others) for one in _operands(each.criterion, And)]
    return Condition(first.entity_type, And(tuple(operands))) if others else first


def require_condition(value: Any, entity_type: str) -> None:
    """Raise TypeError where *value* is no condition, `SchemaError` where of another type."""
    if not isinstance(value, Condition):
        raise TypeError(f"{value!r} is no condition; comparing an attribute makes one")
    if value.entity_type != entity_type:
        raise SchemaError(
            f"this condition begins at {value.entity_type} and has to begin at {entity_type}"
        )


def _operands(criterion: Criterion, kind: type[And | Or]) -> tuple[Criterion, ...]:
    return criterion.operands if isinstance(criterion, kind) else (criterion,)
