"""Who asks for a file, and for which component."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ftrack_core.query import quote

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.caller import Caller
from ftrack_embedded.engine.sign_in import caller_of_session

from .links import is_good

if TYPE_CHECKING:
    from ftrack_embedded.engine.studio import Studio

    from .exchange import FileRequest

__all__ = ["Component", "caller_of", "wanted_component"]


_LINKED: Final = frozenset({"/component/get", "/component/thumbnail"})


@dataclass(frozen=True)
class Component:
    """A component whose file is asked for."""

    id: str
    name: str
    file_type: str


def caller_of(studio: Studio, request: FileRequest) -> Caller:
    """Return who asks: known already, or told by the query or by the headers of the API.

    A link that this studio has made stands for whoever made it.
    """
    if request.caller is not None:
        return request.caller
    if _has_link(studio, request):
        return Caller(server_url=request.server_url)
    name = request.query.get("username") or request.headers.get("ftrack-user", "")
    key = request.query.get("apiKey") or request.headers.get("ftrack-api-key", "")
    # A page of others can make a browser that has signed in fetch something, never remove it.
    if request.session and not (name or key) and request.path in _LINKED:
        found = caller_of_session(studio, request.session)
    else:
        found = studio.authenticate(name, key)
    return replace(found, server_url=request.server_url)


def _has_link(studio: Studio, request: FileRequest) -> bool:
    query = request.query
    return request.path in _LINKED and is_good(
        studio.files, query.get("id", ""), query.get("until", ""), query.get("token", "")
    )


def wanted_component(studio: Studio, caller: Caller, request: FileRequest) -> Component:
    """Return the component that the ``id`` of a request names; NotFoundError if there is none."""
    identifier = request.query.get("id", "")
    expression = f"select name, file_type from Component where id is {quote(identifier)}"
    operation = {"action": "query", "expression": expression}
    for row in studio.execute([operation], caller=caller)[0]["data"]:
        return Component(row["id"], row["name"] or "", row["file_type"] or "")
    raise failures.server_error("NotFoundError", f"There is no component {identifier!r}.")
