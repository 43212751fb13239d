"""Review sessions: inviting people."""

from __future__ import annotations

from ftrack_core.entity import session_of

from .helper import Helper

__all__ = ["InviteeHelpers", "ReviewSessionHelpers"]


class InviteeHelpers(Helper):
    """Mixed into ``ReviewSessionInvitee``."""

    __slots__ = ()

    def send_invite(self) -> None:
        """Have the server send the invitation by e-mail."""
        session_of(self).call([_invitation(self["id"])])


class ReviewSessionHelpers(Helper):
    """Mixed into ``ReviewSession``."""

    __slots__ = ()

    def send_invites(self) -> None:
        """Have the server invite everybody on the list, in one request."""
        invitations = [_invitation(one["id"]) for one in self["review_session_invitees"]]
        if invitations:
            session_of(self).call(invitations)


def _invitation(invitee_id: str) -> dict[str, str]:
    return {"action": "send_review_session_invite", "review_session_invitee_id": invitee_id}
