"""Tickets: random words that let their holder do one thing for a while, without a key.

An upload address and the page of a widget carry one. They are kept in a table that no entity type
shows, made when the first is issued; only the hash of a ticket is stored.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

__all__ = ["change", "contents", "issue", "read", "withdraw"]

_BYTES: Final = 32
_TICKETS: Final = sa.Table(
    "ticket",
    sa.MetaData(),
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("purpose", sa.Text(), nullable=False),
    sa.Column("content", sa.Text(), nullable=False),
    sa.Column("expires_at", sa.BigInteger(), nullable=False),
)


def issue(
    connection: Connection, purpose: str, content: Mapping[str, Any], *, seconds: float
) -> str:
    """Return a new ticket that is good for *seconds*; *content* is what `read` gives for it."""
    _open(connection)
    connection.execute(sa.delete(_TICKETS).where(_TICKETS.c.expires_at < _now()))
    ticket = secrets.token_urlsafe(_BYTES)
    connection.execute(
        sa.insert(_TICKETS).values(
            hash=_hash(ticket),
            purpose=purpose,
            content=json.dumps(content),
            expires_at=_now() + int(seconds),
        )
    )
    return ticket


def read(connection: Connection, purpose: str, ticket: str) -> dict[str, Any] | None:
    """Return the content of a ticket, or None if it is unknown, expired or for something else."""
    if not sa.inspect(connection).has_table(_TICKETS.name):
        return None
    found = connection.execute(
        sa.select(_TICKETS.c.content).where(
            _TICKETS.c.hash == _hash(ticket),
            _TICKETS.c.purpose == purpose,
            _TICKETS.c.expires_at >= _now(),
        )
    ).scalar()
    return None if found is None else dict(json.loads(found))


def contents(connection: Connection, purpose: str) -> list[dict[str, Any]]:
    """Return what all tickets for a purpose hold that are still good."""
    if not sa.inspect(connection).has_table(_TICKETS.name):
        return []
    good = (_TICKETS.c.purpose == purpose, _TICKETS.c.expires_at >= _now())
    found = connection.scalars(sa.select(_TICKETS.c.content).where(*good))
    return [json.loads(content) for content in found]


def change(connection: Connection, ticket: str, content: Mapping[str, Any]) -> None:
    """Store another content with a ticket."""
    is_it = _TICKETS.c.hash == _hash(ticket)
    connection.execute(sa.update(_TICKETS).where(is_it).values(content=json.dumps(content)))


def withdraw(connection: Connection, ticket: str) -> None:
    """Let a ticket be good for nothing from now on."""
    if sa.inspect(connection).has_table(_TICKETS.name):
        connection.execute(sa.delete(_TICKETS).where(_TICKETS.c.hash == _hash(ticket)))


def _open(connection: Connection) -> None:
    connection.execute(CreateTable(_TICKETS, if_not_exists=True))


def _hash(ticket: str) -> str:
    return hashlib.sha256(ticket.encode("utf-8", "replace")).hexdigest()


def _now() -> int:
    return int(time.time())
