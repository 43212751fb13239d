"""``reset_remote``: a new API key for a user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine import failures, keys
from ftrack_embedded.engine.caller import ADMINISTRATOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["WRITES", "reset_remote"]

WRITES: Final = True


def reset_remote(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the new key; it is shown this once. Users may reset their own, admin anybody's."""
    reset_type = operation.get("reset_type")
    if reset_type != "api_key":
        raise failures.invalid(f"There is no reset type {reset_type!r}; there is 'api_key'.")
    key = operation.get("entity_key")
    user_id = key[0] if isinstance(key, list) and key else key
    user = tx.rows.get("User", (user_id,))
    if user is None or not user["username"]:
        raise failures.not_found("User", (user_id,))
    if tx.caller.username not in (ADMINISTRATOR, user["username"]):
        raise failures.server_error(
            "PermissionError", f"Permission denied to reset the key of {user['username']}."
        )
    new_key = keys.reset_key(tx.connection, tx.catalogue, user["username"])
    return {"action": "reset_remote", "data": {"api_key": new_key}}
