"""The result of a query: lazy, immutable, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import RLock
from typing import TYPE_CHECKING, Any, overload

from ftrack_core.entity.rows import TYPE, key_of, types_of
from ftrack_core.errors import MultipleResultsError, NoResultError, UnknownEntityTypeError

from .texts import Window, read_window, with_projections

if TYPE_CHECKING:
    from collections.abc import Callable

    from .cohort import Page
    from .store import Store

__all__ = ["PAGE_SIZE", "QueryResult"]

PAGE_SIZE = 500
"""How many rows one request asks for at the most."""


class QueryResult(Sequence[Any]):
    """The entities a query finds. Nothing is sent until somebody looks.

    It keeps its rows: iterating a second time sends nothing. An ``order by`` over the primary key
    is added where the answer may take several pages and the text names no order, since pages of an
    unordered answer may overlap.
    """

    def __init__(
        self, text: str, store: Callable[[], Store], *, page_size: int = PAGE_SIZE
    ) -> None:
        self.text = text
        self._open_store = store
        self._page_size = page_size
        self._window = read_window(text)
        self._pages: list[Page] = []
        self._seen: dict[str, set[Any]] = {}
        self._done = False
        self._next_offset = self._window.offset
        self._lock = RLock()

    def __repr__(self) -> str:
        return f"<QueryResult {self.text!r}>"

    # --- all rows ------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[Any]:
        position = 0
        while self._has_page(position):
            yield from self._store.entities(self._pages[position].rows)
            position += 1

    def all(self) -> list[Any]:
        """Return all entities."""
        return list(self)

    def __len__(self) -> int:
        self._fetch_all()
        return sum(len(page.rows) for page in self._pages)

    @overload
    def __getitem__(self, index: int) -> Any: ...

    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice) or index < 0:
            return self.all()[index]
        before = 0
        position = 0
        while self._has_page(position):
            rows = self._pages[position].rows
            if index < before + len(rows):
                return self._store.entities([rows[index - before]])[0]
            before += len(rows)
            position += 1
        raise IndexError(f"the query found {before} rows, there is no index {index}")

    # --- some rows -----------------------------------------------------------------------------

    def first(self) -> Any | None:
        """Return the first entity, or None; it asks the server for one row only."""
        found = self._some(1)
        return found[0] if found else None

    def one(self) -> Any:
        """Return the only entity.

        Raises `NoResultError` where there is none and `MultipleResultsError` where there are more.
        """
        found = self._some(2)
        if not found:
            raise NoResultError(f"no row matches: {self.text}")
        if len(found) > 1:
            raise MultipleResultsError(f"more than one row matches: {self.text}")
        return found[0]

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows as plain wire values, one page in memory at a time, without entities."""
        offset: int | None = self._window.offset
        left = self._window.limit
        while offset is not None and left != 0:
            size = self._page_size if left is None else min(self._page_size, left)
            rows, offset = self._store.raw_rows(self._page_text(offset, size))
            yield from rows
            left = None if left is None else left - len(rows)

    def stream(self) -> Iterator[Any]:
        """Yield entities, one page in memory at a time; they load nothing for their siblings."""
        offset: int | None = self._window.offset
        left = self._window.limit
        while offset is not None and left != 0:
            size = self._page_size if left is None else min(self._page_size, left)
            page, offset = self._store.ask_page(self._page_text(offset, size))
            page.arrival.keys.clear()
            yield from self._store.entities(page.rows)
            left = None if left is None else left - len(page.rows)

    # --- pages ---------------------------------------------------------------------------------

    @property
    def _store(self) -> Store:
        return self._open_store()

    def _some(self, count: int) -> list[Any]:
        if self._pages:
            return self[:count] if self._done else self._store.entities(self._pages[0].rows[:count])
        limit = count if self._window.limit is None else min(count, self._window.limit)
        page = self._store.ask([self._page_text(self._window.offset, limit)])
        return self._store.entities(page.rows)

    def _fetch_all(self) -> None:
        while self._has_page(len(self._pages)):
            pass

    def _has_page(self, position: int) -> bool:
        with self._lock:
            while len(self._pages) <= position and not self._done:
                self._fetch_page()
            return len(self._pages) > position

    def _fetch_page(self) -> None:
        left = None if self._window.limit is None else self._window.limit - self._count()
        size = self._page_size if left is None else min(self._page_size, left)
        if size <= 0:
            self._done = True
            return
        page, next_offset = self._store.ask_page(self._page_text(self._next_offset, size))
        received = len(page.rows)
        self._drop_seen(page)
        self._pages.append(page)
        limit_reached = self._window.limit is not None and self._count() >= self._window.limit
        self._done = next_offset is None or received == 0 or limit_reached
        self._next_offset = next_offset or 0

    def _count(self) -> int:
        return sum(len(page.rows) for page in self._pages)

    def _drop_seen(self, page: Page) -> None:
        """A row that moved between two requests is in both pages; it is yielded once."""
        types = types_of(page.rows)
        met = {name: page.index.get(name, {}).keys() for name in types if name is not None}
        if any(not keys.isdisjoint(self._seen.get(name, ())) for name, keys in met.items()):
            earlier = {self._identity(row) for one in self._pages for row in one.rows}
            page.rows = [row for row in page.rows if self._identity(row) not in earlier]
        for name, keys in met.items():
            self._seen.setdefault(name, set()).update(keys)

    def _identity(self, row: dict[str, Any]) -> Any:
        schema = self._store.schemas.get(row.get(TYPE, ""))
        return id(row) if schema is None else (schema.name, key_of(schema, row))

    # --- texts ---------------------------------------------------------------------------------

    def _page_text(self, offset: int, limit: int) -> str:
        return f"{self._whole_text(limit)} offset {offset} limit {limit}"

    def _whole_text(self, limit: int) -> str:
        window = self._window
        if window.query is None:
            return window.text
        self._check_type(window)
        text = window.text
        if not window.query.projections:
            text = with_projections(text, self._store.projections_of(window.query.entity_type))
        return text + self._order(window, limit)

    def _check_type(self, window: Window) -> None:
        assert window.query is not None
        if window.query.entity_type not in self._store.schemas:
            raise UnknownEntityTypeError(window.query.entity_type, self._store.schemas)

    def _order(self, window: Window, limit: int) -> str:
        assert window.query is not None
        fits = window.limit is not None and window.limit <= self._page_size
        if window.query.order_by or window.query.group_by or fits or limit < self._page_size:
            return ""
        keys = self._store.schemas[window.query.entity_type].primary_key
        return " order by " + ", ".join(keys)
