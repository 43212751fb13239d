"""``query``: entities by an expression of the query language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_core.errors import QuerySyntaxError
from ftrack_core.query import Query, parse

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.read.groups import grouped_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["MEMBERS", "WRITES", "parsed", "query"]

MEMBERS: Final = ("expression",)
WRITES: Final = False


def query(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer one page of entities and where the next one begins."""
    tree = parsed(operation.get("expression"))
    data = _groups(tx, tree) if tree.group_by else tx.encoder.entities(tx.loader.query(tree))
    return {
        "action": "query",
        "data": data,
        "metadata": {"next": {"offset": _next_offset(tree, len(data))}},
    }


def _groups(tx: Transaction, tree: Query) -> list[dict[str, Any]]:
    if not tx.caller.strict:
        raise failures.invalid("'group by' needs the strict API: send ftrack-strict-api: true.")
    return grouped_rows(tx.connection, tx.readable_catalogue, tree)


def parsed(expression: Any, action: str = "query") -> Query:
    """Return the tree of an expression; one that cannot be read is a ParseError."""
    if not isinstance(expression, str):
        raise failures.invalid(f'The operation "{action}" needs an "expression", which is a text.')
    try:
        return parse(expression)
    except QuerySyntaxError as error:
        raise failures.parse_error(
            f"Failed to parse: {error.excerpt} - {error.reason}", error.position
        ) from None


def _next_offset(tree: Query, count: int) -> int | None:
    if not tree.limit or count < tree.limit:
        return None
    return (tree.offset or 0) + tree.limit
