"""Who works on the show: users, departments, roles, assignments, logged time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import studio, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .show import Show, Task

__all__ = ["assign", "cast"]

_DEPARTMENTS: Final = ("Assets", "Animation", "Lighting and Compositing")
_HOUR: Final = 3600
_BEGUN: Final = frozenset({"In progress", "Pending Review", "Approved", "Completed"})


def cast(show: Show, count: int, existing: Mapping[str, str]) -> None:
    """Hire *count* users; *existing* users of the same login name keep their id."""
    supervisors = show.add("resource", resource_type="group", name="Artists", local=True)
    groups = [
        show.add("resource", resource_type="group", name=name, local=True, parent_id=supervisors)
        for name in _DEPARTMENTS
    ]
    for number in range(count):
        user = _hire(show, number, existing)
        show.users.append(user)
        show.add("membership", user_id=user, group_id=groups[number % len(groups)])


def _hire(show: Show, number: int, existing: Mapping[str, str]) -> str:
    first, last = _name(number)
    username = f"{first}.{last}".lower()
    if username in existing:
        return existing[username]
    user = show.add(
        "resource",
        resource_type="user",
        username=username,
        first_name=first,
        last_name=last,
        email=f"{username}@studio.example",
        is_active=True,
        user_type_id=studio.USER_TYPES.ids()[0],
    )
    role = "Project Manager" if number == 0 else "User"
    show.add(
        "user_security_role",
        user_id=user,
        security_role_id=studio.SECURITY_ROLES.id_of(role),
        is_all_open_projects=True,
    )
    return user


def _name(number: int) -> tuple[str, str]:
    """Return a name for each number; beyond all combinations they get a numeral."""
    first = words.FIRST_NAMES[number % len(words.FIRST_NAMES)]
    rounds, place = divmod(number * 7 + number // len(words.FIRST_NAMES), len(words.LAST_NAMES))
    combinations = len(words.FIRST_NAMES) * len(words.LAST_NAMES)
    numeral = str(rounds) if number >= combinations else ""
    return first, words.LAST_NAMES[place] + numeral


def assign(show: Show, tasks: Sequence[Task]) -> None:
    """Put everybody on the show and on their tasks, and log the time they spent."""
    for user in show.users:
        show.add("appointment", type="allocation", context_id=show.project_id, resource_id=user)
    for task in tasks:
        for user in task.users:
            show.add("appointment", type="assignment", context_id=task.id, resource_id=user)
        if task.status in _BEGUN:
            _log_time(show, task)


def _log_time(show: Show, task: Task) -> None:
    for user in task.users:
        show.add(
            "timelog",
            context_id=task.id,
            user_id=user,
            start=show.at(task.day, hour=1),
            duration=float(show.chance.randrange(1, 9) * _HOUR),
            comment=show.pick(words.TIMELOG_COMMENTS),
        )
