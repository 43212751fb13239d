"""The query language: text to tree, tree to text, and Python values to safe query text."""

from __future__ import annotations

from ftrack_core.query.lexer import Token, tokenise
from ftrack_core.query.parser import parse, parse_criteria
from ftrack_core.query.printer import literal, quote, to_text
from ftrack_core.query.tree import (
    Aggregate,
    And,
    Comparison,
    Criterion,
    Membership,
    Not,
    Or,
    OrderItem,
    Path,
    Projection,
    Query,
    RelationTest,
    Step,
    Value,
)

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
    "Token",
    "Value",
    "literal",
    "parse",
    "parse_criteria",
    "quote",
    "to_text",
    "tokenise",
]
