"""``update_user_security_role``: another role in place of one that a user has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine.answers import done
from ftrack_embedded.engine.roles import change_role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["MEMBERS", "WRITES", "update_user_security_role"]

MEMBERS: Final = ("user_id", "role_id", "new_role_id")
WRITES: Final = True


def update_user_security_role(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer that it is done; it holds from the next request on."""
    change_role(tx, operation)
    return done(operation)
