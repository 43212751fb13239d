"""A whole server in one object, for tests of what needs a transport and nothing else."""

from __future__ import annotations

import hashlib
import json
import threading
from copy import deepcopy
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from ftrack_core.errors import QuerySyntaxError, ServerError, SessionClosedError
from ftrack_core.query import parse
from ftrack_core.schema import Schemas

from .memory_answers import MemoryAnswer
from .memory_changes import MemoryChanges
from .memory_rows import MemoryRows
from .memory_schemas import memory_schemas
from .memory_stream import MemoryStreamResponse, read_body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ftrack_core.ports import Batch, Body

__all__ = ["MemoryTransport"]

_Operation = dict[str, Any]
_WRITES = frozenset({"create", "update", "delete"})


class MemoryTransport:
    """Answers like a small server, from rows in memory, and remembers what it was asked.

    *rows* are flat, in wire form, with ``__entity_type__`` and foreign keys::

        MemoryTransport(rows=[
            {"__entity_type__": "Status", "id": "s1", "name": "Ready"},
            {"__entity_type__": "Task", "id": "t1", "name": "light", "status_id": "s1"},
        ])

    *schemas* are in the form that ``query_schemas`` answers; a small studio's by default. A refused
    operation undoes the whole batch and names its position. Used by many threads at once.

    Attributes: *batches* everything that was sent, in order, for tests that count requests;
    *before_answer* is called with each batch after it was carried out and before its answer
    returns, outside any lock, for tests that let something happen in between; *files* the bytes
    that were uploaded, by component id.
    """

    def __init__(
        self,
        schemas: list[dict[str, Any]] | None = None,
        rows: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        self._wire_schemas = memory_schemas() if schemas is None else deepcopy(schemas)
        self._rows = MemoryRows(Schemas.from_wire(self._wire_schemas), deepcopy(list(rows)))
        self._lock = threading.RLock()
        self._faults: list[tuple[Exception, bool]] = []
        self.batches: list[list[_Operation]] = []
        self.before_answer: Callable[[Sequence[_Operation]], None] | None = None
        self.files: dict[str, bytes] = {}
        self.closed = False

    def add(self, *rows: Mapping[str, Any]) -> None:
        """Put further rows into the studio, as if somebody else had created them."""
        with self._lock:
            for row in rows:
                self._rows.add(self._rows.complete(deepcopy(dict(row))))

    def rows(self, entity_type: str) -> list[dict[str, Any]]:
        """Return copies of the rows of *entity_type* and its subtypes, as they are stored."""
        with self._lock:
            return deepcopy(list(self._rows.of_type(entity_type)))

    def fail_next(self, error: Exception, *, after: bool = False) -> None:
        """Raise *error* from the next request; with *after*, once it has been carried out.

        Called several times, the errors are raised by as many requests.
        """
        with self._lock:
            self._faults.append((error, after))

    def execute(self, batch: Batch) -> list[Any]:
        """Carry out *batch*, all or nothing, and return one answer for each operation."""
        sent: list[_Operation] = json.loads(json.dumps(list(batch)))  # as on a real wire
        with self._lock:
            self._check_open()
            self.batches.append(deepcopy(sent))
            error, after = self._faults.pop(0) if self._faults else (None, False)
            if error is not None and not after:
                raise error
            answers = self._execute(sent)
        if error is not None:
            raise error
        if self.before_answer is not None:
            self.before_answer(sent)
        return deepcopy(answers)

    def stream(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002 - part of the port
        body: Body = None,
    ) -> MemoryStreamResponse:
        """Keep what is PUT under ``/upload?id=``; give it back for ``/component/get?id=``."""
        address = urlsplit(url)
        component = parse_qs(address.query).get("id", [""])[0]
        data = b"".join(read_body(body))
        with self._lock:
            self._check_open()
            if method.upper() == "PUT":
                self.files[component] = data
                return MemoryStreamResponse(200, b"")
            found = self.files.get(component)
            if found is not None and address.path.endswith("/remove"):
                del self.files[component]
        return MemoryStreamResponse(200, found) if found is not None else _not_found()

    def close(self) -> None:
        """Refuse all further requests."""
        self.closed = True

    def _check_open(self) -> None:
        if self.closed:
            raise SessionClosedError("the transport was closed; make a new session")

    def _execute(self, batch: list[_Operation]) -> list[Any]:
        writes = any(operation.get("action") in _WRITES for operation in batch)
        snapshot = self._rows.snapshot() if writes else None
        try:
            return list(self._answers(batch))
        except ServerError:
            if snapshot is not None:
                self._rows.restore(snapshot)
            raise

    def _answers(self, batch: list[_Operation]) -> Iterator[Any]:
        answer, changes = MemoryAnswer(self._rows), MemoryChanges(self._rows)
        for position, operation in enumerate(batch):
            try:
                yield self._answer(operation, answer, changes)
            except ServerError as error:
                raise ServerError(error.exception, error.content, operation=position) from None

    def _answer(self, operation: _Operation, answer: MemoryAnswer, changes: MemoryChanges) -> Any:
        action = operation.get("action", "")
        if action == "query":
            return answer.query(_parse(operation["expression"]))
        if action in _WRITES:
            return getattr(changes, action)(operation)
        if action == "query_schemas":
            return self._wire_schemas
        if action == "query_server_information":
            return self._server_information(operation.get("values"))
        if action == "get_upload_metadata":
            component = operation["component_id"]
            return {"url": f"/upload?id={component}", "component_id": component, "headers": {}}
        raise ServerError("ServerError", f"Invalid action u'{action}'")

    def _server_information(self, values: list[str] | None) -> dict[str, Any]:
        text = json.dumps(self._wire_schemas, sort_keys=True).encode()
        information: dict[str, Any] = {
            "version": "24.9.0",
            "schema_hash": hashlib.md5(text, usedforsecurity=False).hexdigest(),
            "is_timezone_support_enabled": True,
            "storage_scenario": None,
        }
        if values is None:
            return information
        return {name: information[name] for name in values if name in information}


def _parse(expression: str) -> Any:
    try:
        return parse(expression)
    except QuerySyntaxError as error:
        raise ServerError(
            "ParseError", f"Failed to parse: {error.excerpt} ({error.reason})"
        ) from None


def _not_found() -> MemoryStreamResponse:
    return MemoryStreamResponse(404, b'{"exception": "NotFound", "content": "No such component."}')
