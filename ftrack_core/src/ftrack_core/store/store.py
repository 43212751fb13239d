"""The store: what a session knows of the server's rows, and how it learns more."""

from __future__ import annotations

from functools import lru_cache
from itertools import count
from operator import attrgetter, is_
from threading import RLock
from typing import TYPE_CHECKING, Any

from ftrack_core.entity.entity import forget_seen, make_entities, make_entity
from ftrack_core.entity.rows import TYPE, arrival_of, key_of, serial_of_row

from .absorb import Absorber
from .collector import patient_collector
from .gone import Gone
from .identity import IdentityMap
from .loader import COHORT_CAP, Loader
from .merging import forget_values, join_rows
from .questions import Questions
from .read_ahead import Answer, ReadAhead, next_offset
from .shapes import shape_of
from .texts import by_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from concurrent.futures import ThreadPoolExecutor

    from ftrack_core.entity import Entity
    from ftrack_core.entity.rows import Key
    from ftrack_core.entity.work import Work
    from ftrack_core.ports import Batch, Cache
    from ftrack_core.schema import Schemas

    from .cohort import Arrival, Page
    from .types import EntityTypes

__all__ = ["Store"]

Row = dict[str, Any]

_ROW_OF = attrgetter("_row")

_SERIALS = count(1)
"""Of all stores together: a row may get from one to another, in a cache that several share."""


class Store:
    """Identity, cache and loading for one unit of work.

    *execute* carries a batch to the server. *projections* says what a query asks for that selects
    nothing itself. *keeps* says which entity types the cache may keep. With *compact_rows* the rows
    of an answer share texts.
    """

    def __init__(
        self,
        execute: Callable[[Batch], list[Any]],
        types: EntityTypes,
        *,
        cache: Cache | None = None,
        projections: Callable[[str], Sequence[str]],
        keeps: Callable[[str], bool] = lambda _: True,
        sibling_loading: bool = True,
        read_ahead: bool = True,
        compact_rows: bool = True,
        cohort_cap: int = COHORT_CAP,
    ) -> None:
        self.types = types
        self.cache = cache
        self.identity = IdentityMap()
        self.sibling_loading = sibling_loading
        self._read_ahead = read_ahead
        self._compact_rows = compact_rows
        self.projections_of = projections
        self.loader = Loader(self, cap=cohort_cap)
        self._execute = execute
        self._keeps = keeps
        self.shape_of = lru_cache(maxsize=500)(shape_of)  # a script asks the same over and over
        self.questions = Questions()
        self.gone = Gone(self.identity)
        self.lock = RLock()
        self._work: Work | None = None
        self._pool: ThreadPoolExecutor | None = None

    @property
    def schemas(self) -> Schemas:
        """The entity types of the server."""
        return self.types.schemas

    def bind(self, work: Work) -> None:
        """Say which unit of work the entities of this store belong to."""
        self._work = work
        self.types.bind(work)

    def next_serial(self) -> int:
        """Return the serial for a request that is sent now, or an answer that came now."""
        return next(_SERIALS)

    # --- taking in -----------------------------------------------------------------------------

    def ask(self, texts: Sequence[str], *, adopt: bool = True) -> Page:
        """Send queries in one request and take the rows of all in, as one page."""
        return self.take_in(self.send(texts), adopt=adopt)

    def ask_page(self, text: str) -> tuple[Page, int | None]:
        """Send one query; return its page and the offset of the next one, if there is one."""
        answer = self.send([text])
        return self.take_in(answer), answer.next_offset

    def raw_rows(self, text: str) -> tuple[list[dict[str, Any]], int | None]:
        """Send one query and return its rows as they came, without taking them in."""
        answer = self.send([text])
        return answer.rows, answer.next_offset

    def pages_of(
        self,
        text_of: Callable[[int, int], str],
        *,
        offset: int,
        size: int,
        most: int | None,
        ahead: int | None = None,
    ) -> ReadAhead:
        """Return a reader of the pages of one query; *text_of* makes its text."""
        return ReadAhead(
            lambda start, length: self.send([text_of(start, length)]),
            self._reading_pool,
            offset=offset,
            size=size,
            most=most,
            enabled=self._read_ahead,
            ahead=ahead,
        )

    def send(self, texts: Sequence[str]) -> Answer:
        """Send queries in one request and return the rows of all as they came, as one answer."""
        answers = self.send_each(texts)
        rows = [row for answer in answers for row in answer.rows]
        return Answer(rows, answers[-1].question, answers[-1].next_offset)

    def send_each(self, texts: Sequence[str]) -> list[Answer]:
        """Send queries in one request and return the answer to each."""
        serial = self.next_serial()
        questions = [self.questions.ask(serial) for _ in texts]
        answers = self._execute([{"action": "query", "expression": text} for text in texts])
        return [
            Answer(one["data"], question, next_offset(one))
            for one, question in zip(answers, questions, strict=True)
        ]

    def _reading_pool(self) -> ThreadPoolExecutor:
        with self.lock:
            if self._pool is None:
                from concurrent.futures import ThreadPoolExecutor

                self._pool = ThreadPoolExecutor(8, thread_name_prefix="ftrack-read")
            return self._pool

    def close(self) -> None:
        """End the threads that read ahead."""
        with self.lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def take_in(self, answer: Answer, *, adopt: bool = True, keep: bool = True) -> Page:
        """Take the rows of an answer in.

        Without *keep* the cache does not hear, and they share no texts: they go by.
        """
        with self.lock:
            page = self.absorb(answer.rows, answer.question.serial, adopt=adopt, compact=keep)
            if keep:
                self.put_in_cache(answer.question.worth_keeping(page.index))
            self.questions.answered(answer.question)
        return page

    def learn(self, rows: Sequence[dict[str, Any]]) -> Page:
        """Take in and keep what is known now of *rows*, from elsewhere than an answer."""
        with self.lock:
            page = self.absorb(rows, self.next_serial(), adopt=False)
            self.remember(page)
        return page

    def remember(self, page: Page) -> None:
        """Keep what is known now; no question that is under way brings back what was."""
        self.put_in_cache(page.index)
        under_way = self.questions.under_way()
        if under_way:
            rows = [row for of_type in page.index.values() for row in of_type.values()]
            entities = self.entities(rows)
            for question in under_way:
                question.hold(entities)

    def absorb(
        self,
        rows: Sequence[dict[str, Any]],
        serial: int,
        *,
        adopt: bool = True,
        compact: bool = True,
    ) -> Page:
        """Take rows in that were asked for at *serial*; the cache does not hear.

        With *compact* they share texts.
        """
        with patient_collector(), self.lock:
            absorber = Absorber(
                self.schemas,
                self.identity,
                serial,
                adopt=adopt,
                compact=self._compact_rows and compact,
                shape_of=self.shape_of,
            )
            page = absorber.take(rows)
            if self.gone.is_any:
                self.gone.see(page.index, serial)
            return page

    def put_in_cache(self, index: Mapping[str, Mapping[Key, dict[str, Any]]]) -> None:
        """Give rows to the cache, by type and key."""
        if self.cache is None:
            return
        for entity_type, rows in index.items():
            if self._keeps(entity_type):
                self.cache.put_page(entity_type, rows)

    # --- entities ------------------------------------------------------------------------------

    def entities_of(self, page: Page) -> list[Any]:
        """Return the entity of each row of *page*."""
        return self._made(page.rows, lambda: self._all_alike(page))

    def entities(self, rows: Sequence[dict[str, Any]]) -> list[Any]:
        """Return the entity of each row; a row without a type is returned itself."""
        return self._made(rows, lambda: None)

    def _made(self, rows: Sequence[Row], all_alike: Callable[[], list[Any] | None]) -> list[Any]:
        with patient_collector(), self.lock:
            found = all_alike()
            if found is None:
                found = [self._entity(row) if TYPE in row else row for row in rows]
            self.identity.sweep()
        return found

    def let_go(self, page: Page) -> None:
        """Forget what is remembered of the entities of *page* that nobody holds any more."""
        with self.lock:
            for entity_type, rows in page.index.items():
                self.identity.sweep_keys(entity_type, rows)

    def _all_alike(self, page: Page) -> list[Any] | None:
        """Return the entities of a page if all or none of them are here; None where it is not so.

        It takes no step in Python for each.
        """
        if page.only_type is None:
            return None
        rows = page.index[page.only_type]
        cls = self.types[page.only_type]
        if len(rows) != len(page.rows) or cls._work is not self._work:
            return None
        is_untouched = self.identity.version == page.version
        known = {} if is_untouched else self.identity.living(cls.entity_type, rows.keys())
        if known or page.version is None:
            return _all_over(page.rows, list(known.values()))
        entities = make_entities(cls, page.rows, page.luggage)
        self.identity.put_many(cls.entity_type, rows.keys(), entities)
        return entities

    def entity_of(self, row: dict[str, Any]) -> Entity:
        """Return the one entity that *row* speaks of."""
        # The one that is over this very row needs no lock; most keys are called id.
        bucket = self.identity.buckets.get(row[TYPE])
        reference = bucket.get(row.get("id", "")) if bucket else None
        live = None if reference is None else reference()
        if live is not None and live._row is row:  # noqa: SLF001 -- the store owns rows
            return live
        with self.lock:
            return self._entity(row)

    def _entity(self, row: dict[str, Any]) -> Entity:
        cls = self.types[row[TYPE]]
        entity_type = cls.entity_type
        names = cls.schema.primary_key
        key = row[names[0]] if len(names) == 1 else key_of(cls.schema, row)
        live = self.identity.get(entity_type, key)
        if live is None:
            if len(row) <= len(names) + 1 and serial_of_row(row) is None:
                row = self._cached(entity_type, key) or row  # a reference in a row of the cache
            arrival: Arrival | None = arrival_of(row)
            luggage = None if arrival is None else arrival.luggage()
            live = make_entity(cls, row, self._require_work(), luggage)
            self.identity.put(entity_type, key, live)
        elif live._row is not row and serial_of_row(row):  # noqa: SLF001 -- the store owns rows
            join_rows(live._row, row)  # noqa: SLF001
        return live

    def _require_work(self) -> Work:
        assert self._work is not None, "bind() comes before the first entity"
        return self._work

    def get(self, entity_type: str, key: Key) -> Entity | None:
        """Return the entity of this type and key: the live one, a kept row, or the server's."""
        schema = self.schemas[entity_type]
        if (entity_type, key) not in self.gone:  # a late answer may have brought it back
            found = self.identity.get(entity_type, key) or self._from_cache(entity_type, key)
            if found is not None:
                return found
        page = self.ask([by_keys(schema, self.projections_of(entity_type), [key])])
        entities = self.entities(page.rows)
        return entities[0] if entities else None

    def _from_cache(self, entity_type: str, key: Key) -> Entity | None:
        row = self._cached(entity_type, key)
        return None if row is None else self.entity_of(row)

    def _cached(self, entity_type: str, key: Key) -> Row | None:
        return None if self.cache is None else self.cache.get_many(entity_type, [key]).get(key)

    def forget(self, entity_type: str, key: Key) -> None:
        """Drop a row from the identity map and the cache: the server has it no more."""
        self.identity.drop(entity_type, key)
        self.questions.forget(entity_type, key)
        if self.cache is not None:
            self.cache.drop(entity_type, [key])

    def forget_values(self, entity: Entity, names: Iterable[str], serial: int) -> None:
        """Forget what is known of some attributes, as of *serial*; the cache may hold a copy."""
        row = entity._row  # noqa: SLF001 -- the store owns rows
        known = row.keys() & set(names)
        if known:
            forget_values(row, known, serial)
            self.put_in_cache({entity.entity_type: {entity.key: row}})

    def forget_seen(self) -> None:
        """Let the entities forget what was looked at: it may be seen as something else now."""
        for entity in self.identity:
            forget_seen(entity)

    def clear(self) -> None:
        """Forget every row and every entity."""
        self.forget_seen()
        self.identity.clear()
        self.questions.outdate()
        if self.cache is not None:
            self.cache.clear()


def _all_over(rows: Sequence[Row], entities: list[Any]) -> list[Any] | None:
    """Return *entities* if there is one for each of *rows*, in their order, over that very row."""
    is_whole = len(entities) == len(rows) and all(map(is_, map(_ROW_OF, entities), rows))
    return entities if is_whole else None
