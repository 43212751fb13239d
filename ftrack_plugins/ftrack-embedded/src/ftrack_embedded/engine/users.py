"""Users of a studio, as those need them who open it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from .caller import Caller

if TYPE_CHECKING:
    from .studio import Studio

__all__ = ["admit"]


def admit(studio: Studio, username: str) -> Caller:
    """Return the caller of that login name; a person the studio does not know yet is added.

    Who is added is an administrator.
    """
    caller = Caller(username) if username else Caller()
    quoted = caller.username.replace("\\", "\\\\").replace('"', '\\"')
    known = {"action": "query", "expression": f'User where username is "{quoted}" limit 1'}
    if not studio.execute([known])[0]["data"]:
        data = {"username": caller.username, "first_name": caller.username}
        _add(studio, data)
    return caller


def _add(studio: Studio, data: dict[str, str]) -> None:
    """Add a user who may do everything: whoever can open the studio owns its file."""
    data = {"id": str(uuid.uuid4()), **data}
    batch: list[dict[str, Any]] = [{"action": "create", "entity_type": "User", "entity_data": data}]
    roles = {"action": "query", "expression": 'SecurityRole where name is "Administrator" limit 1'}
    batch += [
        {
            "action": "grant_user_security_role_project",
            "user_id": data["id"],
            "role_id": role["id"],
            "all_open_projects": True,
        }
        for role in studio.execute([roles])[0]["data"]
    ]
    studio.execute(batch)
