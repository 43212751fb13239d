"""The tree of a query: what the parser makes, the printer prints and the server compiles.

All nodes are frozen values that compare by content; *position* is the offset in the text a node
came from (or -1 for one that was built) and takes no part in the comparison.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = [
    "Aggregate",
    "And",
    "Comparison",
    "Criterion",
    "Membership",
    "Not",
    "Or",
    "OrderItem",
    "Path",
    "Projection",
    "Query",
    "RelationTest",
    "Step",
    "Value",
]


@dataclass(frozen=True)
class Step:
    """One name of a path, with the subtype it is cast to, if any: ``parent[Shot]``."""

    name: str
    cast: str | None = None
    position: int = field(default=-1, compare=False, repr=False)


@dataclass(frozen=True)
class Path:
    """A dotted path: ``asset.parent[Shot].name``."""

    steps: tuple[Step, ...]

    @property
    def position(self) -> int:
        """Where the path begins in the text, or -1."""
        return self.steps[0].position if self.steps else -1


@dataclass(frozen=True)
class Aggregate:
    """``count(id)`` and its kin; *function* is in lower case."""

    function: str
    path: Path
    position: int = field(default=-1, compare=False, repr=False)


Projection = Path | Aggregate


@dataclass(frozen=True)
class Value:
    """A literal. *text* is without quotes and escapes; a bare ``none`` or ``null`` is NULL.

    *quoted* tells ``"none"`` (a text) from ``none`` (no value).
    """

    text: str
    quoted: bool = True
    position: int = field(default=-1, compare=False, repr=False)

    @property
    def is_null(self) -> bool:
        """Whether this is the bare word for no value."""
        return not self.quoted and self.text.lower() in ("none", "null")


@dataclass(frozen=True)
class Comparison:
    """``path operator value``.

    *operator* is canonical, whatever spelling stood in the text: ``=``, ``!=``, ``>``, ``<``,
    ``>=``, ``<=``, ``like``, ``not_like``.
    """

    path: Path
    operator: str
    value: Value
    position: int = field(default=-1, compare=False, repr=False)


@dataclass(frozen=True)
class Membership:
    """``path in (a, b)`` or ``path not_in (select id from ...)``; *choices* or a *subquery*."""

    path: Path
    negated: bool
    choices: tuple[Value, ...] = ()
    subquery: Query | None = None
    position: int = field(default=-1, compare=False, repr=False)


@dataclass(frozen=True)
class RelationTest:
    """``path has (...)`` or ``path any (...)``; without a *criterion* it asks for existence."""

    path: Path
    word: str
    criterion: Criterion | None = None
    position: int = field(default=-1, compare=False, repr=False)


@dataclass(frozen=True)
class Not:
    """The negation of one criterion."""

    operand: Criterion


@dataclass(frozen=True)
class And:
    """All of two or more criteria."""

    operands: tuple[Criterion, ...]


@dataclass(frozen=True)
class Or:
    """At least one of two or more criteria."""

    operands: tuple[Criterion, ...]


Criterion = Comparison | Membership | RelationTest | Not | And | Or


@dataclass(frozen=True)
class OrderItem:
    """One key of ``order by``."""

    path: Path
    descending: bool = False


@dataclass(frozen=True)
class Query:
    """A whole query. No *projections* means the default projections of the type."""

    entity_type: str
    projections: tuple[Projection, ...] = ()
    criterion: Criterion | None = None
    group_by: tuple[Path, ...] = ()
    order_by: tuple[OrderItem, ...] = ()
    limit: int | None = None
    offset: int | None = None
    position: int = field(default=-1, compare=False, repr=False)
