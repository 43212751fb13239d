"""What a query wants of each entity type along its paths: the projections as a tree.

``select name, parent[Shot].status.name from Task`` is a plan for Task with the fields name and
parent; the field parent holds a plan that admits shots only and has the field status, and so on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from ftrack_core.query.tree import Path, Projection, Step

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.compile.names import attribute_of, cast_type, relation_along

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from ftrack_embedded.engine.catalogue import Catalogue
    from ftrack_embedded.engine.compile.relation import Relation
    from ftrack_embedded.engine.compile.statement import Statement
    from ftrack_embedded.model.description import Attribute

    from .level import Record

__all__ = ["Field", "Plan", "add_names", "build_plan"]


@dataclass
class Plan:
    """What is asked of the entities of one type at one path.

    *admits* are the types to which a cast restricts them, or None. *columns* says where the rows
    hold each column of storage, once the plan's statement is made. *memo* is for whoever works by
    the plan: it is kept and serves all queries of its shape.
    """

    entity_type: str
    fields: dict[str, Field] = field(default_factory=dict)
    admits: set[str] | None = None
    columns: dict[str, int] = field(default_factory=dict, repr=False)
    memo: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def picker(self, names: Sequence[str]) -> Callable[[Record], tuple[Any, ...]]:
        """Return what picks the named columns out of a row, as a tuple."""
        places = [self.columns[name] for name in names]
        if len(places) == 1:
            place = places[0]
            return lambda row: (row[place],)
        return itemgetter(*places) if places else lambda _: ()

    @cached_property
    def signature(self) -> tuple[Any, ...]:
        """Return a value that is equal for plans that ask for the same."""
        fields = tuple(sorted(one.signature for one in self.fields.values()))
        return (self.entity_type, tuple(sorted(self.admits or ())), fields)


@dataclass
class Field:
    """One attribute that is asked for, *only* of rows of certain types where a cast says so.

    *relation* is how it leads to other entities and *target* what is asked of those; both are None
    for a scalar. *statement* fetches those of many owners, once it is made.
    """

    attribute: Attribute
    relation: Relation | None = None
    target: Plan | None = None
    only: set[str] | None = None
    statement: Statement | None = field(default=None, repr=False)

    @cached_property
    def signature(self) -> tuple[Any, ...]:
        """Return a value that is equal for fields that ask for the same."""
        below = self.target.signature if self.target else ()
        return (self.attribute.name, tuple(sorted(self.only or ())), below)


def build_plan(catalogue: Catalogue, entity_type: str, projections: Sequence[Projection]) -> Plan:
    """Return the plan for *projections*; none at all means the default ones of the type."""
    plan = Plan(entity_type)
    for projection in projections:
        if not isinstance(projection, Path):
            raise failures.parse_error(
                f"'{projection.function}' needs a 'group by'.", projection.position
            )
        _add(catalogue, plan, projection.steps, None)
    if not projections:
        add_names(catalogue, plan, catalogue.types[entity_type].default_projections)
    return plan


def add_names(catalogue: Catalogue, plan: Plan, names: Iterable[str]) -> None:
    """Add attributes by name to what a plan asks for."""
    for name in names:
        _add(catalogue, plan, (Step(name),), None)


def _add(catalogue: Catalogue, plan: Plan, steps: Sequence[Step], cast: str | None) -> None:
    first, *rest = steps
    attribute = attribute_of(catalogue, cast or plan.entity_type, first)
    if attribute.restricted:
        raise failures.parse_error(f"'{first.name}' can be used in criteria only.", first.position)
    is_new = first.name not in plan.fields
    wanted = plan.fields.setdefault(first.name, Field(attribute))
    wanted.only = _widened(wanted.only, cast, is_new)
    if attribute.kind != "scalar":
        _add_relation(catalogue, plan, wanted, first, rest, cast)
    elif rest or first.cast:
        relation_along(catalogue, cast or plan.entity_type, first)


def _add_relation(
    catalogue: Catalogue,
    plan: Plan,
    wanted: Field,
    step: Step,
    rest: Sequence[Step],
    cast: str | None,
) -> None:
    relation = relation_along(catalogue, cast or plan.entity_type, step)
    is_new = wanted.target is None
    wanted.relation = wanted.relation or relation
    target = wanted.target = wanted.target or Plan(relation.target)
    narrowed = step.cast and cast_type(catalogue, relation.target, step)
    target.admits = _widened(target.admits, narrowed, is_new)
    if rest:
        _add(catalogue, target, rest, narrowed)
    elif wanted.attribute.kind == "mapped":
        add_names(catalogue, target, _of_item(catalogue, relation.target))


def _of_item(catalogue: Catalogue, entity_type: str) -> Iterable[str]:
    declared = catalogue.types[entity_type]
    key_and_value = (name for name in ("key", "value") if name in declared.attributes)
    return dict.fromkeys((*declared.default_projections, *key_and_value))


def _widened(allowed: set[str] | None, name: str | None, is_new: bool) -> set[str] | None:
    if name is None:
        return None
    if is_new:
        return {name}
    return None if allowed is None else allowed | {name}
