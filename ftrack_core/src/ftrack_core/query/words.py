"""The words of the query language, in lower case; a query may write them in any case."""

from __future__ import annotations

__all__ = [
    "AGGREGATES",
    "CLAUSES",
    "COMPARISONS",
    "OPERATORS",
    "RELATION_WORDS",
    "SET_OPERATORS",
    "SLIPS",
]

AGGREGATES = ("count", "sum", "avg", "min", "max")
COMPARISONS = {
    "=": "=",
    "is": "=",
    "!=": "!=",
    "is_not": "!=",
    ">": ">",
    "after": ">",
    "greater_than": ">",
    "<": "<",
    "before": "<",
    "less_than": "<",
    ">=": ">=",
    "<=": "<=",
    "like": "like",
    "not_like": "not_like",
}
SET_OPERATORS = ("in", "not_in")
RELATION_WORDS = ("has", "any")
OPERATORS = (*COMPARISONS, *SET_OPERATORS, *RELATION_WORDS)
CLAUSES = ("where", "group", "order", "offset", "limit")

# What people write who come from other query languages.
SLIPS = {
    "==": "=",
    "<>": "!=",
    "=>": ">=",
    "=<": "<=",
    "~": "like",
    "=~": "like",
    "contains": "like",
    "equals": "is",
    "isnt": "is_not",
    "isnot": "is_not",
    "notin": "not_in",
}
