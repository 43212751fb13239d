"""Which roles a user has, and on which projects: the operations on security roles share this."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from . import failures
from .members import single_key
from .write.create import create_row
from .write.remove import remove_rows
from .write.update import update_row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .read.level import Row
    from .transaction import Transaction

__all__ = ["change_role", "give_role", "grant_project", "revoke_project", "take_role"]


def give_role(tx: Transaction, operation: Mapping[str, Any]) -> None:
    """Give a user a role; one that the user has already stays as it is."""
    user_id, role_id = _user(tx, operation), _role(tx, operation)
    if not _given(tx, user_id, role_id):
        _give(tx, user_id, role_id)


def take_role(tx: Transaction, operation: Mapping[str, Any]) -> None:
    """Take a role from a user, with the projects it was for; an error if there is none."""
    remove_rows(tx, "UserSecurityRole", _needed(tx, operation))


def change_role(tx: Transaction, operation: Mapping[str, Any]) -> None:
    """Give a user another role in place of one, for the same projects."""
    rows = _needed(tx, operation)
    new_role = _role(tx, operation, "new_role_id")
    for row in rows:
        update_row(tx, "UserSecurityRole", row, {"security_role_id": new_role})


def grant_project(tx: Transaction, operation: Mapping[str, Any]) -> None:
    """Let a role of a user hold on a project, or on all open ones; it is given if need be."""
    user_id, role_id = _user(tx, operation), _role(tx, operation)
    project_id = _project(tx, operation)
    given = _given(tx, user_id, role_id) or [_give(tx, user_id, role_id)]
    if project_id is None:
        update_row(tx, "UserSecurityRole", given[0], {"is_all_open_projects": True})
    elif not _on_project(tx, given, project_id):
        link = {"user_security_role_id": given[0]["id"], "project_id": project_id}
        create_row(tx, "UserSecurityRoleProject", {"id": str(uuid.uuid4()), **link})


def revoke_project(tx: Transaction, operation: Mapping[str, Any]) -> None:
    """Let a role of a user not hold on a project, or on all open ones, any more."""
    given = _needed(tx, operation)
    project_id = _project(tx, operation)
    if project_id is not None:
        remove_rows(tx, "UserSecurityRoleProject", _on_project(tx, given, project_id))
        return
    for row in given:
        update_row(tx, "UserSecurityRole", row, {"is_all_open_projects": False})


def _give(tx: Transaction, user_id: str, role_id: str) -> Row:
    row = {"user_id": user_id, "security_role_id": role_id, "is_all_open_projects": False}
    return create_row(tx, "UserSecurityRole", {"id": str(uuid.uuid4()), **row})


def _given(tx: Transaction, user_id: str, role_id: str) -> list[Row]:
    return tx.rows.find("UserSecurityRole", user_id=user_id, security_role_id=role_id)


def _needed(tx: Transaction, operation: Mapping[str, Any]) -> list[Row]:
    user_id, role_id = _user(tx, operation), _role(tx, operation)
    given = _given(tx, user_id, role_id)
    if not given:
        raise failures.invalid(f"The user {user_id} does not have the role {role_id}.")
    return given


def _on_project(tx: Transaction, given: list[Row], project_id: str) -> list[Row]:
    roles = [row["id"] for row in given]
    return tx.rows.find(
        "UserSecurityRoleProject", user_security_role_id=roles, project_id=project_id
    )


def _user(tx: Transaction, operation: Mapping[str, Any]) -> str:
    return _existing(tx, "User", single_key(operation, "user_id"))


def _role(tx: Transaction, operation: Mapping[str, Any], name: str = "role_id") -> str:
    return _existing(tx, "SecurityRole", single_key(operation, name))


def _project(tx: Transaction, operation: Mapping[str, Any]) -> str | None:
    """Return the project that is named, or None for all open ones."""
    if operation.get("all_open_projects") is True:
        return None
    return _existing(tx, "Project", single_key(operation, "project_id"))


def _existing(tx: Transaction, entity_type: str, identifier: str) -> str:
    row = tx.rows.get(entity_type, (identifier,))
    if row is None or tx.catalogue.concrete(entity_type, row) != entity_type:
        raise failures.not_found(entity_type, (identifier,))
    return identifier
