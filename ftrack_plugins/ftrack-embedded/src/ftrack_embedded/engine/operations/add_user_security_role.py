"""``add_user_security_role``: a role for a user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine.answers import done
from ftrack_embedded.engine.roles import give_role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["MEMBERS", "WRITES", "add_user_security_role"]

MEMBERS: Final = ("user_id", "role_id")
WRITES: Final = True


def add_user_security_role(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer that it is done; it holds from the next request on."""
    give_role(tx, operation)
    return done(operation)
