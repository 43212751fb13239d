"""What the stub answers to a batch: bytes, made once for each text that is asked."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import orjson
from ftrack_core.query import parse
from ftrack_core.query.tree import And, Comparison, Criterion, Membership, Query

from .stub_rows import KEYS, SYSTEM, StubRows

_MOST_REMEMBERED = 20_000


class StubAnswers:
    """Answers batches. *rows* counts the rows that were sent since the start."""

    def __init__(self, count: int) -> None:
        self.rows = StubRows(count)
        self.sent_rows = 0
        self._schemas = load_schemas()
        self._remembered: dict[str, tuple[bytes, int]] = {}

    def answer(self, body: bytes) -> tuple[list[bytes], int]:
        """Return the answer to one request in pieces, and how many rows it holds.

        A page is not copied: making room for 250 KB takes as long as all else or next to nothing,
        as the memory of the process happens to lie.
        """
        parts, rows = [], 0
        for operation in orjson.loads(body):
            part, held = self._operation(operation)
            parts += (b"," if parts else b"[", part)
            rows += held
        self.sent_rows += rows
        return [*(parts or [b"["]), b"]"], rows

    def _operation(self, operation: dict[str, Any]) -> tuple[bytes, int]:
        action = operation["action"]
        if action == "query":
            return self._query(operation["expression"])
        if action == "query_schemas":
            return self._remember("query_schemas", lambda: (orjson.dumps(self._schemas), 0))
        if action == "query_server_information":
            return self._remember(action, lambda: (orjson.dumps(self._information()), 0))
        if action == "delete":
            return b'{"action":"delete","data":true}', 0
        data = operation["entity_data"]
        if action == "update":
            names = KEYS.get(operation["entity_type"], ("id",))
            keys = dict(zip(names, operation["entity_key"], strict=False))
            data = {"__entity_type__": operation["entity_type"], **keys, **data}
        return orjson.dumps({"action": action, "data": data}), 1

    def _query(self, expression: str) -> tuple[bytes, int]:
        return self._remember(expression, lambda: self._make_page(parse(expression)))

    def _remember(self, text: str, make: Any) -> tuple[bytes, int]:
        found = self._remembered.get(text)
        if found is None:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            found = self._remembered[text] = make()
        return found

    def _information(self) -> dict[str, Any]:
        text = json.dumps(self._schemas, sort_keys=True).encode()
        return {
            "version": "24.9.0",
            "schema_hash": hashlib.md5(text, usedforsecurity=False).hexdigest(),
            "is_timezone_support_enabled": True,
            "storage_scenario": None,
        }

    def _make_page(self, query: Query) -> tuple[bytes, int]:
        page = self._page(query)
        writer = _Writer(self.rows)
        wanted = _wanted(query)
        data = [writer.write(row, wanted) for row in page]
        full = query.limit is not None and len(page) == query.limit
        following = (query.offset or 0) + len(page) if full else None
        answer = {"action": "query", "data": data, "metadata": {"next": {"offset": following}}}
        return orjson.dumps(answer), len(page)

    def _page(self, query: Query) -> list[dict[str, Any]]:
        first = query.offset or 0
        keys = _keys(query.criterion)
        if keys is not None:
            found = [self.rows.by_key(query.entity_type, key) for key in keys]
            rows = [row for row in found if row is not None]
            return rows[first:] if query.limit is None else rows[first : first + query.limit]
        count = self.rows.counts.get(query.entity_type, 0)
        last = count if query.limit is None else min(count, first + query.limit)
        return [self.rows.row(query.entity_type, number) for number in range(first, last)]


class _Writer:
    """Writes an entity in full once and as a bare key afterwards, as a server does."""

    def __init__(self, rows: StubRows) -> None:
        self._rows = rows
        self._written: set[str] = set()

    def write(self, row: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
        entity_type = row["__entity_type__"]
        if entity_type in KEYS:
            return row
        result = {"__entity_type__": entity_type, "id": row["id"]}
        if row["id"] in self._written:
            return result
        self._written.add(row["id"])
        for name, behind in ({name: {} for name in SYSTEM.get(entity_type, ())} | wanted).items():
            result[name] = self._value(row.get(name), behind)
        return result

    def _value(self, value: Any, behind: dict[str, Any]) -> Any:
        if isinstance(value, list):
            return [self._value(one, behind) for one in value]
        if not isinstance(value, tuple):
            return value
        entity_type, number = value
        return self.write(self._rows.row(entity_type, number), behind)


def load_schemas() -> list[dict[str, Any]]:
    """Return the embedded server's schemas where it is installed, else the kernel's small ones."""
    try:
        from ftrack_embedded.model import load_model
        from ftrack_embedded.model.wire import schema_answer
    except ImportError:
        from ftrack_core.testing.memory_schemas import memory_schemas

        return memory_schemas()
    return schema_answer(load_model())


def _wanted(query: Query) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    for projection in query.projections:
        inner = wanted
        for step in projection.steps:  # type: ignore[union-attr] # the stub is asked no aggregates
            inner = inner.setdefault(step.name, {})
    return wanted or {"name": {}}


def _keys(criterion: Criterion | None) -> list[str] | None:
    """Return the ids that *criterion* names; None means that all rows match."""
    if isinstance(criterion, And):
        found = [_keys(one) for one in criterion.operands]
        return next((keys for keys in found if keys is not None), None)
    if isinstance(criterion, (Comparison, Membership)):
        if [step.name for step in criterion.path.steps] != ["id"]:
            return None
        if isinstance(criterion, Comparison):
            return [criterion.value.text]
        return [value.text for value in criterion.choices]
    return None
