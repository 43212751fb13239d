"""``grant_user_security_role_project``: a role of a user holds on a project, or on all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine.roles import grant_project

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["WRITES", "grant_user_security_role_project"]

WRITES: Final = True


def grant_user_security_role_project(
    tx: Transaction, operation: Mapping[str, Any]
) -> dict[str, Any]:
    """Answer that it is done; it holds from the next request on."""
    grant_project(tx, operation)
    return {"action": "grant_user_security_role_project", "data": True}
