"""``query_server_information``: the server's version, its schema hash, and who is asking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine.schema import SERVER_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["WRITES", "query_server_information"]

WRITES: Final = False
_ALL_RIGHTS: Final = ("api_access", "configure_server", "manage_projects", "manage_users")


def query_server_information(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the facts, or those that *values* names."""
    facts = {
        "version": SERVER_VERSION,
        "schema_hash": tx.studio.schema.hash,
        "is_timezone_support_enabled": True,
        "is_nested_subqueries_enabled": True,
        "storage_scenario": None,
        "user_information": _user(tx),
        "product": {"name": "ftrack-embedded"},
    }
    wanted = operation.get("values")
    if isinstance(wanted, list):
        return {name: value for name, value in facts.items() if name in wanted}
    return facts


def _user(tx: Transaction) -> dict[str, Any] | None:
    user_id = tx.user_id
    user = tx.rows.get("User", (user_id,)) if user_id else None
    if user is None:
        return None
    return {
        "id": user["id"],
        "username": user["username"],
        "first_name": user["first_name"],
        "last_name": user["last_name"],
        "is_global_access_key": tx.caller.is_global_key,
        "restricted_user": False,
        "permissions": list(_ALL_RIGHTS) if tx.rights.administers else [],
        "thumbnail_url": _thumbnail(tx, user["thumbnail_id"]),
        "access_key_id": tx.caller.key_id,
    }


def _thumbnail(tx: Transaction, component_id: str | None) -> str | None:
    return tx.address(f"/component/thumbnail?id={component_id}") if component_id else None
