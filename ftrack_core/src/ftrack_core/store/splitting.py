"""Sends a query with a very long list as several queries, each with a piece of the list.

A server reads a text of many thousand values slowly or not at all. Together the pieces find the
same rows, so this is done where nothing but the rows matters: an order, a limit or groups over the
whole could not be had from pieces, and such a query is sent as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.query import Aggregate, And, Membership
from ftrack_core.query.lexer import read_token, read_value

from .questions import Question
from .read_ahead import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ftrack_core.query import Criterion, Query, Value


__all__ = ["LONGEST_LIST", "QUERIES_PER_REQUEST", "PartsReader", "split_list"]

LONGEST_LIST = 400
"""How many values one query lists. Less than a page: a piece of keys is answered in one page."""

QUERIES_PER_REQUEST = 20
"""How many pieces go into one request."""


def split_list(text: str, query: Query) -> list[str]:
    """Return the queries that find together what *text* finds; only *text* where one is best.

    *query* is the tree of *text*, with positions. A row may be found by several of them where the
    path of the list leads through a collection. An empty list finds nothing: no query is left.
    """
    if any(isinstance(one, Aggregate) for one in query.projections) and not query.group_by:
        return [text]
    lists = [one.choices for one in _required_lists(query.criterion)]
    if not all(lists):
        return []
    longest = max(lists, key=len, default=())
    whole = query.order_by or query.group_by or query.offset or query.limit is not None
    if whole or len(longest) <= LONGEST_LIST:
        return [text]
    return list(_pieces(text, longest))


def _required_lists(criterion: Criterion | None) -> Iterator[Membership]:
    """Yield the lists that each row has to be in."""
    if isinstance(criterion, And):
        for operand in criterion.operands:
            yield from _required_lists(operand)
    elif isinstance(criterion, Membership) and not criterion.negated and not criterion.subquery:
        yield criterion


def _pieces(text: str, values: Sequence[Value]) -> Iterator[str]:
    before, behind = text[: values[0].position], text[_end_of(text, values[-1]) :]
    for start in range(0, len(values), LONGEST_LIST):
        piece = values[start : start + LONGEST_LIST]
        yield before + text[piece[0].position : _end_of(text, piece[-1])] + behind


def _end_of(text: str, value: Value) -> int:
    read = read_token if value.quoted else read_value
    return read(text, value.position).end


class PartsReader:
    """Gives the rows of several queries, a request after the other; each asks for many of them.

    *send* sends queries in one request and returns an answer for each.
    """

    def __init__(
        self, send: Callable[[Sequence[str]], Sequence[Answer]], texts: Sequence[str], *, size: int
    ) -> None:
        self._send = send
        self._size = size
        self._waiting = [(text, 0) for text in texts]

    def next(self) -> Answer:
        """Return the next rows: none only where there are no more, which *next_offset* tells."""
        answer = Answer([], Question(0), None)
        while self._waiting and not answer.rows:
            answer = self._ask()
        return answer

    def want_all(self) -> None:
        """Nothing changes: many queries go into each request anyway."""

    def _ask(self) -> Answer:
        asked = self._waiting[:QUERIES_PER_REQUEST]
        answers = self._send([f"{text} offset {start} limit {self._size}" for text, start in asked])
        self._waiting[: len(asked)] = [
            (text, answer.next_offset)
            for (text, _), answer in zip(asked, answers, strict=True)
            if answer.next_offset is not None and answer.rows
        ]
        rows = [row for answer in answers for row in answer.rows]
        return Answer(rows, answers[0].question, self._size if self._waiting else None)
