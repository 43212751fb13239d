"""Builds a query step by step; each name is checked against the schema, and text comes out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from ftrack_core.errors import SchemaError
from ftrack_core.query.attribute import Attribute, EntityAttributes
from ftrack_core.query.condition import Condition, all_of, require_condition
from ftrack_core.query.printer import to_text
from ftrack_core.query.tree import Aggregate, OrderItem, Query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ftrack_core.entity import Entity
    from ftrack_core.query.tree import Path, Projection
    from ftrack_core.schema import Schemas
    from ftrack_core.store import QueryResult

__all__ = ["Builder"]

_Self = TypeVar("_Self", bound="Builder")


class Builder(EntityAttributes):
    """A query on one entity type, and the attributes of that type.

    It never changes: each method returns a new builder. *run* makes a result of the text; looking
    at the builder asks the server, each time anew, while `result` keeps what it found.

    Example::

        task = session.build("Task")
        late = (
            task.select("name", task.status.name)
            .where((task.status.name != "Done") & (task.end_date < today))
            .order_by(task.end_date.desc())
            .limit(10)
        )
        print(late.text)
        for found in late:
            print(found["name"])
    """

    __slots__ = ("_run", "tree")

    def __init__(
        self,
        schemas: Schemas,
        entity_type: str,
        run: Callable[[str], QueryResult[Entity]],
        tree: Query | None = None,
    ) -> None:
        super().__init__(schemas, entity_type)
        self._run = run
        self.tree = tree or Query(self.begins_at)

    # --- building ------------------------------------------------------------------------------

    def select(self: _Self, *projections: str | Attribute | Aggregate) -> _Self:
        """Return the query that loads these attributes as well.

        Each is an attribute, its name or path (``"parent[Shot].name"``), or an aggregate.
        """
        chosen = (*self.tree.projections, *map(self._projection, projections))
        return self._with(projections=tuple(dict.fromkeys(chosen)))

    def where(self: _Self, *conditions: Condition) -> _Self:
        """Return the query for what meets all of *conditions*, besides those it had."""
        had = self.tree.criterion
        for one in conditions:
            require_condition(one, self.begins_at)
        if had is not None:
            conditions = (Condition(self.begins_at, had), *conditions)
        return self._with(criterion=all_of(*conditions).criterion) if conditions else self

    def order_by(self: _Self, *keys: str | Attribute | OrderItem) -> _Self:
        """Return the query in the order of *keys*, behind those it had; see `Attribute.desc`."""
        return self._with(order_by=(*self.tree.order_by, *map(self._order_item, keys)))

    def group_by(self: _Self, *attributes: str | Attribute) -> _Self:
        """Return the query for one plain row for each group; it selects aggregates."""
        return self._with(group_by=(*self.tree.group_by, *map(self._path, attributes)))

    def limit(self: _Self, count: int | None) -> _Self:
        """Return the query for at most *count* rows; None takes the limit away."""
        return self._with(limit=_whole(count))

    def offset(self: _Self, count: int | None) -> _Self:
        """Return the query without its first *count* rows."""
        return self._with(offset=_whole(count))

    # --- looking -------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The query as text, as `Session.query` takes it."""
        return to_text(self.tree)

    def result(self) -> QueryResult[Entity]:
        """Return a new result; it sends nothing until somebody looks, and keeps what it found."""
        return self._run(self.text)

    def __iter__(self) -> Iterator[Entity]:
        return iter(self.result())

    def all(self) -> list[Entity]:
        """Return all entities; see `QueryResult.all`."""
        return self.result().all()

    def first(self) -> Entity | None:
        """Return the first entity, or None; see `QueryResult.first`."""
        return self.result().first()

    def one(self) -> Entity:
        """Return the only entity; see `QueryResult.one`."""
        return self.result().one()

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Builder {self.text!r}>"

    # --- inside --------------------------------------------------------------------------------

    def _with(self: _Self, **changes: Any) -> _Self:
        return type(self)(self._schemas, self.begins_at, self._run, replace(self.tree, **changes))

    def _projection(self, projection: str | Attribute | Aggregate) -> Projection:
        if isinstance(projection, Aggregate):
            return projection
        attribute = self._attribute(projection)
        if attribute.declared.restricted:
            raise SchemaError(f"{attribute} cannot be selected; it stands in conditions only")
        return attribute.path

    def _order_item(self, key: str | Attribute | OrderItem) -> OrderItem:
        return key if isinstance(key, OrderItem) else self._attribute(key).asc()

    def _path(self, attribute: str | Attribute) -> Path:
        return self._attribute(attribute).path

    def _attribute(self, attribute: str | Attribute) -> Attribute:
        found = self.attribute(attribute) if isinstance(attribute, str) else attribute
        if not isinstance(found, Attribute):
            raise TypeError(f"{attribute!r} is no attribute and no name of one")
        if found.begins_at != self.begins_at:
            raise SchemaError(f"{found} does not begin at {self.begins_at}")
        return found


def _whole(count: int | None) -> int | None:
    if count is not None and (isinstance(count, bool) or count < 0):
        raise ValueError(f"{count!r} is no number of rows")
    return count
