"""The result of a query: lazy, immutable, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from itertools import islice
from threading import RLock
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, overload

from ftrack_core.entity.rows import TYPE, key_of, types_of
from ftrack_core.errors import (
    ConfigurationError,
    MultipleResultsError,
    NoResultError,
    UnknownEntityTypeError,
)

from .collector import patient_collector
from .reading import Reading
from .texts import read_window, shortened, with_projections

if TYPE_CHECKING:
    from collections.abc import Callable, KeysView

    from .cohort import Page
    from .read_ahead import Answer
    from .store import Store

__all__ = ["PAGE_SIZE", "QueryResult", "checked_page_size"]

PAGE_SIZE = 500
"""How many rows one request asks for at the most."""

_STREAMED_AHEAD = 2
"""How many pages may be on their way to who wants one page in memory: these are held, too."""

Found = TypeVar("Found", covariant=True)


def checked_page_size(size: Any) -> int:
    """Return *size* if rows can be asked for in such pages. Raises `ConfigurationError`."""
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise ConfigurationError(f"page_size is a number of rows from 1 on, not {size!r}")
    return size


class _Held(NamedTuple):
    """Somebody holds the entities of the first *pages*.

    The session has known them since it had *forgotten* so many others.
    """

    pages: int
    forgotten: int


class QueryResult(Sequence[Found]):
    """The entities a query finds. Nothing is sent until somebody looks.

    It keeps its rows: iterating a second time sends nothing. Iterating, ``bool()`` and indexes from
    the front fetch the pages they need; ``len()``, ``all()`` and indexes from the end fetch all.
    The rows of a query with ``group by`` are no entities and come as plain dictionaries; where
    types are checked, take them from `rows`.

    An ``order by`` over the primary key is added where the answer may take several pages and the
    text names no order, since pages of an unordered answer may overlap. A very long ``in (...)``
    list is sent in pieces where that finds the same rows; these then come piece by piece, each row
    once. A list without values finds nothing, and nothing is sent.
    """

    def __init__(
        self, text: str, store: Callable[[], Store], *, page_size: int = PAGE_SIZE
    ) -> None:
        self.text = text
        self._open_store = store
        self._page_size = page_size
        self._window = read_window(text)
        self._reading: Reading | None = None
        self._pages: list[Page] = []
        self._seen: dict[str, set[Any]] = {}
        self._seen_pages = 0
        self._lock = RLock()

    def __repr__(self) -> str:
        so_far = "" if self._done else " so far"
        return f"<QueryResult {shortened(self.text)!r} ({self._count()} rows{so_far})>"

    # --- all rows ------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[Found]:
        for page in self._each_page():
            yield from self._store.entities_of(page)

    def all(self) -> list[Found]:
        """Return all entities."""
        found: list[Found] = []
        self._want_all()
        held = _Held(0, self._store.identity.forgotten)
        with patient_collector():
            while self._has_page(held.pages, held):
                found += self._store.entities_of(self._pages[held.pages])
                held = held._replace(pages=held.pages + 1)
        return found

    def __len__(self) -> int:
        self._want_all()
        while self._has_page(len(self._pages)):
            pass
        return self._count()

    def __bool__(self) -> bool:
        return any(page.rows for page in self._each_page())

    @overload
    def __getitem__(self, index: int) -> Found: ...

    @overload
    def __getitem__(self, index: slice) -> list[Found]: ...

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return self._slice(index)
        if index < 0:
            return self.all()[index]
        before = 0
        for page in self._each_page():
            if index < before + len(page.rows):
                return self._store.entities([page.rows[index - before]])[0]
            before += len(page.rows)
        raise IndexError(f"the query found {before} rows, there is no index {index}")

    def _slice(self, wanted: slice) -> list[Found]:
        start, stop = wanted.start or 0, wanted.stop
        step = 1 if wanted.step is None else wanted.step
        if start < 0 or stop is None or stop < 0 or step < 1:
            return self.all()[wanted]
        return list(islice(self, start, stop, step))

    # --- some rows -----------------------------------------------------------------------------

    def first(self) -> Found | None:
        """Return the first entity, or None; it asks the server for one row only."""
        found = self._some(1)
        return found[0] if found else None

    def one(self) -> Found:
        """Return the only entity; it asks the server for two rows at the most.

        Raises `NoResultError` where there is none and `MultipleResultsError` where there are more.
        """
        found = self._some(2)
        if not found:
            raise NoResultError(f"no row matches: {shortened(self.text)}")
        if len(found) > 1:
            raise MultipleResultsError(f"more than one row matches: {shortened(self.text)}")
        return found[0]

    def _some(self, count: int) -> list[Found]:
        """Return at most *count* entities: those at hand, else asked for by themselves."""
        if self._reading is not None:
            return list(islice(self, count))
        limit = self._window.limit
        rows: dict[Any, dict[str, Any]] = {}
        for answer in self._read(count if limit is None else min(count, limit)).rest():
            page = self._absorbed(answer)
            rows.update((self._identity(row), row) for row in page.rows)
            if len(rows) >= count:
                break
        return self._store.entities(list(rows.values())[:count])

    # --- without keeping them ------------------------------------------------------------------

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows as plain wire values, without entities, one page in memory at a time.

        Dates are the dictionaries the server sends. The rows are asked for anew each time.
        """
        once = self._once()
        for answer in self._read(self._window.limit, ahead=_STREAMED_AHEAD).rest():
            self._store.questions.answered(answer.question)  # they become no entities
            yield from once(answer.rows)
            del answer  # it must not be there while the next one is read

    def stream(self) -> Iterator[Found]:
        """Yield entities, one page in memory at a time, asked for anew each time.

        They are not kept in the cache. What they lack is loaded for one at a time, not for their
        siblings: select what you need.
        """
        once = self._once()
        answers = self._read(self._window.limit, ahead=_STREAMED_AHEAD).rest()
        for page in map(partial(self._absorbed, keep=False), answers):
            page.arrival.keys.clear()
            page.rows = once(page.rows)
            yield from self._store.entities_of(page)
            self._store.let_go(page)
            del page  # it must not be there while the next one is read

    # --- pages ---------------------------------------------------------------------------------

    @property
    def _store(self) -> Store:
        return self._open_store()

    @property
    def _done(self) -> bool:
        return self._reading is not None and self._reading.done

    def _count(self) -> int:
        return sum(len(page.rows) for page in self._pages)

    def _each_page(self) -> Iterator[Page]:
        position = 0
        while self._has_page(position):
            yield self._pages[position]
            position += 1

    def _has_page(self, position: int, held: _Held | None = None) -> bool:
        with self._lock:
            while len(self._pages) <= position and not self._done:
                self._fetch_page(held)
            return len(self._pages) > position

    def _want_all(self) -> None:
        with self._lock:
            self._opened().want_all()

    def _opened(self) -> Reading:
        if self._reading is None:
            self._reading = self._read(self._window.limit)
        return self._reading

    def _fetch_page(self, held: _Held | None) -> None:
        reading = self._opened()
        if not reading.done:
            page = self._absorbed(reading.next())
            if held is None or not self._is_apart(page, held):
                self._drop_seen(page)
            self._pages.append(page)
            reading.taken()  # whatever ends this before, Ctrl-C among it: the rows come again

    def _is_apart(self, page: Page, held: _Held) -> bool:
        """Whether *page* repeats no row for sure: all earlier ones are held, and it met none."""
        are_all_known = self._store.identity.forgotten == held.forgotten
        return are_all_known and held.pages == len(self._pages) and page.version is not None

    def _absorbed(self, answer: Answer, *, keep: bool = True) -> Page:
        page = self._store.take_in(answer, keep=keep)
        if len(self._parts) > 1:
            page.rows = list({id(row): row for row in page.rows}.values())
        return page

    def _drop_seen(self, page: Page) -> None:
        """A row that moved between two requests is in both pages; it is yielded once."""
        for earlier in self._pages[self._seen_pages :]:
            for name, keys in _keys_of(earlier).items():
                self._seen.setdefault(name, set()).update(keys)
        self._seen_pages = len(self._pages)
        met = _keys_of(page)
        if any(not keys.isdisjoint(self._seen.get(name, ())) for name, keys in met.items()):
            seen = {self._identity(row) for one in self._pages for row in one.rows}
            page.rows = [row for row in page.rows if self._identity(row) not in seen]

    def _once(self) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
        """Return what leaves out the rows it was given before; only pieces can repeat them."""
        seen: set[Any] = set()

        def once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
            named = {self._identity(row): row for row in rows}
            new = [row for key, row in named.items() if key not in seen]
            seen.update(named)
            return new

        return once if len(self._parts) > 1 else lambda rows: rows

    def _identity(self, row: dict[str, Any]) -> Any:
        schema = self._store.schemas.get(row.get(TYPE, ""))
        return id(row) if schema is None else (schema.name, key_of(schema, row))

    # --- asking --------------------------------------------------------------------------------

    @cached_property
    def _parts(self) -> list[str]:
        """The query in pieces, nearly always one; limit and offset are left off."""
        window = self._window
        if window.query is None:
            return [window.text]
        from .splitting import split_list

        return split_list(window.text, window.query)

    def _read(self, most: int | None, *, ahead: int | None = None) -> Reading:
        """Return a new reading of at most *most* rows; of pieces, each gives at most so many.

        *ahead* is how many pages may be on their way meanwhile.
        """
        self._check_type()
        texts = [self._whole_text(part, most) for part in self._parts]
        store, size = self._store, self._page_size
        if len(texts) == 1:
            reader = store.pages_of(
                lambda offset, limit: f"{texts[0]} offset {offset} limit {limit}",
                offset=self._window.offset,
                size=size,
                most=most,
                ahead=ahead,
            )
            return Reading(reader, most)
        size = size if most is None else min(size, most)
        from .splitting import PartsReader

        return Reading(PartsReader(store.send_each, texts, size=size))

    def _whole_text(self, text: str, most: int | None) -> str:
        query = self._window.query
        if query is None:
            return text
        if not query.projections:
            text = with_projections(text, self._store.projections_of(query.entity_type))
        fits = most is not None and most <= self._page_size
        if fits or query.order_by or query.group_by:
            return text
        keys = self._store.schemas[query.entity_type].primary_key
        return f"{text} order by {', '.join(keys)}"

    def _check_type(self) -> None:
        query = self._window.query
        if query is not None and query.entity_type not in self._store.schemas:
            raise UnknownEntityTypeError(query.entity_type, self._store.schemas)


def _keys_of(page: Page) -> dict[str, KeysView[Any]]:
    """Return the keys of what *page* is about, by type; those of what came along with it, too."""
    types = {page.only_type} if page.only_type else types_of(page.rows)
    return {name: page.index.get(name, {}).keys() for name in types if name is not None}
