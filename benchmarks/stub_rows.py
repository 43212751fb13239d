"""The rows that the stub answers with: a made-up show, the same in every run."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

TASK = "11c137c0-ee7e-4f9c-91c5-8c77cec22b2c"
SHOT = "bad911de-3bd6-47b9-8b46-3476e237cb36"
SEQUENCE = "e5139355-61da-4c8f-9db4-3abc870166bc"
PROJECT_ID = "aaaaaaaa-0000-4000-8000-000000000001"

TASKS_PER_SHOT = 5
COMPONENTS_PER_VERSION = 2
SHOTS_PER_SEQUENCE = 20
STATUSES = 12
TYPES = 8
PRIORITIES = 5

SYSTEM = {
    "Task": ("context_type", "object_type_id", "project_id"),
    "Shot": ("context_type", "object_type_id", "project_id"),
    "Sequence": ("context_type", "object_type_id", "project_id"),
    "Project": ("context_type",),
    "FileComponent": ("system_type",),
}
"""What a server adds to every row of a type, asked or not."""

KEYS = {
    "Metadata": ("parent_id", "key"),
    "ContextCustomAttributeValue": ("configuration_id", "entity_id"),
}


class StubRows:
    """*count* tasks and what they lead to; each row is made when it is looked up."""

    def __init__(self, count: int) -> None:
        shots = -(-count // TASKS_PER_SHOT)
        self.counts = {
            "Project": 1,
            "Sequence": -(-shots // SHOTS_PER_SEQUENCE),
            "Shot": shots,
            "Task": count,
            "TypedContext": count,
            "AssetVersion": count,
            "FileComponent": COMPONENTS_PER_VERSION * count,
            "Status": STATUSES,
            "Type": TYPES,
            "Priority": PRIORITIES,
        }
        self._make: dict[str, Callable[[int], dict[str, Any]]] = {
            "Project": _project,
            "Sequence": _sequence,
            "Shot": _shot,
            "Task": _task,
            "TypedContext": _task,
            "AssetVersion": _version,
            "FileComponent": _component,
            "Status": lambda number: _named("Status", number),
            "Type": lambda number: _named("Type", number),
            "Priority": lambda number: _named("Priority", number),
        }

    def row(self, entity_type: str, number: int) -> dict[str, Any]:
        """Return the row of this *number*; a reference in it is a pair (type, number)."""
        return self._make[entity_type](number)

    def by_key(self, entity_type: str, key: str) -> dict[str, Any] | None:
        """Return the row with this *key*, or None."""
        try:
            number = int(key.rsplit("-", 1)[1], 16) - 1
        except (ValueError, IndexError):
            return None
        if not 0 <= number < self.counts.get(entity_type, 0):
            return None
        row = self.row(entity_type, number)
        return row if row["id"] == key else None


def key_of(entity_type: str, number: int) -> str:
    """Return the id of the row of this *number*: as long and as random-looking as a real one."""
    kind = zlib.crc32(entity_type.encode())
    mixed = (number * 2654435761 + kind) % 2**32
    return f"{mixed:08x}-{kind % 2**16:04x}-4000-8000-{number + 1:012x}"


def _moment(number: int) -> dict[str, str]:
    text = f"2031-{number % 12 + 1:02d}-{number % 28 + 1:02d}T09:{number % 60:02d}:00"
    return {"__type__": "datetime", "value": text}


def _project(_number: int) -> dict[str, Any]:
    return {
        "__entity_type__": "Project",
        "id": PROJECT_ID,
        "name": "orbit",
        "full_name": "Orbit of the second moon",
        "context_type": "show",
        "status": "active",
    }


def _context(entity_type: str, number: int, name: str, object_type: str) -> dict[str, Any]:
    return {
        "__entity_type__": entity_type,
        "id": key_of(entity_type, number),
        "name": name,
        "context_type": "task",
        "object_type_id": object_type,
        "project_id": PROJECT_ID,
        "project": ("Project", 0),
        "description": f"what {name} is about, in a few words",
        "created_at": _moment(number),
    }


def _sequence(number: int) -> dict[str, Any]:
    row = _context("Sequence", number, f"sq{number:04d}", SEQUENCE)
    return row | {"parent_id": PROJECT_ID, "parent": ("Project", 0)}


def _shot(number: int) -> dict[str, Any]:
    row = _context("Shot", number, f"sh{number:05d}", SHOT)
    above = number // SHOTS_PER_SEQUENCE
    return row | {"parent_id": key_of("Sequence", above), "parent": ("Sequence", above)}


def _task(number: int) -> dict[str, Any]:
    row = _context("Task", number, f"task_{number:06d}", TASK)
    shot = number // TASKS_PER_SHOT
    references = {
        "parent": ("Shot", shot),
        "status": ("Status", number % STATUSES),
        "type": ("Type", number % TYPES),
        "priority": ("Priority", number % PRIORITIES),
    }
    keys = {f"{name}_id": key_of(*target) for name, target in references.items()}
    return {
        **row,
        **references,
        **keys,
        "bid": float(number % 40 * 900),
        "sort": float(number),
        "start_date": _moment(number),
        "end_date": _moment(number + 5),
        "metadata": [_metadata(row["id"], name, number) for name in ("camera", "lens")],
        "custom_attributes": [_value(row["id"], one, number) for one in range(3)],
    }


def _version(number: int) -> dict[str, Any]:
    first = COMPONENTS_PER_VERSION * number
    return {
        "__entity_type__": "AssetVersion",
        "id": key_of("AssetVersion", number),
        "version": number % 40 + 1,
        "comment": f"what became of it by take {number}",
        "task_id": key_of("Task", number),
        "task": ("Task", number),
        "components": [("FileComponent", first + place) for place in range(COMPONENTS_PER_VERSION)],
    }


def _component(number: int) -> dict[str, Any]:
    return {
        "__entity_type__": "FileComponent",
        "id": key_of("FileComponent", number),
        "name": ("main", "preview")[number % COMPONENTS_PER_VERSION],
        "file_type": (".exr", ".mov")[number % COMPONENTS_PER_VERSION],
        "size": float(4096 * number),
        "system_type": "file",
        "version_id": key_of("AssetVersion", number // COMPONENTS_PER_VERSION),
    }


def _metadata(parent: str, name: str, number: int) -> dict[str, Any]:
    return {
        "__entity_type__": "Metadata",
        "parent_id": parent,
        "key": name,
        "value": f"{name} {number % 7}",
        "parent_type": "Task",
    }


def _value(entity: str, which: int, number: int) -> dict[str, Any]:
    return {
        "__entity_type__": "ContextCustomAttributeValue",
        "configuration_id": key_of("CustomAttributeConfiguration", which),
        "entity_id": entity,
        "key": ("fstart", "fend", "fps")[which],
        "value": float(1001 + number % 100 + which),
    }


def _named(entity_type: str, number: int) -> dict[str, Any]:
    return {
        "__entity_type__": entity_type,
        "id": key_of(entity_type, number),
        "name": f"{entity_type} {number}",
        "sort": float(number),
        "color": f"#{number * 997 % 0xFFFFFF:06X}",
    }
