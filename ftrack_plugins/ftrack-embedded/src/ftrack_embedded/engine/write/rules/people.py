"""Users, groups and statuses."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from .stamps import fill

if TYPE_CHECKING:
    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = [
    "complete_group",
    "complete_status",
    "complete_user",
    "limit_moved_role",
    "limit_role",
]

_USER_TYPE: Final = "ac9fa5aa-4361-11e0-b7cc-0019bb4983d8"


def complete_user(tx: Transaction, _: str, row: Row) -> None:
    """Give a new user a login name and make the account active."""
    fill(row, "username", str(uuid.uuid4()))
    fill(row, "is_active", True)
    if row.get("user_type_id") is None and tx.rows.get("UserType", (_USER_TYPE,)):
        row["user_type_id"] = _USER_TYPE


def complete_group(_: Transaction, __: str, row: Row) -> None:
    """A group made here is local, not one of a directory."""
    fill(row, "local", True)


def complete_status(_: Transaction, __: str, row: Row) -> None:
    """A new status can be used."""
    fill(row, "is_active", True)


def limit_role(tx: Transaction, _: str, row: Row) -> None:
    """Let a role for which a project is named hold on named projects from now on.

    It does so as well when the last of them is taken away: it must not come to hold on all.
    """
    given = tx.rows.get("UserSecurityRole", (row.get("user_security_role_id"),))
    if given is not None and given["is_all_open_projects"] is None:
        tx.rows.update("UserSecurityRole", given, {"is_all_open_projects": False})


def limit_moved_role(tx: Transaction, concrete: str, row: Row, _: dict[str, Any]) -> None:
    """The same where a project is named with another role."""
    limit_role(tx, concrete, row)
