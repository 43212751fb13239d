"""Loads what a query asks for: one statement for its rows, then one for each path below them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Select, select

from ftrack_embedded.engine.compile.query import QueryCompiler
from ftrack_embedded.engine.compile.source import selected_types
from ftrack_embedded.engine.computed.values import Facts, value_rule
from ftrack_embedded.model.description import Computed

from .columns import selected_columns
from .level import Below, Level, Row
from .plan import Field, Plan, build_plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ftrack_core.query.tree import Query

    from ftrack_embedded.engine.catalogue import Catalogue

__all__ = ["Loader"]

_CHUNK: Final = 5000
"""How many keys one statement is given; databases limit their parameters."""
_NEAR: Final = "near"


class Loader:
    """Reads entities through one connection, which is inside a transaction."""

    def __init__(self, connection: Connection, catalogue: Catalogue, public_url: str = "") -> None:
        self.connection = connection
        self.catalogue = catalogue
        self.public_url = public_url

    def query(self, query: Query) -> Level:
        """Return the rows that *query* finds, with everything it projects."""
        entity_type = self.catalogue.entity_type(query.entity_type, in_query=True)
        plan = build_plan(self.catalogue, entity_type.name, query.projections)
        catalogue = self.catalogue.for_statement()
        compiler = QueryCompiler(catalogue)
        source = compiler.source(query)
        columns = selected_columns(catalogue, plan, source)
        statement = select(*columns).select_from(source.rows)
        rows = self._rows(compiler.page(statement, query, source))
        return self._filled(plan, rows)

    def _rows(self, statement: Select[Any]) -> list[Row]:
        result = self.connection.execute(statement)
        names = tuple(result.keys())
        return [dict(zip(names, row, strict=False)) for row in result]

    def _filled(self, plan: Plan, rows: list[Row]) -> Level:
        types = [self.catalogue.concrete(plan.entity_type, row) for row in rows]
        level = Level(plan, rows, types)
        for name, wanted in plan.fields.items():
            if wanted.relation is not None:
                level.below[name] = self._below(rows, wanted)
            elif isinstance(wanted.attribute.storage, Computed):
                self._compute(level, name, wanted.attribute.storage.rule)
        return level

    def _compute(self, level: Level, name: str, rule_name: str) -> None:
        rule = value_rule(rule_name)
        if rule is not None:
            facts = Facts(self.connection, self.catalogue, self.public_url)
            level.computed[name] = rule.compute(facts, level.rows)

    def _below(self, owners: Sequence[Row], wanted: Field) -> Below:
        assert wanted.relation is not None
        assert wanted.target is not None
        local = wanted.relation.local
        keys = list(dict.fromkeys(row[local] for row in owners if row[local] is not None))
        found = [row for chunk in _chunks(keys) for row in self._related(wanted, chunk)]
        rows, positions = self._arranged(wanted.target, found)
        level = self._filled(wanted.target, rows)
        nothing: list[int] = []
        by_owner = [positions.get(row[local], nothing) for row in owners]
        return Below(level, by_owner, wanted.relation.single)

    def _related(self, wanted: Field, keys: Sequence[Any]) -> list[Row]:
        assert wanted.relation is not None
        assert wanted.target is not None
        catalogue = self.catalogue.for_statement()
        reached = wanted.relation.reach(catalogue, keys)
        columns = selected_columns(catalogue, wanted.target, reached.target)
        admitted = wanted.target.admits
        primary = self.catalogue.key_columns(wanted.target.entity_type)
        statement = (
            select(*columns, reached.near.label(_NEAR))
            .select_from(reached.joined)
            .where(reached.condition)
            .order_by(*reached.order, *(reached.target.column(name) for name in primary))
        )
        if admitted is not None:
            statement = statement.where(
                selected_types(self.catalogue, reached.target, frozenset(admitted))
            )
        return self._rows(statement)

    def _arranged(self, plan: Plan, found: Iterable[Row]) -> tuple[list[Row], dict[Any, list[int]]]:
        """Keep each related row once, and say for each owner's value where its rows are."""
        key_columns = self.catalogue.key_columns(plan.entity_type)
        rows: list[Row] = []
        index: dict[tuple[Any, ...], int] = {}
        positions: dict[Any, list[int]] = {}
        for row in found:
            near = row.pop(_NEAR)
            key = tuple(row[name] for name in key_columns)
            if key not in index:
                index[key] = len(rows)
                rows.append(row)
            positions.setdefault(near, []).append(index[key])
        return rows, positions


def _chunks(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]
