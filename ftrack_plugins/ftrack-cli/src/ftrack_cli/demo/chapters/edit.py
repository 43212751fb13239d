"""The second chapter: reading many, changing some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.query import quote

from ftrack_cli.demo.edits import Edit, change, shown
from ftrack_cli.demo.output import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ftrack_cli.demo.demo import Demo

__all__ = ["TITLE", "tell"]

TITLE = "Reading many, changing some"

_WISHED_STATUSES = ("Approved", "Pending Review", "In progress")
_WISHED_ATTRIBUTES = ("handles", "fend", "fstart")
_DAY = 8 * 3600.0


def tell(demo: Demo) -> None:
    """Read shots, tasks and statuses; change a few; commit."""
    _read(demo)
    session, facts = demo.session, demo.facts
    facts.edits = list(_edits(demo))
    rows = [
        (
            one.label,
            one.shown_attribute,
            *(shown(one.attribute, v) for v in (one.before, one.after)),
        )
        for one in facts.edits
    ]
    demo.narrator.table(("entity", "attribute", "was", "is"), rows)
    before = session.request_count
    session.commit()
    facts.edit_requests = session.request_count - before
    demo.narrator.say(
        "{changes} went to the server in {requests}, all or nothing.",
        changes=count(len(facts.edits), "change"),
        requests=count(facts.edit_requests, "request"),
    )


def _read(demo: Demo) -> None:
    before = demo.session.request_count
    demo.shots = demo.session.query(
        "select name, description, parent.name from Shot "
        f"where project_id is {quote(demo.project['id'])} order by name"
    ).all()
    tasks = [task for shot in demo.shots for task in _tasks(shot)]
    statuses = {task["status"]["name"] for task in tasks}
    facts = demo.facts
    facts.shots, facts.tasks = len(demo.shots), len(tasks)
    facts.reading_requests = demo.session.request_count - before
    demo.narrator.say(
        "{shots}, {tasks} and their {statuses} came in {requests}: whatever one of them lacks is "
        "fetched for all that came with it.",
        shots=count(facts.shots, "shot"),
        tasks=count(facts.tasks, "task"),
        statuses=count(len(statuses), "status", "statuses"),
        requests=count(facts.reading_requests, "request"),
    )


def _tasks(shot: Any) -> list[Any]:
    found = (one for one in shot["children"] if one.entity_type == "Task")
    return sorted(found, key=lambda one: str(one["name"]))


def _edits(demo: Demo) -> Iterator[Edit]:
    shot = demo.shots[0]
    yield change(shot, "description", "Wide on the hero, the ball comes in from left")
    attribute = _number_attribute(shot)
    if attribute is not None:
        number = shot["custom_attributes"][attribute] or 0
        yield change(shot, f"custom_attributes.{attribute}", number + 4)
    statuses = demo.project["project_schema"].get_statuses("Task")
    for task in _tasks(shot)[:2]:
        yield change(task, "status", _another_status(task, statuses))
        yield change(task, "bid", (task["bid"] or 0.0) + _DAY)


def _number_attribute(shot: Any) -> str | None:
    """Return a custom attribute that holds a number; a studio may have none on its shots."""
    values = shot["custom_attributes"]
    numbers = [key for key, value in values.items() if type(value) in (int, float)]
    return next((one for one in (*_WISHED_ATTRIBUTES, *numbers) if one in numbers), None)


def _another_status(task: Any, statuses: list[Any]) -> Any:
    others = [one for one in statuses if one != task["status"]]
    by_name = {one["name"]: one for one in others}
    wished = (by_name[name] for name in _WISHED_STATUSES if name in by_name)
    return next(wished, others[0] if others else task["status"])
