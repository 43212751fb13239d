"""What a commit does when its answer was lost: it asks for what it created.

A batch is one transaction, so one created row tells for all: there means that the batch was carried
out, absent means that it was not and can be sent again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.entity.rows import key_parts
from ftrack_core.errors import ConnectionLostError, OutcomeUnknownError
from ftrack_core.store.texts import by_keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from ftrack_core.changes import Payload
    from ftrack_core.ports import Batch

    from .unit import UnitOfWork

    Execute = Callable[[Batch], list[Any]]

__all__ = ["recover"]


def recover(
    work: UnitOfWork,
    execute: Execute,
    payloads: list[Payload],
    batch: list[dict[str, Any]],
    lost: ConnectionLostError,
) -> list[Any]:
    """Return the answers of a batch whose answer was lost, or raise `OutcomeUnknownError`."""
    created = next((one for one in payloads if one.action == "create"), None)
    if created is None:
        raise _unknown(batch) from lost
    try:
        if _is_there(work, execute, created):
            return _read_back(work, execute, payloads)
        return execute(batch)
    except ConnectionLostError as again:
        raise _unknown(batch) from again


def _unknown(batch: list[dict[str, Any]]) -> OutcomeUnknownError:
    return OutcomeUnknownError(
        f"the connection broke before the answer to {len(batch)} operation(s) came; they may or "
        "may not have been carried out. Look on the server, then commit again or roll back",
        batch,
    )


def _is_there(work: UnitOfWork, execute: Execute, created: Payload) -> bool:
    schema = work.store.schemas[created.entity_type]
    text = by_keys(schema, schema.primary_key, [created.key])
    return bool(_rows(execute, text))


def _read_back(work: UnitOfWork, execute: Execute, payloads: list[Payload]) -> list[Any]:
    """Answer each operation by the row as it is now."""
    answers: list[Any] = []
    for payload in payloads:
        if payload.action == "delete":
            answers.append({"action": "delete", "data": True})
            continue
        schema = work.store.schemas[payload.entity_type]
        names = list(dict.fromkeys([*schema.primary_key, *payload.data]))
        rows = _rows(execute, by_keys(schema, names, [payload.key]))
        key = dict(zip(schema.primary_key, key_parts(payload.key), strict=True))
        data = rows[0] if rows else {"__entity_type__": payload.entity_type, **key}
        answers.append({"action": payload.action, "data": data})
    return answers


def _rows(execute: Execute, text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = execute([{"action": "query", "expression": text}])[0]["data"]
    return found
