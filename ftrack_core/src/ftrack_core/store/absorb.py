"""Takes the rows of an answer in: indexes every row, nested ones too, and joins those it knows.

The server writes an entity out in full once and names it by its key afterwards; here both become
the same dict. Rows are not walked through the schema: for each shape of row (type and attributes)
the names that can hold entities are worked out once.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from ftrack_core.entity.rows import ARRIVAL, SERIALS, TYPE, key_of, types_of
from ftrack_core.schema import AttributeKind

from .cohort import Arrival, Page
from .merging import merge_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ftrack_core.entity.rows import Key
    from ftrack_core.schema import EntitySchema, Schemas

    from .identity import IdentityMap

__all__ = ["Absorber"]

Row = dict[str, Any]


class _Shape(NamedTuple):
    """How rows of one type with so many attributes are read."""

    width: int
    key_name: str | None
    relations: tuple[str, ...]
    schema: EntitySchema


class Absorber:
    """Takes in one answer. With *adopt* known rows join the cohort of this answer."""

    def __init__(
        self, schemas: Schemas, identity: IdentityMap, serial: int, *, adopt: bool = True
    ) -> None:
        self._schemas = schemas
        self._identity = identity
        self._adopt = adopt
        self._shapes: dict[str, _Shape] = {}
        self._companion_shapes: dict[tuple[str, ...], _Shape] = {}
        self.page = Page(serial)

    def take(self, rows: Sequence[Row]) -> Page:
        """Absorb *rows* and return their page. Rows without a type are kept as they are."""
        page = self.page
        page.rows = self._uniform(rows) or [
            self._row(row, page.arrival) if TYPE in row else row for row in rows
        ]
        page.seal()
        return page

    def _uniform(self, rows: Sequence[Row]) -> list[Row] | None:
        """Take in rows of one type and shape; None where they are not, or not one key each.

        This is what a page nearly always is, and it takes no step in Python for each row.
        """
        types = types_of(rows)
        entity_type = types.pop() if len(types) == 1 else None
        if entity_type is None or len(set(map(len, rows))) != 1:
            return None
        shape = self._shape(entity_type, rows[0])
        if shape.key_name is None:
            return None
        for row in rows if shape.relations else ():
            self._relations(row, shape.relations)
        keys = list(map(itemgetter(shape.key_name), rows))
        bucket = dict(zip(keys, rows, strict=True))
        if len(bucket) != len(rows) or entity_type in self.page.index:
            self._shapes[entity_type] = shape._replace(relations=())  # they are taken in already
            return None
        return self._placed(entity_type, keys, bucket)

    def _placed(self, entity_type: str, keys: list[Key], bucket: dict[Key, Row]) -> list[Row]:
        arrival = self.page.arrival
        live = self._identity.buckets.get(entity_type, {})
        known = {key: live[key]() for key in live.keys() & bucket.keys()} if live else {}
        for key, entity in known.items():
            if entity is not None:
                merge_row(entity._row, bucket[key], arrival, adopt=self._adopt)  # noqa: SLF001
                bucket[key] = entity._row  # noqa: SLF001
        for row in bucket.values():
            row.setdefault(ARRIVAL, arrival)
        self.page.index[entity_type] = bucket
        return list(map(bucket.__getitem__, keys)) if known else list(bucket.values())

    def _row(self, row: Row, arrival: Arrival) -> Row:
        """Take in one row that the answer is about: these are alike, so their width tells."""
        entity_type = row[TYPE]
        shape = self._shapes.get(entity_type)
        if shape is None or shape.width != len(row):
            shape = self._shapes[entity_type] = self._shape(entity_type, row)
        key = row[shape.key_name] if shape.key_name else key_of(shape.schema, row)
        if shape.relations:
            self._relations(row, shape.relations)
        return self._place(entity_type, key, row, arrival)

    def _companion(self, row: Row) -> Row:
        """Take in one row that came along: these come by many paths, so their names tell."""
        entity_type = row[TYPE]
        names = (entity_type, *row)
        shape = self._companion_shapes.get(names)
        if shape is None:
            shape = self._companion_shapes[names] = self._shape(entity_type, row)
        key = row[shape.key_name] if shape.key_name else key_of(shape.schema, row)
        if shape.relations:
            self._relations(row, shape.relations)
        return self._place(entity_type, key, row, self.page.companions.arrival)

    def _place(self, entity_type: str, key: Key, row: Row, arrival: Arrival) -> Row:
        bucket = self.page.index.get(entity_type)
        if bucket is None:
            bucket = self.page.index[entity_type] = {}
        known = bucket.get(key)
        if known is None:
            known = self._known(entity_type, key)
            if known is None:
                row[ARRIVAL] = arrival
                known = row
            bucket[key] = known
            if arrival is not self.page.arrival:
                self.page.companions.index.setdefault(entity_type, {})[key] = known
        if known is not row:
            self._join(known, row, arrival)
        return known

    def _join(self, known: Row, row: Row, arrival: Arrival) -> None:
        if _serial(known) == arrival.serial and SERIALS not in known:
            known.update(row)  # the same answer says more, or only the key again
        else:
            merge_row(known, row, arrival, adopt=self._adopt)

    def _known(self, entity_type: str, key: Key) -> Row | None:
        entity = self._identity.get(entity_type, key)
        return None if entity is None else entity._row  # noqa: SLF001 -- the store owns rows

    def _relations(self, row: Row, names: tuple[str, ...]) -> None:
        index = self.page.index
        for name in names:
            value = row.get(name)
            if value.__class__ is dict:
                # Most references are bare keys of rows that came before: found without a call.
                bucket = index.get(value[TYPE]) if len(value) == 2 else None
                known = bucket.get(value.get("id", "")) if bucket else None
                row[name] = known or self._companion(value)
            elif value.__class__ is list:
                row[name] = [self._companion(one) for one in value]

    def _shape(self, entity_type: str, row: Row) -> _Shape:
        schema = self._schemas[entity_type]
        attributes = schema.attributes
        relations = tuple(
            name
            for name in row
            if name in attributes and attributes[name].kind is not AttributeKind.SCALAR
        )
        single = schema.primary_key[0] if len(schema.primary_key) == 1 else None
        return _Shape(len(row), single, relations, schema)


def _serial(row: Row) -> int:
    arrival: Arrival | None = row.get(ARRIVAL)
    return -1 if arrival is None else arrival.serial
