"""``get_widget_url``: the address of a small page, good for some minutes without a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_core.errors import did_you_mean

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.files.widget import WIDGETS, widget_address
from ftrack_embedded.engine.members import optional_text, single_key, text
from ftrack_embedded.engine.permissions.check import is_visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["MEMBERS", "WRITES", "get_widget_url"]

MEMBERS: Final = ("name", "theme", "entity_type", "entity_key")
WRITES: Final = True


def get_widget_url(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ``widget_url``; ``name`` is one of info, tasks, tasks_browser."""
    name = text(operation, "name")
    if name not in WIDGETS:
        hint = did_you_mean(name, WIDGETS)
        raise failures.invalid(
            f"There is no widget {name!r:.40}; there are {', '.join(WIDGETS)}.{hint}"
        )
    theme = optional_text(operation, "theme") or "dark"
    return {"widget_url": widget_address(tx, name, theme, _entity(tx, operation))}


def _entity(tx: Transaction, operation: Mapping[str, Any]) -> tuple[str, str] | None:
    if operation.get("entity_type") is None:
        return None
    name, identifier = (
        tx.catalogue.entity_type(operation["entity_type"]).name,
        single_key(operation),
    )
    if tx.catalogue.key_columns(name) != ("id",):
        raise failures.invalid(f"No page is about a {name}: it has no id of its own.")
    if not is_visible(tx, name, (identifier,)):
        raise failures.not_found(name, (identifier,))
    return name, identifier
