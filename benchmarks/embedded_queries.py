"""What the embedded server costs in process, as ratios to sqlite3 and orjson on the same rows.

python -m benchmarks.embedded_queries [--tasks N] [--rounds N]
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import uuid
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import orjson
from ftrack_embedded import Caller, Studio

from benchmarks.floor import Ratio, ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCALARS: Final = "name, bid, sort, description, status_id, type_id, priority_id, parent_id"
REFERENCES: Final = "name, status.name, type.name, parent.name"
PAGE: Final = 500
CREATED: Final = 1000
TASK: Final = "11c137c0-ee7e-4f9c-91c5-8c77cec22b2c"
COLUMNS: Final = ("id", *SCALARS.split(", "), "context_type", "object_type_id", "project_id")
_IS_TASK: Final = f"context_type = 'task' and object_type_id = '{TASK}'"
_PAGE_SQL: Final = (
    f"select {', '.join(COLUMNS)} from context where {_IS_TASK} order by id limit {PAGE}"
)
_JOINED_SQL: Final = f"""
select t.id, t.name, t.context_type, t.object_type_id, t.project_id,
       s.id, s.name, y.id, y.name, p.id, p.name, p.context_type, p.object_type_id, p.project_id
from context t left join status s on s.id = t.status_id left join type y on y.id = t.type_id
left join context p on p.id = t.parent_id
where t.id in (select id from context where {_IS_TASK} order by id limit {PAGE}) order by t.id
"""
_VALUES_SQL: Final = f"""
select t.id, c.id, c.key, case when v.entity_id is not null then v.value
       when c.is_hierarchical then null else c."default" end
from context t
join custom_configuration_base c on c.kind = 'attribute'
 and (c.project_id is null or c.project_id = t.project_id)
 and ((c.entity_type = 'show' and c.is_hierarchical)
  or (c.entity_type = 'task'
      and (c.object_type_id = t.object_type_id or c.object_type_id is null)))
left join custom_attribute_value v on v.configuration_id = c.id and v.entity_id = t.id
where t.id in (select id from context where {_IS_TASK} order by id limit {PAGE}) order by t.id
"""


class Floor:
    """The work that no server gets around, on a connection of its own to the same file."""

    def __init__(self, studio: Studio) -> None:
        self._connection = sqlite3.connect(str(studio.path), isolation_level=None)
        self._connection.execute("pragma synchronous = off")

    def page(self) -> bytes:
        """Print a page of tasks with their scalars."""
        found = self._connection.execute(_PAGE_SQL)
        rows = [
            {"__entity_type__": "Task", **dict(zip(COLUMNS, row, strict=True))} for row in found
        ]
        return _printed(rows)

    def joined(self) -> bytes:
        """Print a page of tasks with three references each."""
        return _printed(self._joined())

    def joined_and_values(self) -> bytes:
        """Print a page of tasks with three references and all custom attributes."""
        rows = self._joined()
        found = self._connection.execute(_VALUES_SQL)
        for row, (_, values) in zip(rows, groupby(found, key=lambda one: one[0]), strict=True):
            row["custom_attributes"] = [_value(one) for one in values]
        return _printed(rows)

    def single(self, identifier: str) -> bytes:
        """Print one row found by its id."""
        row = self._connection.execute(
            "select id, name from context where id = ?", (identifier,)
        ).fetchone()
        return _printed([{"__entity_type__": "Task", "id": row[0], "name": row[1]}])

    def create(self, made: Made) -> bytes:
        """Read the request, write the rows one by one, print the answer."""
        orjson.loads(made.body)
        self._connection.execute("begin immediate")
        for row in made.rows:
            names = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join("?" * len(row))
            self._connection.execute(
                f"insert into context ({names}) values ({marks})", list(row.values())
            )
        self._connection.execute("commit")
        return orjson.dumps(made.answer)

    def written(self, identifiers: list[str]) -> list[dict[str, Any]]:
        """Return the rows that a batch of creates left, without what is null in them."""
        marks = ", ".join("?" * len(identifiers))
        found = self._connection.execute(
            f"select * from context where id in ({marks})", identifiers
        )
        names = [column[0] for column in found.description]
        rows = (zip(names, row, strict=True) for row in found)
        return [{name: value for name, value in row if value is not None} for row in rows]

    def _joined(self) -> list[dict[str, Any]]:
        return [_with_references(row) for row in self._connection.execute(_JOINED_SQL)]


def _with_references(row: tuple[Any, ...]) -> dict[str, Any]:
    names = ("id", "name", "context_type", "object_type_id", "project_id")
    return {
        "__entity_type__": "Task",
        **dict(zip(names, row[:5], strict=True)),
        "status": {"__entity_type__": "Status", "id": row[5], "name": row[6]},
        "type": {"__entity_type__": "Type", "id": row[7], "name": row[8]},
        "parent": {"__entity_type__": "Shot", **dict(zip(names, row[9:], strict=True))},
    }


def _value(row: tuple[Any, ...]) -> dict[str, Any]:
    entity, configuration, key, value = row
    return {
        "__entity_type__": "ContextCustomAttributeValue",
        "configuration_id": configuration,
        "entity_id": entity,
        "key": key,
        "value": None if value is None else orjson.loads(value),
    }


def _printed(rows: list[dict[str, Any]]) -> bytes:
    return orjson.dumps([{"action": "query", "data": rows}])


def _creates(parent: str) -> list[dict[str, Any]]:
    return [
        {
            "action": "create",
            "entity_type": "Task",
            "entity_data": {
                "__entity_type__": "Task",
                "id": str(uuid.uuid4()),
                "name": f"task_{number}",
                "bid": 3600.0,
                "parent": {"__entity_type__": "Shot", "id": parent},
            },
        }
        for number in range(CREATED)
    ]


def reads(studio: Studio, floor: Floor, rounds: int) -> Iterator[tuple[str, Ratio]]:
    """Yield what each kind of query costs."""
    task = _asked(studio, "select id from Task limit 1")[0]["id"]

    def ours(expression: str) -> Callable[[], bytes]:
        batch = [{"action": "query", "expression": expression}]
        return lambda: orjson.dumps(studio.execute(batch))

    def measured(name: str, expression: str, other: Callable[[], bytes]) -> tuple[str, Ratio]:
        return name, ratio(ours(expression), other, rounds)

    page = f"from Task limit {PAGE}"
    yield measured("page of 500, 8 scalars", f"select {SCALARS} {page}", floor.page)
    yield measured("page of 500, 3 references", f"select {REFERENCES} {page}", floor.joined)
    yield measured(
        "page of 500, 3 references and custom attributes",
        f"select {REFERENCES}, custom_attributes {page}",
        floor.joined_and_values,
    )
    single = f"select name from Task where id is {task}"
    yield measured("one row by its id", single, lambda: floor.single(task))
    reader = _restricted_reader(studio)
    batch = [{"action": "query", "expression": single}]
    yield (
        "one row by its id, somebody from whom much is hidden",
        ratio(
            lambda: orjson.dumps(studio.execute(batch, caller=reader)),
            lambda: floor.single(task),
            rounds,
        ),
    )


def _restricted_reader(studio: Studio) -> Caller:
    """Return somebody without a role, to whom twenty private projects are closed."""
    projects = [
        {"__entity_type__": "Project", "name": f"private_{number}", "is_private": True}
        for number in range(20)
    ]
    creates = [
        {"action": "create", "entity_type": "Project", "entity_data": one} for one in projects
    ]
    user = {"__entity_type__": "User", "username": "reader"}
    studio.execute([*creates, {"action": "create", "entity_type": "User", "entity_data": user}])
    return Caller("reader")


@dataclass(frozen=True)
class Made:
    """A batch of creates as bytes, and for the floor the rows and the answer it comes to."""

    body: bytes
    rows: list[dict[str, Any]]
    answer: list[Any]


def _batches(studio: Studio, floor: Floor, count: int) -> Iterator[Made]:
    """Yield batches that were not carried out yet, with the rows and answers of one that was."""
    shot = _asked(studio, "select id from Shot limit 1")[0]["id"]
    first = _creates(shot)
    answer = studio.execute(first)
    rows = floor.written([one["entity_data"]["id"] for one in first])
    for _ in range(count):
        batch = _creates(shot)
        fresh = [
            row | {"id": one["entity_data"]["id"]} for row, one in zip(rows, batch, strict=True)
        ]
        yield Made(orjson.dumps(batch), fresh, answer)


def writes(studio: Studio, floor: Floor, rounds: int) -> Iterator[tuple[str, Ratio]]:
    """Yield what a batch of creates costs; the floor writes the rows that ours left."""
    batches = iter(list(_batches(studio, floor, 2 * rounds + 2)))

    def ours() -> bytes:
        return orjson.dumps(studio.execute(orjson.loads(next(batches).body)))

    yield f"batch of {CREATED:,} creates", ratio(ours, lambda: floor.create(next(batches)), rounds)


def _asked(studio: Studio, expression: str) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = studio.execute([{"action": "query", "expression": expression}])[0][
        "data"
    ]
    return data


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args(arguments)
    with Studio(seed="demo", demo={"tasks": options.tasks}) as studio:
        floor = Floor(studio)
        print(f"{options.tasks:,} tasks, {options.rounds} rounds")
        for name, figure in reads(studio, floor, options.rounds):
            print(f"{name:55} {figure}")
        for name, figure in writes(studio, floor, options.rounds):
            print(f"{name:55} {figure}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
