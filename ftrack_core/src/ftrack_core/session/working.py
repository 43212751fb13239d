"""How a session makes its unit of work."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ftrack_core.store import EntityTypes, Store

from .rows import RowRules

if TYPE_CHECKING:
    from ftrack_core.ports import Cache
    from ftrack_core.schema import Schemas
    from ftrack_core.work import UnitOfWork

    from .connection import Connection
    from .session import Session

__all__ = ["make_unit"]


def make_unit(
    session: Session,
    schemas: Schemas,
    types: EntityTypes | None,
    connection: Connection,
    cache: Cache | None,
) -> UnitOfWork:
    """Return a unit of work of *session*, with new entity classes or with *types*."""
    options = session.context.options
    rules = RowRules(session.context, lambda: session.plugins.hooks, schemas, cache)
    if types is None:
        types = EntityTypes(schemas, partial(rules.mixins, session.kernel_mixins()))
    store = Store(
        connection.execute,
        types,
        cache=cache,
        projections=rules.projections,
        keeps=rules.keeps,
        sibling_loading=options["sibling_loading"],
        read_ahead=options["read_ahead"],
        compact_rows=options["compact_rows"],
    )
    make, log = session.unit_of_work, session.make_log()
    return make(session, store, log=log, auto_populate=options["auto_populate"])
