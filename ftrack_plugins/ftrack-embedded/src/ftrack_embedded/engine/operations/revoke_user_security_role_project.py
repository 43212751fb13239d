"""``revoke_user_security_role_project``: a role of a user holds on a project no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine.roles import revoke_project

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["WRITES", "revoke_user_security_role_project"]

WRITES: Final = True


def revoke_user_security_role_project(
    tx: Transaction, operation: Mapping[str, Any]
) -> dict[str, Any]:
    """Answer that it is done; it holds from the next request on."""
    revoke_project(tx, operation)
    return {"action": "revoke_user_security_role_project", "data": True}
