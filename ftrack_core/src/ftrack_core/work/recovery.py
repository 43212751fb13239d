"""What a commit does when its answer was lost: it asks for what it created.

A batch is one transaction, so one created row tells for all: there means that the batch was carried
out, absent means that it was not and can be sent again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.entity.rows import TYPE, key_of, key_parts
from ftrack_core.errors import OutcomeUnknownError, ServerError, TransportError
from ftrack_core.store.texts import by_keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from ftrack_core.changes import Identity, Payload
    from ftrack_core.entity.rows import Key
    from ftrack_core.errors import ConnectionLostError
    from ftrack_core.ports import Batch

    from .unit import UnitOfWork

    Execute = Callable[[Batch], list[Any]]

__all__ = ["recover"]

_AT_ONCE = 500
"""How many keys one query names."""


def recover(
    work: UnitOfWork,
    execute: Execute,
    payloads: list[Payload],
    batch: list[dict[str, Any]],
    lost: ConnectionLostError,
) -> list[Any]:
    """Return the answers of a batch whose answer was lost.

    Raises:
        OutcomeUnknownError: nothing tells what became of it.
        ServerError: it was not carried out, and when sent again the server refused it.
    """
    created = next((one for one in payloads if one.action == "create"), None)
    if created is None:
        raise _unknown(batch, lost) from lost
    done = _carried_out(work, execute, payloads, batch, created)
    if done is not None:
        return done
    try:
        return execute(batch)
    except ServerError:
        # The server may still have been at it, and has refused only the second time.
        done = _carried_out(work, execute, payloads, batch, created)
        if done is None:
            raise
        return done
    except TransportError as again:
        raise _unknown(batch, again) from again


def _carried_out(
    work: UnitOfWork,
    execute: Execute,
    payloads: list[Payload],
    batch: list[dict[str, Any]],
    created: Payload,
) -> list[Any] | None:
    """Return the answers if *created* is there; None if it is not, and so nothing of the batch."""
    try:
        return _read_back(work, execute, payloads) if _is_there(work, execute, created) else None
    except TransportError as lost:
        raise _unknown(batch, lost) from lost


def _unknown(batch: list[dict[str, Any]], cause: TransportError) -> OutcomeUnknownError:
    first = batch[0]
    place = f"{first['action']} of {first['entity_type']} {', '.join(first['entity_key'])}"
    return OutcomeUnknownError(
        f"the answer to {len(batch)} operation(s), the first a {place}, was lost ({cause}); they "
        "may or may not have been carried out. Look on the server, then commit again or roll back",
        batch,
    )


def _is_there(work: UnitOfWork, execute: Execute, created: Payload) -> bool:
    schema = work.store.schemas[created.entity_type]
    text = by_keys(schema, schema.primary_key, [created.key])
    return bool(_rows(execute, text))


def _read_back(work: UnitOfWork, execute: Execute, payloads: list[Payload]) -> list[Any]:
    """Answer each operation by the row as it is now; one request asks for all of them."""
    rows = _rows_now(work, execute, payloads)
    answers: list[Any] = []
    for payload in payloads:
        if payload.action == "delete":
            answers.append({"action": "delete", "data": True})
            continue
        names = work.store.schemas[payload.entity_type].primary_key
        key = dict(zip(names, key_parts(payload.key), strict=True))
        data = rows.get(payload.identity, {"__entity_type__": payload.entity_type, **key})
        answers.append({"action": payload.action, "data": data})
    return answers


def _rows_now(
    work: UnitOfWork, execute: Execute, payloads: list[Payload]
) -> dict[Identity, dict[str, Any]]:
    """Return what was written as the server has it now; alike payloads share a query."""
    schemas = work.store.schemas
    alike: dict[tuple[str, ...], list[Key]] = {}
    for payload in payloads:
        if payload.action != "delete":
            names = dict.fromkeys([*schemas[payload.entity_type].primary_key, *payload.data])
            alike.setdefault((payload.entity_type, *names), []).append(payload.key)
    texts = [
        by_keys(schemas[entity_type], names, keys[start : start + _AT_ONCE])
        for (entity_type, *names), keys in alike.items()
        for start in range(0, len(keys), _AT_ONCE)
    ]
    found: dict[Identity, dict[str, Any]] = {}
    for row in _rows(execute, *texts):
        identity = (row[TYPE], key_of(schemas[row[TYPE]], row))
        found.setdefault(identity, {}).update(row)
    return found


def _rows(execute: Execute, *texts: str) -> list[dict[str, Any]]:
    answers = execute([{"action": "query", "expression": text} for text in texts]) if texts else []
    return [row for answer in answers for row in answer["data"]]
