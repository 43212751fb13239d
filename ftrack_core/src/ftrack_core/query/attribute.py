"""Attributes of entity types, to build queries with: each step is looked up in the schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.errors import SchemaError
from ftrack_core.query.condition import Condition, require_condition
from ftrack_core.query.lookup import follow
from ftrack_core.query.tree import (
    Aggregate,
    Comparison,
    Membership,
    OrderItem,
    Path,
    Query,
    RelationTest,
    Step,
)
from ftrack_core.query.values import escape_like, is_many, value_of
from ftrack_core.schema import AttributeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ftrack_core.query.tree import Value
    from ftrack_core.schema import AttributeSchema, Schemas

__all__ = ["Attribute", "EntityAttributes"]

_LISTS = (AttributeKind.COLLECTION, AttributeKind.MAPPED)


class EntityAttributes:
    """The attributes of an entity type, as Python attributes: ``task.status``.

    A name that is a method as well is reached with ``attribute("name")``. Raises
    `UnknownAttributeError` with near names, and `UnknownEntityTypeError` for the type.
    """

    __slots__ = ("_schemas", "begins_at")

    def __init__(self, schemas: Schemas, entity_type: str) -> None:
        self._schemas = schemas
        self.begins_at = schemas[entity_type].name

    def attribute(self, name: str) -> Attribute:
        """Return the attribute called *name*, or at the end of a path: ``"parent[Shot].name"``."""
        first, _, further = name.partition(".")
        attribute, bracket, cast = first.partition("[")
        found = Attribute(self._schemas, self.begins_at, (Step(attribute.strip()),))
        if bracket:
            found = found[cast.rstrip("] ")]
        return found.attribute(further) if further else found

    def __getattr__(self, name: str) -> Attribute:
        if name.startswith("_"):
            raise AttributeError(name)
        return self.attribute(name)

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self._schemas[self.begins_at].attributes]

    def __repr__(self) -> str:
        return f"<attributes of {self.begins_at}>"


class Attribute:
    """An attribute, reached from an entity type by one step or several.

    Comparing it makes a `Condition`. The attributes of what it leads to are its Python attributes:
    ``task.status.name``. With ``task.parent["Shot"]`` a parent is taken for a shot, and one that is
    none counts as not set.
    """

    __slots__ = ("_declared", "_root", "_schemas", "_steps", "_target")

    __hash__ = None  # type: ignore[assignment]  # comparing makes conditions, so no dict can hold it

    def __init__(self, schemas: Schemas, root: str, steps: tuple[Step, ...]) -> None:
        self._schemas = schemas
        self._root = root
        self._steps = steps
        self._declared, self._target = follow(schemas, root, steps)

    @property
    def begins_at(self) -> str:
        """The entity type that the path begins at."""
        return self._root

    @property
    def path(self) -> Path:
        """The path as it stands in the tree of a query."""
        return Path(self._steps)

    @property
    def leads_to(self) -> str | None:
        """The entity type it leads to; None where it holds a value."""
        return self._target

    @property
    def declared(self) -> AttributeSchema:
        """What the schema says about it."""
        return self._declared

    def attribute(self, name: str) -> Attribute:
        """Return an attribute of what this leads to, whatever it is called."""
        if self._target is None:
            raise SchemaError(f"{self} holds a value, so it has no attribute {name!r}")
        further = EntityAttributes(self._schemas, self._target).attribute(name)
        return self._at((*self._steps, *further._steps))  # noqa: SLF001 -- another of this class

    def __getattr__(self, name: str) -> Attribute:
        if name.startswith("_"):
            raise AttributeError(name)
        return self.attribute(name)

    def __getitem__(self, subtype: str) -> Attribute:
        if self._target is None:
            raise SchemaError(f"{self} holds a value and cannot be cast to {subtype!r}")
        *before, last = self._steps
        return self._at((*before, Step(last.name, self._schemas[subtype].name)))

    def __dir__(self) -> Iterable[str]:
        reached = () if self._target is None else self._schemas[self._target].attributes
        return [*super().__dir__(), *reached]

    def __str__(self) -> str:
        steps = (one.name if one.cast is None else f"{one.name}[{one.cast}]" for one in self._steps)
        return ".".join((self._root, *steps))

    def __repr__(self) -> str:
        return f"<attribute {self}>"

    # --- comparing with a value ----------------------------------------------------------------

    def __eq__(self, value: Any) -> Condition:  # type: ignore[override]  # it makes a condition
        return self._compare("=", value)

    def __ne__(self, value: Any) -> Condition:  # type: ignore[override]  # it makes a condition
        return self._compare("!=", value)

    def __lt__(self, value: Any) -> Condition:
        return self._compare("<", value)

    def __le__(self, value: Any) -> Condition:
        return self._compare("<=", value)

    def __gt__(self, value: Any) -> Condition:
        return self._compare(">", value)

    def __ge__(self, value: Any) -> Condition:
        return self._compare(">=", value)

    def is_none(self) -> Condition:
        """Where nothing is set."""
        return self._compare("=", None)

    def is_not_none(self) -> Condition:
        """Where something is set."""
        return self._compare("!=", None)

    def like(self, pattern: str) -> Condition:
        r"""Where the text fits *pattern*: ``%`` is any run, ``_`` one character, ``\%`` a ``%``."""
        return self._compare("like", pattern)

    def not_like(self, pattern: str) -> Condition:
        """Where the text does not fit *pattern*."""
        return self._compare("not_like", pattern)

    def contains(self, text: str) -> Condition:
        """Where *text* is part of the value; ``%`` and ``_`` in it mean themselves."""
        return self.like(f"%{escape_like(text)}%")

    def startswith(self, text: str) -> Condition:
        """Where the value begins with *text*; ``%`` and ``_`` in it mean themselves."""
        return self.like(f"{escape_like(text)}%")

    def endswith(self, text: str) -> Condition:
        """Where the value ends with *text*; ``%`` and ``_`` in it mean themselves."""
        return self.like(f"%{escape_like(text)}")

    def in_(self, values: Any) -> Condition:
        """Where the value is one of *values*: a list, a query's result, a builder of one attribute.

        A builder becomes a subquery, which the server looks through by itself.
        """
        return self._among(values, negated=False)

    def not_in(self, values: Any) -> Condition:
        """Where the value is set and none of *values*."""
        return self._among(values, negated=True)

    # --- testing what it leads to --------------------------------------------------------------

    def has(self, condition: Callable[[EntityAttributes], Condition] | None = None) -> Condition:
        """Where the reference is set and what it leads to meets *condition*.

        *condition* is a function of the attributes of that type:
        ``task.status.has(lambda status: status.name == "Done")``.
        """
        return self._related("has", condition)

    def any(self, condition: Callable[[EntityAttributes], Condition] | None = None) -> Condition:
        """Where one item of the collection meets all of *condition*; without one, where it has any.

        Example::

            task.custom_attributes.any(lambda one: (one.key == "fstart") & (one.value > 100))
        """
        return self._related("any", condition)

    # --- ordering and aggregating --------------------------------------------------------------

    def asc(self) -> OrderItem:
        """The attribute as a key of ``order by``, smallest first."""
        return OrderItem(self.path)

    def desc(self) -> OrderItem:
        """The attribute as a key of ``order by``, largest first."""
        return OrderItem(self.path, descending=True)

    def count(self) -> Aggregate:
        """The number of rows of a group."""
        return Aggregate("count", self.path)

    def sum(self) -> Aggregate:
        """The sum over a group."""
        return Aggregate("sum", self.path)

    def avg(self) -> Aggregate:
        """The mean over a group."""
        return Aggregate("avg", self.path)

    def min(self) -> Aggregate:
        """The smallest value of a group."""
        return Aggregate("min", self.path)

    def max(self) -> Aggregate:
        """The largest value of a group."""
        return Aggregate("max", self.path)

    # --- inside --------------------------------------------------------------------------------

    def _at(self, steps: tuple[Step, ...]) -> Attribute:
        return Attribute(self._schemas, self._root, steps)

    def _condition(self, criterion: Comparison | Membership | RelationTest) -> Condition:
        return Condition(self._root, criterion)

    def _compare(self, operator: str, value: Any) -> Condition:
        if is_many(value):
            raise TypeError(f"{self} is compared with a list; use in_()")
        return self._condition(Comparison(self._compared([value]), operator, _value(value)))

    def _among(self, values: Any, *, negated: bool) -> Condition:
        if isinstance(values, EntityAttributes):
            subquery = _subquery(getattr(values, "tree", None))
            return self._condition(Membership(self._compared([]), negated, subquery=subquery))
        if isinstance(values, Attribute) or not is_many(values):
            raise TypeError(f"in_() and not_in() take a list of values, not {values!r}")
        chosen = list(values)
        if self._target is not None and None in chosen:
            raise TypeError(f"None cannot be one of several references; add {self}.is_none()")
        choices = tuple(map(_value, chosen))
        return self._condition(Membership(self._compared(chosen), negated, choices))

    def _compared(self, values: list[Any]) -> Path:
        """Return the path to compare: an entity is compared by the identifier of a reference."""
        if self._declared.kind in _LISTS:
            raise SchemaError(f"{self} is a collection; test it with any()")
        if self._target is not None and any(one is not None for one in values):
            return self.attribute("id").path
        return self.path

    def _related(
        self, word: str, condition: Callable[[EntityAttributes], Condition] | None
    ) -> Condition:
        if self._target is None:
            raise SchemaError(f"{self} holds a value; {word}() tests references and collections")
        if condition is None:
            return self._condition(RelationTest(self.path, word))
        inner = condition(EntityAttributes(self._schemas, self._target))
        require_condition(inner, self._target)
        return self._condition(RelationTest(self.path, word, inner.criterion))


def _value(value: Any) -> Value:
    if isinstance(value, (Attribute, Condition)):
        raise TypeError(f"an attribute is compared with a value, not with {value!r}")
    return value_of(value)


def _subquery(query: Any) -> Query:
    assert isinstance(query, Query), "a builder has a tree"
    if len(query.projections) != 1 or isinstance(query.projections[0], Aggregate):
        raise SchemaError(
            f"a subquery selects exactly one attribute; this one of {query.entity_type} selects "
            f"{len(query.projections)}"
        )
    return query
