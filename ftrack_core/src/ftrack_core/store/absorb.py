"""Takes the rows of an answer in: indexes every row, nested ones too, and joins those it knows.

The server writes an entity out in full once and names it by its key afterwards; here both become
the same dict. Rows are not walked through the schema: for each shape of row (type and attributes)
the names that can hold entities are worked out once.
"""

from __future__ import annotations

from collections import deque
from itertools import compress, repeat
from operator import itemgetter, setitem
from typing import TYPE_CHECKING, Any

from ftrack_core.entity.entity import set_luggage, set_row
from ftrack_core.entity.rows import (
    BARE,
    SERIALS,
    TYPE,
    arrival_of,
    key_of,
    serial_of_row,
    types_of,
)

from .apart import ItemsApart
from .bulk import add_to_rows, are_made_here, renew_rows, those_that_differ
from .cohort import Arrival, Page, RowsByKey
from .merging import add_values, is_unmet, let_agree, merge_row, update_row
from .shapes import Shape, shape_of
from .sharing import share_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ftrack_core.entity import Entity
    from ftrack_core.entity.rows import Key
    from ftrack_core.schema import EntitySchema, Schemas

    from .identity import IdentityMap

__all__ = ["Absorber"]

Row = dict[str, Any]

_ID_OF = itemgetter("id")


class Absorber:
    """Takes in one answer. With *adopt* known rows join the cohort of this answer.

    With *compact* the rows of a page share the texts of equal foreign keys. *shape_of* may remember
    what it worked out for an earlier answer.
    """

    def __init__(
        self,
        schemas: Schemas,
        identity: IdentityMap,
        serial: int,
        *,
        adopt: bool = True,
        compact: bool = False,
        shape_of: Callable[[EntitySchema, tuple[str, ...]], Shape] = shape_of,
    ) -> None:
        self._schemas = schemas
        self._shape_of = shape_of
        self._identity = identity
        self._adopt = adopt
        self._compact = compact
        self._shapes: dict[str, Shape] = {}
        self._companion_shapes: dict[tuple[str, ...], Shape] = {}
        self.page = Page(serial)
        # Asked for once each; one that is held here is not forgotten before a row bears it.
        self._stamps: dict[str, str] = {}
        self._stamps_beside: dict[str, str] = {}
        self._items = ItemsApart(identity, self.page.index)

    def take(self, rows: Sequence[Row]) -> Page:
        """Absorb *rows* and return their page. Rows without a type are kept as they are."""
        page = self.page
        page.rows = self._uniform(rows) or [
            self._row(row, page.arrival) if TYPE in row else row for row in rows
        ]
        page.seal()
        return page

    # --- a page of one type and shape ----------------------------------------------------------

    def _uniform(self, rows: Sequence[Row]) -> list[Row] | None:
        """Take in rows of one type and shape; None where they are not, or not one key each.

        This is what a page nearly always is, and it takes no step in Python for each row.
        """
        entity_type = rows[0].get(TYPE) if rows else None
        if entity_type is None or len(set(map(len, rows))) != 1:
            return None
        types = list(map(dict.get, rows, repeat(TYPE)))
        if types.count(entity_type) != len(types):  # compared, which takes less than hashing them
            return None
        shape = self._shape(entity_type, rows[0])
        if shape.key_name is None:
            return None
        for name in shape.relations:
            self._column(name, rows)
        for name in shape.mapped:
            if not self._items.leave(rows, name, shape.schema.attribute(name)):
                self._column(name, rows)
        bucket = RowsByKey(zip(map(itemgetter(shape.key_name), rows), rows, strict=True))
        if len(bucket) != len(rows) or entity_type in self.page.index:
            # What they lead to is taken in already.
            self._shapes[entity_type] = shape._replace(relations=(), mapped=())
            return None
        return self._placed(shape, bucket)

    def _column(self, name: str, rows: Sequence[Row]) -> None:
        """Take in what one relation of a page leads to."""
        values: list[Any] = list(map(dict.get, rows, repeat(name)))
        if set(map(type, values)) == {dict} and len(types_of(values)) == 1:
            self._references(name, rows, values)
            return
        by_type: dict[str, list[Row]] = {}
        for row, value in zip(rows, values, strict=True):
            if value.__class__ is dict:
                by_type.setdefault(value[TYPE], []).append(row)
            elif value.__class__ is list:
                self._relation(name, row)
        for of_type in by_type.values():
            self._references(name, of_type, list(map(itemgetter(name), of_type)))

    def _references(self, name: str, rows: Sequence[Row], values: Sequence[Row]) -> None:
        """Take in *values*, references to one type. Most are bare keys of rows that came before.

        Those take no step in Python each.
        """
        if self._schemas[values[0][TYPE]].primary_key != ("id",):
            for row in rows:
                self._relation(name, row)
            return
        keys = list(map(_ID_OF, values))
        whole = compress(values, map(BARE.__lt__, map(len, values)))
        known = {value["id"]: self._companion(value) for value in whole}
        by_key = dict(zip(keys, values, strict=True))
        for key in by_key.keys() - known.keys():
            known[key] = self._companion(by_key[key])
        deque(map(setitem, rows, repeat(name), map(known.__getitem__, keys)), maxlen=0)

    def _placed(self, shape: Shape, bucket: RowsByKey) -> list[Row]:
        arrival, entity_type = self.page.arrival, shape.schema.name
        stamp = arrival.stamp(entity_type)
        known = self._identity.living(entity_type, bucket.keys())
        met = self._met(known, bucket, stamp, shape) if known else {}
        rows = list(bucket.values())
        fresh = [row for key, row in bucket.items() if key not in met] if met else rows
        self._share(fresh, shape)
        deque(map(setitem, fresh, repeat(TYPE), repeat(stamp)), maxlen=0)
        bucket.update(met)
        self.page.put(entity_type, bucket)
        self.page.only_type = entity_type
        if not known:
            self.page.version = self._identity.version
        return list(bucket.values())

    def _share(self, rows: Sequence[Row], shape: Shape) -> None:
        if self._compact and rows:
            share_texts(rows, shape.foreign_keys)

    def _met(
        self, known: dict[Key, Entity], bucket: RowsByKey, stamp: str, shape: Shape
    ) -> dict[Key, Row]:
        """Merge what is in *bucket* into the rows of *known*; return those, but for new ones."""
        serial, luggage = self.page.arrival.serial, self.page.luggage
        rows = [entity._row for entity in known.values()]  # noqa: SLF001 -- the store owns rows
        said = list(map(bucket.__getitem__, known))
        if are_made_here(rows, next(iter(known.values())).entity_type):
            deque(map(set_row, known.values(), said), maxlen=0)
            deque(map(set_luggage, known.values(), repeat(luggage)), maxlen=0)
            return {}
        # Of most things that are asked again the same is said.
        olds, news = those_that_differ(rows, said) if shape.is_flat else (rows, said)
        self._share(news, shape)
        if self._adopt and renew_rows(rows, olds, news, stamp, serial):
            deque(map(set_luggage, known.values(), repeat(luggage)), maxlen=0)
            return dict(zip(known, rows, strict=True))
        if not self._adopt and add_to_rows(rows, said, serial):
            met = dict(zip(known, rows, strict=True))
        else:
            met = self._met_one_by_one(known, bucket)
        let_agree(met.values(), shape.halves)
        return met

    def _met_one_by_one(self, known: dict[Key, Entity], bucket: RowsByKey) -> dict[Key, Row]:
        arrival, met = self.page.arrival, {}
        for key, entity in known.items():
            row = entity._row  # noqa: SLF001 -- the store owns rows
            said = bucket[key]
            if len(row) <= len(said) and is_unmet(row, said):
                set_row(entity, said)
                set_luggage(entity, self.page.luggage)
                continue
            met[key] = row
            if self._adopt:
                self._merge(entity, said, arrival)
            elif row is not said:
                add_values(row, said, arrival.serial)
        return met

    # --- row by row ----------------------------------------------------------------------------

    def _row(self, row: Row, arrival: Arrival) -> Row:
        """Take in one row that the answer is about: these are alike, so their width tells."""
        entity_type = row[TYPE]
        shape = self._shapes.get(entity_type)
        if shape is None or shape.width != len(row):
            shape = self._shapes[entity_type] = self._shape(entity_type, row)
        return self._shaped(shape, row, arrival)

    def _companion(self, row: Row) -> Row:
        """Take in one row that came along: these come by many paths, so their names tell."""
        names = (row[TYPE], *row)
        shape = self._companion_shapes.get(names)
        if shape is None:
            shape = self._companion_shapes[names] = self._shape(row[TYPE], row)
        return self._shaped(shape, row, self.page.companions.arrival)

    def _shaped(self, shape: Shape, row: Row, arrival: Arrival) -> Row:
        for name in shape.relations:
            self._relation(name, row)
        for name in shape.mapped:
            self._relation(name, row)
        key = row[shape.key_name] if shape.key_name else key_of(shape.schema, row)
        known = self._place(shape.schema.name, key, row, arrival)
        if known is not row:
            let_agree([known], shape.halves)
        return known

    def _place(self, entity_type: str, key: Key, row: Row, arrival: Arrival) -> Row:
        bucket = self.page.rows_of(entity_type)
        known = bucket.get(key)
        if known is None:
            entity = self._identity.get(entity_type, key)
            if entity is None:
                stamps = self._stamps if arrival is self.page.arrival else self._stamps_beside
                if entity_type not in stamps:
                    stamps[entity_type] = arrival.stamp(entity_type)
                row[TYPE] = stamps[entity_type]
                known = row
            else:
                known = entity._row  # noqa: SLF001 -- the store owns rows
            bucket[key] = known
            if arrival is not self.page.arrival:
                self.page.companions.index.setdefault(entity_type, {})[key] = known
        if known is not row:
            self._join(known, row, arrival, key)
        return known

    def _join(self, known: Row, row: Row, arrival: Arrival, key: Key) -> None:
        if serial_of_row(known) == arrival.serial and SERIALS not in known:
            update_row(known, row, known[TYPE])  # the answer says more, or only the key again
        elif (entity := self._identity.get(known[TYPE], key)) is not None:
            self._merge(entity, row, arrival)
        else:
            merge_row(known, row, arrival, adopt=self._adopt)

    def _merge(self, entity: Entity, row: Row, arrival: Arrival) -> None:
        known = entity._row  # noqa: SLF001 -- the store owns rows
        merge_row(known, row, arrival, adopt=self._adopt)
        came: Arrival | None = arrival_of(known)
        set_luggage(entity, None if came is None else came.luggage())

    def _relation(self, name: str, row: Row) -> None:
        value = row.get(name)
        if value.__class__ is dict:
            row[name] = self._companion(value)
        elif value.__class__ is list:
            row[name] = [self._companion(one) for one in value]

    # --- shapes --------------------------------------------------------------------------------

    def _shape(self, entity_type: str, row: Row) -> Shape:
        for rows, name in self._items.back(entity_type):
            self._column(name, rows)
        return self._shape_of(self._schemas[entity_type], tuple(row))
