"""The outbox: messages that an ftrack server would send by mail. Here they are only recorded.

They are kept in a table that no entity type shows, made when the first message is put into it.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from .transaction import Transaction

__all__ = ["Message", "messages", "put"]

_OUTBOX: Final = sa.Table(
    "outbox",
    sa.MetaData(),
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("kind", sa.Text(), nullable=False),
    sa.Column("recipient", sa.Text(), nullable=False),
    sa.Column("content", sa.Text(), nullable=False),
    sa.Column("created_at", sa.Text(), nullable=False),
    sa.Column("number", sa.BigInteger(), nullable=False),
)


@dataclass(frozen=True)
class Message:
    """What was to be sent: its *kind*, to whom (a mail address or a login name), and the facts."""

    kind: str
    recipient: str
    content: Mapping[str, Any]
    created_at: str


def put(tx: Transaction, kind: str, recipient: str, content: Mapping[str, Any]) -> None:
    """Record a message; it is there when the batch is committed."""
    tx.connection.execute(CreateTable(_OUTBOX, if_not_exists=True))
    last = tx.connection.execute(sa.select(sa.func.max(_OUTBOX.c.number))).scalar() or 0
    row = {
        "id": str(uuid.uuid4()),
        "kind": kind,
        "recipient": recipient,
        "content": json.dumps(content),
        "created_at": tx.now,
        "number": last + 1,
    }
    tx.connection.execute(sa.insert(_OUTBOX).values(row))


def messages(connection: Connection) -> list[Message]:
    """Return all recorded messages, the oldest first."""
    if not sa.inspect(connection).has_table(_OUTBOX.name):
        return []
    columns = (_OUTBOX.c.kind, _OUTBOX.c.recipient, _OUTBOX.c.content, _OUTBOX.c.created_at)
    found = connection.execute(sa.select(*columns).order_by(_OUTBOX.c.number))
    return [Message(kind, to, json.loads(text), at) for kind, to, text, at in found]
