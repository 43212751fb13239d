"""Query criteria tested on one row at a time: plain, slow and easy to believe."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import ServerError
from ftrack_core.query.tree import And, Comparison, Membership, Not, Or, RelationTest
from ftrack_core.schema import AttributeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ftrack_core.query.tree import Criterion, Path, Query, Step, Value
    from ftrack_core.schema import AttributeSchema

    from .memory_rows import MemoryRows, Row

    _Test = Callable[[Row, AttributeSchema], bool | None]

__all__ = ["MemoryCriteria", "comparable"]

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class MemoryCriteria:
    """Says of a row whether it matches: True, False, or None where a comparison met no value.

    *select* answers a subquery with the values of its one projection.
    """

    def __init__(self, rows: MemoryRows, select: Callable[[Query], list[Any]]) -> None:
        self._rows = rows
        self._select = select
        self._subqueries: dict[int, list[Any]] = {}

    def check(self, criterion: Criterion | None, entity_type: str) -> None:
        """Raise `ServerError` where *criterion* names what *entity_type* does not have."""
        if isinstance(criterion, (And, Or)):
            for operand in criterion.operands:
                self.check(operand, entity_type)
        elif isinstance(criterion, Not):
            self.check(criterion.operand, entity_type)
        elif isinstance(criterion, RelationTest):
            self.check(criterion.criterion, self._end_of(criterion.path, entity_type))
        elif criterion is not None:
            self._end_of(criterion.path, entity_type)

    def test(self, criterion: Criterion, entity_type: str, row: Row) -> bool | None:
        """Test one criterion on *row*, which was reached as a row of *entity_type*."""
        if isinstance(criterion, And):
            return _all(self.test(one, entity_type, row) for one in criterion.operands)
        if isinstance(criterion, Or):
            return _any(self.test(one, entity_type, row) for one in criterion.operands)
        if isinstance(criterion, Not):
            tested = self.test(criterion.operand, entity_type, row)
            return None if tested is None else not tested
        if isinstance(criterion, RelationTest):
            return self._test_relation(criterion, entity_type, row)
        if isinstance(criterion, Membership):
            return self._test_membership(criterion, entity_type, row)
        return self._test_comparison(criterion, entity_type, row)

    def _test_relation(self, criterion: RelationTest, entity_type: str, row: Row) -> bool:
        inner = criterion.criterion
        return any(
            inner is None or self.test(inner, reached, related) is True
            for reached, related in self._walk(criterion.path.steps, entity_type, row)
        )

    def _test_comparison(self, criterion: Comparison, entity_type: str, row: Row) -> bool | None:
        def test(reached: Row, attribute: AttributeSchema) -> bool | None:
            held = self._value(reached, attribute)
            return _compare(held, criterion.operator, criterion.value, attribute)

        return self._at_end(criterion.path, entity_type, row, test)

    def _test_membership(self, criterion: Membership, entity_type: str, row: Row) -> bool | None:
        def test(reached: Row, attribute: AttributeSchema) -> bool | None:
            held = self._value(reached, attribute)
            found = self._is_chosen(criterion, held, attribute)
            if criterion.negated:
                return None if held is None else not found
            return found

        return self._at_end(criterion.path, entity_type, row, test)

    def _is_chosen(self, criterion: Membership, held: Any, attribute: AttributeSchema) -> bool:
        if criterion.subquery is None:
            return any(_compare(held, "=", one, attribute) is True for one in criterion.choices)
        if id(criterion) not in self._subqueries:
            self._subqueries[id(criterion)] = self._select(criterion.subquery)
        return held is not None and held in self._subqueries[id(criterion)]

    def _at_end(self, path: Path, entity_type: str, row: Row, test: _Test) -> bool | None:
        *leading, last = path.steps
        if not leading:
            return test(row, self._rows.attribute(entity_type, last.name))
        return any(
            test(related, self._rows.attribute(reached, last.name)) is True
            for reached, related in self._walk(leading, entity_type, row)
        )

    def _walk(self, steps: Sequence[Step], entity_type: str, row: Row) -> Iterator[tuple[str, Row]]:
        if not steps:
            yield entity_type, row
            return
        first, *rest = steps
        attribute = self._rows.attribute(entity_type, first.name)
        reached = first.cast or attribute.target or ""
        allowed = self._rows.relations.subtypes(reached)
        for related in self._rows.related(row, attribute):
            if first.cast is None or related["__entity_type__"] in allowed:
                yield from self._walk(rest, reached, related)

    def _value(self, row: Row, attribute: AttributeSchema) -> Any:
        if attribute.kind is AttributeKind.REFERENCE:
            column = self._rows.relations.foreign_key(row["__entity_type__"], attribute.name)
            return row.get(column)
        if attribute.kind is not AttributeKind.SCALAR:
            text = f'"{attribute.name}" is a collection: test it with any ().'
            raise ServerError("ParseError", text)
        return row.get(attribute.name)

    def _end_of(self, path: Path, entity_type: str) -> str:
        for step in path.steps:
            attribute = self._rows.attribute(entity_type, step.name)
            entity_type = step.cast or attribute.target or ""
        return entity_type


def comparable(value: Any) -> Any:
    """Return a wire value in a form that sorts and compares."""
    if isinstance(value, dict) and "value" in value:
        return _instant(str(value["value"]))
    return value.casefold() if isinstance(value, str) else value


def _all(results: Iterator[bool | None]) -> bool | None:
    unknown = False
    for result in results:
        if result is False:
            return False
        unknown = unknown or result is None
    return None if unknown else True


def _any(results: Iterator[bool | None]) -> bool | None:
    unknown = False
    for result in results:
        if result is True:
            return True
        unknown = unknown or result is None
    return None if unknown else False


def _compare(held: Any, operator: str, value: Value, attribute: AttributeSchema) -> bool | None:
    if value.is_null:
        return {"=": held is None, "!=": held is not None}.get(operator)
    if held is None:
        return None
    if isinstance(held, list):
        found = any(_compare(one, operator.removeprefix("!"), value, attribute) for one in held)
        return not found if operator.startswith("!") else found
    if operator in ("like", "not_like"):
        return _is_like(str(held), value.text) is (operator == "like")
    wanted = _literal(value, held, attribute)
    return _ordered(comparable(held), operator, wanted)


def _ordered(held: Any, operator: str, wanted: Any) -> bool:
    if operator in ("=", "!="):
        return bool(held == wanted) is (operator == "=")
    if operator.startswith(">"):
        return bool(held > wanted) or (operator == ">=" and bool(held == wanted))
    return bool(held < wanted) or (operator == "<=" and bool(held == wanted))


def _literal(value: Value, held: Any, attribute: AttributeSchema) -> Any:
    try:
        if attribute.data_type == "datetime" or isinstance(held, dict):
            return _instant(value.text)
        if attribute.data_type == "boolean" or isinstance(held, bool):
            return _BOOLEANS[value.text.lower()]
        if attribute.data_type in ("number", "integer") or isinstance(held, (int, float)):
            return float(value.text)
    except (ValueError, KeyError):
        text = f'"{value.text}" is no value for {attribute.name}.'
        raise ServerError("ParseError", text) from None
    return value.text.casefold()


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=timezone.utc)
    return instant.astimezone(timezone.utc).replace(microsecond=0)


def _is_like(held: str, pattern: str) -> bool:
    parts = []
    characters = iter(pattern)
    for character in characters:
        if character == "\\":
            parts.append(re.escape(next(characters, "\\")))
        else:
            parts.append({"%": ".*", "_": "."}.get(character) or re.escape(character))
    return re.fullmatch("".join(parts), held, re.IGNORECASE | re.DOTALL) is not None
