"""``query_server_information``: what the server is like, what it is set to, and who is asking."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine.members import optional_texts
from ftrack_embedded.engine.schema import SERVER_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["MEMBERS", "WRITES", "query_server_information"]

MEMBERS: Final = ("values",)
WRITES: Final = False
_ALL_RIGHTS: Final = ("api_access", "configure_server", "manage_projects", "manage_users")
_SCENARIO: Final = ("storage_scenario", "STORAGE")
"""Name and group of the setting by which clients agree on where files are kept."""
_COLOURS: Final = (
    "#CACACA",
    "#3498DB",
    "#F1C40F",
    "#1CBC90",
    "#E74C3C",
    "#9B59B6",
    "#E67E22",
    "#34495E",
)


def query_server_information(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the facts, or those that *values* names; a name that is none is passed over."""
    wanted = optional_texts(operation, "values")
    return {name: fact(tx) for name, fact in _FACTS.items() if wanted is None or name in wanted}


def _always(value: Any) -> Callable[[Transaction], Any]:
    return lambda _: value


def _storage_scenario(tx: Transaction) -> dict[str, Any] | None:
    """Return the scenario that a client has stored as JSON; null leaves it to each client."""
    setting = tx.rows.get("Setting", _SCENARIO)
    try:
        scenario = json.loads(setting["value"]) if setting else None
    except (TypeError, ValueError):
        return None
    return scenario if isinstance(scenario, dict) else None


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


_FACTS: Final[Mapping[str, Callable[[Transaction], Any]]] = MappingProxyType(
    {
        "version": _always(SERVER_VERSION),
        "schema_hash": lambda tx: tx.studio.schema.hash,
        "is_timezone_support_enabled": _always(True),
        "is_nested_subqueries_enabled": _always(True),
        "storage_scenario": _storage_scenario,
        "user_information": _user,
        "product": lambda _: {"name": "ftrack-embedded"},
        # What only pages show; a real server has settings for it.
        "company_information": lambda _: {"logo_url": None, "name": ""},
        "custom_widget": lambda _: [],
        "default_colors": lambda _: list(_COLOURS),
        "display_task_dates_as_time": _always(False),
        "display_week_numbers": _always(True),
        "license": lambda _: {"expires_at": None, "is_valid": True, "user_limit": None},
        "preferred_language": _always("en"),
        "storage_limit": _always(None),
        "week_startday": _always(1),
        "workday_length": _always(8 * 3600),
    }
)
"""The facts by name. Monday is day 1; lengths are in seconds; no limit is null."""
