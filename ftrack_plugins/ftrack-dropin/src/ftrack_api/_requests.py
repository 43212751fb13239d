"""What a session asks of the server besides queries and commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._moments import shown
from ._replacing import replaces
from ._translation import known_errors
from .inspection import identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ._kernel import KernelSession

__all__ = ["Requests"]


class Requests:
    """The calls of the protocol that have a method of their own."""

    if TYPE_CHECKING:

        @property
        def kernel(self) -> KernelSession:
            """The kernel's session."""

    @property
    def has_own_call(self) -> bool:
        """Whether a subclass or a script has put a `call` of its own in the place of this one."""
        return replaces(self, Requests, "call")

    def call(self, data: Any) -> list[Any]:
        """Send operations of the protocol and return their answers, in order.

        Entities in an answer belong to nobody: `merge` makes them this session's. Dates are Arrow
        objects.
        """
        with known_errors():
            if self.kernel.is_relaying:  # for the kernel, which reads the answers by itself
                return self.kernel.carry(data)
            found: list[Any] = shown(self.kernel.work, self.kernel.call(data))
        return found

    def reset_remote(self, reset_type: str, entity: Any = None) -> Any:
        """Have the server make something new, such as the ``api_key`` of a user; return it."""
        about = {} if entity is None else _named(entity, entity["id"])
        answer = self.call([{"action": "reset_remote", "reset_type": reset_type, **about}])
        return answer[0]["data"]

    def get_upload_metadata(
        self, component_id: str, file_name: str, file_size: int, checksum: str | None = None
    ) -> dict[str, Any]:
        """Return where and with which headers a file is uploaded: ``url`` and ``headers``.

        *file_size* is in bytes, *checksum* the MD5 digest in base64.
        """
        asked = {"component_id": component_id, "file_name": file_name, "file_size": file_size}
        operation = {"action": "get_upload_metadata", **asked, "checksum": checksum}
        answer: dict[str, Any] = self.call([operation])[0]
        return answer

    def get_widget_url(self, name: str, entity: Any = None, theme: str | None = None) -> str:
        """Return a URL of a part of the web application, which is good for some minutes."""
        about = {} if entity is None else _named(entity, identity(entity)[1])
        operation = {"action": "get_widget_url", "name": name, "theme": theme, **about}
        return str(self.call([operation])[0]["widget_url"])

    def send_user_invite(self, user: Any) -> None:
        """Have the server invite *user* by e-mail."""
        self.send_user_invites([user])

    def send_user_invites(self, users: Iterable[Any]) -> None:
        """Have the server invite *users* by e-mail, in one request."""
        self._send_all({"action": "send_user_invite", "user_id": one["id"]} for one in users)

    def send_review_session_invite(self, invitee: Any) -> None:
        """Have the server invite somebody to a review session by e-mail."""
        self.send_review_session_invites([invitee])

    def send_review_session_invites(self, invitees: Iterable[Any]) -> None:
        """Have the server invite people to a review session by e-mail, in one request."""
        action = "send_review_session_invite"
        self._send_all(
            {"action": action, "review_session_invitee_id": one["id"]} for one in invitees
        )

    def delayed_job(self, job_type: Any) -> Any:
        """Have the server begin a job, such as ``symbol.JOB_SYNC_USERS_LDAP``; return the job."""
        answer = self.call([{"action": "delayed_job", "job_type": str(job_type)}])
        return answer[0]["data"]

    def _send_all(self, operations: Iterable[Mapping[str, Any]]) -> None:
        batch = list(operations)
        if batch:
            self.call(batch)


def _named(entity: Any, key: Any) -> dict[str, Any]:
    return {"entity_type": entity.entity_type, "entity_key": key}
