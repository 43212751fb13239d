"""Users: timers, invitations, keys."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from ftrack_core.entity import session_of
from ftrack_core.errors import CommitRefusedError, EntityError, NoResultError
from ftrack_core.query import quote

from .jobs import JobOwnerHelpers

if TYPE_CHECKING:
    from ftrack_core import Entity, Session

__all__ = ["UserHelpers"]

_TIMER = "select start, context_id, name, comment from Timer"


class UserHelpers(JobOwnerHelpers):
    """Mixed into ``User``."""

    __slots__ = ()

    def start_timer(
        self,
        context: Entity | None = None,
        comment: str = "",
        name: str | None = None,
        force: bool = False,
    ) -> Any:
        """Start a timer on *context*, commit it by itself and return it.

        A user has one at most. With *force* a running one is stopped first and logged; without it
        raises `EntityError`.
        """
        if force:
            with suppress(NoResultError):
                self.stop_timer()
        data = {"user": self, "context": context, "name": name, "comment": comment}
        try:
            with session_of(self).transaction():
                return session_of(self).create("Timer", data)
        except CommitRefusedError as error:
            if "DuplicateEntryError" not in (error.exception, *error.content.split()):
                raise
            raise EntityError(
                f"{self['username']} has a running timer; stop it with stop_timer(), or start the "
                "new one with force=True"
            ) from error

    def stop_timer(self) -> Any:
        """Stop the user's timer, commit the time log that comes of it, and return that.

        Its duration is in whole seconds. Raises `NoResultError` where no timer runs.
        """
        session = session_of(self)
        timer = session.query(f"{_TIMER} where user_id is {quote(self['id'])}").one()
        passed = _now(session) - timer["start"]
        with session.transaction():
            log = session.create(
                "Timelog",
                {
                    "user_id": self["id"],
                    "context_id": timer["context_id"],
                    "comment": timer["comment"],
                    "name": timer["name"],
                    "start": timer["start"],
                    "duration": max(0, int(passed.total_seconds())),
                },
            )
            session.delete(timer)
        return log

    def send_invite(self) -> None:
        """Have the server send this user an invitation by e-mail."""
        session_of(self).call([{"action": "send_user_invite", "user_id": self["id"]}])

    def reset_api_key(self) -> str:
        """Have the server make a new API key for this user and return it; the old one ends."""
        reset = {"action": "reset_remote", "reset_type": "api_key", "entity_type": "User"}
        (answer,) = session_of(self).call([{**reset, "entity_key": self["id"]}])
        return str(answer["data"]["api_key"])


def _now(session: Session) -> datetime:
    """Return the moment as the server tells it: a server without time zones has the wall clock."""
    if session.server_information.get("is_timezone_support_enabled", True):
        return datetime.now(timezone.utc)
    return datetime.now().replace(tzinfo=timezone.utc)
