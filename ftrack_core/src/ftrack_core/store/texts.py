"""The texts of the queries that the store itself asks."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ftrack_core.entity.rows import key_parts
from ftrack_core.errors import QuerySyntaxError

from .collector import patient_collector

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ftrack_core.entity.rows import Key
    from ftrack_core.query import Query
    from ftrack_core.schema import EntitySchema

__all__ = ["Window", "by_keys", "read_window", "shortened", "with_projections"]

_WINDOW = re.compile(r"(?:\b(?:offset|limit)\s+\d+\s*)+\Z", re.IGNORECASE)
_READABLE = 500
_REMEMBERED = 2_000
"""How long a text may be that is read once and remembered: scripts ask the same over and over."""


class Window(NamedTuple):
    """A query text without its limit and offset, and those two.

    *query* is None where our parser does not understand the text; the server judges it.
    """

    text: str
    limit: int | None
    offset: int
    query: Query | None


def read_window(text: str) -> Window:
    """Take limit and offset off the end of a query text. Raises TypeError for what is no text."""
    if not isinstance(text, str):
        raise TypeError(f"a query is a text such as 'Task where name is x', not {text!r}")
    text = text.strip()
    return _remembered_window(text) if len(text) <= _REMEMBERED else _window(text)


def _window(text: str) -> Window:
    from ftrack_core.query import parse

    try:
        with patient_collector():  # a list of many thousand values is as many nodes
            query = parse(text)
    except QuerySyntaxError:
        return Window(text, None, 0, None)
    if query.limit is not None or query.offset is not None:
        text = _WINDOW.sub("", text).rstrip()
    return Window(text, query.limit, query.offset or 0, query)


_remembered_window = lru_cache(maxsize=128)(_window)


def shortened(text: str) -> str:
    """Return *text* for people to read: the middle of a very long one is left out."""
    return text if len(text) <= _READABLE else f"{text[: _READABLE - 50]} ... {text[-40:]}"


def with_projections(text: str, projections: Iterable[str]) -> str:
    """Put a ``select`` before a text that has none."""
    names = ", ".join(projections)
    return f"select {names} from {text}" if names else text


def by_keys(schema: EntitySchema, projections: Iterable[str], keys: Sequence[Key]) -> str:
    """Return the query for the rows of one type with these primary keys."""
    from ftrack_core.query import quote_all

    names = schema.primary_key
    if len(names) == 1:
        values = quote_all(list(map(str, keys)))
        criterion = f"{names[0]} in ({values})" if len(keys) > 1 else f"{names[0]} is {values}"
    else:
        criterion = " or ".join(_all_parts(names, key) for key in keys)
    return with_projections(f"{schema.name} where {criterion}", projections)


def _all_parts(names: Sequence[str], key: Key) -> str:
    from ftrack_core.query import quote

    parts = zip(names, key_parts(key), strict=True)
    return "(" + " and ".join(f"{name} is {quote(part)}" for name, part in parts) + ")"
