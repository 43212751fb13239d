"""Queries made ready: what is asked along each path, and the compiled statements for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Float, Integer, select

from ftrack_embedded.engine.compile.arguments import Arguments, keys_parameter
from ftrack_embedded.engine.compile.functions import listed
from ftrack_embedded.engine.compile.limits import check_limits
from ftrack_embedded.engine.compile.query import QueryCompiler
from ftrack_embedded.engine.compile.shape import numbered
from ftrack_embedded.engine.compile.source import selected_types
from ftrack_embedded.engine.compile.statement import Statement, compiled

from .columns import selected_columns
from .plan import Field, Plan, build_plan

if TYPE_CHECKING:
    from ftrack_core.query.tree import Query
    from sqlalchemy import Dialect, Select

    from ftrack_embedded.engine.catalogue import Catalogue
    from ftrack_embedded.engine.compile.relation import Reached

__all__ = ["Prepared", "prepare", "statement_below"]

_NEAR: Final = "near"


@dataclass(frozen=True)
class Prepared:
    """The *statement* for a query's own rows, and the *plan* for all that it projects."""

    plan: Plan
    statement: Statement


def prepare(catalogue: Catalogue, dialect: Dialect, query: Query) -> Prepared:
    """Compile a query; what it finds depends on the values it gets when it is executed."""
    check_limits(query)
    entity_type = catalogue.entity_type(query.entity_type, in_query=True, position=query.position)
    plan = build_plan(catalogue, entity_type.name, query.projections)
    catalogue, arguments = catalogue.for_statement(), Arguments()
    compiler = QueryCompiler(catalogue, arguments)
    source = compiler.source(query)
    statement = select(*selected_columns(catalogue, plan, source)).select_from(source.rows)
    page = compiler.page(statement, numbered(query), source)
    return Prepared(plan, _made(plan, page, dialect, arguments))


def statement_below(
    catalogue: Catalogue, dialect: Dialect, owner_type: str, wanted: Field
) -> Statement:
    """Return the statement for what a field of many owners leads to; made when first asked for.

    The last column of its rows is the owner's value of the local column.
    """
    if wanted.statement is None:
        assert wanted.relation is not None
        assert wanted.target is not None
        catalogue = catalogue.for_statement()
        keys = listed(keys_parameter(), _kind_of_key(catalogue, owner_type, wanted))
        reached = wanted.relation.reach(catalogue, keys)
        statement = _related(catalogue, wanted.target, reached)
        wanted.statement = _made(wanted.target, statement, dialect, Arguments())
    return wanted.statement


def _kind_of_key(catalogue: Catalogue, owner_type: str, wanted: Field) -> str:
    assert wanted.relation is not None
    column = catalogue.column(owner_type, wanted.relation.local)
    return "number" if isinstance(column.type, (Integer, Float)) else "id"


def _related(catalogue: Catalogue, target: Plan, reached: Reached) -> Select[Any]:
    columns = selected_columns(catalogue, target, reached.target)
    primary = catalogue.key_columns(target.entity_type)
    statement = (
        select(*columns, reached.near.label(_NEAR))
        .select_from(reached.joined)
        .where(reached.condition)
        .order_by(*reached.order, *(reached.target.column(name) for name in primary))
    )
    if target.admits is None:
        return statement
    admitted = selected_types(catalogue, reached.target, frozenset(target.admits))
    return statement.where(admitted)


def _made(plan: Plan, statement: Select[Any], dialect: Dialect, arguments: Arguments) -> Statement:
    made = compiled(statement, dialect, arguments)
    plan.columns = {name: place for place, name in enumerate(made.names)}
    return made
