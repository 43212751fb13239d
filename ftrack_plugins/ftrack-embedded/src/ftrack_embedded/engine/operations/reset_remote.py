"""``reset_remote``: a new API key or a new password."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.errors import did_you_mean

from ftrack_embedded.engine import failures, keys, outbox
from ftrack_embedded.engine.caller import ADMINISTRATOR
from ftrack_embedded.engine.members import single_key
from ftrack_embedded.engine.permissions.standing import Level
from ftrack_embedded.engine.write.data import written_data
from ftrack_embedded.engine.write.update import update_entity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["MEMBERS", "WRITES", "reset_remote"]

MEMBERS: Final = ("reset_type", "entity_type", "entity_key", "entity_data")
WRITES: Final = True


def reset_remote(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer what was reset. Users may reset their own, administrators anybody's.

    Of a User all keys are replaced by a new one; of an ApiKey only this one is.
    """
    reset_type = operation.get("reset_type")
    if not isinstance(reset_type, str) or reset_type not in _RESETS:
        known = ", ".join(_RESETS)
        hint = did_you_mean(str(reset_type), _RESETS)
        raise failures.invalid(
            f"There is no reset type {reset_type!r:.40}; there are {known}.{hint}"
        )
    named = _named(tx, operation)
    if named == "ApiKey" and reset_type == "api_key":
        return {"action": "reset_remote", "data": _one_key(tx, operation)}
    user = _user(tx, named, single_key(operation))
    _check(tx, user["username"])
    return {"action": "reset_remote", "data": _RESETS[reset_type](tx, user)}


def _named(tx: Transaction, operation: Mapping[str, Any]) -> str:
    named = operation.get("entity_type")
    name = "User" if named is None else tx.catalogue.entity_type(named).name
    if name != "ApiKey" and not tx.catalogue.is_a("User", name):
        raise failures.invalid(f"Only a User or an ApiKey can be reset, a {name} cannot.")
    return name


def _user(tx: Transaction, named: str, identifier: str) -> Row:
    """Return the user that is named, or the one whose key is."""
    owner = identifier
    if named == "ApiKey":
        key = tx.rows.get(named, (identifier,))
        owner = key["resource_id"] or "" if key else ""
    user = tx.rows.get("User", (owner,))
    if user is None or not user["username"]:
        raise failures.not_found(named, (identifier,))
    return user


def _check(tx: Transaction, username: str) -> None:
    is_own = tx.caller.username == username and tx.rights.level >= Level.WRITE
    may_all = tx.rights.administers and (username != ADMINISTRATOR or not tx.caller.is_global_key)
    if not (is_own or may_all):
        raise failures.denied(f"reset the credentials of {username}")


def _one_key(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Put a new secret in the place of one key's, under another identifier if one is given."""
    identifier = single_key(operation)
    key = tx.rows.get("ApiKey", (identifier,))
    if key is None:
        raise failures.not_found("ApiKey", (identifier,))
    if key["resource_id"] is not None:
        _check(tx, _user(tx, "ApiKey", identifier)["username"])
    elif not tx.rights.administers or tx.caller.is_global_key:
        raise failures.denied(f"reset the ApiKey {identifier}")
    data = written_data(operation)
    if "identifier" in data:
        called = {"identifier": data["identifier"]}
        key = update_entity(tx, tx.catalogue.types["ApiKey"], (identifier,), called).row
    return {"api_key": keys.renew_key(tx.connection, tx.catalogue, key)}


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
