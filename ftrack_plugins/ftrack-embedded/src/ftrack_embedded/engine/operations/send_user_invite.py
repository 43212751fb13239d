"""``send_user_invite``: put into the outbox; nothing leaves this server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine import failures, outbox
from ftrack_embedded.engine.members import single_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["MEMBERS", "WRITES", "send_user_invite"]

MEMBERS: Final = ("user_id",)
WRITES: Final = True


def send_user_invite(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer that it was sent; an unknown user is an error."""
    user_id = single_key(operation, "user_id")
    user = tx.rows.get("User", (user_id,))
    if user is None or not user["username"]:
        raise failures.not_found("User", (user_id,))
    outbox.put(tx, "user_invite", user["email"] or user["username"], {"user_id": user_id})
    return {"sent": True}
