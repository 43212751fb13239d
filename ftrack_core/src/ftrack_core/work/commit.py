"""The commit: sends what was recorded and makes it what is known of the server.

Only the changes of the snapshot that was sent are discarded; what another thread records meanwhile
stays. Where the server refuses, every value and every pending change is as it was.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from ftrack_core.changes import squash
from ftrack_core.entity.rows import key_parts
from ftrack_core.errors import (
    AuthenticationError,
    CommitError,
    CommitRefusedError,
    ConnectionLostError,
    ServerError,
)
from ftrack_core.store.collector import patient_collector
from ftrack_core.wire import UNCHANGED, encode

from .recovery import recover
from .settle import settle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ftrack_core.changes import ChangeLog, Payload
    from ftrack_core.ports import Batch

    from .unit import UnitOfWork

    Execute = Callable[[Batch], list[Any]]

    # How the entities of a batch are named in it, by their `id`; who is held is nobody else.
    _Named = dict[int, tuple[Any, Mapping[str, Any]]]

__all__ = ["commit", "described", "operation_of"]


def commit(
    work: UnitOfWork,
    log: ChangeLog,
    execute: Execute,
    *,
    before: Callable[[Batch], object],
    after: Callable[[Batch, Sequence[Any]], object],
) -> None:
    """Send all changes of *log*, the session's or a transaction's, in one batch.

    *before* may raise to refuse; *after* hears the answers.

    Raises:
        CommitError: a value cannot be sent, or *before* commits itself.
        CommitRefusedError: the server refused; *operation* is the payload it names, if it does.
        OutcomeUnknownError: the answer was lost and nothing tells what became of the batch.
        ConnectionLostError: nothing was sent.
    """
    # Thousands of changes are as many small objects, several times over; most are gone by the end.
    with patient_collector():
        batch, results = _sent_and_settled(work, log, execute, before)
        if batch:
            after(batch, results)
        del batch, results


def _sent_and_settled(
    work: UnitOfWork, log: ChangeLog, execute: Execute, before: Callable[[Batch], object]
) -> tuple[Batch, list[Any]]:
    with work.commit_lock, work.committing():
        snapshot = log.snapshot()
        payloads = squash(snapshot, work.store.gone.is_dead if work.store.gone.is_any else None)
        named: _Named = {}  # thousands of tasks have the same few parents
        batch = [operation_of(payload, named) for payload in payloads]
        results: list[Any] = []
        if batch:
            before(batch)
            results = _send(work, execute, payloads, batch)
        settle(work, log, snapshot, results)
    return batch, results


def operation_of(payload: Payload, named: _Named | None = None) -> dict[str, Any]:
    """Return the operation of the protocol for one payload; a batch shares *named*."""
    entity_type, key = payload.identity
    operation: dict[str, Any] = {
        "action": payload.action,
        "entity_type": entity_type,
        "entity_key": [key] if key.__class__ is str else key_parts(key),
    }
    if payload.action != "delete":
        operation["entity_data"] = _encoded(payload, {} if named is None else named)
    return operation


def _encoded(payload: Payload, named: _Named) -> dict[str, Any]:
    encoded = payload.entity_data()
    name = ""
    try:
        for name in tuple(encoded) if payload.references is None else payload.references:
            value = encoded[name]
            if value.__class__ in UNCHANGED or (value.__class__ is float and isfinite(value)):
                continue
            if (known := named.get(id(value))) is not None:
                encoded[name] = dict(known[1])  # a plugin that changes one changes no other
            elif (reference := getattr(value, "__ftrack_reference__", None)) is not None:
                encoded[name] = reference()
                named[id(value)] = (value, encoded[name])
            else:
                encoded[name] = encode(value)
    except (TypeError, ValueError) as error:
        raise CommitError(
            f"{payload.entity_type} {payload.key}: {name!r} cannot be sent ({error}); assign "
            "another value, or take the change back with session.rollback",
            operation=payload,
        ) from error
    return encoded


def _send(
    work: UnitOfWork, execute: Execute, payloads: list[Payload], batch: list[dict[str, Any]]
) -> list[Any]:
    try:
        return _send_or_recover(work, execute, payloads, batch)
    except AuthenticationError:
        raise
    except ServerError as refusal:
        raise _refused(refusal, payloads) from refusal


def _send_or_recover(
    work: UnitOfWork, execute: Execute, payloads: list[Payload], batch: list[dict[str, Any]]
) -> list[Any]:
    try:
        return execute(batch)
    except ConnectionLostError as lost:
        if not lost.sent:
            raise
        return recover(work, execute, payloads, batch, lost)


def _refused(refusal: ServerError, payloads: list[Payload]) -> CommitRefusedError:
    position = refusal.operation
    if position is None or not 0 <= position < len(payloads):
        return CommitRefusedError(refusal)
    payload = payloads[position]
    place = f"operation {position + 1} of {len(payloads)}, {described(payload)}"
    return CommitRefusedError(refusal, payload, place=place)


def described(payload: Payload) -> str:
    """Return what one payload does, in words: ``update of Task t1 (name, status)``."""
    mapped = next((one.mapped for one in payload.changes if one.mapped is not None), None)
    if mapped is not None:
        owner = f"{mapped.owner.entity_type} {', '.join(key_parts(mapped.owner.key))}"
        return f"{payload.action} of {mapped.attribute}[{mapped.key!r}] of {owner}"
    names = f" ({', '.join(payload.data)})" if payload.data else ""
    key = ", ".join(key_parts(payload.key))
    return f"{payload.action} of {payload.entity_type} {key}{names}"
