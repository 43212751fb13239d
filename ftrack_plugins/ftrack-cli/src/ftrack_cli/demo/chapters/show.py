"""The first chapter: a server, and the show that is on it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from ftrack_core.query import quote
from rich.text import Text

from ftrack_cli.demo.output import count
from ftrack_cli.demo.reload import ReloadWatch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ftrack_cli.demo.demo import Demo
    from ftrack_core import Session

__all__ = ["HEARD_TOPICS", "TITLE", "tell"]

TITLE = "A studio with a show"

HEARD_TOPICS = (
    "ftrack.api.session.ready",
    "ftrack.location.component-added",
    "demo.plate-published",
)
"""What the session listens to; the last one the demo publishes itself."""


def tell(demo: Demo) -> None:
    """Open a session, listen, connect, and show what there is."""
    demo.narrator.say(demo.stage.about)
    demo.reloads = ReloadWatch()
    session = demo.open_session([demo.reloads])
    for topic in HEARD_TOPICS:
        session.events.subscribe(
            f"topic={topic}", lambda event: demo.facts.heard.append(event.topic)
        )
    session.connect()
    demo.project = demo.stage.find_project(session)
    demo.narrator.say(
        "{session}, with {plugins}.",
        session=f"{session.user} at {session.server_url.partition('?')[0]}",
        plugins=count(len(session.plugins.infos), "plugin"),
    )
    demo.narrator.say("The show is {name}:", name=demo.project["full_name"])
    _show_table(demo, _tasks(session, demo.project["id"]))


def _tasks(session: Session, project_id: str) -> list[Any]:
    text = (
        "select name, status.name, status.color, parent.name, parent.parent.name from Task "
        f"where project_id is {quote(project_id)}"
    )
    return sorted(session.query(text), key=lambda one: str(one["parent"]["parent"]["name"]))


def _show_table(demo: Demo, tasks: list[Any]) -> None:
    columns = ("sequence", "holds", "tasks", "statuses")
    demo.narrator.table(columns, _rows(tasks), numbers="tasks")


def _rows(tasks: list[Any]) -> Iterator[tuple[str | Text, ...]]:
    colours = {one["status"]["name"]: one["status"]["color"] for one in tasks}
    folders: dict[Any, list[Any]] = {}
    for task in tasks:
        folders.setdefault(task["parent"]["parent"], []).append(task)
    for folder, inside in folders.items():
        holds = {one["parent"] for one in inside}
        statuses = Counter(one["status"]["name"] for one in inside).most_common()
        shown = [
            Text.assemble((f"{number} ", _colour(colours[name])), name) for name, number in statuses
        ]
        yield (
            folder["name"] if folder.entity_type == "Sequence" else f"({folder['name']})",
            count(len(holds), _kind(next(iter(holds)))),
            str(len(inside)),
            Text(", ").join(shown),
        )


def _kind(entity: Any) -> str:
    """Return the type of *entity* as people write it: ``asset build``."""
    words = re.sub("(?<!^)([A-Z])", r" \1", entity.entity_type)
    return words.lower()


def _colour(value: str | None) -> str:
    """Return a status's own colour as a style; a server may keep anything there."""
    text = (value or "").lower()
    is_plain = len(text) == 7 and text[0] == "#" and set(text[1:]) <= set("0123456789abcdef")
    return f"bold {text}" if is_plain else "bold"
