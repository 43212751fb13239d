"""The result of a query."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

from ftrack_core.errors import QuerySyntaxError
from ftrack_core.query.lexer import tokenise
from ftrack_core.store import QueryResult as KernelResult

from ._translation import known_errors, raising_known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .session import Session

__all__ = ["QueryResult", "window_last"]


class QueryResult(KernelResult[Any]):
    """The entities that *expression* finds, page by page; nothing is sent until somebody looks.

    Raises KeyError for an entity type that the server does not have.
    """

    OFFSET_EXPRESSION: ClassVar[re.Pattern[str]] = re.compile(r"(?P<offset>offset (?P<value>\d+))")
    LIMIT_EXPRESSION: ClassVar[re.Pattern[str]] = re.compile(r"(?P<limit>limit (?P<value>\d+))")

    def __init__(self, session: Session, expression: str, page_size: int = 500) -> None:
        self._session = session
        text = window_last(expression)
        super().__init__(text, lambda: session.kernel.work.store, page_size=page_size)
        if not session.closed:
            with known_errors():
                self._check_type()

    def __iter__(self) -> Iterator[Any]:
        with known_errors():
            yield from super().__iter__()

    def one(self) -> Any:
        """Return the only entity.

        Raises ValueError where the expression has a limit or an offset, `NoResultFoundError`,
        `MultipleResultsFoundError`.
        """
        if self._window.limit is not None or self._window.offset:
            raise ValueError("one() takes an expression without limit and offset; use first()")
        with known_errors():
            return self._asked_anew().one()

    def first(self) -> Any | None:
        """Return the first entity or None. Raises ValueError where the expression has a limit."""
        if self._window.limit is not None:
            raise ValueError("first() takes an expression without a limit: it asks for one row")
        with known_errors():
            return self._asked_anew().first()

    def _asked_anew(self) -> KernelResult[Any]:
        """Return the result of another request: one() and first() tell what is there now."""
        return KernelResult(self.text, self._open_store, page_size=self._page_size)

    all = raising_known(KernelResult.all)
    __len__ = raising_known(KernelResult.__len__)
    __bool__ = raising_known(KernelResult.__bool__)
    __getitem__ = raising_known(KernelResult.__getitem__)


def window_last(expression: str) -> str:
    """Return *expression* with limit and offset at its end, as scripts may have them anywhere."""
    if not isinstance(expression, str) or not ("limit" in expression or "offset" in expression):
        return expression
    try:
        tokens = list(tokenise(expression))
    except QuerySyntaxError:
        return expression  # the server says what is wrong with it
    pairs = [
        (word.start, number.end)
        for word, number in pairwise(tokens)
        if word.text in ("limit", "offset") and (word.kind, number.kind) == ("word", "number")
    ]
    rest, windows = expression, ""
    for start, end in reversed(pairs):
        rest = rest[:start] + rest[end:]
        windows = f" {expression[start:end]}{windows}"
    return rest.rstrip() + windows
