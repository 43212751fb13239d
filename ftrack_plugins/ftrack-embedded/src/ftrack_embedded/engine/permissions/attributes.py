"""Who may write a custom attribute: the roles that its configuration names, if it names any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ftrack_embedded.engine import failures

from .whereabouts import place_of

if TYPE_CHECKING:
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["check_may_write_attribute"]


def check_may_write_attribute(tx: Transaction, configuration_id: Any, entity_id: Any) -> None:
    """Raise a PermissionError unless a role that holds where the entity is may write."""
    if tx.rights.administers:
        return
    writers = _writers(tx, configuration_id)
    if writers and any(writers.isdisjoint(roles) for roles in _roles_there(tx, entity_id)):
        names = ", ".join(sorted(_names(tx, writers)))
        raise failures.denied(
            f"write the custom attribute {configuration_id} of {entity_id}: that is for those with "
            f"one of these roles: {names}"
        )


def _writers(tx: Transaction, configuration_id: Any) -> frozenset[str]:
    memo = ("writers", configuration_id)
    if memo not in tx.memo:
        link = tx.catalogue.link_table("configuration_security_role")
        is_writer = (link.c.configuration_id == configuration_id, link.c.access == "write")
        tx.memo[memo] = frozenset(
            tx.connection.scalars(select(link.c.security_role_id).where(*is_writer))
        )
    found: frozenset[str] = tx.memo[memo]
    return found


def _roles_there(tx: Transaction, entity_id: Any) -> list[frozenset[str]]:
    """Return the caller's roles in each project the entity is in, or those without one."""
    if not tx.rights.varies:
        return [(tx.rights.on_open or tx.rights.general).roles]
    place = place_of(tx, "custom_attribute_value", {"entity_id": entity_id})
    return [tx.rights.in_project(one).roles for one in place.projects or (None,)]


def _names(tx: Transaction, roles: frozenset[str]) -> list[str]:
    table = tx.catalogue.table("SecurityRole")
    found = tx.connection.scalars(select(table.c.name).where(table.c.id.in_(roles)))
    return [name or "" for name in found]
