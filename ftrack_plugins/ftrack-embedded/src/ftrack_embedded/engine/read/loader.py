"""Loads what a query asks for: one statement for its rows, then one for each path below them."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine.compile.limits import told_at_limits
from ftrack_embedded.engine.compile.merged import merged
from ftrack_embedded.engine.compile.shape import shape_of
from ftrack_embedded.engine.computed.values import Facts, value_rule
from ftrack_embedded.model.description import Computed

from .level import Below, Level, Record
from .prepare import Prepared, prepare, statement_below

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ftrack_core.query.tree import Query
    from sqlalchemy import Connection

    from ftrack_embedded.engine.catalogue import Catalogue

    from .plan import Field, Plan

__all__ = ["Loader"]

_MOST_VALUES: Final = 100
"""A query with more conditions than this has hardly ever a twin of its shape."""


class Loader:
    """Reads entities through one connection, which is inside a transaction."""

    def __init__(
        self,
        connection: Connection,
        catalogue: Catalogue,
        address: Callable[[str], str] = str,
    ) -> None:
        self.connection = connection
        self.catalogue = catalogue
        self.address = address

    def query(self, query: Query) -> Level:
        """Return the rows that *query* finds, with everything it projects."""
        query = merged(query)
        with told_at_limits(query):
            return self._loaded(query)

    def _loaded(self, query: Query) -> Level:
        shape = shape_of(query)
        dialect = self.connection.dialect

        def make() -> Prepared:
            return prepare(self.catalogue, dialect, query)

        if len(shape.given) > _MOST_VALUES:
            prepared = make()
        else:
            prepared = self.catalogue.prepared.get((dialect.name, shape.key), make)
        rows = prepared.statement.rows(self.connection, self.catalogue.hidden, shape.given)
        return self._filled(prepared.plan, rows)

    def _filled(self, plan: Plan, rows: list[Record]) -> Level:
        level = Level(plan, rows, self._types(plan, rows))
        for name, wanted in plan.fields.items():
            if wanted.relation is not None:
                level.below[name] = self._below(plan, rows, wanted)
            elif isinstance(wanted.attribute.storage, Computed):
                self._compute(level, name, wanted.attribute.storage.rule)
        return level

    def _types(self, plan: Plan, rows: list[Record]) -> list[str]:
        names = self.catalogue.classifier_columns(plan.entity_type)
        known: dict[tuple[Any, ...], str] = plan.memo.setdefault("types", {})
        if not names:
            return [plan.entity_type] * len(rows)
        classifiers = list(map(plan.picker(names), rows))
        for values in set(classifiers).difference(known):
            row = dict(zip(names, values, strict=True))
            known[values] = self.catalogue.concrete(plan.entity_type, row)
        return [known[values] for values in classifiers]

    def _compute(self, level: Level, name: str, rule_name: str) -> None:
        rule = value_rule(rule_name)
        if rule is not None:
            pick = level.plan.picker(rule.needs)
            needed = [dict(zip(rule.needs, pick(row), strict=True)) for row in level.rows]
            facts = Facts(self.connection, self.catalogue, self.address)
            level.computed[name] = rule.compute(facts, needed)

    def _below(self, plan: Plan, owners: Sequence[Record], wanted: Field) -> Below:
        assert wanted.relation is not None
        assert wanted.target is not None
        place = plan.columns[wanted.relation.local]
        statement = statement_below(
            self.catalogue, self.connection.dialect, plan.entity_type, wanted
        )
        keys = dict.fromkeys(row[place] for row in owners)
        keys.pop(None, None)
        hidden = self.catalogue.hidden
        found = statement.rows(self.connection, hidden, keys=json.dumps(list(keys))) if keys else []
        rows, positions = self._arranged(wanted, found)
        nothing: list[int] = []
        by_owner = [positions.get(row[place], nothing) for row in owners]
        return Below(self._filled(wanted.target, rows), by_owner, wanted.relation.single)

    def _arranged(
        self, wanted: Field, found: list[Record]
    ) -> tuple[list[Record], dict[Any, list[int]]]:
        """Keep each related row once, and say for each owner's value where its rows are."""
        assert wanted.relation is not None
        assert wanted.target is not None
        positions: defaultdict[Any, list[int]] = defaultdict(list)
        if not wanted.relation.repeats:
            for position, row in enumerate(found):
                positions[row[-1]].append(position)
            return found, positions
        pick = wanted.target.picker(self.catalogue.key_columns(wanted.target.entity_type))
        rows: list[Record] = []
        index: dict[tuple[Any, ...], int] = {}
        for row in found:
            position = index.setdefault(pick(row), len(rows))
            if position == len(rows):
                rows.append(row)
            positions[row[-1]].append(position)
        return rows, positions
