"""What ``ftrack create``, ``ftrack set`` and ``ftrack delete`` do."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ftrack_core.session.phases import Phase

from .assigning import assign, create, read_assignments
from .connecting import connected
from .console import error_console
from .failures import MisuseError, RefusedError
from .layout import show_records
from .progress import tell
from .references import find, label_of
from .sending import send
from .texts import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ftrack_core import Session

    from .assigning import Changed
    from .connecting import Connection

__all__ = ["create_entity", "delete_entities", "set_attributes"]

_LISTED = 20
"""How many entities are listed before somebody is asked whether to delete them."""


def create_entity(
    entity_type: str, values: Sequence[str], *, dry_run: bool, connection: Connection
) -> int:
    """Create an entity and print its key; return the exit status."""
    assignments = read_assignments(values)
    with _edited(connection) as session:
        entity = create(session, entity_type, assignments)
        if send(session, dry_run=dry_run):
            print(key_of(entity))
            tell(f"created {entity_type} {label_of(entity)!r}")
    return 0


def set_attributes(
    entity_type: str, key: str, values: Sequence[str], *, dry_run: bool, connection: Connection
) -> int:
    """Assign values to an entity and print what has changed; return the exit status."""
    assignments = read_assignments(values)
    with _edited(connection) as session:
        entity = find(session, entity_type, key)
        changed = assign(session, entity, assignments)
        if not changed:
            tell(f"{entity_type} {label_of(entity)!r} has these values already")
        elif send(session, dry_run=dry_run):
            show_records([[(one.label, _described(one)) for one in changed]])
    return 0


def delete_entities(
    entity_type: str, keys: Sequence[str], *, yes: bool, dry_run: bool, connection: Connection
) -> int:
    """Delete entities, all or none, after asking; return the exit status."""
    if not (yes or dry_run or sys.stdin.isatty()):
        raise MisuseError(
            "nobody can be asked whether to delete: this is no terminal",
            "--yes deletes without asking, --dry-run shows what would be sent",
        )
    with _edited(connection) as session:
        entities = list(dict.fromkeys(find(session, entity_type, key) for key in keys))
        names = [f"{entity_type} {label_of(one)!r} ({key_of(one)})" for one in entities]
        if not (yes or dry_run) and not _agreed(names, session.server_url):
            raise RefusedError("nothing was deleted", "--yes deletes without asking")
        for entity in entities:
            session.delete(entity)
        if send(session, dry_run=dry_run):
            for name in names:
                print(f"deleted {name}")
    return 0


@contextmanager
def _edited(connection: Connection) -> Iterator[Session]:
    """Give a session; what is pending at the end, after an error too, is given up."""
    with connected(*connection) as session:
        try:
            yield session
        finally:
            if session.phase is Phase.READY:
                session.rollback()


def _agreed(names: Sequence[str], server: str) -> bool:
    console = error_console()
    for name in names[:_LISTED]:
        console.line_of("", "", f"  {name}")
    if len(names) > _LISTED:
        console.line_of("", "", f"  and {len(names) - _LISTED} more")
    what = "this, and what it contains," if len(names) == 1 else "these, and what they contain,"
    console.line_of("", "", f"Delete {what} on {server}? [y/N] ", end="")
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        console.print()
    return answer.strip().lower() in ("y", "yes")


def _described(changed: Changed) -> str:
    return " -> ".join(text or "(nothing)" for text in (changed.before, changed.after))
