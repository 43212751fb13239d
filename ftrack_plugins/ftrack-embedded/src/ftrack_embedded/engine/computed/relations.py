"""Relations that are worked out: the tree above and below, the latest version and others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    literal,
    not_,
    or_,
    select,
)

from ftrack_embedded.engine.compile.relation import Reached, Relation, Test
from ftrack_embedded.engine.compile.source import Source, is_one_of, open_source
from ftrack_embedded.model.description import Attribute

from .links import DEEPEST

if TYPE_CHECKING:
    from ftrack_embedded.engine.catalogue import Catalogue

__all__ = ["computed_relation"]

Keys = Select[Any] | None
Make = Callable[[str, Attribute], Relation]


def computed_relation(entity_type: str, attribute: Attribute, rule: str) -> Relation:
    """Return the relation that a rule stands for."""
    return _RELATIONS[rule](entity_type, attribute)


@dataclass(frozen=True)
class _Tree(Relation):
    """Typed contexts above or below, at any depth; a criterion on them is answered set by set."""

    upwards: bool = False
    including: bool = False
    """Whether the context in the local column is one of those, too."""
    joins: ClassVar[bool] = False

    def exists(
        self,
        catalogue: Catalogue,
        source: Source,
        test: Test,
        *,
        as_set: bool = True,  # noqa: ARG002 - there is no other way
    ) -> ColumnElement[bool]:
        """Return the condition: the row lies below (above) one that passes *test*.

        The rows that pass are found first and the tree is followed from them; following it from
        every row of the source would cost a recursion for each.
        """
        target = open_source(catalogue, self.target)
        passing = select(target.column("id"), target.column("parent_id")).where(
            is_one_of(catalogue, target, self.target), test(target)
        )
        found = _closure(catalogue, passing, downwards=self.upwards, including=self.including)
        local = source.column(self.local)
        return and_(local.is_not(None), local.in_(found))


def _closure(
    catalogue: Catalogue, start: Select[Any], *, downwards: bool, including: bool
) -> Select[Any]:
    """Return the ids of all contexts below (or above) those that *start* selects."""
    first = start.subquery()
    if downwards:
        seed = select(first.c.id) if including else _children(catalogue, first)
        reached = seed.cte(recursive=True)
        below = catalogue.alias("Context")
        further = select(below.c.id).join(reached, below.c.parent_id == reached.c.id)
    else:
        reached = select((first.c.id if including else first.c.parent_id).label("id")).cte(
            recursive=True
        )
        above = catalogue.alias("Context")
        further = select(above.c.parent_id).join(reached, above.c.id == reached.c.id)
    closure = reached.union(further)
    return select(closure.c.id).where(closure.c.id.is_not(None))


def _children(catalogue: Catalogue, parents: FromClause) -> Select[Any]:
    context = catalogue.alias("Context")
    return select(context.c.id).join(parents, context.c.parent_id == parents.c.id)


def _tree(upwards: bool, *, local: str = "id", including: bool = False) -> Make:
    def make(_: str, __: Attribute) -> Relation:
        def reach(catalogue: Catalogue, keys: Keys) -> Reached:
            return _reach_tree(catalogue, keys, upwards, including)

        return _Tree(local, "TypedContext", False, reach, True, upwards, including)

    return make


def _reach_tree(catalogue: Catalogue, keys: Keys, upwards: bool, including: bool) -> Reached:
    target = open_source(catalogue, "TypedContext")
    pairs = _pairs(catalogue, keys, upwards, including)
    joined = pairs.join(target.rows, target.column("id") == pairs.c.far)
    condition = is_one_of(catalogue, target, "TypedContext")
    order = (pairs.c.depth.desc(),) if upwards else (pairs.c.depth, target.column("sort"))
    return Reached(target, pairs.c.near, joined, condition, order)


def _pairs(catalogue: Catalogue, keys: Keys, upwards: bool, including: bool) -> Any:
    """Return owner, relative and distance, for the owners whose ids are given (or all)."""
    first = catalogue.alias("Context")
    near, far = (first.c.id, first.c.parent_id) if upwards else (first.c.parent_id, first.c.id)
    if including:
        near = far = first.c.id
    seed = select(near.label("near"), far.label("far"), literal(1, Integer).label("depth"))
    seed = seed.where(near.is_not(None), far.is_not(None))
    if keys is not None:
        seed = seed.where(near.in_(keys))
    pairs = seed.cte(recursive=True)
    next_one = catalogue.alias("Context")
    here, there = (
        (next_one.c.id, next_one.c.parent_id) if upwards else (next_one.c.parent_id, next_one.c.id)
    )
    further = select(pairs.c.near, there, pairs.c.depth + 1).join(next_one, here == pairs.c.far)
    # Nothing is nested as deep as this; a ring of parents, which nobody should have, ends here too.
    return pairs.union_all(further.where(there.is_not(None), pairs.c.depth < DEEPEST))


def _latest_version(_: str, __: Attribute) -> Relation:
    def reach(catalogue: Catalogue, keys: Keys) -> Reached:
        target = open_source(catalogue, "AssetVersion")
        other = catalogue.alias("AssetVersion")
        is_higher = or_(
            other.c.version > target.column("version"),
            and_(other.c.version == target.column("version"), other.c.id > target.column("id")),
        )
        higher = (
            select(other.c.id)
            .where(other.c.asset_id == target.column("asset_id"), is_higher)
            .correlate(target.rows)
            .exists()
        )
        near = target.column("asset_id")
        condition = not_(higher) if keys is None else and_(not_(higher), near.in_(keys))
        return Reached(target, near, target.rows, condition)

    return Relation("id", "AssetVersion", True, reach)


def _review_thumbnail(_: str, __: Attribute) -> Relation:
    def reach(catalogue: Catalogue, keys: Keys) -> Reached:
        target = open_source(catalogue, "Component")
        item = catalogue.alias("ReviewSessionObject")
        version = catalogue.alias("AssetVersion")
        joined = item.join(version, version.c.id == item.c.version_id).join(
            target.rows, target.column("id") == version.c.thumbnail_id
        )
        near = item.c.review_session_id
        condition = near.is_not(None) if keys is None else near.in_(keys)
        return Reached(target, near, joined, condition, (item.c.sort_order, item.c.id))

    return Relation("id", "Component", True, reach, repeats=True)


def _setting(_: str, __: Attribute) -> Relation:
    def reach(catalogue: Catalogue, keys: Keys) -> Reached:
        target = open_source(catalogue, "Setting")
        link = catalogue.alias("SettingComponent")
        joined = link.join(
            target.rows,
            and_(
                target.column("name") == link.c.name,
                target.column("group") == link.c.group,
            ),
        )
        near = link.c.component_id
        condition = near.is_not(None) if keys is None else near.in_(keys)
        return Reached(target, near, joined, condition)

    return Relation("component_id", "Setting", True, reach, repeats=True)


def _custom_attributes(_: str, attribute: Attribute) -> Relation:
    assert attribute.target is not None
    value_type = attribute.target

    def reach(catalogue: Catalogue, keys: Keys) -> Reached:
        target = open_source(catalogue, value_type)
        near = target.column("entity_id")
        condition = near.is_not(None) if keys is None else near.in_(keys)
        return Reached(target, near, target.rows, condition)

    return Relation("id", value_type, False, reach)


_RELATIONS: Final[Mapping[str, Make]] = MappingProxyType(
    {
        "ancestors": _tree(upwards=True),
        "ancestors_of_asset": _tree(upwards=True, local="context_id", including=True),
        "custom_attributes": _custom_attributes,
        "descendants": _tree(upwards=False),
        "latest_version": _latest_version,
        "review_thumbnail": _review_thumbnail,
        "setting": _setting,
    }
)
