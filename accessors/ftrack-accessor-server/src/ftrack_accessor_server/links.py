"""Links to files that the server signs: they need no key, and expire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.errors import UnsupportedOperationError
from ftrack_core.locations import SERVER
from ftrack_core.query import quote

from .asking import file_address
from .failures import storage_errors

if TYPE_CHECKING:
    from ftrack_core.session import Session

__all__ = ["link_of"]

_SECRETS = ("apikey=", "api_key=")


def link_of(session: Session, identifier: str) -> str:
    """Return the server's own link to the file of a component.

    Raises `UnsupportedOperationError` where the server makes none, or none without a key, and where
    the component is not recorded in ``ftrack.server``.
    """
    file_address("get", identifier)
    with storage_errors("make a link to", identifier):
        row = _record(session, identifier)
    url = str((row.get("url") or {}).get("value") or "")
    if not url:
        raise _unsupported(identifier, "this server makes no links to it")
    if "://" not in url:
        raise _unsupported(identifier, "this server has no address that a browser could open")
    if any(secret in url.lower() for secret in _SECRETS):
        raise _unsupported(identifier, "the server's links would hold a key")
    return url


def _record(session: Session, identifier: str) -> dict[str, Any]:
    if "url" not in session.schemas["ComponentLocation"].attributes:
        raise _unsupported(identifier, "this server makes no links")
    expression = (
        f"select url from ComponentLocation where component_id is {quote(identifier)} "
        f"and location_id is {quote(SERVER.id)}"
    )
    (answer,) = session.call([{"action": "query", "expression": expression}])
    rows: list[dict[str, Any]] = answer["data"]
    if not rows:
        raise _unsupported(identifier, f"it is not recorded in {SERVER.name}")
    return rows[0]


def _unsupported(identifier: str, reason: str) -> UnsupportedOperationError:
    return UnsupportedOperationError(
        f"no link to the file of component {identifier!r}: {reason}; read it with open",
        resource_identifier=identifier,
    )
