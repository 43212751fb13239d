"""What is said about the work: notes and replies, dailies, a client review, status changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import studio, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .published import Version
    from .show import Show, Task

__all__ = ["discuss"]

_MOST_IN_LIST = 20


def discuss(show: Show, tasks: Sequence[Task], versions: Sequence[Version]) -> None:
    """Add notes, the history of statuses, lists and a review session; needs users to speak."""
    if not show.users:
        return
    for task in tasks:
        if task.status != "Not started":
            _status_change(show, task)
        if show.happens(0.15):
            _note(show, task.id, "Task", task.day + 1, task.users, "Internal")
    for version in versions:
        if version.is_last and show.happens(0.5):
            _note(show, version.id, "AssetVersion", version.task.day + 4, (version.user,))
    latest = [version for version in versions if version.is_last]
    _dailies(show, latest[:_MOST_IN_LIST])
    _delivery(show, [task for task in tasks if task.status == "Approved"][:_MOST_IN_LIST])
    _review(show, latest[:5])


def _status_change(show: Show, task: Task) -> None:
    show.add(
        "status_change",
        parent_id=task.id,
        parent_type="task",
        from_status_id=studio.STATUSES.id_of("Not started"),
        status_id=studio.STATUSES.id_of(task.status),
        user_id=task.users[0] if task.users else show.users[0],
        date=show.at(task.day, hour=2),
    )


def _note(
    show: Show,
    parent: str,
    parent_type: str,
    day: int,
    to: Sequence[str],
    label: str = "Supervisor",
) -> None:
    author = show.users[0]
    label_id = studio.NOTE_LABELS.id_of(label)
    note = _written(show, parent, parent_type, day, author, show.pick(words.NOTES), label_id)
    show.tie("note_label_link", note_id=note, label_id=label_id)
    for user in dict.fromkeys((author, *to)):
        show.tie("recipient", note_id=note, resource_id=user)
    if to and show.happens(0.4):
        answer = show.pick(words.REPLIES)
        _written(show, parent, parent_type, day, to[0], answer, head=note)


def _written(
    show: Show,
    parent: str,
    parent_type: str,
    day: int,
    author: str,
    text: str,
    category: str | None = None,
    head: str | None = None,
) -> str:
    written = show.at(day, hour=3 if head else 2)
    return show.add(
        "note",
        content=text.format(frame=show.chance.randrange(1001, 1100)),
        parent_id=parent,
        parent_type=parent_type,
        user_id=author,
        date=written,
        thread_activity=written,
        category_id=category,
        in_reply_to_id=head,
        is_todo=False,
        project_id=show.project_id,
    )


def _dailies(show: Show, versions: Sequence[Version]) -> None:
    items = [version.id for version in versions]
    _list(show, "Dailies, first week", "assetversion", "Dailies", items)


def _delivery(show: Show, tasks: Sequence[Task]) -> None:
    items = list(dict.fromkeys(task.target.id for task in tasks))
    _list(show, "First delivery", "task", "Delivery", items)


def _list(show: Show, name: str, accepts: str, category: str, items: Sequence[str]) -> None:
    made = show.add(
        "list",
        name=name,
        system_type=accepts,
        category_id=studio.LIST_CATEGORIES.id_of(category),
        project_id=show.project_id,
        user_id=show.users[0],
        is_open=True,
        date=show.at(5),
    )
    for item in items:
        show.add("list_object", list_id=made, entity_id=item)


def _review(show: Show, versions: Sequence[Version]) -> None:
    made_by = {"created_at": show.at(6), "created_by_id": show.users[0]}
    session = show.add(
        "review_session",
        name="Client review 1",
        description="Everything so far, in the order of the cut.",
        project_id=show.project_id,
        start_date=show.at(7),
        end_date=show.at(21),
        **made_by,
    )
    show.add(
        "review_session_invitee",
        name="Robin Client",
        email="robin@client.example",
        review_session_id=session,
        **made_by,
    )
    for place, version in enumerate(versions):
        shown = show.add(
            "review_session_object",
            name=version.task.target.name,
            description="",
            version=f"v{version.number:03d}",
            version_id=version.id,
            review_session_id=session,
            sort_order=float(place),
            created_at=show.at(6),
        )
        if place < len(words.CLIENT_COMMENTS):
            comment = words.CLIENT_COMMENTS[place]
            _written(show, shown, "ReviewSessionObject", 8, show.users[0], comment)
