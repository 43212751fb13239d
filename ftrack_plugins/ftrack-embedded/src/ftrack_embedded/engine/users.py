"""Users of a studio, as those need them who open it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .caller import Caller

if TYPE_CHECKING:
    from .studio import Studio

__all__ = ["admit"]


def admit(studio: Studio, username: str) -> Caller:
    """Return the caller of that login name; a person the studio does not know yet is added."""
    caller = Caller(username) if username else Caller()
    quoted = caller.username.replace("\\", "\\\\").replace('"', '\\"')
    known = {"action": "query", "expression": f'User where username is "{quoted}" limit 1'}
    if not studio.execute([known])[0]["data"]:
        data = {"username": caller.username, "first_name": caller.username}
        studio.execute([{"action": "create", "entity_type": "User", "entity_data": data}])
    return caller
