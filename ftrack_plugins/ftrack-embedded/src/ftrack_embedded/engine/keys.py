"""API keys: made here, stored as hashes, never shown again."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.errors import AuthenticationError, ConfigurationError, did_you_mean
from sqlalchemy import Connection, delete, insert, select, update

from . import failures
from .caller import ADMINISTRATOR, Caller
from .values import now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .catalogue import Catalogue

__all__ = [
    "authenticate",
    "authenticate_by_hash",
    "hash_of",
    "is_active",
    "new_key",
    "refused",
    "register_key",
    "renew_key",
    "replace_key",
    "reset_key",
]

_KEY_BYTES: Final = 32


def new_key() -> str:
    """Return a new random key."""
    return secrets.token_urlsafe(_KEY_BYTES)


def register_key(
    connection: Connection,
    catalogue: Catalogue,
    username: str | None,
    key: str,
    *,
    name: str = "",
    role: str | None = None,
) -> None:
    """Let *username* sign in with *key*; an unknown user or role is a ConfigurationError.

    Without a user name the key is a global one: with it every user signs in, and its *role* says
    what may be done. With a user name a *role* limits what the user may do otherwise.
    """
    if username is None and role is None:
        raise ConfigurationError("A global key needs a role, such as API or Administrator.")
    table = catalogue.metadata.tables["api_key"]
    user_id = None if username is None else _user_id(connection, catalogue, username)
    _check_role(connection, catalogue, role)
    forgotten = select(table.c.id).where(table.c.key_hash == hash_of(key))
    _forget(connection, catalogue, list(connection.scalars(forgotten)))
    row = {"id": str(uuid.uuid4()), "user_id": user_id, "name": name, "role": role}
    connection.execute(insert(table).values(key_hash=hash_of(key), created_at=now(), **row))
    shown = {"id": row["id"], "identifier": name or None, "resource_id": user_id}
    connection.execute(insert(catalogue.table("ApiKey")).values(shown))


def _forget(connection: Connection, catalogue: Catalogue, ids: list[str]) -> None:
    for table in (catalogue.metadata.tables["api_key"], catalogue.table("ApiKey")):
        connection.execute(delete(table).where(table.c.id.in_(ids)))


def _check_role(connection: Connection, catalogue: Catalogue, role: str | None) -> None:
    if role is None:
        return
    names = list(connection.scalars(select(catalogue.table("SecurityRole").c.name)))
    if role not in names:
        known = ", ".join(sorted(filter(None, names)))
        raise ConfigurationError(
            f"There is no security role {role!r}; there are {known}.{did_you_mean(role, names)}"
        )


def reset_key(connection: Connection, catalogue: Catalogue, username: str) -> str:
    """Replace all keys of a user by a new one and return it."""
    table = catalogue.metadata.tables["api_key"]
    user_id = _user_id(connection, catalogue, username)
    own = select(table.c.id).where(table.c.user_id == user_id)
    _forget(connection, catalogue, list(connection.scalars(own)))
    key = new_key()
    register_key(connection, catalogue, username, key)
    return key


def renew_key(connection: Connection, catalogue: Catalogue, shown: Mapping[str, Any]) -> str:
    """Give one key another secret and return it; *shown* is its row, owner and role stay.

    A row that a client has made has no secret yet: the key is registered then.
    """
    table = catalogue.metadata.tables["api_key"]
    key = new_key()
    secret = {"key_hash": hash_of(key), "name": shown["identifier"] or ""}
    is_it = table.c.id == shown["id"]
    if connection.execute(select(table.c.id).where(is_it)).first() is not None:
        connection.execute(update(table).where(is_it).values(secret))
        return key
    if shown["resource_id"] is None:
        raise failures.invalid(
            f"The ApiKey {shown['id']} is nobody's: give it the resource_id of a user first."
        )
    owner = {"id": shown["id"], "user_id": shown["resource_id"], "created_at": now()}
    connection.execute(insert(table).values({**secret, **owner}))
    return key


def replace_key(
    connection: Connection,
    catalogue: Catalogue,
    username: str,
    key: str,
    *,
    name: str,
    role: str | None = None,
) -> None:
    """Let *username* sign in with *key* in place of the one of the same *name*."""
    table = catalogue.metadata.tables["api_key"]
    user_id = _user_id(connection, catalogue, username)
    former = select(table.c.id).where(table.c.user_id == user_id, table.c.name == name)
    _forget(connection, catalogue, list(connection.scalars(former)))
    register_key(connection, catalogue, username, key, name=name, role=role)


def authenticate(connection: Connection, catalogue: Catalogue, username: str, key: str) -> Caller:
    """Return the caller if *key* is one of the user's or a global one, and the user is active."""
    return authenticate_by_hash(connection, catalogue, username, hash_of(key))


def authenticate_by_hash(
    connection: Connection, catalogue: Catalogue, username: str, hashed: str
) -> Caller:
    """Return the caller as `authenticate` does, for a key of which only the hash is known."""
    table = catalogue.metadata.tables["api_key"]
    user = catalogue.table("User")
    found: Any = connection.execute(
        select(user.c.id, user.c.is_active).where(user.c.username == username)
    ).first()
    held = select(table.c.key_hash, table.c.user_id, table.c.role, table.c.id)
    for stored, owner, role, key_id in connection.execute(held.where(table.c.key_hash == hashed)):
        is_his = found is not None and owner in (None, found.id)
        if hmac.compare_digest(stored, hashed) and is_his and found.is_active:
            return Caller(username, key_role=role, is_global_key=owner is None, key_id=key_id)
    raise refused()


def is_active(connection: Connection, catalogue: Catalogue, username: str) -> bool:
    """Return whether a user is there and may sign in."""
    user = catalogue.table("User")
    found = connection.scalar(select(user.c.is_active).where(user.c.username == username))
    return bool(found) or (found is None and username == ADMINISTRATOR)


def refused() -> AuthenticationError:
    """Return the error for wrong credentials; clients know its code and how its text begins."""
    return AuthenticationError(
        "InvalidCredentialsError",
        "The supplied API key is not valid. Check the user name and the key.",
        error_code="api_credentials_invalid",
    )


def hash_of(key: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _user_id(connection: Connection, catalogue: Catalogue, username: str) -> str:
    user = catalogue.table("User")
    known = select(user.c.username, user.c.id).where(user.c.username.is_not(None))
    names = {row.username: str(row.id) for row in connection.execute(known)}
    if username not in names:
        raise ConfigurationError(f"There is no user {username!r}.{did_you_mean(username, names)}")
    return names[username]
