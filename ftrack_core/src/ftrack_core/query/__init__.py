"""The query language: text to tree, tree to text, values into text, and queries built in steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.lazy import names_from

if TYPE_CHECKING:
    from ftrack_core.query.attribute import Attribute, EntityAttributes
    from ftrack_core.query.binding import bind
    from ftrack_core.query.builder import Builder
    from ftrack_core.query.condition import Condition
    from ftrack_core.query.lexer import Token, tokenise
    from ftrack_core.query.parser import parse, parse_criteria
    from ftrack_core.query.printer import to_text
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
    from ftrack_core.query.values import escape_like, literal, quote, quote_all

__all__ = [
    "Aggregate",
    "And",
    "Attribute",
    "Builder",
    "Comparison",
    "Condition",
    "Criterion",
    "EntityAttributes",
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
    "bind",
    "escape_like",
    "literal",
    "parse",
    "parse_criteria",
    "quote",
    "quote_all",
    "to_text",
    "tokenise",
]

__getattr__ = names_from(
    __name__,
    {
        "Aggregate": "tree",
        "And": "tree",
        "Attribute": "attribute",
        "Builder": "builder",
        "Comparison": "tree",
        "Condition": "condition",
        "Criterion": "tree",
        "EntityAttributes": "attribute",
        "Membership": "tree",
        "Not": "tree",
        "Or": "tree",
        "OrderItem": "tree",
        "Path": "tree",
        "Projection": "tree",
        "Query": "tree",
        "RelationTest": "tree",
        "Step": "tree",
        "Token": "lexer",
        "Value": "tree",
        "bind": "binding",
        "escape_like": "values",
        "literal": "values",
        "parse": "parser",
        "parse_criteria": "parser",
        "quote": "values",
        "quote_all": "values",
        "to_text": "printer",
        "tokenise": "lexer",
    },
)
