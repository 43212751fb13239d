"""What the server does besides, when an entity of a certain type is created or changed.

A rule is a function of the transaction and the row. `before_...` rules complete what is about to be
written; `after_...` rules change other rows. They are found by type: a rule for a base type holds
for all types below it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from ftrack_embedded.engine.read.level import Row
from ftrack_embedded.engine.transaction import Transaction

from . import (
    configurations,
    contexts,
    jobs,
    links,
    moves,
    note_projects,
    notes,
    people,
    stamps,
    versions,
)

__all__ = ["after_create", "after_update", "before_create", "before_update"]

CreateRule = Callable[[Transaction, str, Row], None]
UpdateRule = Callable[[Transaction, str, Row, dict[str, Any]], None]

_BEFORE_CREATE: Final[Mapping[str, tuple[CreateRule, ...]]] = MappingProxyType(
    {
        "AssetVersion": (versions.complete_version,),
        "AssetVersionLink": (links.refuse_itself,),
        "CalendarEvent": (stamps.stamp_creation,),
        "CalendarEventResource": (stamps.stamp_creation,),
        "Component": (versions.complete_component,),
        "Context": (stamps.stamp_creation,),
        "Conversation": (stamps.stamp_creation,),
        "CustomAttributeLink": (links.complete_link,),
        "CustomAttributeLinkFrom": (links.complete_link,),
        "CustomConfigurationBase": (configurations.complete_configuration,),
        "Dashboard": (stamps.stamp_creator,),
        "Group": (people.complete_group,),
        "Job": (jobs.complete_job,),
        "List": (stamps.stamp_owner,),
        "Message": (stamps.stamp_creation,),
        "Metadata": (notes.complete_parent_type,),
        "Note": (notes.complete_note, note_projects.place_note),
        "Project": (contexts.complete_project,),
        "ReviewSession": (stamps.stamp_creation, jobs.complete_review_session),
        "ReviewSessionInvitee": (stamps.stamp_creation,),
        "ReviewSessionObject": (stamps.stamp_creation, jobs.complete_review_object),
        "ReviewSessionObjectAnnotation": (stamps.stamp_creation,),
        "ReviewSessionObjectStatus": (stamps.stamp_creation,),
        "Status": (people.complete_status,),
        "StatusChange": (stamps.stamp_date,),
        "Timelog": (jobs.complete_timelog,),
        "Timer": (jobs.complete_timer,),
        "TypedContext": (contexts.complete_typed_context,),
        "TypedContextLink": (links.refuse_itself,),
        "User": (people.complete_user,),
    }
)
_AFTER_CREATE: Final[Mapping[str, tuple[CreateRule, ...]]] = MappingProxyType(
    {
        "Note": (notes.add_author_as_recipient, notes.touch_thread),
        "NoteLabelLink": (notes.label_note,),
        "UserSecurityRoleProject": (people.limit_role,),
    }
)
_BEFORE_UPDATE: Final[Mapping[str, tuple[UpdateRule, ...]]] = MappingProxyType(
    {
        "AssetVersionLink": (links.refuse_moved_to_itself,),
        "CustomConfigurationBase": (configurations.change_configuration,),
        "Job": (jobs.finish_job,),
        "Note": (notes.adopt_reply, notes.complete_moved_note, note_projects.place_moved_note),
        "Project": (moves.keep_at_the_top,),
        "TypedContext": (moves.move_context,),
        "TypedContextLink": (links.refuse_moved_to_itself,),
    }
)
_AFTER_UPDATE: Final[Mapping[str, tuple[UpdateRule, ...]]] = MappingProxyType(
    {
        "AssetVersion": (versions.note_status_change,),
        "Note": (notes.touch_thread_of_reply,),
        "TypedContext": (moves.move_descendants, contexts.note_status_change),
        "UserSecurityRoleProject": (people.limit_moved_role,),
    }
)


def before_create(tx: Transaction, concrete: str, row: Row) -> None:
    """Complete a new *row* before it is inserted."""
    for rule in _applying(tx, concrete, _BEFORE_CREATE):
        rule(tx, concrete, row)


def after_create(tx: Transaction, concrete: str, row: Row) -> None:
    """Do what a new *row* entails."""
    for rule in _applying(tx, concrete, _AFTER_CREATE):
        rule(tx, concrete, row)


def before_update(tx: Transaction, concrete: str, row: Row, values: dict[str, Any]) -> None:
    """Complete or refuse the *values* that a *row* is about to get."""
    for rule in _applying(tx, concrete, _BEFORE_UPDATE):
        rule(tx, concrete, row, values)


def after_update(tx: Transaction, concrete: str, row: Row, old: dict[str, Any]) -> None:
    """Do what the change of a *row* entails; *old* holds what its changed columns were."""
    for rule in _applying(tx, concrete, _AFTER_UPDATE):
        rule(tx, concrete, row, old)


def _applying(tx: Transaction, concrete: str, rules: Mapping[str, Any]) -> list[Any]:
    name: str | None = concrete
    found: list[Any] = []
    while name is not None:
        found = [*rules.get(name, ()), *found]
        name = tx.catalogue.types[name].base
    return found
