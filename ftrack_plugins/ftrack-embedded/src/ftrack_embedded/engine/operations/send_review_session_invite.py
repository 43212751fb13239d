"""``send_review_session_invite``: put into the outbox; nothing leaves this server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine import failures, outbox
from ftrack_embedded.engine.members import single_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["MEMBERS", "WRITES", "send_review_session_invite"]

MEMBERS: Final = ("review_session_invitee_id",)
WRITES: Final = True


def send_review_session_invite(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer that it was sent; an unknown invitee is an error."""
    invitee_id = single_key(operation, "review_session_invitee_id")
    invitee = tx.rows.get("ReviewSessionInvitee", (invitee_id,))
    if invitee is None:
        raise failures.not_found("ReviewSessionInvitee", (invitee_id,))
    content = {
        "review_session_invitee_id": invitee_id,
        "review_session_id": invitee["review_session_id"],
    }
    outbox.put(tx, "review_session_invite", invitee["email"] or invitee["name"] or "", content)
    return {"sent": True}
