"""Rows written out as a server answers them: nested, and each value once in one answer."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import ServerError
from ftrack_core.query.tree import Aggregate
from ftrack_core.schema import AttributeKind

from .memory_criteria import MemoryCriteria, comparable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_core.query.tree import OrderItem, Path, Query, Step
    from ftrack_core.schema import AttributeSchema

    from .memory_rows import Key, MemoryRows, Row

__all__ = ["MemoryAnswer"]

_Wanted = dict[str, Any]  # attribute name to what is wanted behind it, nested
_OrderKey = tuple[bool, Any]


class MemoryAnswer:
    """One answer in the making; it remembers what it has already written of each entity."""

    def __init__(self, rows: MemoryRows) -> None:
        self._rows = rows
        self._written: dict[tuple[str, Key], set[str]] = {}

    def query(self, query: Query) -> dict[str, Any]:
        """Answer one query operation."""
        if query.group_by:
            raise ServerError("ValidationError", "The in-memory server does not group.")
        wanted = self._wanted(query)
        page, next_offset = self._page(query)
        return {
            "action": "query",
            "data": [self.entity(row, wanted) for row in page],
            "metadata": {"next": {"offset": next_offset}},
        }

    def entity(self, row: Row, wanted: _Wanted) -> dict[str, Any]:
        """Write *row* with what is *wanted* of it and has not been written before."""
        entity_type = row["__entity_type__"]
        schema = self._rows.schemas[entity_type]
        written = self._written.setdefault((entity_type, self._rows.key_of(row)), set())
        result: dict[str, Any] = {"__entity_type__": entity_type}
        for name in schema.primary_key:
            result[name] = row.get(name)
        missing = []
        for name, behind in (self._system_attributes(entity_type) | wanted).items():
            marks = _marks(name, behind)
            if name in schema.attributes and not marks <= written:
                written |= marks
                missing.append((schema.attributes[name], behind))
        for attribute, behind in missing:  # marked first: the entity may turn up inside itself
            result[attribute.name] = self._value(row, attribute, behind)
        return result

    def _value(self, row: Row, attribute: AttributeSchema, behind: _Wanted) -> Any:
        if attribute.kind is AttributeKind.SCALAR:
            return deepcopy(row.get(attribute.name))
        if attribute.kind is AttributeKind.MAPPED:
            projections = self._rows.schema(attribute.target or "").default_projections
            behind = {name: {} for name in (*projections, "key", "value")} | behind
        related = [self.entity(one, behind) for one in self._rows.related(row, attribute)]
        if attribute.kind is AttributeKind.REFERENCE:
            return related[0] if related else None
        return related

    def _system_attributes(self, entity_type: str) -> _Wanted:
        schema = self._rows.schemas[entity_type]
        internal = set(schema.wire.get("system_projections", ()))
        return {
            name: {}
            for name, attribute in schema.attributes.items()
            if (attribute.alias or name) in internal and name not in schema.primary_key
        }

    def _wanted(self, query: Query) -> _Wanted:
        schema = self._rows.schema(query.entity_type)
        wanted: _Wanted = {}
        for projection in query.projections:
            if isinstance(projection, Aggregate):
                raise ServerError("ValidationError", "An aggregate needs group by.")
            self._want(projection, query.entity_type, wanted)
        return wanted if query.projections else {name: {} for name in schema.default_projections}

    def _want(self, path: Path, entity_type: str, wanted: _Wanted) -> None:
        for step in path.steps:
            attribute = self._rows.attribute(entity_type, step.name)
            wanted = wanted.setdefault(step.name, {})
            entity_type = step.cast or attribute.target or ""

    def _page(self, query: Query) -> tuple[list[Row], int | None]:
        matching = self._matching(query)
        offset = query.offset or 0
        if query.limit is None:
            return matching[offset:], None
        page = matching[offset : offset + query.limit]
        return page, offset + query.limit if len(page) == query.limit else None

    def _matching(self, query: Query) -> list[Row]:
        self._rows.schema(query.entity_type)
        criteria = MemoryCriteria(self._rows, self._select)
        criteria.check(query.criterion, query.entity_type)
        found = [
            row
            for row in self._rows.of_type(query.entity_type)
            if query.criterion is None
            or criteria.test(query.criterion, query.entity_type, row) is True
        ]
        return self._sorted(found, query.entity_type, query.order_by)

    def _sorted(self, rows: list[Row], entity_type: str, order: Iterable[OrderItem]) -> list[Row]:
        rows.sort(key=self._rows.key_of)
        for item in reversed(list(order)):
            keys = {id(row): self._order_key(row, entity_type, item.path.steps) for row in rows}
            rows.sort(key=lambda row: keys[id(row)], reverse=item.descending)
        return rows

    def _order_key(self, row: Row, entity_type: str, steps: tuple[Step, ...]) -> _OrderKey:
        step, *rest = steps
        attribute = self._rows.attribute(entity_type, step.name)
        if attribute.kind is AttributeKind.SCALAR:
            value = row.get(step.name)
            return (value is not None, comparable(value) if value is not None else 0)
        if attribute.kind is not AttributeKind.REFERENCE:
            raise ServerError("ParseError", f'"{step.name}" is a collection: no order by it.')
        related = self._rows.related(row, attribute)
        if not related or not rest:
            return (False, 0)
        return self._order_key(related[0], step.cast or attribute.target or "", tuple(rest))

    def _select(self, query: Query) -> list[Any]:
        page, _ = self._page(query)
        projection = query.projections[0]
        if isinstance(projection, Aggregate) or len(projection.steps) != 1:
            raise ServerError("ParseError", "A subquery selects one attribute.")
        return [row.get(projection.steps[0].name) for row in page]


def _marks(name: str, behind: _Wanted) -> set[str]:
    """Return the dotted paths that writing *name* with what lies *behind* it covers."""
    marks = {name}
    for inner, further in behind.items():
        marks |= {f"{name}.{path}" for path in _marks(inner, further)}
    return marks
