"""``/component/remove``: the bytes of a component go, its row stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.wire import dumps

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.permissions.check import check_may_write_component

from .access import caller_of, wanted_component
from .exchange import FileAnswer, FileRequest

if TYPE_CHECKING:
    from ftrack_embedded.engine.studio import Studio

__all__ = ["remove_component"]


def remove_component(studio: Studio, request: FileRequest) -> FileAnswer:
    """Answer 200 if there were bytes, else 404."""
    caller = caller_of(studio, request)
    component = wanted_component(studio, caller, request)
    with studio.reading(caller) as tx:
        check_may_write_component(tx, component.id)
    if not studio.files.remove(component.id):
        raise failures.server_error(
            "NotFoundError", f"The server has no file of component {component.id!r}."
        )
    body = dumps({"removed": component.id})
    headers = {"Content-Type": "application/json; charset=utf-8", "Content-Length": str(len(body))}
    return FileAnswer(200, headers, body)
