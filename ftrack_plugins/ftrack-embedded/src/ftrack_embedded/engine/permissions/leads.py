"""What hangs on what: by which columns the rows of a table lead up to a project."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CONTAINED", "LEADS", "LINKS", "Leads"]

Leads = tuple[tuple[str, str], ...]

_TO_CALENDAR: Final[Leads] = (("calendar_event_id", "calendar_event"),)
_TO_COMPONENT: Final[Leads] = (("component_id", "component"),)
_TO_CONFIGURATION: Final[Leads] = (("configuration_id", "custom_configuration_base"),)
_TO_CONTEXT: Final[Leads] = (("context_id", "context"),)
_TO_NOTE: Final[Leads] = (("note_id", "note"),)
_TO_PROJECT: Final[Leads] = (("project_id", "context"),)
_TO_PARENT: Final[Leads] = (
    ("parent_id", "context"),
    ("parent_id", "asset"),
    ("parent_id", "asset_version"),
)
_TO_REVIEWED: Final[Leads] = (("review_session_object_id", "review_session_object"),)
_TO_SESSION: Final[Leads] = (("review_session_id", "review_session"),)


def _to_both_ends(*tables: str) -> Leads:
    return tuple((column, table) for column in ("from_id", "to_id") for table in tables)


LEADS: Final[Mapping[str, Leads]] = MappingProxyType(
    {
        "appointment": _TO_CONTEXT,
        "asset": _TO_CONTEXT,
        "asset_version": (("asset_id", "asset"),),
        "asset_version_link": _to_both_ends("asset_version"),
        "calendar_event": _TO_PROJECT,
        "calendar_event_resource": _TO_CALENDAR,
        "component": (("version_id", "asset_version"),),
        "component_location": _TO_COMPONENT,
        "custom_attribute_link": (
            *_TO_CONFIGURATION,
            *_to_both_ends("context", "asset", "asset_version", "list"),
        ),
        "custom_attribute_value": (
            *_TO_CONFIGURATION,
            ("entity_id", "context"),
            ("entity_id", "asset"),
            ("entity_id", "asset_version"),
            ("entity_id", "list"),
            ("entity_id", "list_object"),
        ),
        "custom_configuration_base": _TO_PROJECT,
        "entity_setting": (("parent_id", "context"), ("parent_id", "review_session")),
        "event": _TO_PROJECT,
        "feed": (("social_id", "event"),),
        "job_component": _TO_COMPONENT,
        "list": _TO_PROJECT,
        "list_object": (("list_id", "list"),),
        "manager": _TO_CONTEXT,
        "metadata": (
            *_TO_PARENT,
            ("parent_id", "component"),
            ("parent_id", "note"),
            ("parent_id", "calendar_event"),
            ("parent_id", "typed_context_link"),
            ("parent_id", "asset_version_link"),
        ),
        "note": (*_TO_PARENT, *_TO_PROJECT),
        "note_component": _TO_NOTE,
        "note_label_link": _TO_NOTE,
        "recipient": _TO_NOTE,
        "review_annotation_component": _TO_REVIEWED,
        "review_session": _TO_PROJECT,
        "review_session_folder": _TO_PROJECT,
        "review_session_invitee": _TO_SESSION,
        "review_session_object": _TO_SESSION,
        "review_session_object_annotation": _TO_REVIEWED,
        "review_session_object_status": _TO_REVIEWED,
        "split_task_part": (("task_id", "context"),),
        "status_change": (("parent_id", "context"), ("parent_id", "asset_version")),
        "timelog": _TO_CONTEXT,
        "timer": _TO_CONTEXT,
        "typed_context_link": _to_both_ends("context"),
        "user_security_role_project": _TO_PROJECT,
    }
)
"""By which columns the rows of a table hang on rows of others."""
CONTAINED: Final[Leads] = (("container_id", "component"),)
"""How the members of a sequence or container hang on that, which has the version."""
LINKS: Final = frozenset({"asset_version_link", "custom_attribute_link", "typed_context_link"})
"""Tables of links: they are written by who may write at one end and sees the other."""
