"""``/widget/...``: the small page behind the address that get_widget_url returns."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.query import quote

from ftrack_embedded.engine import failures, tickets
from ftrack_embedded.engine.caller import Caller
from ftrack_embedded.engine.keys import is_active

from .exchange import FileAnswer, FileRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ftrack_embedded.engine.studio import Studio
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["WIDGETS", "WIDGET_PATH", "get_widget", "widget_address"]

WIDGET_PATH: Final = "/widget/"
WIDGETS: Final = ("info", "tasks", "tasks_browser")
_PURPOSE: Final = "widget"
_SECONDS: Final = 360
_MOST_TASKS: Final = 200
_COLOURS: Final = {"light": ("#ffffff", "#222222"), "dark": ("#2b2b2b", "#dddddd")}


def widget_address(tx: Transaction, name: str, theme: str, key: tuple[str, str] | None) -> str:
    """Return the address of a page, good for six minutes; *key* is type and id of an entity."""
    content = {"name": name, "theme": theme, "key": key, "username": tx.caller.username}
    ticket = tickets.issue(tx.connection, _PURPOSE, content, seconds=_SECONDS)
    return f"{tx.server_url}{WIDGET_PATH}{name}?token={ticket}"


def get_widget(studio: Studio, request: FileRequest) -> FileAnswer:
    """Answer with the page that the ticket in the address is for."""
    with studio.reading(Caller()) as tx:
        asked = tickets.read(tx.connection, _PURPOSE, request.query.get("token", ""))
        is_good = asked is not None and is_active(tx.connection, tx.catalogue, asked["username"])
    if asked is None or not is_good or request.path.removeprefix(WIDGET_PATH) != asked["name"]:
        raise failures.denied("see this page: its address is not valid any more")
    body = _page(studio, asked).encode()
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    }
    return FileAnswer(200, headers, b"" if request.method == "HEAD" else body)


def _page(studio: Studio, asked: Mapping[str, Any]) -> str:
    title, rows = _INFORMATION[asked["name"]](studio, asked)
    background, foreground = _COLOURS.get(asked["theme"], _COLOURS["dark"])
    lines = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f"<!doctype html><html><head><meta charset='utf-8'><title>{escape(title)}</title><style>"
        f"body{{background:{background};color:{foreground};font-family:sans-serif}}"
        f"td{{padding:2px 12px 2px 0}}</style></head><body><h1>{escape(title)}</h1>"
        f"<table>{lines}</table></body></html>"
    )


def _info(studio: Studio, asked: Mapping[str, Any]) -> tuple[str, Iterable[tuple[Any, ...]]]:
    if asked["key"] is None:
        return "Nothing is selected", ()
    entity_type, identifier = asked["key"]
    found = _query(studio, asked, f"{entity_type} where id is {quote(identifier)}")
    shown = {name: value for row in found for name, value in row.items() if name[0] != "_"}
    return entity_type, ((name, value) for name, value in sorted(shown.items()))


def _tasks(studio: Studio, asked: Mapping[str, Any]) -> tuple[str, Iterable[tuple[Any, ...]]]:
    expression = (
        "select name, parent.name, status.name from Task where assignments any "
        f"(resource.username is {quote(asked['username'])}) order by name limit {_MOST_TASKS}"
    )
    tasks = _query(studio, asked, expression)
    return "My tasks", ((_name(row, "parent"), row["name"], _name(row, "status")) for row in tasks)


def _name(row: Mapping[str, Any], reference: str) -> str:
    return str((row[reference] or {}).get("name", ""))


def _query(studio: Studio, asked: Mapping[str, Any], expression: str) -> list[dict[str, Any]]:
    # Every row tells the names it refers to, not only the first that does.
    caller = Caller(asked["username"], lean=True, denormalize=True)
    rows = studio.execute([{"action": "query", "expression": expression}], caller=caller)
    return list(rows[0]["data"])


_INFORMATION: Final = {"info": _info, "tasks": _tasks, "tasks_browser": _tasks}
