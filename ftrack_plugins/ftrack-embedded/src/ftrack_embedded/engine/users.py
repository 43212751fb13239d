"""Users of a studio, as those need them who open it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from ftrack_core.query import quote

from .caller import ADMINISTRATOR, Caller

if TYPE_CHECKING:
    from .studio import Studio

__all__ = ["admit"]


def admit(studio: Studio, username: str) -> Caller:
    """Return the caller of that login name; a person the studio does not know yet is added.

    Who is added is an administrator. Whose name the studio knows in other letters, as ``Ann`` for
    ``ann``, is the caller of the known name.
    """
    wanted = username or ADMINISTRATOR
    query = f"select username from User where username is {quote(wanted)}"
    rows = studio.execute([{"action": "query", "expression": query}])[0]["data"]
    known = {row["username"] for row in rows}
    if not known:
        _add(studio, {"username": wanted, "first_name": wanted})
    return Caller(wanted if wanted in known or not known else min(known))


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
