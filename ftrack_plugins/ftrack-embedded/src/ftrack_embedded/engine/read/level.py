"""Rows as they were loaded, one level for each path of a query."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .plan import Plan

__all__ = ["Below", "Level", "Record", "Row"]

Row = dict[str, Any]
"""The columns of one row by their names in storage."""
Record = tuple[Any, ...]
"""One row as it was fetched; its plan says which column is where."""


@dataclass
class Level:
    """The rows that one plan was loaded for.

    *types* is each row's concrete type; *below* the related rows by field; *computed* the values
    of rules by field, one for each row.
    """

    plan: Plan
    rows: list[Record] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    below: dict[str, Below] = field(default_factory=dict)
    computed: dict[str, list[Any]] = field(default_factory=dict)


@dataclass
class Below:
    """The level one field leads to, and which of its rows belong to each row above."""

    level: Level
    positions: list[list[int]]
    single: bool
