"""The project and what is in it: folders, asset builds, sequences, shots, milestones, tasks."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from . import studio, words
from .show import Target, Task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .show import Show

__all__ = ["build", "plan_tasks"]

_LENGTH_IN_DAYS: Final = 180
_DAY: Final = 8 * 3600
_FRAME_START: Final = 1001
_PIPELINES: Final = {
    "shot": (
        "Layout",
        "Animation",
        "Lighting",
        "Compositing",
        "Tracking",
        "Rotoscoping",
        "FX",
    ),
    "build": ("Concept", "Modeling", "Lookdev", "Rigging"),
}
_STATUSES: Final = {
    "Not started": 30,
    "WIP": 5,
    "In progress": 25,
    "Pending Review": 14,
    "Approved": 14,
    "Completed": 8,
    "On Hold": 3,
    "Omitted": 1,
}
_PRIORITIES: Final = {"None": 60, "Low": 10, "Medium": 15, "High": 12, "Urgent": 3}


def build(show: Show, sequences: int, shots: int) -> list[Target]:
    """Make the project down to its shots and asset builds, which are returned."""
    _project(show)
    targets = _asset_builds(show, max(2, shots // 4))
    targets += _shots(show, max(1, sequences), shots)
    for number, name in enumerate(("First delivery", "Final delivery"), start=1):
        day = _LENGTH_IN_DAYS * number // 2
        _typed(show, "Milestone", name, show.project_id, type_="Deliverable", end=day)
    return targets


def _project(show: Show) -> None:
    title = f"The {show.pick(words.QUALITIES)} {show.pick(words.PLACES)}"
    show.project_name = title.removeprefix("The ").replace(" ", "_").lower()
    show.project_id = show.new_id()
    show.tie(
        "context",
        id=show.project_id,
        context_type="show",
        name=show.project_name,
        full_name=title,
        status="active",
        is_global=False,
        is_private=False,
        root=show.project_name,
        color="#2E86C1",
        start_date=show.at(0),
        end_date=show.at(_LENGTH_IN_DAYS),
        created_at=show.at(-14),
        created_by_id=studio.ADMINISTRATOR_ID,
        disk_id=studio.DISKS.ids()[0],
        project_schema_id=studio.PROJECT_SCHEMAS.ids()[0],
    )
    _set_value(show, show.project_id, "colorspace", '"ACEScg"')
    if show.users:
        show.add(
            "manager",
            context_id=show.project_id,
            user_id=show.users[0],
            type_id=studio.MANAGER_TYPES.id_of("Project manager"),
        )


def _asset_builds(show: Show, count: int) -> list[Target]:
    folder = _typed(show, "Folder", "assets", show.project_id)
    made = []
    for number in range(count):
        rounds, place = divmod(number, len(words.ASSET_BUILDS))
        stem, type_name = words.ASSET_BUILDS[place]
        name = f"{stem}_{rounds + 1:02d}" if rounds else stem
        build_id = _typed(show, "Asset Build", name, folder, type_=type_name, sort=number)
        scope = studio.SCOPES.id_of("2D" if type_name == "Matte Painting" else "3D")
        show.tie("context_scope", context_id=build_id, scope_id=scope)
        made.append(Target(build_id, name, "build", f"assets/{name}"))
    return made


def _shots(show: Show, sequences: int, shots: int) -> list[Target]:
    made = []
    for number in range(sequences):
        name = f"sq{(number + 1) * 10:03d}"
        sequence = _typed(show, "Sequence", name, show.project_id, sort=number)
        for place in range(len(range(number, shots, sequences))):
            shot_name = f"{name}_sh{(place + 1) * 10:04d}"
            shot = _shot(show, shot_name, sequence, place)
            made.append(Target(shot, shot_name, "shot", f"{name}/{shot_name}"))
    return made


def _shot(show: Show, name: str, sequence: str, sort: int) -> str:
    description = show.pick(words.SHOT_DESCRIPTIONS)
    shot = _typed(
        show, "Shot", name, sequence, sort=sort, status="In progress", description=description
    )
    last = _FRAME_START + show.chance.randrange(40, 200)
    _set_value(show, shot, "fstart", str(_FRAME_START))
    _set_value(show, shot, "fend", str(last))
    if show.happens(0.2):
        _set_value(show, shot, "complexity", '["hard"]')
    return shot


def plan_tasks(show: Show, targets: Sequence[Target], count: int) -> list[Task]:
    """Spread *count* tasks over the *targets*, in the order of the pipeline, and link them."""
    made: list[Task] = []
    for number in range(count):
        rounds, place = divmod(number, len(targets))
        target = targets[place]
        task = _task(show, target, rounds)
        made.append(task)
        if rounds:
            before = made[number - len(targets)]
            show.add(
                "typed_context_link",
                from_id=before.id,
                to_id=task.id,
                type="end_to_start",
                lag=0.0,
            )
    return made


def _task(show: Show, target: Target, rounds: int) -> Task:
    pipeline = _PIPELINES[target.kind]
    again, place = divmod(rounds, len(pipeline))
    type_name = pipeline[place]
    name = type_name.lower() + (f"_{again + 1:02d}" if again else "")
    status = show.weighted(_STATUSES)
    start = show.chance.randrange(_LENGTH_IN_DAYS - 20)
    length = show.chance.randrange(1, 15)
    task = _typed(
        show,
        "Task",
        name,
        target.id,
        type_=type_name,
        status=status,
        sort=rounds,
        priority=show.weighted(_PRIORITIES),
        bid=float(length * _DAY),
        start=start,
        end=start + length,
    )
    return Task(task, name, type_name, status, target, _staff(show), start)


def _staff(show: Show) -> tuple[str, ...]:
    """Pick one or two people, or nobody yet."""
    if not show.users or show.happens(0.1):
        return ()
    chosen = [show.pick(show.users)]
    if show.happens(0.2):
        chosen.append(show.pick(show.users))
    return tuple(dict.fromkeys(chosen))


def _typed(
    show: Show,
    object_type: str,
    name: str,
    parent: str,
    *,
    type_: str | None = None,
    status: str = "Not started",
    priority: str = "None",
    bid: float = 0.0,
    sort: float = 0.0,
    start: int | None = None,
    end: int | None = None,
    description: str | None = None,
) -> str:
    """Add a typed context; every one has a status, also where its object type shows none."""
    return show.add(
        "context",
        context_type="task",
        object_type_id=studio.OBJECT_TYPES.id_of(object_type),
        name=name,
        parent_id=parent,
        project_id=show.project_id,
        type_id=None if type_ is None else studio.TYPES.id_of(type_),
        status_id=studio.STATUSES.id_of(status),
        priority_id=studio.PRIORITIES.id_of(priority),
        bid=bid,
        sort=sort,
        start_date=None if start is None else show.at(start),
        end_date=None if end is None else show.at(end, hour=9),
        description=description,
        created_at=show.at(-7),
        created_by_id=show.users[0] if show.users else studio.ADMINISTRATOR_ID,
    )


def _set_value(show: Show, entity: str, key: str, value: str) -> None:
    """Store a custom attribute's *value*, given as JSON text."""
    show.tie(
        "custom_attribute_value",
        configuration_id=_configuration(key),
        entity_id=entity,
        value=value,
    )


@cache
def _configuration(key: str) -> str:
    found = next(row for row in studio.CONFIGURATIONS.as_mappings() if row["key"] == key)
    return str(found["id"])
