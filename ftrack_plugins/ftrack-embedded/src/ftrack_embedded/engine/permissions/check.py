"""Whether a caller may carry out an operation; asked before anything else about it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, select

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.values import untagged

from .rights import Level

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ftrack_embedded.engine.rows import Change
    from ftrack_embedded.engine.transaction import Transaction

__all__ = [
    "CONFIGURATION",
    "check_may_administer",
    "check_may_write_component",
    "check_operation",
    "check_written",
    "is_visible",
]

CONFIGURATION: Final = frozenset(
    {
        "AccessKey",
        "ApiKey",
        "AssetType",
        "CustomAttributeConfiguration",
        "CustomAttributeGroup",
        "CustomAttributeLinkConfiguration",
        "CustomAttributeType",
        "CustomConfigurationBase",
        "Disk",
        "Group",
        "ListCategory",
        "Location",
        "ManagerType",
        "Membership",
        "NoteCategory",
        "NoteLabel",
        "ObjectType",
        "Priority",
        "ProjectSchema",
        "ProjectSchemaObjectType",
        "ProjectSchemaOverride",
        "Schema",
        "SchemaStatus",
        "SchemaType",
        "SecurityRole",
        "Setting",
        "SettingComponent",
        "State",
        "Status",
        "StatusRule",
        "StatusRuleGroup",
        "TaskTemplate",
        "TaskTemplateItem",
        "TaskTypeSchema",
        "TaskTypeSchemaType",
        "Type",
        "UserSecurityRole",
        "UserSecurityRoleProject",
        "UserType",
        "WorkflowSchema",
        "WorkflowSchemaStatus",
    }
)
"""Types that only administrators write, with all types below them."""
_ENTITY_ACTIONS: Final = frozenset({"create", "delete", "update"})
_HARMLESS: Final = frozenset({"get_widget_url"})
_RESOURCES: Final = frozenset({"BaseUser", "Collaborator", "Resource", "User"})
_VALUES: Final = "CustomAttributeValue"
_NEEDED: Final[Mapping[str, Level]] = MappingProxyType(
    {
        "add_user_security_role": Level.ADMINISTER,
        "grant_user_security_role_project": Level.ADMINISTER,
        "remove_user_security_role": Level.ADMINISTER,
        "revoke_user_security_role_project": Level.ADMINISTER,
        "send_user_invite": Level.ADMINISTER,
        "update_user_security_role": Level.ADMINISTER,
    }
)


def check_operation(tx: Transaction, operation: Mapping[str, Any]) -> None:
    """Raise a PermissionError unless the caller may carry out a writing *operation*.

    What the caller cannot see does not exist: it is not found.
    """
    action = operation["action"]
    if tx.rights.administers or action in _HARMLESS:
        return
    if tx.rights.level < _NEEDED.get(action, Level.WRITE):
        raise failures.denied(_described(operation))
    if action in _ENTITY_ACTIONS:
        _check_type(tx, operation)
        _check_value(tx, operation)
        _check_visible(tx, operation)


def check_may_administer(tx: Transaction, what: str) -> None:
    """Raise a PermissionError unless the caller is an administrator."""
    if not tx.rights.administers:
        raise failures.denied(what)


def check_may_write_component(tx: Transaction, component_id: str) -> None:
    """Raise a PermissionError unless the caller may change the file of a component."""
    if tx.rights.level < Level.WRITE:
        raise failures.denied(f"write Component {component_id}")


def check_written(tx: Transaction) -> None:
    """Raise a PermissionError if a row was put where the caller cannot see it."""
    if tx.rights.administers:
        return
    if any(_closes_project(change) for change in tx.rows.changes):
        tx.forget_rights()
    if not tx.rights.hides:
        return
    for change in tx.rows.changes:
        is_there = change.action != "remove" and tx.rows.get(change.entity_type, change.key)
        if is_there and not is_visible(tx, change.entity_type, change.key):
            shown = ", ".join(map(str, change.key))
            error = failures.denied(f"write {change.entity_type} {shown}")
            error.operation = change.operation
            raise error


def _closes_project(change: Change) -> bool:
    return change.entity_type == "Project" and bool((change.new or {}).get("is_private"))


def is_visible(tx: Transaction, entity_type: str, key: Sequence[Any]) -> bool:
    """Return whether the caller can see the row; a row that is not there cannot be seen."""
    rows = tx.readable_catalogue.alias(entity_type)
    names = tx.catalogue.key_columns(entity_type)
    is_row = (rows.c[name] == part for name, part in zip(names, key, strict=True))
    return tx.connection.execute(select(rows.c[names[0]]).where(and_(*is_row))).first() is not None


def _check_type(tx: Transaction, operation: Mapping[str, Any]) -> None:
    name = str(operation.get("entity_type"))
    if name not in tx.catalogue.types:
        return  # the operation itself says that there is no such type
    if name in _RESOURCES:
        if operation["action"] != "update" or _key(operation)[:1] != [tx.rights.user_id]:
            raise failures.denied(_described(operation))
    elif any(tx.catalogue.is_a(name, one) for one in CONFIGURATION if one in tx.catalogue.types):
        raise failures.denied(_described(operation))


def _check_value(tx: Transaction, operation: Mapping[str, Any]) -> None:
    """Let only those write a custom attribute whose roles it names, if it names any."""
    if not str(operation.get("entity_type")).endswith(_VALUES):
        return
    key = _key(operation) or [_configuration_id(operation.get("entity_data"))]
    link = tx.catalogue.link_table("configuration_security_role")
    writers = set(
        tx.connection.scalars(
            select(link.c.security_role_id).where(
                link.c.configuration_id == key[0], link.c.access == "write"
            )
        )
    )
    if writers and not writers & tx.rights.role_ids:
        raise failures.denied(_described(operation))


def _configuration_id(data: Any) -> Any:
    return untagged(data.get("configuration_id")) if isinstance(data, dict) else None


def _check_visible(tx: Transaction, operation: Mapping[str, Any]) -> None:
    if not tx.rights.hides or operation["action"] == "create":
        return
    name, key = operation.get("entity_type"), _key(operation)
    if name not in tx.catalogue.types or str(name).endswith(_VALUES):
        return
    is_key = len(key) == len(tx.catalogue.key_columns(str(name)))
    is_key = is_key and all(isinstance(part, (str, int)) for part in key)
    if is_key and not tx.rows.was_removed(str(name), key) and not is_visible(tx, str(name), key):
        raise failures.not_found(str(name), key)


def _key(operation: Mapping[str, Any]) -> list[Any]:
    key = operation.get("entity_key")
    parts = key if isinstance(key, (list, tuple)) else [] if key is None else [key]
    return [untagged(part) for part in parts]


def _described(operation: Mapping[str, Any]) -> str:
    """Return what is asked for, as in: update Task t1."""
    words = [operation["action"], str(operation.get("entity_type") or ""), *_key(operation)]
    return " ".join(str(word) for word in words if word)
