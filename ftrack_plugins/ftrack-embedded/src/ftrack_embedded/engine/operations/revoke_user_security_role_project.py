"""``revoke_user_security_role_project``: a role of a user holds on a project no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine.answers import done
from ftrack_embedded.engine.roles import revoke_project

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["MEMBERS", "WRITES", "revoke_user_security_role_project"]

MEMBERS: Final = ("user_id", "role_id", "project_id", "all_open_projects")
WRITES: Final = True


def revoke_user_security_role_project(
    tx: Transaction, operation: Mapping[str, Any]
) -> dict[str, Any]:
    """Answer that it is done; it holds from the next request on."""
    revoke_project(tx, operation)
    return done(operation)
