"""``reset_remote``: a new API key or a new password."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.errors import did_you_mean

from ftrack_embedded.engine import failures, keys, outbox
from ftrack_embedded.engine.caller import ADMINISTRATOR
from ftrack_embedded.engine.members import single_key
from ftrack_embedded.engine.permissions.rights import Level

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["WRITES", "reset_remote"]

WRITES: Final = True


def reset_remote(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer what was reset. Users may reset their own, administrators anybody's."""
    reset_type = operation.get("reset_type")
    if not isinstance(reset_type, str) or reset_type not in _RESETS:
        known = ", ".join(_RESETS)
        hint = did_you_mean(str(reset_type), _RESETS)
        raise failures.invalid(
            f"There is no reset type {reset_type!r:.40}; there are {known}.{hint}"
        )
    user = _user(tx, operation)
    _check(tx, user["username"])
    return {"action": "reset_remote", "data": _RESETS[reset_type](tx, user)}


def _user(tx: Transaction, operation: Mapping[str, Any]) -> Row:
    """Return the user that is named, or the one whose key is."""
    identifier = single_key(operation)
    named = "ApiKey" if operation.get("entity_type") == "ApiKey" else "User"
    owner = identifier
    if named == "ApiKey" and named in tx.catalogue.types:
        key = tx.rows.get(named, (identifier,))
        owner = key["resource_id"] if key else ""
    user = tx.rows.get("User", (owner,))
    if user is None or not user["username"]:
        raise failures.not_found(named, (identifier,))
    return user


def _check(tx: Transaction, username: str) -> None:
    is_own = tx.caller.username == username and tx.rights.level >= Level.WRITE
    may_all = tx.rights.administers and (username != ADMINISTRATOR or not tx.caller.is_global_key)
    if not (is_own or may_all):
        raise failures.denied(f"reset the credentials of {username}")


def _api_key(tx: Transaction, user: Row) -> dict[str, Any]:
    """Make a new key in place of all that the user has; it is shown this once."""
    return {"api_key": keys.reset_key(tx.connection, tx.catalogue, user["username"])}


def _password(tx: Transaction, user: Row) -> dict[str, Any]:
    """Record that the user is to get a new password: nobody signs in with one here."""
    outbox.put(tx, "password_reset", user["email"] or user["username"], {"user_id": user["id"]})
    return {"sent": True}


_RESETS: Final[Mapping[str, Callable[[Transaction, Row], dict[str, Any]]]] = MappingProxyType(
    {"api_key": _api_key, "password": _password}
)
