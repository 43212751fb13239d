"""Requests for files of the server, over the connection of a session."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from ftrack_core.errors import AccessorError, ResourceNotFoundError
from ftrack_core.ports import requested_delay
from ftrack_core.session.streaming import streamed

from .failures import status_error, storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ftrack_core.entity import Entity
    from ftrack_core.ports import Body, StreamResponse
    from ftrack_core.session import Session

__all__ = ["GOOD", "answered", "component_of", "file_address", "remove_file"]

GOOD = frozenset(range(200, 300))
"""The statuses with which a server says that it has done what was asked."""


@contextmanager
def answered(
    session: Session,
    doing: str,
    identifier: str,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: Body = None,
    good: frozenset[int] = GOOD,
) -> Iterator[StreamResponse]:
    """Lend the answer to one request; a status that is not *good* is a `StatusError`.

    A connection that breaks shows as the transport's own error: whoever tries again has to know.
    """
    with streamed(session, method, url, headers, body) as answer:
        if answer.status not in good:
            wait = requested_delay(answer.headers.get("retry-after"))
            raise status_error(doing, identifier, answer.status, wait)
        yield answer


def file_address(operation: str, identifier: str) -> str:
    """Return the path of ``get`` or ``remove`` for the file of a component.

    Raises `AccessorError` for what cannot be the id of a component.
    """
    try:
        text = urlencode({"id": identifier})
    except UnicodeEncodeError:
        text = ""
    if not text or not identifier.strip(". ") or any(one in identifier for one in "/\\\0"):
        raise AccessorError(
            f"{identifier!r} is no id of a component, and the server's storage knows no other "
            "resource identifiers",
            resource_identifier=identifier,
        )
    return f"/component/{operation}?{text}"


def component_of(session: Session, identifier: str) -> Entity:
    """Return the component whose file is to be sent; one that is not committed yet will do."""
    file_address("get", identifier)
    with storage_errors("send", identifier):
        found: Any = session.get("FileComponent", identifier)
    if found is None:
        raise ResourceNotFoundError(
            f"there is no such component as {identifier!r}; create the FileComponent first: the "
            "server keeps a file under the id of its component",
            resource_identifier=identifier,
        )
    entity: Entity = found
    return entity


def remove_file(session: Session, identifier: str) -> None:
    """Remove the file of a component; its row stays. `ResourceNotFoundError` without a file."""
    url = file_address("remove", identifier)
    with (
        storage_errors("remove", identifier),
        answered(session, "remove", identifier, "GET", url),
    ):
        pass  # its status says it all
